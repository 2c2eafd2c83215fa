/** Intervals, p values and Holm's step-down against SciPy and statsmodels: test/golden/make_statistics.py. */
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { holdsTogether } from "../../../src/claims/holm.js";
import { pairedDifference, proportionInterval, tInterval } from "../../../src/statistics/index.js";

interface Golden {
  intervals: { samples: number[]; intervals: Record<string, [number, number]> }[];
  pairs: { a: number[]; b: number[]; p: number; interval: [number, number] }[];
  proportions: { successes: number; trials: number; interval: [number, number] }[];
  holm: { p: number[]; kept: boolean[] }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/statistics.json", import.meta.url), "utf8"),
);

/** Equal to `digits` of what the interval's ends and the width between them are large. */
function expectInterval(actual: readonly number[], expected: readonly number[], digits: number): void {
  const size = Math.max(...expected.map(Math.abs), Math.abs(expected[1] - expected[0]));
  for (const end of [0, 1]) expect(actual[end]).to.be.closeTo(expected[end], size * 10 ** -digits);
}

describe("the statistics of SciPy and statsmodels", () => {
  it("are Student's intervals at every level and size", () => {
    expect(golden.intervals).not.to.be.empty;
    for (const { samples, intervals } of golden.intervals)
      for (const [level, interval] of Object.entries(intervals))
        expectInterval(tInterval(samples, { level: Number(level) }), interval, 11);
  });

  it("are the paired differences and their p values", () => {
    expect(golden.pairs).not.to.be.empty;
    for (const { a, b, p, interval } of golden.pairs) {
      const difference = pairedDifference(a, b);
      expectInterval(difference.interval, interval, 11);
      expect(difference.p / p).to.be.closeTo(1, 1e-9);
    }
  });

  it("are Wilson's intervals, at no success and at nothing else, too", () => {
    expect(golden.proportions).not.to.be.empty;
    for (const { successes, trials, interval } of golden.proportions)
      expectInterval(proportionInterval(successes, trials), interval, 12);
  });

  it("keep the same claims in Holm's step-down, at its edge, too", () => {
    expect(golden.holm).not.to.be.empty;
    for (const { p, kept } of golden.holm) expect(holdsTogether(p)).to.deep.equal(kept);
  });
});
