/** The float32 kernels: each hands pointers to its namesake in WebAssembly (assembly/). */
import type { FloatArray, Kernels } from "../kernels/kernels.js";
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

export const wasmKernels: Kernels = {
  matmul(a, b, out, m, n, k, transposeA, transposeB) {
    const on = stage();
    const packed = packedFloats(m, n, k);
    multiplyMatrices(
      on.memory,
      on.input(a),
      on.input(b),
      on.output(out),
      m,
      n,
      k,
      transposeA,
      transposeB,
      on.scratch(packed.a),
      on.scratch(packed.b),
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

  channelMoments(x, mean, variance, n, c, s) {
    const on = stage();
    on.memory.kernels.channelMoments(on.input(x), on.output(mean), on.output(variance), n, c, s);
    on.finish();
  },

  batchNormForward(x, mean, inverseStd, gamma, beta, normalized, out, n, c, s) {
    const on = stage();
    on.memory.kernels.batchNormForward(
      on.input(x),
      on.input(mean),
      on.input(inverseStd),
      on.input(gamma),
      on.input(beta),
      on.output(normalized),
      on.output(out),
      n,
      c,
      s,
    );
    on.finish();
  },

  batchNormBackward(gradOut, normalized, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, c, s, paths) {
    const on = stage();
    on.memory.kernels.batchNormBackward(
      on.input(gradOut),
      on.input(normalized),
      on.input(inverseStd),
      on.input(gamma),
      on.output(gradInput),
      on.output(gradGamma),
      on.output(gradBeta),
      n,
      c,
      s,
      paths.mean,
      paths.variance,
    );
    on.finish();
  },

  groupNormForward(x, gamma, beta, inverseStd, normalized, out, n, c, s, groups, eps) {
    const on = stage();
    on.memory.kernels.groupNormForward(
      on.input(x),
      on.input(gamma),
      on.input(beta),
      on.output(inverseStd),
      on.output(normalized),
      on.output(out),
      n,
      c,
      s,
      groups,
      eps,
    );
    on.finish();
  },

  groupNormBackward(gradOut, normalized, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, c, s, groups) {
    const on = stage();
    on.memory.kernels.groupNormBackward(
      on.input(gradOut),
      on.input(normalized),
      on.input(inverseStd),
      on.input(gamma),
      on.output(gradInput),
      on.output(gradGamma),
      on.output(gradBeta),
      n,
      c,
      s,
      groups,
    );
    on.finish();
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
      on.labels(labels),
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

  sgd(weight, gradient, velocity, length, learningRate, momentum, weightDecay, nesterov) {
    const on = stage();
    updateWeights(
      on.memory,
      on.inPlace(weight),
      on.input(gradient),
      velocity ? on.inPlace(velocity) : 0,
      length,
      learningRate,
      momentum,
      weightDecay,
      nesterov,
    );
    on.finish();
  },

  adam(weight, gradient, first, second, length, options) {
    const on = stage();
    on.memory.kernels.adam(
      on.inPlace(weight),
      on.input(gradient),
      on.inPlace(first),
      on.inPlace(second),
      length,
      options.learningRate,
      options.beta1,
      options.beta2,
      options.eps,
      options.weightDecay,
      options.decoupled,
      options.correction1,
      options.correction2,
    );
    on.finish();
  },
};
