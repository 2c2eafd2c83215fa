import { expect } from "chai";
import { plainText } from "../../../kernel/display/text.js";

describe("display: plain text", () => {
  it("of short typed arrays is one line, with 6 significant digits", () => {
    expect(plainText(new Float64Array([1 / 3, -2, 0]))).to.equal("Float64Array(3) [ 0.333333, -2, 0 ]");
    expect(plainText(new Uint8Array(0))).to.equal("Uint8Array(0) []");
    expect(plainText(new Float32Array([Number.NaN, -0, 1e20]))).to.equal(
      "Float32Array(3) [ NaN, -0, 100000000000000000000 ]",
    );
  });

  it("of long ones is aligned, without the middle", () => {
    const lines = plainText(Float64Array.from({ length: 1000 }, (_, i) => i / 7)).split("\n");
    expect(lines[0]).to.equal("Float64Array(1000) [");
    expect(lines.at(-1)).to.equal("]");
    expect(lines).to.include("  … 952 more");
    const rows = lines.filter((line) => line.endsWith(","));
    expect(new Set(rows.map((line) => line.length)).size).to.equal(1);
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(90);
  });

  it("of other values is Node's", () => {
    expect(plainText({ a: [1, "b"] })).to.equal("{ a: [ 1, 'b' ] }");
    expect(plainText("text")).to.equal("'text'");
    expect(plainText(12n)).to.equal("12n");
    expect(plainText(new BigInt64Array([1n]))).to.equal("BigInt64Array(1) [ 1n ]");
  });

  it("is short for what is long", () => {
    expect(plainText(Array.from({ length: 10_000 }, (_, i) => i))).to.include("9900 more items");
    expect(plainText("x".repeat(1e6)).length).to.be.below(11_000);
  });
});
