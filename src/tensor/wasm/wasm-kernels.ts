/** The float32 kernels: each hands pointers to its namesake in WebAssembly (assembly/). */
import type { FloatArray, Kernels } from "../kernels/kernels.js";
import { addScaled, dot } from "../reference/matrix.js";
import { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from "../reference/pooling.js";
import { rmsNormBackward, rmsNormForward } from "../reference/rms-norm.js";
import { convolve, convolveBackwardInput, convolveBackwardWeight } from "./convolution.js";
import type { ArrayValues, At, Fields, Layout } from "./descriptor.js";
import {
  AdamRates,
  AdamUpdate,
  BatchNormBackward,
  BatchNormForward,
  GroupNormBackward,
  GroupNormForward,
  type KernelExports,
  Moments,
  Product,
  SGDRates,
  SGDUpdate,
} from "./exports.js";
import { kernelMemory } from "./memory.js";
import { packedFloats } from "./packing.js";
import { Staging } from "./staging.js";
import { multiplyMatrices, updateWeights } from "./team.js";

let staging: Staging | undefined;

function stage(): Staging {
  staging ??= new Staging(kernelMemory());
  return staging.begin();
}

type ElementwiseName = "relu" | "sigmoid" | "tanh";
type ThreeArraysName = "reluBackward" | "sigmoidBackward" | "tanhBackward" | "multiply";

function elementwise(name: ElementwiseName) {
  return (x: FloatArray, out: FloatArray, length: number): void => {
    const on = stage();
    on.memory.kernels[name](on.input(x), on.output(out), length);
    on.finish();
  };
}

function threeArrays(name: ThreeArraysName) {
  return (a: FloatArray, b: FloatArray, out: FloatArray, length: number): void => {
    const on = stage();
    on.memory.kernels[name](on.input(a), on.input(b), on.output(out), length);
    on.finish();
  };
}

/** A kernel that takes a descriptor: its arrays are staged as the layout says. */
function described<Of extends Fields>(
  layout: Layout<Of>,
  kernelOf: (kernels: KernelExports) => (descriptor: At<Layout<Of>>) => void,
) {
  return (values: ArrayValues<Of>): void => {
    const on = stage();
    kernelOf(on.memory.kernels)(on.describe(layout, values));
    on.finish();
  };
}

export const wasmKernels: Kernels = {
  matmul(values) {
    const on = stage();
    const packed = packedFloats(values.m, values.k);
    const scratch = { scratchA: on.scratch(packed.a), scratchB: on.scratch(packed.b) };
    multiplyMatrices(on.memory, on.describe(Product, { ...values, ...scratch }), values);
    on.finish();
  },

  addRow(x, row, rows, columns) {
    const on = stage();
    on.memory.kernels.addRow(on.inPlace(x), on.input(row), rows, columns);
    on.finish();
  },

  sumRows(x, out, rows, columns) {
    const on = stage();
    on.memory.kernels.sumRows(on.input(x), on.output(out), rows, columns);
    on.finish();
  },

  multiply: threeArrays("multiply"),

  channelMoments: described(Moments, (kernels) => kernels.channelMoments),
  batchNormForward: described(BatchNormForward, (kernels) => kernels.batchNormForward),
  batchNormBackward: described(BatchNormBackward, (kernels) => kernels.batchNormBackward),
  groupNormForward: described(GroupNormForward, (kernels) => kernels.groupNormForward),
  groupNormBackward: described(GroupNormBackward, (kernels) => kernels.groupNormBackward),

  // Their sums run in float64 in JavaScript, in one order as well.
  rmsNormForward,
  rmsNormBackward,
  maxPool,
  maxPoolBackward,
  averagePool,
  averagePoolBackward,
  addScaled,
  dot,

  convolve: (step) => convolve(stage(), step),
  convolveBackwardWeight: (step) => convolveBackwardWeight(stage(), step),
  convolveBackwardInput: (step) => convolveBackwardInput(stage(), step),

  relu: elementwise("relu"),
  reluBackward: threeArrays("reluBackward"),
  sigmoid: elementwise("sigmoid"),
  sigmoidBackward: threeArrays("sigmoidBackward"),
  tanh: elementwise("tanh"),
  tanhBackward: threeArrays("tanhBackward"),

  crossEntropy(logits, labels, gradient, rows, classes) {
    const on = stage();
    const loss = on.memory.kernels.crossEntropy(
      on.input(logits),
      on.input(labels),
      on.output(gradient),
      rows,
      classes,
    );
    on.finish();
    return loss;
  },

  meanSquaredError(prediction, target, gradient, length) {
    const on = stage();
    const loss = on.memory.kernels.meanSquaredError(
      on.input(prediction),
      on.input(target),
      on.output(gradient),
      length,
    );
    on.finish();
    return loss;
  },

  sumOfSquares(x, length) {
    const on = stage();
    const sum = on.memory.kernels.sumOfSquares(on.input(x), length);
    on.finish();
    return sum;
  },

  scale(x, factor, length) {
    const on = stage();
    on.memory.kernels.scale(on.inPlace(x), factor, length);
    on.finish();
  },

  sgd(values) {
    const on = stage();
    updateWeights(on.memory, on.describe(SGDUpdate, values), on.describe(SGDRates, values), values.length);
    on.finish();
  },

  adam(values) {
    const on = stage();
    on.memory.kernels.adam(on.describe(AdamUpdate, values), on.describe(AdamRates, values));
    on.finish();
  },
};
