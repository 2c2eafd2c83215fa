import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { type ClaimOptions, claim, claimMimeType } from "../../../src/claims/claim.js";
import { verdictOf, verdictOverall } from "../../../src/claims/verdict.js";

const faster: ClaimOptions = {
  id: "faster-training",
  statement: "Training is faster.",
  source: ["Ioffe & Szegedy 2015, section 4.1", "Bjorck et al. 2018"],
  effect: 2.3,
  unit: "times fewer steps",
  interval: [2, 2.7],
  n: 20,
  verdict: verdictOf({ interval: [2, 2.7], reference: 1, enough: 1.5 }),
  note: "Each side at its best learning rate.",
};

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

  it("joins conditions: a claim is as good as its weakest one", () => {
    const holds = verdictOf({ interval: [1, 2] });
    const fails = verdictOf({ interval: [-2, -1] });
    const undecided = verdictOf({ interval: [-1, 1] });
    expect(verdictOverall({ a: holds, b: holds }).verdict).to.equal("holds");
    expect(verdictOverall({ a: holds, b: fails }).verdict).to.equal("fails");
    expect(verdictOverall({ a: undecided, b: holds }).verdict).to.equal("undecided");
    expect(verdictOverall({ small: holds, large: fails }).rule).to.equal(
      "small: holds, as the whole interval is above 0; large: fails, as the whole interval is below 0",
    );
  });
});

describe("claim", () => {
  it("shows the statement, the effect with its interval and n, the verdict and its rule", () => {
    expect(claim(faster).toString().split("\n")).to.deep.equal([
      "✓ holds: Training is faster.",
      "  measured: 2.30 times fewer steps, 95 % interval 2.00 to 2.70, n = 20",
      "  verdict: holds, as the whole interval is above 1.5",
      "  source: Ioffe & Szegedy 2015, section 4.1; Bjorck et al. 2018",
      "  note: Each side at its best learning rate.",
    ]);
  });

  it("carries a record that CI reads, with rounded numbers", () => {
    const bundle = claim({ ...faster, effect: 2.3456789 })[jupyterDisplay]();
    expect(bundle[claimMimeType]).to.deep.equal({
      ...faster,
      effect: 2.3457,
      verdict: "holds",
      rule: "the whole interval is above 1.5",
      enough: null,
      population: "",
      newImages: null,
      rates: [],
      holm: null,
    });
  });

  it("shows hostile text as text", () => {
    const hostile = '<img src=x onerror="alert(1)"></script><script>alert(1)</script>';
    const html = String(
      claim({ ...faster, statement: hostile, note: hostile, unit: hostile, source: hostile })[
        jupyterDisplay
      ]()["text/html"],
    );
    expect(html).to.not.match(/<(img|script)/);
    expect(html.match(/&lt;img src=x onerror=&quot;/g)).to.have.length(4);
  });

  it("has no interval without n, and no n without an interval", () => {
    expect(() => claim({ ...faster, n: undefined })).to.throw(
      "interval and n belong together; got only interval",
    );
    expect(() => claim({ ...faster, interval: undefined })).to.throw("got only n");
    expect(claim({ ...faster, interval: undefined, n: undefined }).toString()).to.contain(
      "measured: 2.30 times fewer steps\n",
    );
  });

  it("takes a verdict in a word with its rule only", () => {
    expect(() => claim({ ...faster, verdict: "holds" })).to.throw("needs its rule");
    expect(() => claim({ ...faster, verdict: "yes" as never, rule: "r" })).to.throw(
      "one of holds, small, no effect, undecided, fails, exact",
    );
    expect(() => claim({ ...faster, rule: "another" })).to.throw("brings its own");
    expect(
      claim({ ...faster, verdict: "fails", rule: "six times the drift, the same speed" }).record.verdict,
    ).to.equal("fails");
  });

  it("refuses an effect outside its interval, and slips in options", () => {
    expect(() => claim({ ...faster, effect: 3 })).to.throw("outside its interval");
    expect(() => claim({ ...faster, effect: Number.NaN })).to.throw("effect must be a finite number");
    expect(() => claim({ ...faster, id: "Faster training" })).to.throw("id must be small letters");
    expect(() => claim({ ...faster, statment: "x" } as never)).to.throw('Did you mean "statement"?');
    expect(() => claim({ ...faster, source: [] })).to.throw("at least one source");
  });
});
