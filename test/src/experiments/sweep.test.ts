import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { OptionError } from "../../../src/base/errors.js";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { DataError } from "../../../src/data/index.js";
import {
  type ExperimentSpec,
  grid,
  RunFailedError,
  readResults,
  readSpecs,
  SweepStoppedError,
  sweep,
} from "../../../src/experiments/index.js";
import type { ProgressSink } from "../../../src/report/progress.js";
import { caught } from "../../caught.js";

const base: ExperimentSpec = {
  data: { set: "digits" },
  network: {
    hidden: [16, 16],
    norm: "batch",
    dropout: 0.1,
    activation: "sigmoid",
    batchNorm: { noise: true },
  },
  optimizer: { kind: "sgd", learningRate: 0.5, momentum: 0.9 },
  steps: 25,
  evaluateEvery: 10,
  probes: ["gradientNorms"],
};
const specs: ExperimentSpec[] = [
  ...grid(base, { "network.dtype": ["float32", "float64"], seed: [0, 1] }),
  {
    data: { set: "moons", size: 300 },
    network: { hidden: [8, 8], norm: "layer", activation: "tanh" },
    optimizer: { kind: "adam", learningRate: 0.01 },
    steps: 30,
  },
  {
    data: { set: "blobs", size: 300 },
    network: { hidden: [9] },
    optimizer: base.optimizer,
    steps: 30,
    seed: 2,
  },
];

/** The hashes of the six runs: equal on every machine and every version of Node. */
const COMMITTED =
  "7411f4834be7ce4e e429c901d13c8ef2 2b9a01a0374275e5 b43bfe53af580be7 f569a26ec037d407 4a46468497a4f433";

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "normlab-sweep-"));
  out = join(folder, "results.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const hashesOf = (results: readonly { hash: string }[]) => results.map(({ hash }) => hash).join(" ");

describe("sweep", () => {
  it("gives the committed bits with 1, 2 and 4 workers, and the same file", async () => {
    const files: string[] = [];
    for (const workers of [1, 2, 4]) {
      const file = join(folder, `${workers}.jsonl`);
      const results = await sweep(specs, { workers, progress: false, out: file });
      expect(hashesOf(results)).equal(COMMITTED);
      files.push(readFileSync(file, "utf8"));
    }
    expect(files[1]).equal(files[0]);
    expect(files[2]).equal(files[0]);
    expect(readResults(join(folder, "1.jsonl"))).lengthOf(6);
  }).timeout(60000);

  it("gives results that are an array, and a table as the last value of a cell", async () => {
    const given = grid({ ...specs[4], steps: 2 }, { seed: [1, 2] });
    const results = await sweep(given, { workers: 1, progress: false, out });
    for (const shown of [results, readResults(out)]) {
      expect(Object.keys(shown)).deep.equal(["0", "1"]);
      const { [jupyterDisplay]: display } = shown as unknown as Record<symbol, () => Record<string, string>>;
      expect(display()["text/plain"]).match(
        /^seed +status +steps +validation loss .*test accuracy\n +1 +finished +2 /,
      );
    }
  });

  it("goes on after it was stopped, to the same file", async () => {
    const whole = join(folder, "whole.jsonl");
    await sweep(specs, { workers: 1, progress: false, out: whole });
    for (const workers of [1, 2]) {
      const file = join(folder, `stopped-${workers}.jsonl`);
      const controller = new AbortController();
      const afterTwo: ProgressSink = {
        start() {},
        report: (done) => {
          if (done === 2) controller.abort();
        },
        finish() {},
      };
      const error = await caught(
        sweep(specs, { workers, progress: afterTwo, out: file, signal: controller.signal }),
      );
      expect(error).instanceOf(SweepStoppedError);
      const { results, message } = error as SweepStoppedError;
      expect(message).match(/stopped with \d of 6 runs left. The same call goes on from there/);
      expect(readResults(file)).deep.equal(results);
      expect(results.length).within(2, 5);
      let runs = 0;
      const counting: ProgressSink = {
        start: (total) => {
          runs = total;
        },
        report() {},
        finish() {},
      };
      await sweep(specs, { workers, progress: counting, out: file });
      expect(runs).equal(6 - results.length);
      expect(readFileSync(file, "utf8")).equal(readFileSync(whole, "utf8"));
    }
  }).timeout(60000);

  it("does a run again whose line was cut off when the program died", async () => {
    await sweep(specs.slice(0, 2), { workers: 1, progress: false, out });
    const whole = readFileSync(out, "utf8");
    writeFileSync(out, whole.slice(0, -100));
    await sweep(specs.slice(0, 2), { workers: 1, progress: false, out });
    expect(readFileSync(out, "utf8")).equal(whole);
  });

  it("keeps the results of other specs, and does equal specs once", async () => {
    await sweep([specs[0]], { workers: 1, progress: false, out });
    const results = await sweep([specs[1], specs[1]], { workers: 1, progress: false, out });
    expect(results[0]).equal(results[1]);
    expect(readResults(out).map(({ spec }) => spec.seed)).deep.equal([1, 0]);
  });

  it("names a line that is no result, and a spec that is wrong, before anything runs", async () => {
    const lineWith = (data: string) =>
      `{"key":"a","spec":{"data":{${data}},"network":{"hidden":[]},"optimizer":{"kind":"sgd","learningRate":1},"steps":1},"hash":"b"}`;
    const result = `${lineWith('"set":"moons"')}\n`;
    for (const [line, what] of [
      ["hello", "the line is no JSON"],
      ['{"key":"a","hash":"b"}', "the line is no result"],
      ["null", "the line is no result"],
      [
        lineWith('"set":"moons","sise":3'),
        'its spec is none that this version runs: spec.data.sise: unknown key. Did you mean "size"? Remove the line',
      ],
    ]) {
      writeFileSync(out, `${result}${line}\n`);
      const damaged = await caught(sweep(specs, { workers: 1, progress: false, out }));
      expect(damaged).instanceOf(DataError);
      expect((damaged as Error).message).contain(`results.jsonl, line 2: ${what}`);
    }
    const wrong = await caught(
      sweep([specs[0], { ...base, batchSize: -1 }], { workers: 1, progress: false }),
    );
    expect(wrong).instanceOf(OptionError);
    expect((wrong as Error).message).contain("specs[1].batchSize: Too small");
    expect(readdirSync(folder)).deep.equal(["results.jsonl"]);
  });

  it("says which run could not be done, in this thread or another, and keeps the others' results", async () => {
    const broken: ExperimentSpec = { ...base, data: { set: "csv", file: "nowhere.csv" }, seed: 7 };
    for (const workers of [1, 2]) {
      const error = await caught(sweep([specs[0], broken], { workers, progress: false, out }));
      expect(error).instanceOf(RunFailedError);
      expect((error as Error).message).contain(
        "with seed 7 on csv failed: nowhere.csv: there is no such file",
      );
    }
    expect(readResults(out)).lengthOf(1);
  });

  it("reports each run and ends with a summary without times", async () => {
    const calls: string[] = [];
    const sink: ProgressSink = {
      start: (total, label) => calls.push(`start ${total} ${label}`),
      report: (done) => calls.push(`report ${done}`),
      finish: (summary) => calls.push(`finish ${summary}`),
    };
    await sweep(specs.slice(0, 2), { workers: 1, progress: sink });
    expect(calls).deep.equal(["start 2 Sweep", "report 1", "report 2", "finish Sweep: 2 of 2 runs done"]);
  });
});

describe("a spec file", () => {
  it("holds a spec, a spec with a grid, or an array of these", () => {
    const read = (content: unknown) => {
      writeFileSync(join(folder, "spec.json"), JSON.stringify(content));
      return readSpecs(join(folder, "spec.json"));
    };
    expect(read(base)).deep.equal([base]);
    expect(read({ spec: base, grid: { seed: [1, 2] } }).map(({ seed }) => seed)).deep.equal([1, 2]);
    expect(read([base, { spec: base, grid: { seed: [1, 2] } }])).lengthOf(3);
    expect(() => read([])).throw(DataError, "holds no specs");
    expect(() => read([7])).throw(OptionError, "spec.json[0]: a spec is an object");
    expect(() => read({ spec: base, gird: {} })).throw(OptionError, 'only "grid" may stand; got "gird"');
    writeFileSync(join(folder, "broken.json"), '{\n  "data": ?\n}');
    expect(() => readSpecs(join(folder, "broken.json"))).throw(
      DataError,
      /broken\.json, line 2, column 11: no JSON/,
    );
  });
});

describe("the runner for shells", () => {
  const runner = fileURLToPath(new URL("../../../src/experiments/command/main.js", import.meta.url));
  const run = promisify(execFile);
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill("SIGKILL"));

  it("runs a spec file and writes the results that sweep() gives", async () => {
    writeFileSync(join(folder, "spec.json"), JSON.stringify({ spec: base, grid: { seed: [0, 1] } }));
    const { stdout } = await run(process.execPath, [
      runner,
      "run",
      join(folder, "spec.json"),
      "--out",
      out,
      "--workers",
      "2",
      "--quiet",
    ]);
    expect(stdout).equal(`2 results in ${out}\n`);
    expect(readResults(out)).deep.equal(
      await sweep(grid(base, { seed: [0, 1] }), { workers: 1, progress: false }),
    );
  });

  it("says what is wrong, with an exit code of its own", async () => {
    writeFileSync(join(folder, "spec.json"), JSON.stringify({ ...base, batchSize: 0 }));
    const failing = (...given: string[]) => caught(run(process.execPath, [runner, "run", ...given]));
    expect(await failing(join(folder, "spec.json"), "--out", out)).property("code", 1);
    expect(await failing(join(folder, "spec.json"), "--out", out))
      .property("stderr")
      .contain("batchSize: Too small");
    expect(await failing(join(folder, "spec.json"))).property("code", 2);
    expect(await failing("--outt", "x"))
      .property("stderr")
      .contain("Usage: normlab run SPEC.json --out");
    expect(existsSync(out)).equal(false);
  });

  it("stops at Ctrl+C, keeps what is done, and goes on when it is called again", async () => {
    const long = grid({ ...base, steps: 60 }, { seed: Array.from({ length: 40 }, (_, seed) => seed) });
    writeFileSync(join(folder, "spec.json"), JSON.stringify(long));
    child = spawn(
      process.execPath,
      [runner, "run", join(folder, "spec.json"), "--out", out, "--workers", "1"],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const ended = once(child, "exit");
    let text = "";
    // The first line of progress says that some runs are done.
    for await (const chunk of child.stderr ?? []) {
      text += String(chunk);
      if (text.includes("Sweep ·") && !child.killed) child.kill("SIGINT");
    }
    const [code] = await ended;
    expect(code).equal(130);
    expect(text).contain("The same call goes on from there");
    const kept = readResults(out);
    expect(kept.length).within(1, 39);
    const results = await sweep(long.slice(0, kept.length + 1), { workers: 1, progress: false, out });
    expect(results.slice(0, kept.length)).deep.equal(kept);
  }).timeout(60000);
});
