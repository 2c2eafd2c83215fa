// What is saved stays whole when the disk is full, may not be written to, or the process is killed while it writes.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs, { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DataError } from "../../../../src/data/index.js";
import { tensor } from "../../../../src/tensor/tensor.js";
import { loadTensors, saveTensors } from "../../../../src/train/checkpoint/index.js";
import { closedFolder, openFolder, unprivileged, whyNotUnprivileged } from "../../../unprivileged.js";

const module = new URL("../../../../src/index.js", import.meta.url).href;

/** Saves a checkpoint after each step, and is killed in the middle of writing the third. */
const training = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { digits, mlp, saveCheckpoint, SGD, Trainer } from ${JSON.stringify(module)};
const { train } = digits({ seed: 1 });
const network = mlp({ inputs: 64, hidden: [16], classes: 10, norm: "batch", seed: 1 });
const optimizer = new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 });
const trainer = new Trainer({ network, optimizer, batchSize: 64, seed: 1 });
const { writeSync } = fs;
for (;;) {
  await trainer.fit(train, { steps: 1, progress: false });
  if (trainer.stepsDone === 3) {
    fs.writeSync = (descriptor, bytes) => {
      writeSync(descriptor, bytes, 0, 1000);
      process.kill(process.pid, "SIGKILL");
    };
    syncBuiltinESMExports();
  }
  saveCheckpoint(process.argv[2], trainer);
}
`;

/** Saves 1000 numbers where the given file is, then 100 000, tells what became of that, and what is in the folder. */
const saving = `
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { saveTensors, tensor } from ${JSON.stringify(module)};
const file = process.argv[2];
const save = (size) => {
  try {
    saveTensors(file, { weight: tensor(new Float32Array(size)) });
    console.log("saved");
  } catch (error) {
    console.log(error.message);
  }
};
save(1000);
save(100_000);
console.log(readdirSync(dirname(file)).join(" "), readFileSync(file).length);
`;

/** Two threads save 100 times under one name, each time at once. */
const racing = `
import { isMainThread, threadId, Worker, workerData } from "node:worker_threads";
import { loadTensors, saveTensors, tensor } from ${JSON.stringify(module)};
const { file, shared } = isMainThread
  ? { file: process.argv[2], shared: new SharedArrayBuffer(4) }
  : workerData;
const arrived = new Int32Array(shared);
function meet(time) {
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
  for (let seen; (seen = Atomics.load(arrived, 0)) < 2 * time; ) Atomics.wait(arrived, 0, seen);
}
if (isMainThread) {
  for (let i = 0; i < 2; i++) new Worker(new URL(import.meta.url), { workerData: { file, shared } });
} else {
  for (let time = 1; time <= 100; time++) {
    meet(time);
    saveTensors(file, { weight: tensor(new Float32Array(5000).fill(threadId)) });
    const { data } = loadTensors(file).tensors.weight;
    if (data.some((value) => value !== data[0])) throw new Error("a mix");
  }
}
`;

describe("a file that is saved", () => {
  const { openSync, writeSync } = fs;
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab dïsk "));
    file = join(folder, "state.safetensors");
  });
  afterEach(() => {
    Object.assign(fs, { openSync, writeSync });
    syncBuiltinESMExports();
    openFolder(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const failure = (code: string) => Object.assign(new Error(`${code}: injected`), { code });

  for (const [name, replacement, words] of [
    [
      "the disk is full after some bytes",
      {
        writeSync: (descriptor: number, bytes: Uint8Array, from: number) => {
          if (from > 0) throw failure("ENOSPC");
          return writeSync(descriptor, bytes, from, 16);
        },
      },
      "it was not written: the disk is full. Make room",
    ],
    [
      "the folder can only be read",
      {
        openSync: () => {
          throw failure("EROFS");
        },
      },
      "it was not written: its disk can only be read.",
    ],
  ] as const)
    it(`stays as it was when ${name}, and the message says so`, () => {
      saveTensors(file, { weight: tensor([1, 2, 3]) });
      const before = readFileSync(file);
      Object.assign(fs, replacement);
      syncBuiltinESMExports();
      expect(() => saveTensors(file, { weight: tensor([4, 5, 6]) }))
        .throw(DataError)
        .property("message")
        .contains(file)
        .and.contains(words);
      Object.assign(fs, { openSync, writeSync });
      syncBuiltinESMExports();
      expect(readFileSync(file).equals(before)).equal(true);
      expect(readdirSync(folder)).deep.equal(["state.safetensors"]);
    });

  it("is the checkpoint before when its training is killed in the middle of writing the next", async () => {
    writeFileSync(join(folder, "training.mjs"), training);
    const child = spawn(process.execPath, [join(folder, "training.mjs"), file], { stdio: "ignore" });
    const [, signal] = await once(child, "close");
    expect(signal).equal("SIGKILL");
    const { metadata } = loadTensors(file);
    expect(JSON.parse(metadata.normlab).stepsDone).equal(2);
  }).timeout(60_000);

  it("stays as it was on a disk that is really full", function () {
    const script = join(folder, "saving.mjs");
    writeFileSync(script, saving);
    const disk = join(folder, "disk");
    mkdirSync(disk);
    // A disk of its own in the memory, which goes with the process that has it. Not every system lets everybody have one.
    const mount = 'mount -t tmpfs -o size=64k none "$0"';
    if (spawnSync("unshare", ["-rm", "/bin/sh", "-c", mount, disk]).status !== 0) this.skip();
    const words = [disk, process.execPath, script, join(disk, "state.safetensors")];
    const { stdout, stderr } = spawnSync(
      "unshare",
      ["-rm", "/bin/sh", "-c", `${mount} && exec "$@"`, ...words],
      {
        encoding: "utf8",
      },
    );
    expect(stdout, stderr).match(
      /^saved\n.*state\.safetensors: it was not written: the disk is full\. Make room.*\nstate\.safetensors 4\d\d\d\n$/,
    );
  }).timeout(60_000);

  it("stays as it was in a folder whose owner closed it", function () {
    if (whyNotUnprivileged()) this.skip();
    const script = join(folder, "saving.mjs");
    writeFileSync(script, saving);
    const closed = join(folder, "closed");
    mkdirSync(closed);
    saveTensors(join(closed, "state.safetensors"), { weight: tensor(new Float32Array(1000)) });
    closedFolder(closed);
    openFolder(folder);
    const words = [script, join(closed, "state.safetensors")];
    const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", ...unprivileged });
    expect(stdout, stderr).match(
      /^(.*state\.safetensors: it was not written: you may not write there\. Write to a folder of your own.*\n){2}state\.safetensors 4\d\d\d\n$/,
    );
    openFolder(closed);
  }).timeout(60_000);

  it("is one of those that two threads save under its name, never a mix", () => {
    const script = join(folder, "racing.mjs");
    writeFileSync(script, racing);
    const { status, stderr } = spawnSync(process.execPath, [script, file], { encoding: "utf8" });
    expect(status, stderr).equal(0);
    expect(readdirSync(folder).sort()).deep.equal(["racing.mjs", "state.safetensors"]);
  }).timeout(60_000);
});
