/** The float32 kernels: each hands pointers to its namesake in WebAssembly (assembly/). */
import type { FloatArray, Kernels } from "../kernels/kernels.js";
import type { ArrayValues, At, Fields, Layout } from "./descriptor.js";
import {
  AdamRates,
  AdamUpdate,
  AveragePoolBackward,
  BatchNormBackward,
  BatchNormForward,
  Convolve,
  ConvolveBackwardInput,
  ConvolveBackwardWeight,
  GroupNormBackward,
  GroupNormForward,
  type KernelExports,
  MaxPoolBackward,
  Moments,
  Pool,
  Product,
  RMSNormBackward,
  RMSNormForward,
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

/** The same of a kernel that says, of its descriptor, how many floats of room it needs. */
function describedWithRoom<Of extends Fields & { readonly room: "scratch" }>(
  layout: Layout<Of>,
  floatsOf: (kernels: KernelExports) => (descriptor: At<Layout<Of>>) => number,
  kernelOf: (kernels: KernelExports) => (descriptor: At<Layout<Of>>) => void,
) {
  return (values: Omit<ArrayValues<Of>, "room">): void => {
    const on = stage();
    const { kernels } = on.memory;
    const descriptor = on.describeWithRoom(layout, values, floatsOf(kernels));
    kernelOf(kernels)(descriptor);
    on.finish();
  };
}

const convolveAlone = describedWithRoom(
  Convolve,
  (kernels) => kernels.convolveFloats,
  (kernels) => kernels.convolve,
);
const gradientOfWeight = describedWithRoom(
  ConvolveBackwardWeight,
  (kernels) => kernels.convolveBackwardWeightFloats,
  (kernels) => kernels.convolveBackwardWeight,
);

export const wasmKernels: Kernels = {
  matmul(values) {
    const on = stage();
    const packed = packedFloats(values.m, values.k);
    const scratch = { scratchA: on.scratch(packed.a), scratchB: on.scratch(packed.b) };
    multiplyMatrices(
      on.memory,
      on.describe(Product, { ...values, ...scratch, placesA: null, placesB: null }),
      values,
    );
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

  rmsNormForward: described(RMSNormForward, (kernels) => kernels.rmsNormForward),
  rmsNormBackward: described(RMSNormBackward, (kernels) => kernels.rmsNormBackward),

  convolve: (values) => convolveAlone({ ...values, plus: null, normalization: null }),
  convolveBackwardWeight: (values) => gradientOfWeight({ ...values, normalization: null }),
  convolveBackwardInput: describedWithRoom(
    ConvolveBackwardInput,
    (kernels) => kernels.convolveBackwardInputFloats,
    (kernels) => kernels.convolveBackwardInput,
  ),

  maxPool: described(Pool, (kernels) => kernels.maxPool),
  maxPoolBackward: described(MaxPoolBackward, (kernels) => kernels.maxPoolBackward),
  averagePool: described(Pool, (kernels) => kernels.averagePool),
  averagePoolBackward: described(AveragePoolBackward, (kernels) => kernels.averagePoolBackward),

  addScaled(a, b, factor, out, length) {
    const on = stage();
    on.memory.kernels.addScaled(on.input(a), on.input(b), factor, on.output(out), length);
    on.finish();
  },

  dot(a, b, length) {
    const on = stage();
    const sum = on.memory.kernels.dot(on.input(a), on.input(b), length);
    on.finish();
    return sum;
  },

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
