/** The parts of a training plan that normalize. */
import type { BatchNorm } from "../../nn/layers/batch-norm.js";
import type { RMSNorm } from "../../nn/layers/rms-norm.js";
import type { SampleNorm } from "../../nn/layers/sample-norm.js";
import type { Tensor } from "../../tensor/tensor.js";
import {
  BatchNormActivationBackward,
  BatchNormActivationForward,
  GroupNormBackward,
  GroupNormForward,
  RMSNormBackward,
  RMSNormForward,
} from "../../tensor/wasm/exports.js";
import type { Place } from "./place.js";
import type { Segment } from "./segment.js";

/** The activations behind a BatchNorm by the numbers of assembly/activations.ts. */
export const NO_ACTIVATION = 0;
export const RELU = 1;

/** A BatchNorm in training with the activation behind it: its calls, and where its statistics and parameters lie. */
export interface BatchNormCalls {
  readonly mean: number;
  readonly inverseStd: number;
  readonly gamma: number;
  readonly beta: number;
  readonly forward: () => void;
  backward(gradOutput: Tensor, gradInput: Tensor | null, plus: Tensor | null): () => void;
}

/**
 * BatchNorm of [N, C] or [N, C, …] in training and the activation behind it. Without an `output`, for [N, C, …] and no activation but
 * ReLU, forward() leaves the statistics alone, by which the next layer normalizes what it reads.
 */
export function batchNormCalls(
  layer: BatchNorm,
  activation: number,
  x: Tensor,
  place: Place,
  output: Tensor | null,
): BatchNormCalls {
  const { kernels } = place.memory;
  layer.forgetStep();
  const [n, c] = x.shape;
  const s = x.size / (n * c);
  const [mean, variance, inverseStd] = [1, 2, 3].map(() => place.scratch(c));
  const gamma = place.pointer(layer.gamma.value);
  const beta = place.pointer(layer.beta.value);
  const shared = {
    ...{ activation, x: place.pointer(x), mean, inverseStd, gamma, beta, n, c, s },
    out: output ? place.pointer(output) : 0,
    scratch: place.scratch(s > 1 ? 0 : kernels.batchNormScratchFloats(n, c)),
  };
  const step = place.describe(BatchNormActivationForward, {
    ...shared,
    runningMean: layer.trackRunningStats ? place.pointer(layer.runningMean) : 0,
    runningVariance: layer.trackRunningStats ? place.pointer(layer.runningVariance) : 0,
    variance,
    eps: layer.eps,
  });
  const unbiased = (n * s) / (n * s - 1);
  return {
    ...{ mean, inverseStd, gamma, beta },
    forward() {
      const momentum = layer.trackRunningStats ? layer.countBatch(n * s) : 0;
      kernels.batchNormActivationForward(step, 1 - momentum, momentum, momentum * unbiased);
    },
    backward(gradOutput, gradInput, plus) {
      const descriptor = place.describe(BatchNormActivationBackward, {
        ...shared,
        ...gradientsOf(layer, x, gradOutput, gradInput, place),
        plus: plus ? place.pointer(plus) : 0,
      });
      return () => kernels.batchNormActivationBackward(descriptor);
    },
  };
}

/** Whether each channel of x [N, C, …] has several values an example, which is when a convolution can normalize what it reads. */
export function hasPlaces(x: Tensor): boolean {
  const [n, c] = x.shape;
  return x.shape.length > 2 && x.size > n * c;
}

export function batchNormSegment(layer: BatchNorm, activation: number, x: Tensor, place: Place): Segment {
  const output = place.zeros(x.shape);
  const calls = batchNormCalls(layer, activation, x, place, output);
  return {
    output,
    forward: calls.forward,
    addsGradient: hasPlaces(x),
    backward: (gradOutput, gradInput, _pool, plus = null) => calls.backward(gradOutput, gradInput, plus),
  };
}

/** What the backward pass of a normalization is given and fills. */
function gradientsOf(
  { gamma, beta }: BatchNorm | SampleNorm,
  x: Tensor,
  gradOutput: Tensor,
  gradInput: Tensor | null,
  place: Place,
) {
  return {
    gradOut: place.pointer(gradOutput),
    // A normalization in front of everything: its gradient has to go somewhere all the same.
    gradInput: gradInput ? place.pointer(gradInput) : place.scratch(x.size),
    gradGamma: place.pointer(gamma.gradient),
    gradBeta: place.pointer(beta.gradient),
  };
}

/** LayerNorm of [N, C], or GroupNorm of [N, C] or [N, C, …]. */
export function sampleNormSegment(layer: SampleNorm, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  const [n, c] = x.shape;
  const s = x.size / (n * c);
  const { groupCount, eps } = layer;
  const output = place.zeros(x.shape);
  const shared = {
    normalized: place.scratch(x.size),
    inverseStd: place.scratch(n * groupCount),
    gamma: place.pointer(layer.gamma.value),
    ...{ n, c, s, groups: groupCount },
  };
  const step = place.describe(GroupNormForward, {
    ...shared,
    x: place.pointer(x),
    beta: place.pointer(layer.beta.value),
    out: place.pointer(output),
    eps,
  });
  return {
    output,
    forward: () => kernels.groupNormForward(step),
    backward(gradOutput, gradInput) {
      const descriptor = place.describe(GroupNormBackward, {
        ...shared,
        ...gradientsOf(layer, x, gradOutput, gradInput, place),
      });
      return () => kernels.groupNormBackward(descriptor);
    },
  };
}

/** RMSNorm of the rows of [N, …, numFeatures]. */
export function rmsNormSegment(layer: RMSNorm, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  const columns = layer.numFeatures;
  const rows = x.size / columns;
  const output = place.zeros(x.shape);
  const shared = {
    normalized: place.scratch(x.size),
    inverseRms: place.scratch(rows),
    gamma: place.pointer(layer.gamma.value),
    ...{ rows, columns },
  };
  const step = place.describe(RMSNormForward, {
    ...shared,
    x: place.pointer(x),
    beta: place.pointer(layer.beta.value),
    out: place.pointer(output),
    eps: layer.eps,
  });
  return {
    output,
    forward: () => kernels.rmsNormForward(step),
    backward(gradOutput, gradInput) {
      const descriptor = place.describe(RMSNormBackward, {
        ...shared,
        ...gradientsOf(layer, x, gradOutput, gradInput, place),
      });
      return () => kernels.rmsNormBackward(descriptor);
    },
  };
}
