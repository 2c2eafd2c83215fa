/**
 * Prints hashes of what the float32 kernels compute, as JSON: products and normalizations of odd shapes, and whole trainings. Each
 * program prints the same, whichever Node and whichever build of the kernels it runs on (widths.test.ts).
 */
import { createHash } from "node:crypto";
import { type ExperimentSpec, runExperiment } from "../../../../src/experiments/index.js";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";

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
  for (const [at, spec] of SPECS.entries()) all[`training ${at}`] = (await runExperiment(spec)).hash;
  return all;
}
