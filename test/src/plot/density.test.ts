import { expect } from "chai";
import { math, Random } from "../../../src/index.js";
import { density } from "../../../src/plot/density.js";
import { percentile, sortedFinite } from "../../../src/plot/percentiles.js";

const normals = (count: number): Float64Array => {
  const random = new Random(1);
  return Float64Array.from({ length: count }, () => random.normal());
};

describe("percentile", () => {
  it("interpolates between neighbours as NumPy does", () => {
    // numpy.percentile([1, 2, 4, 8], [15, 50, 85])
    const sorted = sortedFinite([8, 1, Number.NaN, 4, 2, Number.POSITIVE_INFINITY]);
    for (const [share, expected] of [
      [0.15, 1.45],
      [0.5, 3],
      [0.85, 6.2],
    ])
      expect(percentile(sorted, share)).to.be.closeTo(expected, 1e-12);
  });

  it("gives the only value, and the ends", () => {
    expect(percentile([3], 0.85)).to.equal(3);
    expect([0, 1].map((share) => percentile([1, 2, 3], share))).to.deep.equal([1, 3]);
  });
});

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
