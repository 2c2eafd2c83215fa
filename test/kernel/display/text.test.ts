import { inspect } from "node:util";
import { expect } from "chai";
import { plainText } from "../../../kernel/display/text.js";

const textOf = (value: unknown) => plainText(value, inspect);

describe("display: plain text", () => {
  it("of short typed arrays is one line, with 6 significant digits", () => {
    expect(textOf(new Float64Array([1 / 3, -2, 0]))).to.equal("Float64Array(3) [ 0.333333, -2, 0 ]");
    expect(textOf(new Uint8Array(0))).to.equal("Uint8Array(0) []");
    expect(textOf(new Float32Array([Number.NaN, -0, 1e20]))).to.equal(
      "Float32Array(3) [ NaN, -0, 100000000000000000000 ]",
    );
  });

  it("of long ones is aligned, without the middle", () => {
    const lines = textOf(Float64Array.from({ length: 1000 }, (_, i) => i / 7)).split("\n");
    expect(lines[0]).to.equal("Float64Array(1000) [");
    expect(lines.at(-1)).to.equal("]");
    expect(lines).to.include("  … 952 more");
    const rows = lines.filter((line) => line.endsWith(","));
    expect(new Set(rows.map((line) => line.length)).size).to.equal(1);
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(90);
  });

  it("of other values is Node's", () => {
    expect(textOf({ a: [1, "b"] })).to.equal("{ a: [ 1, 'b' ] }");
    expect(textOf("text")).to.equal("'text'");
    expect(textOf(12n)).to.equal("12n");
    expect(textOf(new BigInt64Array([1n]))).to.equal("BigInt64Array(1) [ 1n ]");
  });

  it("is short for what is long", () => {
    expect(textOf(Array.from({ length: 10_000 }, (_, i) => i))).to.include("9900 more items");
    expect(textOf("x".repeat(1e6)).length).to.be.below(11_000);
  });
});
