// The records of a spec's claims, from what a lesson measured.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { claimsOf } from "../../../src/claims/show-claims.js";
import { readSpecs, sweep } from "../../../src/experiments/index.js";

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

  it("counts what never arrives as all the steps that there were, and says so where that is most", () => {
    const name = join(folder, "never");
    const runs = [0, 1, 2].flatMap((seed) => [
      { spec: { ...specOf("none"), seed }, reached: null },
      { spec: { ...specOf("batch"), seed }, reached: 20 + 5 * seed },
    ]);
    writeFileSync(
      `${name}.spec.json`,
      JSON.stringify({ claims: { faster: fasterClaim }, runs: runs.map(({ spec }) => ({ spec })) }),
    );
    writeFileSync(`${name}.jsonl`, runs.map((run) => `${JSON.stringify(resultOf(run))}\n`).join(""));
    const [record] = claimsOf(name);
    assert.deepEqual([record.effect, record.interval], [4, [3.3333, 5]]);
    assert.include(record.note, "3 of 3 runs (plain) never get there: they count as all their 100 steps");
    assert.notInclude(record.note, "batch norm");
  });

  it("name a side by the kind of its residual branches, where it has some", async () => {
    const spec = {
      name: "scaled",
      data: { set: "digits" },
      network: { kind: "resnet", channels: [2], blocks: 1, scale: 0 },
      optimizer: { kind: "sgd", learningRate: 0.1 },
      steps: 0,
    };
    const bare = { ...spec, name: "bare", network: { ...spec.network, scale: undefined, shortcuts: false } };
    const grid = { "optimizer.learningRate": [0.1, 1] };
    const claim = {
      statement: "It is better.",
      source: ["a test"],
      unit: "points",
      enough: 1,
      measure: { kind: "accuracy" },
      of: { name: "scaled" },
      against: { name: "bare" },
    };
    const name = join(folder, "branches");
    const runs = [spec, bare].map((each) => ({ spec: each, grid: { ...grid, seed: [0, 1] } }));
    writeFileSync(`${name}.spec.json`, JSON.stringify({ claims: { better: claim }, runs }));
    await sweep(readSpecs(`${name}.spec.json`), { out: `${name}.jsonl`, progress: false, workers: 1 });
    const [record] = claimsOf(name);
    assert.deepEqual(
      record.rates.map((rate) => rate.name),
      ["plain with scaled branches", "plain without shortcuts"],
    );
  });
});

const specOf = (norm: string) => ({
  data: { set: "moons" },
  network: { hidden: [2], norm },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 100,
  milestones: [0.95],
});

const resultOf = ({ spec, reached }: { spec: object; reached: number | null }) => ({
  key: "",
  spec,
  status: "finished",
  steps: 100,
  evaluatedAt: [0, 100],
  evaluations: {},
  milestones: { validation: [reached], test: [reached] },
  probedAt: [],
  probes: {},
  finally: {},
  hash: "",
});

const fasterClaim = {
  statement: "It is faster.",
  source: ["a test"],
  unit: "times as many steps",
  compare: "ratio",
  enough: 1.25,
  measure: { kind: "steps", to: 0.95 },
  of: { "network.norm": "none" },
  against: { "network.norm": "batch" },
};
