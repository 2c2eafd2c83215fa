/** The networks of the comparison, and the files that every peer reads its data and first weights from. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../../src/base/random.js";

export interface Net {
  name: string;
  /** Features, the hidden layers' widths, classes. Each hidden layer is Linear without bias, BatchNorm, activation. */
  sizes: number[];
  batchSize: number;
  activation: "relu" | "sigmoid";
  learningRate: number;
  momentum: number;
  /** The part of the inputs that is not 0: three in ten, as with the pixels of digits, or all. */
  nonzeros: number;
}

export const NETS: Net[] = [
  net("N1", [784, 100, 100, 100, 10], 60, "sigmoid", 0.1, 0),
  net("N2", [64, 64, 64, 10], 32, "relu", 0.05, 0.9),
  net("N3", [64, ...Array<number>(20).fill(64), 10], 64, "relu", 0.01, 0.9),
  net("N4", [784, 512, 512, 10], 128, "relu", 0.01, 0.9),
  // Where normlab gains nothing from zeros.
  net("N4-no-zeros", [784, 512, 512, 10], 128, "relu", 0.01, 0.9, 1),
];

/** Batches in the data; step i takes batch i modulo this. */
export const BATCHES = 16;

function net(
  name: string,
  sizes: number[],
  batchSize: number,
  activation: Net["activation"],
  learningRate: number,
  momentum: number,
  nonzeros = 0.3,
): Net {
  return { name, sizes, batchSize, activation, learningRate, momentum, nonzeros };
}

export function netNamed(name: string): Net {
  const found = NETS.find((entry) => entry.name === name);
  if (!found) throw new Error(`There is no net named ${name}.`);
  return found;
}

export interface NetData {
  /** [BATCHES·batchSize, features] */
  inputs: Float32Array;
  labels: Int32Array;
  /** The weights [out, in] of the layers, one behind the other. */
  weights: Float32Array;
}

/** Writes nets.json and three binary files a net: raw little-endian float32 and int32. */
export function writeData(folder: string): void {
  writeNets(folder, NETS, dataOf);
}

/** The same of other nets: what they are stands in nets.json. */
export function writeNets<Described extends { name: string }>(
  folder: string,
  nets: readonly Described[],
  dataOfNet: (net: Described) => NetData,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "nets.json"), JSON.stringify({ nets, batches: BATCHES }));
  for (const entry of nets) {
    const { inputs, labels, weights } = dataOfNet(entry);
    writeFileSync(join(folder, `${entry.name}.inputs`), inputs);
    writeFileSync(join(folder, `${entry.name}.labels`), labels);
    writeFileSync(join(folder, `${entry.name}.weights`), weights);
  }
}

export function readData(folder: string, name: string): NetData {
  const bytes = (kind: string) => Uint8Array.from(readFileSync(join(folder, `${name}.${kind}`))).buffer;
  return {
    inputs: new Float32Array(bytes("inputs")),
    labels: new Int32Array(bytes("labels")),
    weights: new Float32Array(bytes("weights")),
  };
}

/** Inputs, this part of them not 0, and the classes that a linear teacher gives them. */
export function drawExamples(
  random: Random,
  rows: number,
  features: number,
  classes: number,
  nonzeros = 0.3,
): { inputs: Float32Array; labels: Int32Array } {
  const inputs = Float32Array.from({ length: rows * features }, () =>
    random.uniform() < nonzeros ? random.uniform() : 0,
  );
  const teacher = Float32Array.from({ length: features * classes }, () => random.normal());
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const scores = Array.from({ length: classes }, (_, j) => {
      let score = 0;
      for (let i = 0; i < features; i++) score += inputs[row * features + i] * teacher[j * features + i];
      return score;
    });
    return scores.indexOf(Math.max(...scores));
  });
  return { inputs, labels };
}

function dataOf({ sizes, batchSize, activation, nonzeros }: Net): NetData {
  const random = new Random(1);
  const { inputs, labels } = drawExamples(
    random,
    BATCHES * batchSize,
    sizes[0],
    sizes[sizes.length - 1],
    nonzeros,
  );
  const gain = activation === "relu" ? 2 : 1;
  const weights = sizes
    .slice(1)
    .flatMap((out, layer) =>
      Array.from({ length: out * sizes[layer] }, () => random.normal(0, Math.sqrt(gain / sizes[layer]))),
    );
  return { inputs, labels, weights: Float32Array.from(weights) };
}
