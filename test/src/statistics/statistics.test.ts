import { expect } from "chai";
import { ShapeError, ValueError } from "../../../src/base/errors.js";
import { Random } from "../../../src/base/random.js";
import {
  bootstrapInterval,
  mean,
  median,
  pairedDifference,
  proportionInterval,
  quantile,
  summarize,
  tInterval,
} from "../../../src/statistics/index.js";
import { criticalT } from "../../../src/statistics/student-t.js";

const plain = [0.95, 0.972, 0.961, 0.97, 0.951];
const batchNorm = [0.96, 0.97, 0.965, 0.981, 0.955];

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
  expect(actual).lengthOf(expected.length);
  for (const [i, value] of expected.entries())
    expect(actual[i]).closeTo(value, tolerance * Math.max(1, Math.abs(value)));
}

describe("statistics", () => {
  // The expected numbers are SciPy's and NumPy's.
  it("has Student's critical values", () => {
    expectClose(
      [1, 2, 4, 19, 99].map((degrees) => criticalT(0.95, degrees)),
      [12.706204736174694, 4.302652729749462, 2.7764451051977934, 2.0930240544083087, 1.9842169515864174],
    );
  });

  it("summarizes with Student's interval", () => {
    const summary = summarize(batchNorm);
    expect(summary.n).equal(5);
    expectClose([summary.mean, summary.median], [0.9662, 0.965]);
    expectClose(summary.interval, [0.9538019989676478, 0.9785980010323521]);
    expect(tInterval(batchNorm, { level: 0.9 })[0]).above(summary.interval[0]);
  });

  it("compares pair by pair", () => {
    const difference = pairedDifference(batchNorm, plain);
    expectClose(difference.interval, [-0.0011467610058182925, 0.011946761005818301]);
    expect(difference.p).closeTo(0.08384691010688115, 1e-12);
    expect(difference.wins).equal(4);
    expect(pairedDifference([1, 2], [1, 2]).p).equal(1);
    expect(pairedDifference([2, 3], [1, 2]).p).equal(0);
  });

  it("interpolates quantiles between numbers whose distance is too large for one", () => {
    expect(quantile([-1.7e308, 1.7e308], 0.5)).to.equal(0);
    expect(quantile([-1.7e308, 1.7e308], 0.75)).to.be.closeTo(0.85e308, 1e293);
  });

  it("interpolates quantiles as NumPy does, infinite samples included", () => {
    expectClose(
      [0.15, 0.5, 0.85].map((p) => quantile(batchNorm, p)),
      [0.958, 0.965, 0.9744],
    );
    expect(median([3, Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY, 2])).equal(3);
    const never = Number.POSITIVE_INFINITY;
    expect(median([never, never, 3, never])).equal(never);
    expect(median([4, never, 1, 2])).equal(3);
    expect(quantile([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.75)).equal(
      Number.POSITIVE_INFINITY,
    );
  });

  it("has Wilson's interval", () => {
    expectClose(proportionInterval(19, 20), [0.763868806553258, 0.9911185511992047], 1e-9);
    expectClose(proportionInterval(0, 10).slice(0, 1), [0]);
  });

  it("bootstraps: the same seed, the same interval; about 95 of 100 intervals hold the true median", () => {
    expect(bootstrapInterval(plain)).deep.equal(bootstrapInterval(plain));
    const few = { resamples: 97 };
    expect(bootstrapInterval(plain, mean, { ...few, seed: 2 })).not.deep.equal(
      bootstrapInterval(plain, mean, { ...few, seed: 3 }),
    );
    const random = new Random(4);
    let held = 0;
    for (let i = 0; i < 100; i++) {
      const samples = Array.from({ length: 40 }, () => random.normal());
      const [low, high] = bootstrapInterval(samples, median, { resamples: 200, seed: i });
      if (low <= 0 && high >= 0) held++;
    }
    expect(held).within(88, 100);
  });

  it("refuses what is no sample", () => {
    expect(() => summarize([1])).throw(ValueError, "at least 2 samples; got 1");
    expect(() => summarize([1, Number.NaN])).throw(ValueError, "sample 1 is NaN");
    expect(() => mean([1, Number.POSITIVE_INFINITY])).throw(ValueError, "use the median");
    expect(() => pairedDifference([1, 2], [1])).throw(ShapeError, "compares pairs");
    expect(() => proportionInterval(3, 2)).throw(ValueError, "too many");
  });
});
