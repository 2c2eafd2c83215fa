// The sweeps that the course reads are true: each results file holds one line for each run of the spec beside it, and
// runs done again give the same bytes. By default those are runs of the two smallest seeds, evenly chosen where they are many;
// NORMLAB_FULL=1 does all of them again.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { arithmeticOf } from "../../src/experiments/arithmetic.js";
import { checkSpec } from "../../src/experiments/check-spec.js";
import {
  type ExperimentResult,
  type ExperimentSpec,
  readResults,
  readSpecs,
  sweep,
} from "../../src/experiments/index.js";
import { keyOf } from "../../src/experiments/result.js";
import { lineOf } from "../../src/experiments/results-lines.js";
import { root } from "./run.js";

const folder = join(root, "notebooks", "results");
/** How much is done again for one file, in training steps and multiply-adds: chosen by counting, not by the clock. */
const stepsAtMost = 2000;
const arithmeticAtMost = 2e10;
/** A course of eleven lessons has to stay quick to clone. */
const bytesAtMost = 1_000_000;

const files = existsSync(folder) ? readdirSync(folder).sort() : [];
const sweeps = files.filter((file) => file.endsWith(".spec.json"));
const resultsOf = (file: string) => join(folder, file.replace(/\.spec\.json$/, ".jsonl"));

const full = process.env.NORMLAB_FULL === "1";

/** The places of the runs to do again: a few of the two smallest seeds. */
function chosen(results: readonly ExperimentResult[]): Set<number> {
  const places = Array.from(results.keys());
  const seedOf = (place: number) => results[place].spec.seed ?? 0;
  const seeds = Array.from(new Set(places.map(seedOf))).sort((a, b) => a - b);
  const ofTwoSeeds = places.filter((place) => seeds.slice(0, 2).includes(seedOf(place)));
  const sum = (of: (place: number) => number) => ofTwoSeeds.reduce((total, place) => total + of(place), 0);
  const share = Math.min(
    1,
    stepsAtMost / sum((place) => results[place].steps),
    arithmeticAtMost / sum((place) => arithmeticOf(checkSpec(results[place].spec))),
  );
  const count = Math.max(1, Math.floor(share * ofTwoSeeds.length));
  // From the first to the last: one is of each seed where there are two.
  const apart = (ofTwoSeeds.length - 1) / Math.max(1, count - 1);
  return new Set(Array.from({ length: count }, (_, i) => ofTwoSeeds[Math.round(i * apart)]));
}

/** A results file beside its spec, and which of its runs are done again. */
interface Kept {
  resultsFile: string;
  lines: string[];
  specs: ExperimentSpec[];
  places: number[];
  advice: string;
}

/** Fails unless there is a line for each run of the spec, in order. */
function readKept(specFile: string, resultsFile: string): Kept {
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
  return { resultsFile, lines, specs, places: Array.from(full ? results.keys() : chosen(results)), advice };
}

/** The first line that differs from what its spec gives, for each file: one sweep over all, as its threads take long to start. */
async function differences(kept: readonly Kept[]): Promise<(string | undefined)[]> {
  const runs = kept.flatMap(({ specs, places }) => places.map((place) => specs[place]));
  const again = await sweep(runs, { progress: false, workers: 2 });
  let next = 0;
  return kept.map(({ resultsFile, lines, places, advice }) => {
    const lineAgain = again.slice(next, next + places.length).map(lineOf);
    next += places.length;
    const index = places.findIndex((place, i) => lineAgain[i] !== lines[place]);
    return index < 0
      ? undefined
      : `${resultsFile}:${places[index] + 1}: the run gives another result now. ${advice}`;
  });
}

describe("the course's results", function () {
  this.timeout(full ? 0 : 300_000);
  const found = new Map<string, string | undefined>();

  before(async () => {
    const kept = sweeps.flatMap((file): [string, Kept][] => {
      try {
        return [[file, readKept(join(folder, file), resultsOf(file))]];
      } catch (error) {
        found.set(file, String(error));
        return [];
      }
    });
    const differs = await differences(kept.map(([, each]) => each));
    for (const [i, [file]] of kept.entries()) found.set(file, differs[i]);
  });

  for (const file of sweeps)
    it(`notebooks/results/${file}`, () => {
      assert.isTrue(found.has(file));
      assert.isUndefined(found.get(file));
      assert.isBelow(readFileSync(resultsOf(file)).length, bytesAtMost, `${file}: its results are too large`);
    });

  it("have their specs beside them", () => {
    const orphans = files.filter(
      (file) => file.endsWith(".jsonl") && !sweeps.includes(file.replace(/\.jsonl$/, ".spec.json")),
    );
    assert.isEmpty(orphans);
  });
});

const small: ExperimentSpec = {
  data: { set: "moons", size: 60 },
  network: { hidden: [3] },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 4,
  batchSize: 8,
};

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
    writeFileSync(
      specFile,
      JSON.stringify({ spec: small, grid: { "network.norm": ["none", "batch"], seed: [7, 3] } }),
    );
    await sweep(readSpecs(specFile), { out: resultsFile, progress: false, workers: 1 });
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  async function message(): Promise<string> {
    try {
      const [difference = ""] = await differences([readKept(specFile, resultsFile)]);
      return difference;
    } catch (error) {
      return (error as Error).message;
    }
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
    const ofSteps = (steps: number, batchSize = 8) =>
      [0, 5, 1].flatMap((seed) => {
        const spec = { ...small, steps, batchSize, seed };
        return [1, 2, 3].map((run) => ({ spec, steps, run }));
      }) as unknown as ExperimentResult[];
    assert.deepEqual(Array.from(chosen(ofSteps(300))), [0, 1, 2, 6, 7, 8]);
    assert.deepEqual(Array.from(chosen(ofSteps(1000))), [0, 8]);
    assert.deepEqual(Array.from(chosen(ofSteps(6000))), [0]);
    // A batch of them all, in a network so wide that the arithmetic decides.
    const wide = ofSteps(100).map((result) => ({
      ...result,
      spec: { ...result.spec, batchSize: 50, network: { hidden: [700, 700] } },
    }));
    assert.deepEqual(Array.from(chosen(wide)), [0, 8]);
  });
});
