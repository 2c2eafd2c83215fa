import { expect } from "chai";
import { verdictOf } from "../../../src/claims/verdict.js";

describe("verdictOf", () => {
  it("derives each verdict from where the interval lies", () => {
    const words = [
      [1.6, 2],
      [1.2, 2],
      [0.8, 2],
      [0.5, 0.9],
    ].map(
      (interval) => verdictOf({ interval: interval as [number, number], reference: 1, enough: 1.5 }).verdict,
    );
    expect(words).to.deep.equal(["holds", "small", "undecided", "fails"]);
  });

  it("tells no effect, which is inside what counts, from undecided, which is not", () => {
    const word = (low: number, high: number) =>
      verdictOf({ interval: [low, high], reference: 1, enough: 1.25 }).verdict;
    expect(word(0.9, 1.1)).to.equal("no effect");
    // 1 / 1.25 = 0.8 counts as much as 1.25, the other way.
    expect(word(0.81, 0.99)).to.equal("no effect");
    expect(word(0.79, 0.99)).to.equal("fails");
    expect(word(0.79, 1.1)).to.equal("undecided");
    expect(word(0.9, 1.26)).to.equal("undecided");
    expect(verdictOf({ interval: [-0.2, 0.1], enough: 0.25 })).to.deep.equal({
      verdict: "no effect",
      rule: "the whole interval lies between −0.25 and 0.25",
    });
  });

  it("takes a claim of no difference, which holds inside what counts and fails outside", () => {
    const word = (low: number, high: number) =>
      verdictOf({ interval: [low, high], claimed: "same", enough: 1 }).verdict;
    expect([word(-0.9, 0.9), word(0.5, 1.5), word(1.1, 2), word(-2, -1.1)]).to.deep.equal([
      "holds",
      "undecided",
      "fails",
      "fails",
    ]);
  });

  it("mirrors them when the claim is that something falls", () => {
    const words = [
      [-2, -1.6],
      [-2, -0.2],
      [-1, 1.6],
      [0.1, 1.9],
    ].map(
      (interval) =>
        verdictOf({ interval: interval as [number, number], claimed: "below", enough: -1.5 }).verdict,
    );
    expect(words).to.deep.equal(["holds", "small", "undecided", "fails"]);
  });

  it("counts a limit on the reference as holding it", () => {
    expect(verdictOf({ interval: [0, 1] }).verdict).to.equal("undecided");
    expect(verdictOf({ interval: [-1, 0] }).verdict).to.equal("undecided");
  });

  it("says the rule with its numbers", () => {
    expect(verdictOf({ interval: [1.2, 2], reference: 1, enough: 1.5 }).rule).to.equal(
      "the whole interval is above 1, but not above 1.5",
    );
  });

  it("refuses limits that are no interval, and a smallest effect on the wrong side", () => {
    expect(() => verdictOf({ interval: [2, 1] })).to.throw("two finite numbers");
    expect(() => verdictOf({ interval: [Number.NaN, 1] })).to.throw("two finite numbers");
    expect(() => verdictOf({ interval: [0, 1], enough: -1 })).to.throw(
      "enough must be a number above reference",
    );
    expect(() => verdictOf({ interval: [0, 1], treshold: 1 } as never)).to.throw('no option "treshold"');
  });
});
