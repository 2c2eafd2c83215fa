import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { StateError } from "../../../../src/base/errors.js";
import { DataError, digits } from "../../../../src/data/index.js";
import { type MLPOptions, mlp } from "../../../../src/nn/networks/mlp.js";
import { Adam } from "../../../../src/nn/optimizers/adam.js";
import { SGD } from "../../../../src/nn/optimizers/sgd.js";
import { type Tensor, tensor } from "../../../../src/tensor/tensor.js";
import {
  loadCheckpoint,
  loadTensors,
  saveCheckpoint,
  saveTensors,
} from "../../../../src/train/checkpoint/index.js";
import { Trainer } from "../../../../src/train/index.js";

const python = fileURLToPath(new URL("../../../../../.venv/bin/python", import.meta.url));
const { train } = digits({ seed: 1 });

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "normlab-checkpoint-"));
  file = join(folder, "state.safetensors");
});
afterEach(() => rmSync(folder, { recursive: true }));

function newTrainer(
  optimizer: "sgd" | "adam" = "sgd",
  network: Partial<MLPOptions> = {},
  batchSize = 64,
): Trainer {
  const built = mlp({
    inputs: 64,
    hidden: [12, 12],
    classes: 10,
    norm: "batch",
    dropout: 0.2,
    seed: 3,
    batchNorm: { noise: true },
    ...network,
  });
  const parameters = built.parameters();
  return new Trainer({
    network: built,
    optimizer:
      optimizer === "sgd"
        ? new SGD(parameters, { learningRate: 0.1, momentum: 0.9 })
        : new Adam(parameters, { learningRate: 0.01 }),
    batchSize,
    seed: 5,
  });
}

const bitsOf = ({ network, optimizers }: Trainer) =>
  [network.stateDict(), ...optimizers.map((optimizer) => optimizer.stateDict())].flatMap((state) =>
    Object.entries(state).map(([name, { data }]) => [name, ...data]),
  );

describe("checkpoint", () => {
  for (const optimizer of ["sgd", "adam"] as const)
    it(`lets a training with ${optimizer}, dropout and noise go on to the same bits`, async () => {
      const whole = newTrainer(optimizer);
      const inOne = await whole.fit(train, { steps: 40, progress: false });
      const first = newTrainer(optimizer);
      await first.fit(train, { steps: 23, progress: false });
      saveCheckpoint(file, first);
      const second = newTrainer(optimizer);
      loadCheckpoint(file, second);
      expect(second.stepsDone).equal(23);
      const rest = await second.fit(train, { steps: 17, progress: false });
      expect(bitsOf(second)).deep.equal(bitsOf(whole));
      expect([...rest.loss]).deep.equal([...inOne.loss.slice(23)]);
    });

  it("keeps a learning rate that was changed", async () => {
    const saved = newTrainer();
    saved.optimizers[0].learningRate = 0.025;
    saveCheckpoint(file, saved);
    const loaded = newTrainer();
    loadCheckpoint(file, loaded);
    expect(loaded.optimizers[0].learningRate).equal(0.025);
  });

  it("refuses another training's checkpoint and changes nothing", () => {
    saveCheckpoint(file, newTrainer());
    for (const [other, message] of [
      [newTrainer("sgd", {}, 32), "was saved by a training with the batches"],
      [newTrainer("adam"), "velocity.0"],
      [newTrainer("sgd", { hidden: [12, 13] }), "has shape [13, 12]"],
    ] as const) {
      const before = bitsOf(other);
      expect(() => loadCheckpoint(file, other)).throw(StateError, message);
      expect(bitsOf(other)).deep.equal(before);
    }
    saveTensors(file, { weight: tensor([1]) });
    expect(() => loadCheckpoint(file, newTrainer())).throw(StateError, "no training");
  });

  it("leaves the old file and no temporary one when writing fails", () => {
    saveTensors(file, { weight: tensor([1]) });
    expect(() => saveTensors(join(folder, "nowhere", "x"), {})).throw("its folder does not exist");
    expect(() => saveTensors(folder, { weight: tensor([2]) })).throw();
    expect(readdirSync(folder)).deep.equal(["state.safetensors"]);
    expect(
      readdirSync(join(folder, "..")).filter(
        (name) => name.endsWith(".tmp") && name.includes("normlab-checkpoint"),
      ),
    ).deep.equal([]);
  });
});

describe("safetensors", () => {
  const tensors: Record<string, Tensor> = {
    "0.weight": tensor([
      [1.5, -2],
      [3, 1e-7],
    ]),
    count: tensor(new Float64Array([7]), [], "float64"),
    empty: tensor(new Float32Array(0), [0, 3]),
    "naïve name": tensor([Math.PI], [1, 1, 1], "float64"),
  };

  it("gives back what was saved", () => {
    saveTensors(file, tensors, { note: "grüß" });
    const loaded = loadTensors(file);
    expect(loaded.metadata).deep.equal({ note: "grüß" });
    expect(Object.keys(loaded.tensors).sort()).deep.equal(Object.keys(tensors).sort());
    for (const [name, { shape, dtype, data }] of Object.entries(tensors)) {
      const found = loaded.tensors[name];
      expect([found.shape, found.dtype, ...found.data]).deep.equal([shape, dtype, ...data]);
    }
  });

  it("exchanges files with Python's safetensors", function () {
    if (!existsSync(python)) this.skip();
    saveTensors(file, tensors, { note: "from TypeScript" });
    const script = `
import sys, json, numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1], "np") as f:
    found = {k: [str(f.get_tensor(k).dtype), list(f.get_tensor(k).shape), f.get_tensor(k).ravel().tolist()] for k in f.keys()}
    print(json.dumps([found, f.metadata()]))
save_file({"f64": np.array([[0.1, 2]]), "f32": np.float32([1.5]), "f16": np.float16([1.5, -65504, 6e-8, np.inf, 0.1]),
           "i64": np.int64([-5]), "i32": np.int32([[7]]), "u8": np.uint8([255])}, sys.argv[2], {"note": "from Python"})
`;
    const other = join(folder, "python.safetensors");
    const [found, metadata] = JSON.parse(
      execFileSync(python, ["-c", script, file, other], { encoding: "utf8" }),
    );
    expect(metadata).deep.equal({ note: "from TypeScript" });
    for (const [name, { shape, dtype, data }] of Object.entries(tensors))
      expect(found[name]).deep.equal([dtype, [...shape], [...data]]);
    const back = loadTensors(other);
    expect(back.metadata).deep.equal({ note: "from Python" });
    const values = Object.fromEntries(
      Object.entries(back.tensors).map(([name, { data }]) => [name, [...data]]),
    );
    expect(values).deep.equal({
      f64: [0.1, 2],
      f32: [1.5],
      f16: [1.5, -65504, 2 ** -24, Number.POSITIVE_INFINITY, 0.0999755859375],
      i64: [-5],
      i32: [7],
      u8: [255],
    });
  });

  it("refuses every kind of damage with a message that says what is wrong", () => {
    saveTensors(file, { a: tensor([1, 2]), b: tensor([3]) });
    const good = readFileSync(file);
    const headerLength = Number(good.readBigUInt64LE(0));
    const numbers = good.subarray(8 + headerLength);
    const withHeader = (header: unknown, data: Uint8Array = numbers) => {
      const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      return Buffer.concat([length, text, data]);
    };
    const a = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
    const b = { dtype: "F32", shape: [1], data_offsets: [8, 12] };
    const cases: [Uint8Array, string][] = [
      [new Uint8Array(0), "it has 0 bytes"],
      [good.subarray(0, 5), "it has 5 bytes"],
      [good.subarray(0, 30), "promise a header of"],
      [good.subarray(0, good.length - 1), "describes 12 bytes of numbers, but the file has 11"],
      [Buffer.concat([good, Buffer.from([0])]), "describes 12 bytes of numbers, but the file has 13"],
      [Buffer.from("this is a text, not a tensor file"), "promise a header of"],
      [withHeader("{"), "the header is no JSON"],
      [withHeader([1]), "no JSON object"],
      [withHeader({ a: 1, b }), 'no description of "a"'],
      [withHeader({ a: { ...a, dtype: "F31" }, b }), 'dtype "F31"'],
      [withHeader({ a: { ...a, shape: [-2] }, b }), "shape [-2]"],
      [withHeader({ a: { ...a, shape: [3] }, b }), "takes 12 bytes, but its offsets span 8"],
      [withHeader({ a: { ...a, data_offsets: [8, 0] }, b }), "offsets span -8"],
      [withHeader({ a: { ...a, data_offsets: [0] }, b }), "offsets [0]"],
      [withHeader({ a, b: { ...b, data_offsets: [4, 8] } }), '"b" starts at 4 instead of 8'],
      [withHeader({ b }), '"b" starts at 8 instead of 0'],
      [withHeader({ a, b, __metadata__: { x: 1 } }), "__metadata__ must hold texts"],
    ];
    for (const [bytes, message] of cases) {
      writeFileSync(file, bytes);
      expect(() => loadTensors(file)).throw(DataError, message);
    }
    expect(() => loadTensors(join(folder, "nowhere"))).throw(DataError, "there is no such file");
  });
});
