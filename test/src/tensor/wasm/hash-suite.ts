/**
 * Prints hashes of what the float32 kernels compute, as JSON: products and normalizations of odd shapes, and whole trainings. Each
 * program prints the same, whichever Node and whichever build of the kernels it runs on (widths.test.ts).
 */
import { createHash } from "node:crypto";
import { type ExperimentSpec, runExperiment } from "../../../../src/experiments/index.js";
import { BatchNorm, crossEntropy, Linear, ReLU, Sequential, SGD, tensor } from "../../../../src/index.js";
import { windowsOver } from "../../../../src/nn/windows.js";
import type { Convolution, Pooling } from "../../../../src/tensor/kernels/windows.js";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";
import { planTraining } from "../../../../src/train/plan/training-plan.js";

/** Values that repeat after 1,009 places, none of them 0. */
function values(length: number, from: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => (((at + from) * 7919) % 1009) / 504 - 0.999);
}

function hashOf(...arrays: Float32Array[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of arrays)
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex").slice(0, 16);
}

function product(m: number, n: number, k: number, transposeA: boolean, transposeB: boolean): string {
  const out = new Float32Array(m * n);
  wasmKernels.matmul({ a: values(m * k, 1), b: values(k * n, 2), out, m, n, k, transposeA, transposeB });
  return hashOf(out);
}

/** The training of a network on inputs that are mostly zeros. */
function sparseTraining(): string {
  const inputs = values(300 * 41, 7).map((value, at) => ((at * 31) % 10 < 7 ? 0 : value));
  const labels = Int32Array.from({ length: 300 }, (_, row) => (row * 7) % 3);
  const network = new Sequential([
    new Linear(41, 200, { random: 1, bias: false }),
    new BatchNorm(200),
    new ReLU(),
    new Linear(200, 3, { random: 2 }),
  ]);
  const plan = planTraining({
    network,
    optimizers: [new SGD(network.parameters(), { learningRate: 0.1 })],
    loss: crossEntropy,
    data: { inputs: tensor(inputs, [300, 41]), labels },
    batchSizes: [50],
  });
  if (!plan) throw new Error("There is no plan for this network.");
  for (let step = 0; step < 12; step++) {
    plan.gradients(Int32Array.from({ length: 50 }, (_, row) => (row * 11 + step) % 300));
    plan.update();
  }
  plan.end();
  return hashOf(...network.parameters().map(({ value: { data } }) => Float32Array.from(data)));
}

function norms(n: number, c: number, s: number, groups: number): string {
  const [x, g] = [values(n * c * s, 3), values(n * c * s, 4)];
  const [gamma, beta] = [values(c, 5), values(c, 6)];
  const [mean, variance, gradGamma, gradBeta] = [1, 2, 3, 4].map(() => new Float32Array(c));
  const [normalized, out, gradInput] = [1, 2, 3].map(() => new Float32Array(n * c * s));
  wasmKernels.channelMoments({ x, mean, variance, n, c, s });
  const inverseStd = variance.map((value) => 1 / Math.sqrt(value + 1e-5));
  wasmKernels.batchNormForward({ x, mean, inverseStd, gamma, beta, normalized, out, n, c, s });
  const gradients = { gradOut: g, normalized, gamma, gradInput, gradGamma, gradBeta, n, c, s };
  wasmKernels.batchNormBackward({ ...gradients, inverseStd, throughMean: true, throughVariance: true });
  const ofBatch = hashOf(mean, variance, out, gradInput, gradGamma, gradBeta);
  const spread = new Float32Array(n * groups);
  wasmKernels.groupNormForward({
    ...{ x, gamma, beta, inverseStd: spread, normalized, out, n, c, s, groups, eps: 1e-5 },
  });
  wasmKernels.groupNormBackward({ ...gradients, inverseStd: spread, groups });
  return `${ofBatch} ${hashOf(spread, out, gradInput, gradGamma, gradBeta)}`;
}

function convolution(shape: Convolution): string {
  const { n, inChannels, outChannels, height, width, kernelHeight, kernelWidth, outHeight, outWidth } = shape;
  const [inputs, outputs] = [n * inChannels * height * width, n * outChannels * outHeight * outWidth];
  const weights = outChannels * inChannels * kernelHeight * kernelWidth;
  const [x, gradOut, weight, bias] = [inputs, outputs, weights, outChannels].map(values);
  const [out, gradWeight, gradBias, gradInput] = [outputs, weights, outChannels, inputs].map(
    (length) => new Float32Array(length),
  );
  wasmKernels.convolve({ ...shape, x, weight, bias, out });
  wasmKernels.convolveBackwardWeight({ ...shape, x, gradOut, gradWeight, gradBias });
  wasmKernels.convolveBackwardInput({ ...shape, gradOut, weight, gradInput });
  return hashOf(out, gradWeight, gradBias, gradInput);
}

function poolings(shape: Pooling): string {
  const [inputs, outputs] = [
    shape.planes * shape.height * shape.width,
    shape.planes * shape.outHeight * shape.outWidth,
  ];
  const [x, gradOut] = [values(inputs, 1), values(outputs, 2)];
  const results = ["max", "average"].map((kind) => {
    const [out, gradInput] = [new Float32Array(outputs), new Float32Array(inputs)];
    if (kind === "max") {
      wasmKernels.maxPool({ ...shape, x, out });
      wasmKernels.maxPoolBackward({ ...shape, gradOut, x, gradInput });
    } else {
      wasmKernels.averagePool({ ...shape, x, out });
      wasmKernels.averagePoolBackward({ ...shape, gradOut, gradInput });
    }
    return hashOf(out, gradInput);
  });
  return results.join(" ");
}

function rootMeanSquares(rows: number, columns: number): string {
  const [x, gradOut] = [values(rows * columns, 1), values(rows * columns, 2)];
  const [gamma, beta] = [values(columns, 3), values(columns, 4)];
  const [normalized, out, gradInput] = [1, 2, 3].map(() => new Float32Array(rows * columns));
  const [gradGamma, gradBeta] = [1, 2].map(() => new Float32Array(columns));
  const inverseRms = new Float32Array(rows);
  const step = { gamma, inverseRms, normalized, rows, columns };
  wasmKernels.rmsNormForward({ ...step, x, beta, out, eps: 1e-5 });
  wasmKernels.rmsNormBackward({ ...step, gradOut, gradInput, gradGamma, gradBeta });
  return hashOf(inverseRms, out, gradInput, gradGamma, gradBeta);
}

const network = (norm: "none" | "batch" | "layer" | { groups: number }, hidden: number[]) => ({
  hidden,
  norm,
});

const SPECS: ExperimentSpec[] = [
  ...(["relu", "sigmoid", "tanh"] as const).map(
    (activation): ExperimentSpec => ({
      data: { set: "digits" },
      network: { ...network("batch", [50, 37]), activation },
      optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
      batchSize: 32,
      steps: 40,
    }),
  ),
  {
    data: { set: "digits" },
    network: network({ groups: 4 }, [12, 20]),
    optimizer: { kind: "adam", learningRate: 0.01 },
    batchSize: 7,
    steps: 40,
  },
  {
    data: { set: "digits" },
    network: network("layer", [23]),
    optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
    batchSize: 64,
    steps: 40,
  },
  {
    // Rows long enough that batch norm copies them to panels.
    data: { set: "digits" },
    network: network("batch", [277, 300]),
    optimizer: { kind: "sgd", learningRate: 0.05, weightDecay: 0.001 },
    batchSize: 21,
    steps: 10,
  },
];

/** Images: batch norm over places, poolings, strides, shortcuts, ghost batches. */
SPECS.push(
  {
    data: { set: "digits" },
    network: { kind: "cnn", channels: [5, 7], norm: "batch", dropout: 0.1, augmentation: { shift: 1 } },
    optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
    batchSize: 21,
    steps: 20,
  },
  {
    data: { set: "digits" },
    network: {
      kind: "cnn",
      channels: [4],
      norm: { groups: 2 },
      weightStandardization: true,
      activation: "tanh",
    },
    optimizer: { kind: "adam", learningRate: 0.01 },
    batchSize: 16,
    steps: 20,
  },
  {
    data: { set: "digits" },
    network: { kind: "resnet", channels: [4, 6], blocks: 3, norm: "batch", scale: 0.5 },
    optimizer: { kind: "sgd", learningRate: 0.1 },
    batchSize: 20,
    steps: 20,
  },
  {
    data: { set: "digits" },
    network: {
      kind: "resnet",
      channels: [3],
      blocks: 2,
      norm: "batch",
      batchNorm: { ghostBatchSize: 8 },
      fixup: true,
    },
    optimizer: { kind: "sgd", learningRate: 0.1 },
    batchSize: 20,
    steps: 20,
  },
);

/** Windows of a square kernel over an image. */
const over = (height: number, width: number, kernel: number, stride: number, padding: number) =>
  windowsOver("hashes", [height, width], [kernel, kernel], [stride, stride], {
    ...{ top: padding, bottom: padding, left: padding, right: padding },
  });

const CONVOLUTIONS: Convolution[] = [
  { n: 1, inChannels: 1, outChannels: 1, ...over(1, 1, 1, 1, 0) },
  { n: 5, inChannels: 1, outChannels: 8, ...over(28, 28, 3, 1, 1) },
  { n: 9, inChannels: 8, outChannels: 13, ...over(14, 11, 3, 1, 1) },
  { n: 13, inChannels: 6, outChannels: 10, ...over(7, 7, 3, 2, 1) },
  { n: 2, inChannels: 3, outChannels: 4, ...over(33, 35, 5, 1, 2) },
  { n: 3, inChannels: 4, outChannels: 6, ...over(9, 8, 1, 2, 0) },
];

const POOLINGS: Pooling[] = [
  { planes: 3, ...over(7, 9, 2, 2, 0) },
  { planes: 2, ...over(28, 28, 2, 2, 0) },
  { planes: 2, ...over(9, 8, 3, 2, 1) },
  { planes: 5, ...over(7, 7, 7, 7, 0) },
];

export async function hashes(): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const [m, n, k] of [
    [1, 1, 1],
    [3, 10, 64],
    [13, 37, 70],
    [6, 21, 300],
    [33, 18, 517],
    [64, 100, 784],
  ])
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ])
      all[`product ${m} ${n} ${k} ${transposeA} ${transposeB}`] = product(m, n, k, transposeA, transposeB);
  for (const [n, c, s, groups] of [
    [5, 3, 1, 1],
    [66, 12, 1, 3],
    [70, 29, 1, 1],
    [3, 6, 11, 2],
    [4, 8, 49, 4],
    [2, 3, 2500, 1],
  ])
    all[`norms ${n} ${c} ${s}`] = norms(n, c, s, groups);
  for (const shape of CONVOLUTIONS) all[`convolution ${JSON.stringify(shape)}`] = convolution(shape);
  for (const shape of POOLINGS) all[`poolings ${JSON.stringify(shape)}`] = poolings(shape);
  for (const [rows, columns] of [
    [1, 1],
    [7, 13],
    [3, 300],
  ])
    all[`root mean squares ${rows} ${columns}`] = rootMeanSquares(rows, columns);
  all["training on zeros"] = sparseTraining();
  for (const [at, spec] of SPECS.entries()) all[`training ${at}`] = (await runExperiment(spec)).hash;
  return all;
}
