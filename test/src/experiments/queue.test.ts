// A sweep over a queue, with a real server: the same bits as threads, and what breaks on the way breaks nothing.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { OptionError, QueueError } from "../../../src/base/errors.js";
import { checkSpec } from "../../../src/experiments/check-spec.js";
import { jobIdOf } from "../../../src/experiments/coordinator.js";
import {
  DifferentBitsError,
  type ExperimentSpec,
  grid,
  RunFailedError,
  readResults,
  SweepStoppedError,
  sweep,
} from "../../../src/experiments/index.js";
import { keyOf } from "../../../src/experiments/result.js";
import { lineOf } from "../../../src/experiments/results-lines.js";
import { runChecked } from "../../../src/experiments/run-checked.js";
import type { JobQueue, JobWorker } from "../../../src/host/host.js";
import { host } from "../../../src/host/node/index.js";
import type { ProgressSink } from "../../../src/report/progress.js";
import { caught } from "../../caught.js";
import { startKernel } from "../../kernel/client.js";
import { Cable, QueueServer, StrangeServer, serverProgram, WHY_NO_SERVER } from "./queue-server.js";

const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [8], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 20,
};
const specs = grid(base, { seed: Array.from({ length: 30 }, (_, seed) => seed) });
const command = fileURLToPath(new URL("../../../kernel/command/main.js", import.meta.url));
/** What it starts for whatever concerns experiments. */
const experiments = fileURLToPath(new URL("../../../src/experiments/command/main.js", import.meta.url));
const queues = host.queues as NonNullable<typeof host.queues>;

const compute = async (data: string) => lineOf(await runChecked(checkSpec(JSON.parse(data))));

/** Resolves when it is opened. */
class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

describe("a sweep over a queue", function () {
  this.timeout(60_000);

  const program = serverProgram();
  let server: QueueServer;
  let folder: string;
  let out: string;
  const workers: JobWorker[] = [];
  const children: ChildProcess[] = [];
  const cables: Cable[] = [];
  let told: string[];
  let name = 0;
  let address: string;

  before(async function () {
    if (program === undefined) {
      console.log(`      ${WHY_NO_SERVER}`);
      this.skip();
    }
    server = new QueueServer(program);
    await server.start();
  });
  after(() => server?.end());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-queue-"));
    out = join(folder, "results.jsonl");
    address = server.address(`test-${++name}`);
    told = [];
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const cable of cables.splice(0)) cable.take();
    const now = AbortSignal.abort();
    await Promise.all(workers.splice(0).map((worker) => worker.finish(now)));
    rmSync(folder, { recursive: true, force: true });
  });

  /** A worker in this process, one run at a time. */
  async function work(
    job: (data: string, signal: AbortSignal) => Promise<string> = compute,
    given: { build?: string; lockSeconds?: number; address?: string } = {},
  ): Promise<JobWorker> {
    const { build = host.build(), lockSeconds = 30 } = given;
    const tell = (message: string) => void told.push(message);
    const options = { build, threads: 1, lockSeconds, tell };
    const worker = await queues.work(given.address ?? address, options, job);
    workers.push(worker);
    return worker;
  }

  async function withQueue<Value>(use: (queue: JobQueue) => Promise<Value>): Promise<Value> {
    const queue = await queues.open(address);
    try {
      return await use(queue);
    } finally {
      await queue.close();
    }
  }

  const linesOf = (file: string) =>
    existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];

  const state = () => withQueue((queue) => queue.state());

  /** What this machine's own sweep writes. */
  async function whole(given = specs): Promise<string> {
    const file = join(folder, "whole.jsonl");
    await sweep(given, { workers: 1, progress: false, out: file });
    return readFileSync(file, "utf8");
  }

  const overQueue = (given = specs) => sweep(given, { queue: address, out, progress: false });

  const idOf = (spec: ExperimentSpec) => jobIdOf(keyOf(checkSpec(spec)), host.build());

  it("gives the results of threads and the same file, and leaves the queue empty", async () => {
    const notes = new Set<string>();
    const sink: ProgressSink = {
      start() {},
      report: (_done, { note } = {}) => void notes.add(note ?? ""),
      finish: (summary) => void notes.add(summary ?? ""),
    };
    const running = sweep(specs, { queue: address, out, progress: sink });
    await Promise.all([work(), work()]);
    const results = await running;
    expect(readFileSync(out, "utf8")).equal(await whole());
    expect(results).deep.equal(readResults(out));
    expect([...notes]).include("Sweep: 30 of 30 runs done");
    expect(await state()).include({ waiting: 0, active: 0, completed: 0, failed: 0, workers: 2 });
    const keys = await keysOfQueue();
    expect(keys.filter((key) => /digests|conflicts|unwanted|-[0-9a-f]{16}$/.test(key))).deep.equal([]);
    // All is there: nobody is asked.
    expect(await sweep(specs, { queue: "redis://127.0.0.1:1/nowhere", out, progress: false })).lengthOf(30);
  });

  async function keysOfQueue(): Promise<string[]> {
    const client = server.client();
    const keys = await client.keys(`normlab:test-${name}:*`);
    client.disconnect();
    return keys;
  }

  it("says how many workers there are", async () => {
    const gate = new Gate();
    const notes: string[] = [];
    const sink: ProgressSink = {
      start() {},
      report: (_done, { note } = {}) => {
        if (note !== undefined) notes.push(note);
        if (note === "2 workers") gate.open();
      },
      finish() {},
    };
    const running = sweep(specs.slice(0, 3), { queue: address, progress: sink });
    const held = async (data: string) => {
      await gate.opened;
      return compute(data);
    };
    await Promise.all([work(held), work(held)]);
    await running;
    expect(notes.at(-1)).equal("2 workers");
  });

  it("stops at once when it is interrupted, and takes what is its own off the queue, also what is being done", async () => {
    const gate = new Gate();
    const begun = new Gate();
    const controller = new AbortController();
    await work(async (data) => {
      begun.open();
      await gate.opened;
      return compute(data);
    });
    const running = sweep(specs, { queue: address, out, progress: false, signal: controller.signal });
    await begun.opened;
    controller.abort();
    expect(await caught(running)).instanceOf(SweepStoppedError);
    expect(await state()).include({ waiting: 0, active: 1 });
    gate.open();
    while ((await state()).active > 0);
    expect(await state()).include({ waiting: 0, completed: 0, failed: 0 });
    expect(existsSync(`${out}.lock`)).equal(false);
    // Nobody keeps the next sweep from these runs.
    await overQueue();
    expect(readFileSync(out, "utf8")).equal(await whole());
  });

  it("stops at once where the server is gone", async () => {
    const own = new QueueServer(program ?? "");
    await own.start();
    const controller = new AbortController();
    try {
      const running = sweep(specs, {
        queue: own.address(),
        out,
        progress: { start() {}, report() {}, finish() {} },
        signal: controller.signal,
      });
      const client = own.client();
      while ((await client.keys("*:wait")).length === 0);
      client.disconnect();
      await own.kill();
      controller.abort();
      expect(await caught(running)).instanceOf(SweepStoppedError);
    } finally {
      await own.end();
    }
  });

  it("has workers that end where the server is gone", async () => {
    const own = new QueueServer(program ?? "");
    await own.start();
    const idle = await work(compute, { address: own.address() });
    await own.end();
    // Then it is between two tries to connect.
    while (!told.join().includes("ECONNREFUSED")) await new Promise((resolve) => setTimeout(resolve, 10));
    await idle.finish(AbortSignal.abort());
  });

  it("reports a run that fails each time with its error and the worker, and does the others", async () => {
    let tries = 0;
    await work(async (data) => {
      if (JSON.parse(data).seed === 7) {
        tries++;
        throw new Error("the data are nowhere");
      }
      return compute(data);
    });
    const error = await caught(overQueue());
    expect(error).instanceOf(RunFailedError);
    expect((error as Error).message).match(
      /The run with seed 7 on moons failed each time it was tried: the data are nowhere \(on \S+:\d+\)\. All other runs are done/,
    );
    expect(tries).equal(3);
    expect(readResults(out)).lengthOf(29);
    expect(await state()).include({ failed: 0 });
  });

  it("refuses a worker of another build, at its start and when a job of its is another's", async () => {
    const early = await work(compute, { build: "0".repeat(64) });
    const running = sweep(specs.slice(0, 3), { queue: address, progress: false });
    const late = await caught(early.failed);
    expect(late).instanceOf(QueueError);
    expect((late as Error).message).match(
      /has runs for another build of normlab \(\w{8}; this worker is 00000000\).*Install the same version/,
    );
    expect(await caught(work(compute, { build: "0".repeat(64) }))).instanceOf(QueueError);
    await work();
    expect(await running).lengthOf(3);
    // Nothing is left that would have other bits.
    await work(compute, { build: "0".repeat(64) });
  });

  it("refuses a sweep of another build while the queue has runs", async () => {
    await withQueue(async (queue) => {
      await queue.claim("1".repeat(64));
      await queue.put([{ id: "a-1111111111111111", data: "{}" }]);
      const error = await caught(overQueue());
      expect(error).instanceOf(QueueError);
      expect((error as Error).message).contain("has runs of another build of normlab (11111111;");
      expect(await queue.drain()).equal(1);
    });
    await work();
    expect(await overQueue(specs.slice(0, 2))).lengthOf(2);
  });

  /** The line with one bit of its hash changed. */
  const poisoned = (line: string) =>
    line.replace(
      /("hash":".)(.)/,
      (_, before, digit) => before + (Number.parseInt(digit, 16) ^ 1).toString(16),
    );

  it("does not take a result that was changed on the server", async () => {
    const client = server.client();
    const controller = new AbortController();
    const gate = new Gate();
    await withQueue(async (queue) => {
      await queue.claim(host.build());
      await queue.put([{ id: idOf(specs[0]), data: JSON.stringify(checkSpec(specs[0])) }]);
      await work(async (data) => {
        if (JSON.parse(data).seed > 0) await gate.opened;
        return compute(data);
      });
      while ((await queue.state()).completed === 0);
      const key = `normlab:test-${name}:${idOf(specs[0])}`;
      const given = JSON.parse((await client.hget(key, "returnvalue")) ?? "");
      await client.hset(key, "returnvalue", JSON.stringify({ ...given, value: poisoned(given.value) }));
    });
    const error = await caught(
      sweep(specs.slice(0, 3), { queue: address, out, progress: false, signal: controller.signal }),
    );
    expect(error).instanceOf(QueueError);
    expect((error as Error).message).match(
      /^The result of the run \w{16} \(seed 0 on moons\) from \S+:\d+ does not have the SHA-256 .* the same call computes it again/,
    );
    gate.open();
    client.disconnect();
    await overQueue(specs.slice(0, 3));
    expect(readFileSync(out, "utf8")).equal(await whole(specs.slice(0, 3)));
  });

  it("fails when a run that was done twice has other bits, and names both", async () => {
    const client = server.client();
    await withQueue(async (queue) => {
      await queue.claim(host.build());
      await queue.put([{ id: idOf(specs[0]), data: JSON.stringify(checkSpec(specs[0])) }]);
    });
    // Another worker did it, and died before it could hand it over.
    await client.hset(`normlab:test-${name}:own:digests`, idOf(specs[0]), `${"a".repeat(64)} elsewhere:1`);
    client.disconnect();
    await work();
    const error = await caught(overQueue(specs.slice(0, 3)));
    expect(error).instanceOf(DifferentBitsError);
    expect((error as Error).message).match(
      /Two results of the run \w{16} \(seed 0 on moons\) have different bits: SHA-256 a{16} from elsewhere:1, SHA-256 \w{16} from \S+:\d+\./,
    );
    const kept = existsSync(out) ? readResults(out) : [];
    expect(kept.map(({ spec }) => spec.seed)).not.include(0);
  });

  it("fails when the file has other bits than what still lies on the queue", async () => {
    const [line] = (await whole(specs.slice(0, 1))).split("\n");
    writeFileSync(out, `${poisoned(line)}\n`);
    await withQueue(async (queue) => {
      await queue.claim(host.build());
      await queue.put([{ id: idOf(specs[0]), data: JSON.stringify(checkSpec(specs[0])) }]);
      await work();
      while ((await queue.state()).completed === 0);
    });
    const error = await caught(overQueue(specs.slice(0, 2)));
    expect(error).instanceOf(DifferentBitsError);
    expect((error as Error).message).contain("in the results, SHA-256 ");
  });

  it("gives the runs of a worker that is cut off to another; what it gives late is compared", async () => {
    const cable = new Cable(server.port);
    cables.push(cable);
    const far = server.address(`test-${name}`, await cable.lay());
    const [begun, late, rest] = [new Gate(), new Gate(), new Gate()];
    let isFirst = true;
    await work(
      async (data) => {
        if (!isFirst) return compute(data);
        isFirst = false;
        begun.open();
        await late.opened;
        return poisoned(await compute(data));
      },
      { address: far, lockSeconds: 1 },
    );
    const failed = caught(sweep(specs.slice(0, 4), { queue: address, out, progress: false }));
    await begun.opened;
    cable.cut();
    // The last run keeps the sweep waiting until the late result is there.
    const others = async (data: string) => {
      if (JSON.parse(data).seed === 3) await rest.opened;
      return compute(data);
    };
    await Promise.all([work(others, { lockSeconds: 1 }), work(others, { lockSeconds: 1 })]);
    while (linesOf(out).length < 3) await state();
    cable.mend();
    late.open();
    const error = await failed;
    rest.open();
    expect(error).instanceOf(DifferentBitsError);
    expect((error as Error).message).contain("(seed 0 on moons)");
    const lines = (await whole(specs.slice(0, 3))).trimEnd().split("\n");
    expect(linesOf(out)).have.members(lines);
  });

  it("goes on when the server is killed: with what its log has, and with nothing", async () => {
    for (const options of [["--appendonly", "yes", "--appendfsync", "always"], []]) {
      const own = new QueueServer(program ?? "", options);
      await own.start();
      try {
        let done = 0;
        let isKilled = false;
        await work(
          async (data) => {
            if (++done === 10 && !isKilled) {
              isKilled = true;
              await own.kill();
              await own.start();
            }
            return compute(data);
          },
          { address: own.address(), lockSeconds: 1 },
        );
        rmSync(out, { force: true });
        await sweep(specs, { queue: own.address(), out, progress: false });
        expect(readFileSync(out, "utf8")).equal(await whole());
      } finally {
        await Promise.all(workers.splice(0).map((worker) => worker.finish(AbortSignal.abort())));
        await own.end();
      }
    }
  });

  function start(...words: string[]): ChildProcess {
    const child = spawn(process.execPath, [command, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    return child;
  }

  it("runs by the commands; a worker ends at SIGTERM with exit code 0", async () => {
    writeFileSync(join(folder, "spec.json"), JSON.stringify(specs));
    const worker = start("worker", "--queue", address, "--threads", "1");
    const running = start("run", join(folder, "spec.json"), "--out", out, "--queue", address);
    expect(await once(running, "close")).deep.equal([0, null]);
    expect(readFileSync(out, "utf8")).equal(await whole());
    worker.kill("SIGTERM");
    expect(await once(worker, "close")).deep.equal([0, null]);
    expect(readdirSync(folder).sort()).deep.equal(["results.jsonl", "spec.json", "whole.jsonl"]);
  });

  it("shows its progress in a cell; the stop button takes its runs off the queue, and the cell goes on later", async () => {
    const gate = new Gate();
    const begun = new Gate();
    await work(async (data) => {
      begun.open();
      await gate.opened;
      return compute(data);
    });
    const { client, stop } = await startKernel();
    try {
      await client.execute('import { sweep } from "normlab";');
      const cell = `const { length } = await sweep(${JSON.stringify(specs)}, { queue: "${address}", out: ${JSON.stringify(out)} }); length`;
      const id = client.sendCell(cell);
      await begun.opened;
      const shown = await client.publication(
        ({ parentHeader, content }) =>
          parentHeader.msg_id === id && JSON.stringify(content.data ?? "").includes("1 worker"),
      );
      expect(JSON.stringify(shown.content)).contain("Sweep").and.contain("0 of 30");
      await client.interrupt();
      const { reply } = await client.executed(id);
      expect(reply.ename).equal("KeyboardInterrupt");
      // The one at hand is dropped when it is done.
      while ((await state()).waiting > 0);
      gate.open();
      while ((await state()).active > 0);
      expect(await state()).include({ waiting: 0, completed: 0, failed: 0 });
      const again = await client.execute(cell);
      expect(JSON.stringify(again.messages)).contain("Sweep: 30 of 30 runs done");
      expect(readFileSync(out, "utf8")).equal(await whole());
    } finally {
      await stop();
    }
  });

  it("has a command that tells and empties the queue, and says what is wrong without the password", async () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [experiments, ...args], {
        encoding: "utf8",
        env: { ...process.env, NORMLAB_QUEUE: address },
      });
    await withQueue((queue) => queue.put([{ id: "a-1111111111111111", data: "{}" }]));
    expect(run("queue", "status").stdout).match(/^redis:\/\/127.*\nwaiting +1\nbeing done +0\n/);
    expect(run("queue", "drain").stdout).match(/^1 run taken off redis:/);
    expect(run("queue", "status").stdout).match(/\nwaiting +0\n/);
    const secret = `redis://someone:s3cr3t@127.0.0.1:${server.port}/lab`;
    const refused = run("queue", "status", "--queue", secret);
    expect(refused).include({ status: 1 });
    expect(refused.stderr).contain("does not let this program in").and.not.contain("s3cr3t");
  });

  it("says which server can't be used, and why", async () => {
    const failing = async (given: string) => {
      const error = await caught(sweep(specs, { queue: given, progress: false }));
      return error as Error;
    };
    expect(await failing("redis://127.0.0.1:1/lab")).instanceOf(QueueError);
    expect((await failing("redis://127.0.0.1:1/lab")).message).match(
      /^No server answers at redis:\/\/127.0.0.1:1\/lab \(ECONNREFUSED\)/,
    );
    expect(await failing("http://host/lab")).instanceOf(OptionError);
    const client = server.client();
    await client.config("SET", "maxmemory-policy", "allkeys-lru");
    try {
      expect((await failing(address)).message).contain("(maxmemory-policy allkeys-lru)");
    } finally {
      await client.config("SET", "maxmemory-policy", "noeviction");
      client.disconnect();
    }
    const both = await caught(sweep(specs, { queue: address, workers: 2, progress: false }));
    expect(both).instanceOf(OptionError);
  });

  for (const [info, message] of [
    [{ redis_version: "5.0.7" }, "is Redis 5.0.7, and a queue needs 6.2 or newer"],
    [{ redis_version: "6.0.16" }, "is Redis 6.0.16, and a queue needs 6.2 or newer"],
    [{ redis_version: "7.2.4", cluster_enabled: "1" }, "is a cluster"],
    [{ redis_version: "7.2.4", role: "slave" }, "is a replica"],
    [{ redis_version: "7.2.4", maxmemory_policy: "volatile-lru" }, "(maxmemory-policy volatile-lru)"],
  ] as const)
    it(`refuses a server that ${message}`, async () => {
      const strange = new StrangeServer(info);
      const given = await strange.address();
      try {
        const error = await caught(sweep(specs, { queue: given, progress: false }));
        expect(error).instanceOf(QueueError);
        expect((error as Error).message)
          .contain(given)
          .and.contain(message);
      } finally {
        strange.end();
      }
    });

  it("lets a password in by the address or by its variable, and shows it nowhere", async () => {
    const own = new QueueServer(program ?? "", ["--requirepass", "s3cr3t"]);
    await own.start();
    const env = { ...process.env, NORMLAB_QUEUE: own.address(), NORMLAB_QUEUE_PASSWORD: "s3cr3t" };
    try {
      const child = spawn(process.execPath, [command, "worker", "--threads", "1"], {
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      children.push(child);
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (text) => {
          said += text;
        });
      const given = own.address().replace("//", "//:s3cr3t@");
      expect(await sweep(specs.slice(0, 3), { queue: given, progress: false })).lengthOf(3);
      // A server that is away is what there is most to say about.
      await own.kill();
      while (!said.includes("ECONNREFUSED")) await once(child.stderr, "data");
      child.kill("SIGKILL");
      expect(said).contain(own.address()).and.not.contain("s3cr3t");
      expect(((await caught(sweep(specs, { queue: given, progress: false }))) as Error).message)
        .contain("No server answers at")
        .and.not.contain("s3cr3t");
    } finally {
      await own.end();
    }
  });

  it("keeps its runs under the names that src/experiments/README.md gives KEDA", async () => {
    const page = readFileSync(new URL("../../../../src/experiments/README.md", import.meta.url), "utf8");
    const lists = Array.from(page.matchAll(/listName: (\S+)/g), ([, list]) => list);
    expect(lists).lengthOf(2);
    address = server.address("lab");
    await withQueue(async (queue) => {
      await queue.claim(host.build());
      await queue.put(
        specs.slice(0, 3).map((spec) => ({ id: idOf(spec), data: JSON.stringify(checkSpec(spec)) })),
      );
      const [begun, gate] = [new Gate(), new Gate()];
      await work(async (data) => {
        begun.open();
        await gate.opened;
        return compute(data);
      });
      await begun.opened;
      const client = server.client();
      const lengths = await Promise.all(lists.map((list) => client.llen(list)));
      client.disconnect();
      gate.open();
      expect(lengths).deep.equal([2, 1]);
      while ((await queue.state()).completed < 3);
      expect(await queue.drain()).equal(3);
    });
  });

  it("says what to install where its packages are missing", () => {
    const hooks = `export async function resolve(name, context, next) {
      if (name === "bullmq") throw Object.assign(new Error("no bullmq"), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context);
    }`;
    const register = `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(hooks)}");`;
    const module = new URL("../../../src/host/node/queue/packages.js", import.meta.url).href;
    const script = `${register} const { queuePackages } = await import(${JSON.stringify(module)}); await queuePackages().catch((error) => console.log(error.message));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    expect(stdout, stderr).contain("npm install bullmq@6 ioredis@5");
  });
});
