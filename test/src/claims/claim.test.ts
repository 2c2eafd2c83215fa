import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { Claim, type ClaimRecord, claimMimeType } from "../../../src/claims/claim.js";

const faster: ClaimRecord = {
  id: "faster-training",
  statement: "Training is faster.",
  source: ["Ioffe & Szegedy 2015, section 4.1", "Bjorck et al. 2018"],
  effect: 2.3,
  unit: "times fewer steps",
  interval: [2, 2.7],
  n: 20,
  verdict: "holds",
  rule: "the whole interval is above 1.5",
  note: "Each side at its best learning rate.",
  enough: 1.5,
  population: "seeds",
  newImages: null,
  rates: [{ name: "plain", rate: 0.3, edge: "largest" }],
  holm: { claims: 4, verdict: "undecided" },
};

describe("a claim's card", () => {
  it("shows the statement, the effect with its interval and n, the verdict, its rule and its reach", () => {
    expect(new Claim(faster).toString().split("\n")).to.deep.equal([
      "✓ holds: Training is faster.",
      "  measured: 2.30 times fewer steps, 95 % interval 2.00 to 2.70, n = 20",
      "  verdict: holds, as the whole interval is above 1.5",
      "  interval over: seeds",
      "  rates, chosen on validation data: plain 0.3 (the largest that was tried)",
      "  all claims of the lesson together: undecided (Holm 1979, 4 claims)",
      "  source: Ioffe & Szegedy 2015, section 4.1; Bjorck et al. 2018",
      "  note: Each side at its best learning rate.",
    ]);
  });

  it("shows no interval where nothing is random", () => {
    const exact: ClaimRecord = { ...faster, interval: null, n: null, verdict: "exact", population: "" };
    expect(new Claim(exact).toString()).to.contain("measured: 2.30 times fewer steps\n");
    expect(new Claim(exact).toString()).to.not.contain("interval over");
  });

  it("carries its record, which CI and the scoreboard read", () => {
    expect(new Claim(faster)[jupyterDisplay]()[claimMimeType]).to.deep.equal(faster);
  });

  it("shows hostile text as text", () => {
    const hostile = '<img src=x onerror="alert(1)"></script><script>alert(1)</script>';
    const texts = { statement: hostile, note: hostile, unit: hostile, source: [hostile] };
    const html = String(new Claim({ ...faster, ...texts })[jupyterDisplay]()["text/html"]);
    expect(html).to.not.match(/<(img|script)/);
    expect(html.match(/&lt;img src=x onerror=&quot;/g)).to.have.length(4);
  });
});
