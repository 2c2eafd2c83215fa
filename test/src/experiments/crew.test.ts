// The threads of a sweep and those of the next one.
import { spawnSync } from "node:child_process";
import type { Worker } from "node:worker_threads";
import { expect } from "chai";
import { type ExperimentSpec, sweep } from "../../../src/experiments/index.js";
import { caught } from "../../caught.js";

const specs = (count: number, data: ExperimentSpec["data"] = { set: "moons" }): ExperimentSpec[] =>
  Array.from({ length: count }, (_, seed) => ({
    seed,
    data,
    network: { hidden: [8], norm: "batch" },
    optimizer: { kind: "sgd", learningRate: 0.1 },
    steps: 20,
  }));
const hashes = async (of: readonly ExperimentSpec[], workers: number) =>
  (await sweep(of, { workers, progress: false })).map(({ hash }) => hash);

describe("the threads of a sweep", () => {
  let started: Worker[];
  const note = (worker: Worker) => started.push(worker);
  beforeEach(() => {
    started = [];
    process.on("worker", note);
  });
  afterEach(() => {
    process.off("worker", note);
  });
  const ended = (workers: readonly Worker[]) => workers.filter(({ threadId }) => threadId === -1).length;

  it("wait for the next sweep, which starts more only where they are too few", async () => {
    const alone = await hashes(specs(6), 1);
    // More than any test before has left.
    expect(await hashes(specs(6), 5)).to.deep.equal(alone);
    const first = started.splice(0);
    expect(first.length).to.equal(5);
    expect(await hashes(specs(6), 5)).to.deep.equal(alone);
    expect(await hashes(specs(6), 2)).to.deep.equal(alone);
    expect(started.length).to.equal(0);
    expect(await hashes(specs(6), 6)).to.deep.equal(alone);
    expect(started.length).to.equal(6);
    expect(ended(first)).to.equal(5);
  });

  it("are one sweep's alone: two at once have their own, and one of them leaves its threads", async () => {
    await hashes(specs(2), 2);
    const alone = await hashes(specs(4), 1);
    const both = await Promise.all([hashes(specs(4), 2), hashes(specs(4), 2)]);
    expect(both).to.deep.equal([alone, alone]);
    expect(await hashes(specs(4), 2)).to.deep.equal(alone);
    expect(started.length - ended(started)).to.be.at.most(2);
  });

  it("serve the next sweep after one that was stopped and one that failed", async () => {
    const alone = await hashes(specs(4), 1);
    const controller = new AbortController();
    const long = specs(4).map((spec) => ({ ...spec, steps: 1_000_000 }));
    const stopped = caught(sweep(long, { workers: 2, progress: false, signal: controller.signal }));
    setImmediate(() => controller.abort());
    expect(((await stopped) as Error).name).to.equal("SweepStoppedError");
    expect(await hashes(specs(4), 2)).to.deep.equal(alone);
    const wrong = specs(2, { set: "csv", file: "there/is/none.csv" });
    const failed = await caught(sweep([...wrong, ...long], { workers: 2, progress: false }));
    expect((failed as Error).name).to.equal("RunFailedError");
    expect(await hashes(specs(4), 2)).to.deep.equal(alone);
  });

  it("don't keep the program", () => {
    const index = new URL("../../../src/index.js", import.meta.url).href;
    const program = `
      const { sweep } = await import(${JSON.stringify(index)});
      const results = await sweep(${JSON.stringify(specs(2))}, { workers: 2, progress: false });
      console.log(results.length);`;
    const { stdout, signal, status } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", program],
      // They would wait for a minute.
      { encoding: "utf8", timeout: 50_000 },
    );
    expect({ stdout, signal, status }).to.deep.equal({ stdout: "2\n", signal: null, status: 0 });
  });
});
