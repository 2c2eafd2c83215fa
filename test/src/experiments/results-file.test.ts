// What a sweep has saved stays whole when it is killed, the disk is full, or another sweep wants the same file.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs, {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { DataError } from "../../../src/data/index.js";
import { type ExperimentSpec, grid, readResults, sweep } from "../../../src/experiments/index.js";
import { caught } from "../../caught.js";
import { closedFolder, openFolder, unprivileged, whyNotUnprivileged } from "../../unprivileged.js";

const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [8], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 20,
};
const specs = grid(base, { seed: [0, 1, 2, 3] });
const module = new URL("../../../src/index.js", import.meta.url).href;
const command = fileURLToPath(new URL("../../../kernel/command/main.js", import.meta.url));
const runner = fileURLToPath(new URL("../../../src/experiments/command/main.js", import.meta.url));

describe("a results file", function () {
  this.timeout(60_000);

  const { openSync, writeSync } = fs;
  let folder: string;
  let out: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab größe с пробелом 目录 "));
    out = join(folder, "results.jsonl");
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    restore();
    openFolder(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const replace = (functions: object) => {
    Object.assign(fs, functions);
    syncBuiltinESMExports();
  };
  const restore = () => replace({ openSync, writeSync });

  const run = (file = out, workers = 1) => sweep(specs, { workers, progress: false, out: file });

  async function refusal(promise: Promise<unknown>): Promise<string> {
    const error = await caught(promise);
    expect(error).instanceOf(DataError);
    return (error as Error).message;
  }

  /** What a sweep that nothing stops writes. */
  async function whole(): Promise<string> {
    const file = join(folder, "whole.jsonl");
    await run(file);
    return readFileSync(file, "utf8");
  }

  /** Whether bytes start as a result does; the lock file is written, too. */
  const isResult = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8", 0, 6) === `{"key"`;

  /** A program that is killed in the middle of its third result. */
  const killedSweep = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    import { sweep } from ${JSON.stringify(module)};
    const { writeSync } = fs;
    const isResult = ${isResult};
    let lines = 0;
    fs.writeSync = (descriptor, bytes, ...rest) => {
      if (!isResult(bytes) || ++lines < 3) return writeSync(descriptor, bytes, ...rest);
      writeSync(descriptor, bytes, 0, 100);
      process.kill(process.pid, "SIGKILL");
    };
    syncBuiltinESMExports();
    const [specs, out] = process.argv.slice(2);
    await sweep(JSON.parse(specs), { workers: 1, progress: false, out });
  `;

  it("goes on to the same file when its program was killed in the middle of a line", async () => {
    const script = join(folder, "sweep.mjs");
    writeFileSync(script, killedSweep);
    const { signal, stderr } = spawnSync(process.execPath, [script, JSON.stringify(specs), out]);
    expect(signal, String(stderr)).equal("SIGKILL");
    expect(readFileSync(out, "utf8")).match(/^(.*\n){2}.{100}$/);
    expect(() => readResults(out)).throw(
      DataError,
      "results.jsonl, line 3: the line is cut off: its sweep was killed as it wrote it, or writes it now. The same sweep goes on",
    );
    await run();
    expect(readFileSync(out, "utf8")).equal(await whole());
    expect(readdirSync(folder)).not.include("results.jsonl.lock");
  });

  it("comes into order when its program was killed after the last line", async () => {
    const [first, ...rest] = (await whole()).trimEnd().split("\n");
    writeFileSync(out, `${[...rest, first].join("\n")}\n`);
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(`${out}.lock`, JSON.stringify({ pid, host: hostname() }));
    await run();
    expect(readFileSync(out, "utf8")).equal(await whole());
  });

  const many = grid({ ...base, steps: 60 }, { seed: Array.from({ length: 200 }, (_, seed) => seed) });

  /** Starts a program on `many`, kills it at its first sign of progress, and waits until nothing of it runs any more. */
  async function killed(program: string, ...words: string[]): Promise<void> {
    writeFileSync(join(folder, "spec.json"), JSON.stringify(many));
    const args = [program, ...words, join(folder, "spec.json"), "--out", out, "--workers", "2"];
    child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    const closed = once(child, "close");
    // The pipe closes when the last process that holds it ends.
    for await (const chunk of child.stderr ?? [])
      if (String(chunk).includes("Sweep ·") && !child.killed) child.kill("SIGKILL");
    const [, signal] = await closed;
    expect(signal).equal("SIGKILL");
  }

  async function goesOn(): Promise<void> {
    const text = readFileSync(out, "utf8");
    const kept = text.split("\n").slice(0, -1);
    expect(kept.length).within(1, 199);
    for (const line of kept) expect(JSON.parse(line)).property("hash");
    const again = many.slice(0, kept.length + 5);
    await sweep(again, { workers: 2, progress: false, out });
    const file = join(folder, "whole.jsonl");
    await sweep(again, { workers: 1, progress: false, out: file });
    expect(readFileSync(out, "utf8").startsWith(readFileSync(file, "utf8"))).equal(true);
  }

  it("has whole lines when the runner is killed, whose threads end with it", async () => {
    await killed(runner, "run");
    expect(existsSync(`${out}.lock`)).equal(true);
    await goesOn();
  });

  it("has whole lines when normlab run is killed, and the runner stops then", async () => {
    await killed(command, "run");
    expect(existsSync(`${out}.lock`)).equal(false);
    await goesOn();
  });

  it("loses the half of a line that a full disk took, and the next call goes on", async () => {
    let lines = 0;
    replace({
      writeSync: (descriptor: number, bytes: Uint8Array, from: number) => {
        if (!isResult(bytes) || ++lines < 3) return writeSync(descriptor, bytes, from);
        if (from > 0) throw Object.assign(new Error("ENOSPC: injected"), { code: "ENOSPC" });
        return writeSync(descriptor, bytes, from, 100);
      },
    });
    expect(await refusal(run())).contain("results.jsonl: it was not written: the disk is full. Make room");
    restore();
    expect(readResults(out)).lengthOf(2);
    await run();
    expect(readFileSync(out, "utf8")).equal(await whole());
  });

  it("loses the half of a line that a limit of the system took", async function () {
    if (process.platform === "win32") this.skip();
    const script = join(folder, "sweep.mjs");
    writeFileSync(
      script,
      `import { sweep } from ${JSON.stringify(module)};
       const [specs, out] = process.argv.slice(2);
       await sweep(JSON.parse(specs), { workers: 1, progress: false, out }).catch((error) => console.log(error.message));`,
    );
    // In blocks of 512 or 1024 bytes, of which a line takes more than one.
    const words = ["-c", 'ulimit -f 3; exec "$0" "$@"', process.execPath, script, JSON.stringify(specs), out];
    const { stdout, stderr } = spawnSync("/bin/sh", words, { encoding: "utf8" });
    expect(stdout, stderr).contain("it was not written: it would be larger than files may be there");
    expect(readResults(out).length).within(1, 3);
    await run();
    expect(readFileSync(out, "utf8")).equal(await whole());
  });

  it("says that the disk is full when it really is", async function () {
    if (!existsSync("/dev/full")) this.skip();
    symlinkSync("/dev/full", out);
    // Reading it gives zeros without an end, as nothing that a sweep wrote would.
    const { readFileSync: read } = fs;
    replace({
      readFileSync: (file: string, ...rest: []) => (file === out ? Buffer.alloc(0) : read(file, ...rest)),
    });
    try {
      expect(await refusal(run())).contain("it was not written: the disk is full");
    } finally {
      replace({ readFileSync: read });
    }
  });

  it("is written by one sweep at a time: the other is refused before it runs anything", async () => {
    const first = run();
    const message = await refusal(run());
    expect(message).match(
      /results\.jsonl: a sweep of process \d+ on .* is writing to it\. Wait for its end, or give .* delete .*results\.jsonl\.lock\.$/,
    );
    expect(await first).lengthOf(4);
    // The process that started the tests runs as long as they do.
    writeFileSync(`${out}.lock`, JSON.stringify({ pid: process.ppid, host: hostname() }));
    expect(await refusal(sweep(grid(base, { seed: [9] }), { workers: 1, progress: false, out }))).contain(
      `a sweep of process ${process.ppid}`,
    );
    writeFileSync(`${out}.lock`, JSON.stringify({ pid: 1, host: "elsewhere" }));
    expect(await refusal(sweep(grid(base, { seed: [9] }), { workers: 1, progress: false, out }))).contain(
      "on elsewhere",
    );
    expect(readFileSync(out, "utf8")).equal(await whole());
  });

  it("can be read where nothing can be written; a sweep that has more to do says so before it starts", async function () {
    const reason = whyNotUnprivileged();
    if (reason) this.skip();
    await run();
    const script = join(folder, "sweep.mjs");
    writeFileSync(
      script,
      `import { sweep } from ${JSON.stringify(module)};
       const [specs, out] = process.argv.slice(2);
       const shown = { start: (runs) => console.log(runs + " to do"), report() {}, finish() {} };
       await sweep(JSON.parse(specs), { workers: 1, progress: shown, out }).then(
         (results) => console.log(results.length + " results"), (error) => console.log(error.message));`,
    );
    closedFolder(folder);
    const before = readFileSync(out, "utf8");
    const words = (given: readonly ExperimentSpec[]) => [script, JSON.stringify(given), out];
    const all = spawnSync(process.execPath, words(specs), { encoding: "utf8", ...unprivileged });
    expect(all.stdout, all.stderr).equal("0 to do\n4 results\n");
    const more = spawnSync(process.execPath, words(grid(base, { seed: [9] })), {
      encoding: "utf8",
      ...unprivileged,
    });
    expect(more.stdout, more.stderr)
      .contain("it was not written: you may not write there")
      .and.not.contain("to do");
    expect(readFileSync(out, "utf8")).equal(before);
  });
});
