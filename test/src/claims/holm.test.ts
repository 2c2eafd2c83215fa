import { expect } from "chai";
import { errorRateOf, holdsTogether } from "../../../src/claims/holm.js";
import { verdictOf } from "../../../src/claims/verdict.js";
import { tInterval } from "../../../src/statistics/intervals.js";
import { pairedDifference } from "../../../src/statistics/summarize.js";

describe("Holm's step-down", () => {
  it("stops at the first that is too large, and keeps none after it", () => {
    // Against 0.05 / 4, / 3, / 2, / 1: 0.03 is above 0.025, so 0.04 goes as well.
    expect(holdsTogether([0.01, 0.04, 0.03, 0.005])).to.deep.equal([true, false, false, true]);
    expect(holdsTogether([0.04])).to.deep.equal([true]);
    expect(holdsTogether([0.01, 0.02, 0.04])).to.deep.equal([true, true, true]);
    expect(holdsTogether([])).to.deep.equal([]);
  });

  it("takes for the error rate of a verdict the p value of its test", () => {
    const samples = [0.4, 0.9, -0.2, 0.7, 1.1, 0.3, 0.8, -0.1, 0.6, 0.5];
    const rate = errorRateOf(
      (error) => verdictOf({ interval: tInterval(samples, { level: 1 - error }) }).verdict,
    );
    const { p } = pairedDifference(
      samples,
      samples.map(() => 0),
    );
    expect(p).to.be.within(0.001, 0.05);
    expect(rate).to.be.closeTo(p, 1e-5);
  });

  it("says 1 for a word that says nothing, and never less than resampling can tell", () => {
    expect(errorRateOf(() => "undecided")).to.equal(1);
    expect(errorRateOf(() => "holds")).to.equal(0.001);
  });
});
