import { expect } from "chai";
import { math, Random } from "../../../src/index.js";
import { density } from "../../../src/plot/density.js";
import { sortedFinite } from "../../../src/plot/values.js";

const normals = (count: number): Float64Array => {
  const random = new Random(1);
  return Float64Array.from({ length: count }, () => random.normal());
};

describe("density", () => {
  it("comes near the normal density: exp(−v²/2) of the peak", () => {
    const shape = density(sortedFinite(normals(20_000)));
    if (shape === undefined) throw new Error("There is no density.");
    for (const [index, at] of shape.at.entries())
      expect(shape.height[index]).to.be.closeTo(math.exp((-at * at) / 2), 0.06);
    expect(Math.max(...shape.height)).to.equal(1);
  });

  it("stays between the smallest and the largest value", () => {
    const sorted = sortedFinite(normals(50));
    const at = density(sorted)?.at ?? [];
    expect(at[0]).to.equal(sorted[0]);
    expect(at[at.length - 1]).to.be.closeTo(sorted[sorted.length - 1], 1e-12);
  });

  it("is undefined where values don't vary", () => {
    expect(density(sortedFinite([2, 2, 2]))).to.equal(undefined);
    expect(density(sortedFinite([2]))).to.equal(undefined);
    expect(density(sortedFinite([]))).to.equal(undefined);
  });
});
