// What is saved stays whole when the disk is full, may not be written to, or the process is killed while it writes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadTensors, saveTensors } from "../../../src/checkpoint/index.js";
import { DataError } from "../../../src/data/index.js";
import { tensor } from "../../../src/tensor.js";

const module = new URL("../../../src/index.js", import.meta.url).href;

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
});
