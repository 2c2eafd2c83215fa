// The records of a spec's claims, from what a lesson measured.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { claimsOf } from "../../../src/claims/show-claims.js";

describe("claimsOf", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-claims-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("takes ratios of which one is of a seed that never arrives", () => {
    const claim = {
      statement: "It is faster.",
      source: ["a test"],
      unit: "times as many steps",
      compare: "ratio",
      enough: 1.25,
    };
    const name = join(folder, "faster");
    writeFileSync(`${name}.spec.json`, JSON.stringify({ claims: { faster: claim }, runs: [] }));
    const ratios = [1.5, 2, 1.75, 2, 1.6, 2, 2.2, 1.4, 2, Number.POSITIVE_INFINITY];
    const [record] = claimsOf(name, { faster: ratios });
    assert.equal(record.effect, 2);
    assert.equal(record.verdict, "holds");
    assert.isTrue(record.interval?.every(Number.isFinite));
  });
});
