// The sweeps that the course reads are true: each results file holds one line for each run of the spec beside it, and
// runs done again give the same bytes. By default those are runs of the two smallest seeds, evenly chosen where they are many;
// NORMLAB_FULL=1 does all of them again.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { checkSpec } from "../../src/experiments/check-spec.js";
import { type ExperimentResult, readResults, readSpecs, sweep } from "../../src/experiments/index.js";
import { keyOf } from "../../src/experiments/result.js";
import { lineOf } from "../../src/experiments/results-lines.js";
import { root } from "./run.js";

const folder = join(root, "notebooks", "results");
/** How many training steps are done again for one file: what is done is chosen by counting, not by the clock. */
const stepsAtMost = 2000;
/** A course of eleven lessons has to stay quick to clone. */
const bytesAtMost = 1_000_000;

const files = existsSync(folder) ? readdirSync(folder).sort() : [];
const sweeps = files.filter((file) => file.endsWith(".spec.json"));

const full = process.env.NORMLAB_FULL === "1";

/** The places of the runs to do again: a few of the two smallest seeds. */
function chosen(results: readonly ExperimentResult[]): Set<number> {
  const places = Array.from(results.keys());
  const seedOf = (place: number) => results[place].spec.seed ?? 0;
  const seeds = Array.from(new Set(places.map(seedOf))).sort((a, b) => a - b);
  const ofTwoSeeds = places.filter((place) => seeds.slice(0, 2).includes(seedOf(place)));
  const steps = ofTwoSeeds.reduce((sum, place) => sum + results[place].steps, 0);
  const count = Math.max(
    1,
    Math.min(ofTwoSeeds.length, Math.floor((stepsAtMost * ofTwoSeeds.length) / steps)),
  );
  // From the first to the last: one is of each seed where there are two.
  const apart = (ofTwoSeeds.length - 1) / Math.max(1, count - 1);
  return new Set(Array.from({ length: count }, (_, i) => ofTwoSeeds[Math.round(i * apart)]));
}

/** Fails at the first line that differs from what its spec gives. */
async function assertTrue(specFile: string, resultsFile: string): Promise<void> {
  const specs = readSpecs(specFile);
  const results = readResults(resultsFile);
  const lines = readFileSync(resultsFile, "utf8").split("\n").slice(0, -1);
  const advice = `Delete the file and make it anew: node dist/src/experiments/command/main.js run ${specFile} --out ${resultsFile}`;
  const keys = specs.map((spec) => keyOf(checkSpec(spec)));
  const wrong = lines.findIndex((_, index) => results[index]?.key !== keys[index]);
  assert.equal(
    wrong,
    -1,
    `${resultsFile}:${wrong + 1}: the line is no result of run ${wrong + 1}. ${advice}`,
  );
  assert.lengthOf(lines, keys.length, `${resultsFile}: the spec has ${keys.length} runs. ${advice}`);

  const places = Array.from(full ? results.keys() : chosen(results));
  const again = await sweep(
    places.map((place) => specs[place]),
    { progress: false, workers: 2 },
  );
  for (const [index, place] of places.entries())
    assert.equal(
      lineOf(again[index]),
      lines[place],
      `${resultsFile}:${place + 1}: the run gives another result now. ${advice}`,
    );
}

describe("the course's results", function () {
  this.timeout(full ? 0 : 120_000);

  for (const file of sweeps)
    it(`notebooks/results/${file}`, async () => {
      const results = join(folder, file.replace(/\.spec\.json$/, ".jsonl"));
      assert.isTrue(existsSync(results), `${file} has no results beside it`);
      await assertTrue(join(folder, file), results);
      assert.isBelow(readFileSync(results).length, bytesAtMost, `${results} is too large`);
    });

  it("have their specs beside them", () => {
    const orphans = files.filter(
      (file) => file.endsWith(".jsonl") && !sweeps.includes(file.replace(/\.jsonl$/, ".spec.json")),
    );
    assert.isEmpty(orphans);
  });
});

describe("a results file that is not true", function () {
  this.timeout(60_000);
  let scratch: string;
  let specFile: string;
  let resultsFile: string;
  const lines = () => readFileSync(resultsFile, "utf8").split("\n").slice(0, -1);
  const save = (changed: string[]) => writeFileSync(resultsFile, changed.map((line) => `${line}\n`).join(""));

  beforeEach(async () => {
    scratch = mkdtempSync(join(tmpdir(), "normlab-results-"));
    specFile = join(scratch, "small.spec.json");
    resultsFile = join(scratch, "small.jsonl");
    const spec = {
      data: { set: "moons", size: 60 },
      network: { hidden: [3] },
      optimizer: { kind: "sgd", learningRate: 0.1 },
      steps: 4,
      batchSize: 8,
    };
    writeFileSync(
      specFile,
      JSON.stringify({ spec, grid: { "network.norm": ["none", "batch"], seed: [7, 3] } }),
    );
    await sweep(readSpecs(specFile), { out: resultsFile, progress: false, workers: 1 });
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  async function message(): Promise<string> {
    try {
      await assertTrue(specFile, resultsFile);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  }

  it("is not seen in a true one", async () => assert.equal(await message(), ""));

  it("is told by file and line when a digit was changed", async () => {
    const changed = lines();
    changed[2] = changed[2].replace(/"loss":\[0\.\d/, (text) => `${text}1`);
    save(changed);
    assert.include(await message(), "small.jsonl:3: the run gives another result now");
  });

  it("is told when a line is missing, one too many, or its spec was changed", async () => {
    const all = lines();
    save(all.slice(0, 3));
    assert.include(await message(), "the spec has 4 runs");
    save([...all, all[0]]);
    assert.include(await message(), "small.jsonl:5: the line is no result of run 5");
    save(all);
    writeFileSync(specFile, readFileSync(specFile, "utf8").replace('"steps":4', '"steps":5'));
    assert.include(await message(), "small.jsonl:1: the line is no result of run 1");
  });

  it("is sought among the two smallest seeds, evenly where these are many", () => {
    const ofSteps = (steps: number) =>
      [0, 5, 1].flatMap((seed) =>
        [1, 2, 3].map((run) => ({ spec: { seed }, steps, run })),
      ) as unknown as ExperimentResult[];
    assert.deepEqual(Array.from(chosen(ofSteps(300))), [0, 1, 2, 6, 7, 8]);
    assert.deepEqual(Array.from(chosen(ofSteps(1000))), [0, 8]);
    assert.deepEqual(Array.from(chosen(ofSteps(6000))), [0]);
  });
});
