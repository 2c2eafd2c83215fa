// One sweep at a time has a results file, whichever threads and processes want it, and however the last one ended.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { DataError } from "../../../src/data/index.js";
import { ResultsLock } from "../../../src/experiments/results-lock.js";

const MODULE = new URL("../../../src/experiments/results-lock.js", import.meta.url).href;

/** Threads that, round by round, wait for one another, take the lock if they can, and hold it until all have tried. */
const RACER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { files, threads, state } = workerData;
  const barrier = (round) => {
    if (Atomics.add(state, round, 1) + 1 === threads) Atomics.notify(state, round);
    else while (Atomics.load(state, round) < threads) Atomics.wait(state, round, Atomics.load(state, round), 1000);
  };
  import(${JSON.stringify(MODULE)}).then(({ ResultsLock }) => {
    const won = files.map((file, round) => {
      const lock = new ResultsLock(file);
      barrier(2 * round);
      let taken = false;
      try {
        lock.take();
        taken = true;
      } catch (error) {
        if (error.name !== "DataError") throw error;
      }
      barrier(2 * round + 1);
      lock.release();
      return taken;
    });
    parentPort.postMessage(won);
  });
`;

describe("the lock of a results file", function () {
  this.timeout(60_000);

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** How many threads had the lock in each round. */
  async function race(prepare: (file: string) => void): Promise<number[]> {
    const [threads, rounds] = [4, 40];
    const files = Array.from({ length: rounds }, (_, round) => join(folder, `${round}.jsonl`));
    for (const file of files) prepare(file);
    const state = new Int32Array(new SharedArrayBuffer(8 * rounds));
    const workers = Array.from(
      { length: threads },
      () => new Worker(RACER, { eval: true, workerData: { files, threads, state } }),
    );
    const won: boolean[][] = await Promise.all(
      workers.map(async (worker) => {
        const [message] = await once(worker, "message");
        return message;
      }),
    );
    return files.map((_, round) => won.filter((rounds) => rounds[round]).length);
  }

  const oneEach = Array.from({ length: 40 }, () => 1);

  it("goes to one of the threads that want it at once", async () => {
    expect(await race(() => {})).deep.equal(oneEach);
    expect(readdirSync(folder)).deep.equal([]);
  });

  it("goes to one of them when a program that was killed had left it", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const winners = await race((file) =>
      writeFileSync(`${file}.lock`, JSON.stringify({ pid, host: hostname() })),
    );
    // None may win a round: the one that may remove the old lock has not done so when the others look.
    expect(Math.max(...winners)).equal(1);
    const left = readdirSync(folder).length;
    expect(left).equal(0);
  });

  it("goes to one of them when a program with the number of this process had left it", async () => {
    const owner = { pid: process.pid, host: hostname(), thread: 0, since: 1 };
    const winners = await race((file) => writeFileSync(`${file}.lock`, JSON.stringify(owner)));
    expect(Math.max(...winners)).equal(1);
  });

  it("is refused to a second thread, and to a second sweep of the same thread", async () => {
    const file = join(folder, "results.jsonl");
    const first = new ResultsLock(file);
    first.take();
    expect(() => new ResultsLock(file).take()).throw(DataError, `a sweep of process ${process.pid} on`);
    const state = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(RACER, { eval: true, workerData: { files: [file], threads: 1, state } });
    expect(await once(worker, "message")).deep.equal([[false]]);
    expect(existsSync(`${file}.lock`)).equal(true);
    expect(first.isLeft()).equal(false);
    first.release();
    new ResultsLock(file).take();
  });

  it("says which thread has it", async () => {
    const file = join(folder, "results.jsonl");
    writeFileSync(
      `${file}.lock`,
      JSON.stringify({ pid: process.pid, host: hostname(), thread: 7, since: Date.now() }),
    );
    expect(() => new ResultsLock(file).take()).throw(
      DataError,
      `a sweep of process ${process.pid}, thread 7, on ${hostname()} is writing to it.`,
    );
  });
});
