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

/** Trains and saves without end; a line on stdout for each checkpoint. */
const training = `
import { digits, mlp, saveCheckpoint, SGD, Trainer } from ${JSON.stringify(module)};
const { train } = digits({ seed: 1 });
const network = mlp({ inputs: 64, hidden: [256, 256], classes: 10, norm: "batch", seed: 1 });
const optimizer = new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 });
const trainer = new Trainer({ network, optimizer, batchSize: 64, seed: 1 });
for (;;) {
  await trainer.fit(train, { steps: 1, progress: false });
  saveCheckpoint(process.argv[2], trainer);
  process.stdout.write("saved\\n");
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

  it("can be read after its training was killed, whenever that was", async () => {
    writeFileSync(join(folder, "training.mjs"), training);
    // Each kill falls on another moment of the step or of the writing that follows the line.
    for (const lines of [1, 2, 3]) {
      const child = spawn(process.execPath, [join(folder, "training.mjs"), file], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.split("\n").length > lines) child.kill("SIGKILL");
      });
      const [, signal] = await once(child, "close");
      expect(signal).equal("SIGKILL");
      const { metadata } = loadTensors(file);
      expect(JSON.parse(metadata.normlab).stepsDone).at.least(lines);
    }
  }).timeout(60_000);
});
