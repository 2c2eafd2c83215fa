/**
 * The float64 reference: each function is its formula, in the order of a textbook and with one fixed order of
 * summation, so that the same input gives the same bits on every machine. Speed is the other backend's subject.
 */
import type { Kernels } from "../kernels/kernels.js";
import { relu, reluBackward, sigmoid, sigmoidBackward, tanh, tanhBackward } from "./activations.js";
import { batchNormBackward, batchNormForward, channelMoments } from "./batch-norm.js";
import { scale, sumOfSquares } from "./clipping.js";
import { convolve, convolveBackwardInput, convolveBackwardWeight } from "./convolution.js";
import { groupNormBackward, groupNormForward } from "./group-norm.js";
import { crossEntropy, meanSquaredError } from "./losses.js";
import { addRow, addScaled, dot, matmul, multiply, sumRows } from "./matrix.js";
import { adam, sgd } from "./optimizers.js";
import { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from "./pooling.js";
import { rmsNormBackward, rmsNormForward } from "./rms-norm.js";

export const referenceKernels: Kernels = {
  matmul,
  addRow,
  sumRows,
  multiply,
  channelMoments,
  batchNormForward,
  batchNormBackward,
  groupNormForward,
  groupNormBackward,
  rmsNormForward,
  rmsNormBackward,
  convolve,
  convolveBackwardWeight,
  convolveBackwardInput,
  maxPool,
  maxPoolBackward,
  averagePool,
  averagePoolBackward,
  addScaled,
  dot,
  relu,
  reluBackward,
  sigmoid,
  sigmoidBackward,
  tanh,
  tanhBackward,
  crossEntropy,
  meanSquaredError,
  sumOfSquares,
  scale,
  sgd,
  adam,
};
