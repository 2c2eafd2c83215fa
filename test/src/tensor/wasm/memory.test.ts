import { expect } from "chai";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";

describe("the memory of the float32 kernels", () => {
  it("gives zeros on cache lines of their own", () => {
    const arrays = [1, 3, 16, 17, 513].map((length) => kernelMemory().allocate(length));
    for (const array of arrays) {
      expect(array.byteOffset % 64).to.equal(0);
      expect([...array].every((value) => value === 0)).to.equal(true);
      array.fill(array.length);
    }
    for (const array of arrays) expect([...array].every((value) => value === array.length)).to.equal(true);
  });

  it("grows without touching the arrays that are there", () => {
    const before = kernelMemory().allocate(1000).fill(7);
    const bytes = before.buffer.byteLength;
    // More than the memory has, whatever other tests took of it.
    const large = kernelMemory().allocate(bytes / 4);
    expect(large.buffer.byteLength).to.be.greaterThan(bytes);
    expect(before[999]).to.equal(7);
    const out = kernelMemory().allocate(1000);
    wasmKernels.multiply(before, before, out, 1000);
    expect(out[999]).to.equal(49);
  });

  it("gives ordinary arrays beyond its budget, and kernels work on them all the same", () => {
    const array = kernelMemory().allocate(2 ** 27 + 1);
    expect(kernelMemory().holds(array)).to.equal(false);
    array[2] = -3;
    const out = new Float32Array(4);
    wasmKernels.relu(array.subarray(0, 4), out, 4);
    expect([...out]).to.deep.equal([0, 0, 0, 0]);
  });

  it("works on parts of an array in place", () => {
    const array = kernelMemory().allocate(10).fill(-1);
    const part = array.subarray(3, 7);
    wasmKernels.relu(part, part, 4);
    expect([...array]).to.deep.equal([-1, -1, -1, 0, 0, 0, 0, -1, -1, -1]);
  });
});
