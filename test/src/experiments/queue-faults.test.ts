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

/** A run takes a fifth of a second or so. */
const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [60, 60], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 400,
};
const specs = grid(base, { seed: Array.from({ length: 60 }, (_, seed) => seed) });

const start = (words: readonly string[]): ChildProcess =>
  spawn(process.execPath, [command, ...words], { stdio: ["ignore", "ignore", "inherit"] });

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

  function begin(...words: string[]): ChildProcess {
    const child = start(words);
    children.push(child);
    return child;
  }

  const worker = (at = address, lock = 2) =>
    begin("worker", "--queue", at, "--threads", "1", "--lock", `${lock}`, "--quiet");

  const run = (at = address) => begin("run", specFile, "--out", out, "--queue", at, "--quiet");

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
});

describe("500 runs of lesson 4", function () {
  this.timeout(0);

  const lesson = (name: string) =>
    fileURLToPath(new URL(`../../../../notebooks/results/${name}`, import.meta.url));
  let folder: string;
  let spec: string;
  let out: string;
  let committed: string;

  before(function () {
    if (process.env.NORMLAB_FULL !== "1") return this.skip();
    const lines = readFileSync(lesson("04-speed-relu.jsonl"), "utf8").split("\n").slice(0, 500);
    committed = lines.map((line) => `${line}\n`).join("");
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-500-"));
    [spec, out] = [join(folder, "spec.json"), join(folder, "results.jsonl")];
    writeFileSync(spec, JSON.stringify(readSpecs(lesson("04-speed-relu.spec.json")).slice(0, 500)));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function done(...words: string[]): Promise<void> {
    const [code] = await once(start(words), "close");
    expect(code).equal(0);
  }

  it("have the committed bytes by threads", async () => {
    await done("run", spec, "--out", out, "--quiet");
    expect(readFileSync(out, "utf8")).equal(committed);
  });

  it("have the committed bytes over a queue with 3 workers", async function () {
    const program = serverProgram();
    if (program === undefined) return this.skip();
    const server = new QueueServer(program);
    await server.start();
    const words = ["worker", "--queue", server.address(), "--threads", "1", "--quiet"];
    const workers = [start(words), start(words), start(words)];
    try {
      await done("run", spec, "--out", out, "--quiet", "--queue", server.address());
      expect(readFileSync(out, "utf8")).equal(committed);
    } finally {
      for (const worker of workers) {
        const end = once(worker, "close");
        worker.kill("SIGTERM");
        expect(await end).deep.equal([0, null]);
      }
      await server.end();
    }
  });

  it("have the committed bytes in 7 parts that are merged", async () => {
    const parts = Array.from({ length: 7 }, (_, index) => join(folder, `part.${index + 1}.jsonl`));
    for (const [index, part] of parts.entries())
      await done("run", spec, "--out", part, "--shard", `${index + 1}/7`, "--quiet");
    await done("merge", ...parts, "--out", out);
    expect(readFileSync(out, "utf8")).equal(committed);
  });
});
