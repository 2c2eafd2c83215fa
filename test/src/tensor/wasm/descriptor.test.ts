import { expect } from "chai";
import { Descriptor, Layout } from "../../../../src/tensor/wasm/descriptor.js";

describe("the descriptor of a kernel's arguments", () => {
  const layout = new Layout({ x: "input", wide: "f64", count: "i32", isOn: "flag", rate: "f32" });
  const values = { x: 4_294_967_232, wide: 1e-5, count: 3, isOn: true, rate: 0.1 };

  it("lays fields out as AssemblyScript does a class: each at a multiple of its size", () => {
    expect(layout.fields.map(({ name, offset }) => [name, offset])).to.deep.equal([
      ["x", 0],
      ["wide", 8],
      ["count", 16],
      ["isOn", 20],
      ["rate", 24],
    ]);
    expect(layout.bytes).to.equal(28);
    expect(() => layout.field("y" as "x")).to.throw(RangeError, 'no field "y"');
  });

  it("writes pointers to the last byte of 4 GiB, float64 whole, and some fields anew", () => {
    const buffer = new ArrayBuffer(64);
    const descriptor = new Descriptor(layout, buffer, 8).fill(values);
    const view = new DataView(buffer, 8);
    const read = () => [
      view.getUint32(0, true),
      view.getFloat64(8, true),
      view.getInt32(16, true),
      view.getInt32(20, true),
      view.getFloat32(24, true),
    ];
    expect(read()).to.deep.equal([4_294_967_232, 1e-5, 3, 1, Math.fround(0.1)]);
    descriptor.update({ rate: 0.25, isOn: false });
    expect(read()).to.deep.equal([4_294_967_232, 1e-5, 3, 0, 0.25]);
  });
});
