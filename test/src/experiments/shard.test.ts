// A sweep in parts: which runs are whose, what a scheduler says, and what happens when it ends a task.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import { OptionError } from "../../../src/base/errors.js";
import { DataError } from "../../../src/data/index.js";
import { arithmeticOf } from "../../../src/experiments/arithmetic.js";
import { checkSpec } from "../../../src/experiments/check-spec.js";
import {
  type ExperimentSpec,
  grid,
  readResults,
  readSpecs,
  runExperiment,
} from "../../../src/experiments/index.js";
import { readShard, runsOfShard } from "../../../src/experiments/shard.js";
import { checkedRuns, sweepRuns } from "../../../src/experiments/sweep-runs.js";
import { caught } from "../../caught.js";

const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [8], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 20,
};
const command = fileURLToPath(new URL("../../../kernel/command/main.js", import.meta.url));
const results = fileURLToPath(new URL("../../../../notebooks/results/", import.meta.url));

describe("the parts of a sweep", () => {
  const widths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 30 });

  it("have each run once, whatever the order of the specs and however often one stands there", () => {
    fc.assert(
      fc.property(widths, fc.integer({ min: 1, max: 9 }), fc.integer(), (hidden, count, turn) => {
        const specs = hidden.map((width) => ({ ...base, network: { hidden: [width] } }));
        const turned = specs.toSorted((a, b) => ((a.network.hidden[0] * turn) % 7) - b.network.hidden[0]);
        const parts = (given: ExperimentSpec[]) =>
          Array.from({ length: count }, (_, place) =>
            runsOfShard(checkedRuns(given), { index: place + 1, count })
              .map(({ key }) => key)
              .toSorted(),
          );
        const keys = new Set(checkedRuns(specs).map(({ key }) => key));
        expect(parts(specs).flat().toSorted()).deep.equal([...keys].toSorted());
        expect(parts(turned)).deep.equal(parts(specs));
      }),
      { numRuns: 60 },
    );
  });

  it("have about as much to compute: no part more than 4/3 of the mean and a longest run", () => {
    for (const [name, count] of [
      ["04-speed-relu", 7],
      ["05-batch-size", 7],
      ["07-depth", 16],
    ] as const) {
      const runs = checkedRuns(readSpecs(join(results, `${name}.spec.json`)));
      const loads = Array.from({ length: count }, (_, place) =>
        runsOfShard(runs, { index: place + 1, count }).reduce((sum, { spec }) => sum + arithmeticOf(spec), 0),
      );
      const mean = loads.reduce((sum, load) => sum + load, 0) / count;
      const longest = Math.max(...runs.map(({ spec }) => arithmeticOf(spec)));
      expect(Math.max(...loads), name).most(Math.max((4 / 3) * mean, longest));
      expect(Math.min(...loads), name).least(mean / 2);
    }
  });

  it("count what a run computes: more for more steps, wider networks, more evaluations", () => {
    const count = (given: Partial<ExperimentSpec>) => arithmeticOf(checkSpec({ ...base, ...given }));
    const one = count({});
    expect(count({ steps: 40 })).above(one);
    expect(count({ network: { hidden: [80] } })).above(one);
    expect(count({ network: { hidden: [8], norm: "batch", dtype: "float64" } })).above(one);
    expect(count({ evaluateEvery: 1 })).above(one);
    expect(count({ probes: ["gradientNorms"], probeEvery: 1 })).above(one);
    expect(count({ steps: undefined, epochs: 100 })).above(one);
    expect(count({ data: { set: "csv", file: "nowhere.csv" } })).above(one);
    const images = (network: ExperimentSpec["network"]) => count({ data: { set: "digits" }, network });
    const small = images({ kind: "cnn", channels: [4, 8] });
    expect(images({ kind: "cnn", channels: [8, 16] })).above(small);
    expect(images({ kind: "resnet", channels: [4, 8], blocks: 2 })).above(small);
    expect(images({ kind: "resnet", channels: [4, 8], blocks: [3, 4] })).above(
      images({ kind: "resnet", channels: [4, 8], blocks: 2 }),
    );
  });
});

describe("--shard", () => {
  const read = (text: string, variables: Record<string, string> = {}) =>
    readShard(text, (name) => variables[name]);

  it("takes k/n", () => {
    expect(read("2/7")).deep.equal({ index: 2, count: 7 });
    for (const text of ["0/7", "8/7", "0/0"]) expect(() => read(text)).throw(OptionError, "does not exist");
    for (const text of ["", "2", "a/7", "1.5/7", "-1/7", "slurms"])
      expect(() => read(text)).throw(OptionError, "--shard takes k/n");
  });

  it("takes Slurm's variables, for arrays that begin anywhere and in steps", () => {
    const array = (task: number, min: number, max: number, step: number, count: number) => ({
      SLURM_ARRAY_TASK_ID: String(task),
      SLURM_ARRAY_TASK_MIN: String(min),
      SLURM_ARRAY_TASK_MAX: String(max),
      SLURM_ARRAY_TASK_STEP: String(step),
      SLURM_ARRAY_TASK_COUNT: String(count),
    });
    expect(read("slurm", array(0, 0, 6, 1, 7))).deep.equal({ index: 1, count: 7 });
    expect(read("slurm", array(7, 1, 7, 1, 7))).deep.equal({ index: 7, count: 7 });
    expect(read("slurm", array(14, 10, 18, 4, 3))).deep.equal({ index: 2, count: 3 });
    expect(() => read("slurm", array(7, 3, 9, 1, 3))).throw(OptionError, "Number them without gaps");
    // More parts than MaxArraySize: the second of two arrays, and one task of it again by itself.
    const second = { NORMLAB_SHARD_OFFSET: "1000", NORMLAB_SHARD_COUNT: "1500" };
    expect(read("slurm", { ...array(3, 0, 499, 1, 500), ...second })).deep.equal({
      index: 1004,
      count: 1500,
    });
    expect(read("slurm", { ...array(3, 3, 3, 1, 1), ...second })).deep.equal({ index: 1004, count: 1500 });
    expect(() => read("slurm")).throw(OptionError, "SLURM_ARRAY_TASK_ID is not set");
    expect(() => read("slurm", { SLURM_ARRAY_TASK_ID: "x" })).throw(OptionError, "whole number");
  });

  it("takes a Kubernetes Job's variable, and asks for the number of pods", () => {
    const index = { JOB_COMPLETION_INDEX: "6" };
    expect(read("kubernetes", { ...index, NORMLAB_SHARD_COUNT: "7" })).deep.equal({ index: 7, count: 7 });
    expect(() => read("kubernetes", index)).throw(OptionError, "Set NORMLAB_SHARD_COUNT");
    expect(() => read("kubernetes")).throw(OptionError, "JOB_COMPLETION_INDEX is not set");
    expect(() => read("kubernetes", { ...index, NORMLAB_SHARD_COUNT: "6" })).throw(
      OptionError,
      "part 7 of 6",
    );
  });
});

describe("a part of a sweep", function () {
  this.timeout(60_000);
  let folder: string;
  let out: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-shard-"));
    out = join(folder, "results.jsonl");
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  const quiet = { workers: 1, progress: false };

  it("has a file whose first line says which it is, even where it has no runs; that is not another's", async () => {
    const specs = grid(base, { seed: [0, 1] });
    const shard = { index: 2, count: 3 };
    await sweepRuns(specs, { ...quiet, out, shard });
    const [head, ...lines] = readFileSync(out, "utf8").trimEnd().split("\n");
    expect(JSON.parse(head).shard).include({ index: 2, count: 3, runs: 2 });
    expect(lines).lengthOf(1);
    expect(readResults(out)).lengthOf(1);
    const empty = join(folder, "empty.jsonl");
    await sweepRuns(specs, { ...quiet, out: empty, shard: { index: 3, count: 3 } });
    expect(readFileSync(empty, "utf8")).equal('{"shard":{"index":3,"count":3,"runs":2,"own":[]}}\n');
    for (const other of [{ shard: { index: 1, count: 3 } }, {}]) {
      const error = await caught(sweepRuns(specs, { ...quiet, out, ...other }));
      expect(error).instanceOf(DataError);
      expect((error as Error).message).contain("it holds part 2 of 3 of a sweep, and ");
      expect((error as Error).message).contain("run this part with --shard 2/3");
    }
  });

  /** Longer than the signal takes, and of a length that is counted: 30 runs. */
  const long = grid(
    { ...base, network: { hidden: [100, 100] }, steps: 400 },
    {
      seed: Array.from({ length: 30 }, (_, seed) => seed),
    },
  );

  for (const [signal, times] of [
    ["SIGTERM", 1],
    ["SIGUSR1", 2],
  ] as const)
    it(`ends with its run at hand at ${signal}, with exit code 0, and goes on`, async () => {
      writeFileSync(join(folder, "spec.json"), JSON.stringify(long));
      const words = ["run", join(folder, "spec.json"), "--out", out, "--workers", "1", "--shard", "1/1"];
      child = spawn(process.execPath, [command, ...words], { stdio: ["ignore", "pipe", "pipe"] });
      const closed = once(child, "close");
      let told = "";
      child.stdout?.on("data", (text) => {
        told += text;
      });
      let isSent = false;
      for await (const chunk of child.stderr ?? []) {
        if (!String(chunk).includes("Sweep ·") || isSent) continue;
        isSent = true;
        for (let time = 0; time < times; time++) child.kill(signal);
      }
      expect((await closed)[0], told).equal(0);
      expect(told).match(/stopped with \d+ of 30 runs left. The same call goes on from there/);
      const kept = readResults(out);
      expect(kept.length).within(1, 29);
      expect(kept[0].hash).equal((await runExperiment(kept[0].spec)).hash);
      // At most the one run more that was at hand when the signal came.
      expect(kept.length).most(9);
    });
});
