// What breaks while a sweep runs over a queue, with the programs that readers start: NORMLAB_FULL=1, as locks that run out,
// cables that are cut and 500 runs take their time. Whatever breaks, the file is that of threads, byte for byte.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Random } from "../../../src/base/random.js";
import { type ExperimentSpec, grid, sweep } from "../../../src/experiments/index.js";
import { readSpecs } from "../../../src/experiments/spec-file.js";
import { Cable, QueueServer, serverProgram, WHY_NO_SERVER } from "./queue-server.js";

/** What the command normlab starts: a signal reaches the program that computes, and not the one that passes signals on. */
const command = fileURLToPath(new URL("../../../src/experiments/command/main.js", import.meta.url));
const lessons = fileURLToPath(new URL("../../../../notebooks/results/", import.meta.url));

/** A run takes a fifth of a second or so. */
const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [60, 60], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 400,
};
const specs = grid(base, { seed: Array.from({ length: 60 }, (_, seed) => seed) });

describe("a sweep over a queue, whatever breaks", function () {
  this.timeout(0);

  const program = serverProgram();
  let server: QueueServer;
  let folder: string;
  let out: string;
  let address: string;
  let specFile: string;
  const children: ChildProcess[] = [];
  const cables: Cable[] = [];
  let name = 0;
  let expected: string;

  before(async function () {
    if (process.env.NORMLAB_FULL !== "1") return this.skip();
    if (program === undefined) {
      console.log(`      ${WHY_NO_SERVER}`);
      return this.skip();
    }
    server = new QueueServer(program);
    await server.start();
    expected = await byThreads(specs);
  });
  after(() => server?.end());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-faults-"));
    out = join(folder, "results.jsonl");
    specFile = join(folder, "spec.json");
    address = server.address(`faults-${++name}`);
    writeFileSync(specFile, JSON.stringify(specs));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const cable of cables.splice(0)) cable.take();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What this machine's own sweep writes. */
  async function byThreads(given: readonly ExperimentSpec[]): Promise<string> {
    const place = mkdtempSync(join(tmpdir(), "normlab-faults-"));
    try {
      const file = join(place, "threads.jsonl");
      await sweep(given, { progress: false, out: file });
      return readFileSync(file, "utf8");
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }

  function start(...words: string[]): ChildProcess {
    const child = spawn(process.execPath, [command, ...words], { stdio: ["ignore", "ignore", "inherit"] });
    children.push(child);
    return child;
  }

  const worker = (at = address, lock = 2) =>
    start("worker", "--queue", at, "--threads", "1", "--lock", `${lock}`, "--quiet");

  const run = (at = address) => start("run", specFile, "--out", out, "--queue", at, "--quiet");

  async function ended(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    expect(child.exitCode).equal(0);
  }

  async function killed(child: ChildProcess): Promise<void> {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  }

  const linesOf = () => (existsSync(out) ? readFileSync(out, "utf8").split("\n").length - 1 : 0);

  /** So many more results. */
  async function grown(by: number): Promise<void> {
    const wanted = linesOf() + by;
    while (linesOf() < wanted) await later(10);
  }

  /** Nothing lost, nothing twice, the same bytes, and nothing left beside the file. */
  function expectWhole(): void {
    expect(readFileSync(out, "utf8")).equal(expected);
    expect(readdirSync(folder).sort()).deep.equal(["results.jsonl", "spec.json"]);
  }

  it("loses nothing when a worker is killed in mid-run, ten times at random", async () => {
    const random = new Random(17);
    const workers = [worker(), worker(), worker()];
    const running = run();
    for (let kill = 0; kill < 10; kill++) {
      await grown(2);
      await later(200 * random.uniform());
      const victim = Math.floor(workers.length * random.uniform());
      await killed(workers[victim]);
      workers[victim] = worker();
    }
    expect(running.exitCode, "the sweep was over before all were killed").equal(null);
    await ended(running);
    expectWhole();
  });

  it("goes on where it was when the coordinator is killed, five times", async () => {
    worker();
    worker();
    for (let kill = 0; kill < 5; kill++) {
      const running = run();
      await grown(5);
      expect(running.exitCode, "the sweep was over before it was killed").equal(null);
      await killed(running);
    }
    await ended(run());
    expectWhole();
  });

  it("gives the run of a worker that hangs to another", async () => {
    const hanging = worker();
    const running = run();
    await grown(2);
    hanging.kill("SIGSTOP");
    worker();
    await ended(running);
    hanging.kill("SIGCONT");
    expectWhole();
  });

  for (const [kept, options] of [
    ["the log of what was written", ["--appendonly", "yes"]],
    ["nothing", []],
  ] as const)
    it(`goes on when the server is killed three times, and has ${kept} when it is back`, async () => {
      const own = new QueueServer(program ?? "", options);
      await own.start();
      try {
        worker(own.address());
        worker(own.address());
        const running = run(own.address());
        for (let kill = 0; kill < 3; kill++) {
          await grown(5);
          await own.kill();
          await own.start();
        }
        expect(running.exitCode, "the sweep was over before the server was killed").equal(null);
        await ended(running);
        expectWhole();
      } finally {
        await own.end();
      }
    });

  for (const side of ["worker", "coordinator"])
    it(`goes on when nothing comes through between the ${side} and the server for 20 seconds`, async () => {
      const cable = new Cable(server.port);
      cables.push(cable);
      const far = server.address(`faults-${name}`, await cable.lay());
      worker(side === "worker" ? far : address, 5);
      const running = run(side === "coordinator" ? far : address);
      await grown(3);
      cable.cut();
      await later(20_000);
      expect(linesOf()).below(specs.length);
      cable.mend();
      await ended(running);
      expectWhole();
    });

  it("gives the same bytes by threads, by a queue with 3 workers, and in 7 parts that are merged: 500 runs of lesson 4", async () => {
    const lesson = readSpecs(join(lessons, "04-speed-relu.spec.json")).slice(0, 500);
    writeFileSync(specFile, JSON.stringify(lesson));
    const threads = join(folder, "threads.jsonl");
    await ended(start("run", specFile, "--out", threads, "--quiet"));
    const whole = readFileSync(threads, "utf8");
    expect(whole.trimEnd().split("\n")).lengthOf(500);

    const workers = [worker(address, 30), worker(address, 30), worker(address, 30)];
    await ended(run());
    for (const each of workers) each.kill("SIGTERM");
    for (const each of workers) await ended(each);
    expect(readFileSync(out, "utf8")).equal(whole);

    const parts = Array.from({ length: 7 }, (_, index) => join(folder, `part.${index + 1}.jsonl`));
    for (const [index, part] of parts.entries())
      await ended(start("run", specFile, "--out", part, "--shard", `${index + 1}/7`, "--quiet"));
    const merged = join(folder, "merged.jsonl");
    await ended(start("merge", ...parts, "--out", merged));
    expect(readFileSync(merged, "utf8")).equal(whole);

    const committed = readFileSync(join(lessons, "04-speed-relu.jsonl"), "utf8").split("\n").slice(0, 500);
    expect(whole).equal(committed.map((line) => `${line}\n`).join(""));
  });
});
