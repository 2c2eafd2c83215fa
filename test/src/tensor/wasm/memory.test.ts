import { expect } from "chai";
import fc from "fast-check";
import { type Arena, kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";

describe("the memory of the float32 kernels", () => {
  const memory = kernelMemory();
  afterEach(() => {
    memory.limit = 2 ** 32;
  });

  it("gives zeros on cache lines of their own", () => {
    const arena = memory.arena();
    for (let round = 0; round < 2; round++) {
      const arrays = [1, 3, 16, 17, 513, 20_000].map((length) => arena.floats(length));
      for (const array of arrays) {
        expect(array.byteOffset % 64).to.equal(0);
        expect(array.every((value) => value === 0)).to.equal(true);
        array.fill(array.length);
      }
      for (const array of arrays) expect(array.every((value) => value === array.length)).to.equal(true);
      arena.reset();
    }
    arena.release();
  });

  it("grows without touching the arrays that are there", () => {
    const arena = memory.arena();
    const before = arena.floats(1000).fill(7);
    const bytes = before.buffer.byteLength;
    // More than the memory has, whatever other tests took of it.
    const large = arena.floats(bytes / 4);
    expect(large.buffer.byteLength).to.be.greaterThan(bytes);
    expect(before[999]).to.equal(7);
    const out = arena.floats(1000);
    wasmKernels.multiply(before, before, out, 1000);
    expect(out[999]).to.equal(49);
    arena.release();
  });

  it("says so when there is no more, and has then changed nothing", () => {
    const arena = memory.arena();
    memory.limit = memory.held + 4096;
    const array = arena.floats(512).fill(7);
    const { held } = memory;
    expect(() => arena.floats(1024)).to.throw("need 0.00391 MiB more memory");
    expect(memory.held).to.equal(held);
    expect(arena.floats(512).every((value) => value === 0)).to.equal(true);
    expect(array.every((value) => value === 7)).to.equal(true);
    expect(() => arena.floats(1)).to.throw("Use smaller batches");
    arena.release();
    expect(memory.held).to.equal(held - 2048);
  });

  it("refuses a pointer to an array that lies elsewhere", () => {
    expect(() => memory.pointer(new Float32Array(4))).to.throw("outside the WebAssembly memory");
  });

  it("works on ordinary arrays and on parts of arrays", () => {
    const arena = memory.arena();
    for (const array of [arena.floats(10), new Float32Array(10)]) {
      const part = array.fill(-1).subarray(2, 9).subarray(1, 5);
      wasmKernels.relu(part, part, 4);
      expect([...array]).to.deep.equal([-1, -1, -1, 0, 0, 0, 0, -1, -1, -1]);
    }
    arena.release();
  });

  it("has room for trainings of any widths one after the other, as long as it has room for each", () => {
    const bytesNow = () => memory.floats(0, 0).buffer.byteLength;
    const before = bytesNow();
    let largest = 0;
    for (let round = 0; round < 3; round++) {
      for (let width = 1; width <= 17; width++) {
        const arena = memory.arena();
        for (let layer = 0; layer < 4; layer++) arena.floats((width * 37) ** 2);
        largest = Math.max(largest, arena.capacity);
        arena.release();
      }
    }
    // It grows by 16 MiB at a time, and by no more than the largest of them.
    expect(bytesNow()).to.be.at.most(before + largest + 16 * 2 ** 20);
  });

  it("keeps arenas apart, whatever their order, and uses again what was freed", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 5 });
    const steps = fc.array(fc.record({ open: fc.boolean(), sizes, pick: fc.nat() }), { maxLength: 20 });
    const bytesNow = () => memory.floats(0, 0).buffer.byteLength;
    const { held } = memory;
    let most = 0;
    fc.assert(
      fc.property(steps, (script) => {
        const open: { arena: Arena; arrays: Float32Array[]; mark: number }[] = [];
        let mark = 0;
        for (const { open: opens, sizes, pick } of script) {
          if (opens || open.length === 0) {
            const arena = memory.arena();
            const arrays = sizes.map((length) => arena.floats(length));
            mark++;
            for (const array of arrays) array.fill(mark);
            open.push({ arena, arrays, mark });
          } else {
            const [{ arena }] = open.splice(pick % open.length, 1);
            arena.release();
          }
          for (const { arrays, mark } of open)
            for (const array of arrays) if (array.some((value) => value !== mark)) return false;
        }
        for (const { arena } of open) arena.release();
        most = Math.max(most, bytesNow());
        return memory.held === held;
      }),
      { numRuns: 50, seed: 1 },
    );
    // All of it was freed: the same again takes no more.
    const arena = memory.arena();
    arena.floats(most / 8);
    arena.release();
    expect(bytesNow()).to.equal(most);
  });
});
