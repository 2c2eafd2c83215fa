/** The parts of a training plan: for each layer, or two neighbours at once, its calls on memory laid out once. */
import { BatchNorm } from "../../nn/layers/batch-norm.js";
import { Dropout } from "../../nn/layers/dropout.js";
import { GroupNorm } from "../../nn/layers/group-norm.js";
import type { Layer } from "../../nn/layers/layer.js";
import { LayerNorm } from "../../nn/layers/layer-norm.js";
import { Linear } from "../../nn/layers/linear.js";
import { ReLU } from "../../nn/layers/relu.js";
import type { SampleNorm } from "../../nn/layers/sample-norm.js";
import { Sigmoid } from "../../nn/layers/sigmoid.js";
import { Tanh } from "../../nn/layers/tanh.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import {
  BatchNormActivationBackward,
  BatchNormActivationForward,
  GroupNormBackward,
  GroupNormForward,
  Product,
} from "../../tensor/wasm/exports.js";
import { packedFloats } from "../../tensor/wasm/packing.js";
import { multiplyMatrices } from "../../tensor/wasm/team.js";
import type { Place } from "./place.js";

export interface Segment {
  /** What forward() fills from the output of the segment before. */
  readonly output: Tensor;
  readonly forward: () => void;
  /** The backward pass between these tensors; gradInput is null when nobody needs it. */
  backward(gradOutput: Tensor, gradInput: Tensor | null): () => void;
}

/** The activations by the code that assembly/fused-batch-norm.ts has for each, and by their kernels. */
const ACTIVATIONS = new Map<unknown, { code: number; forward: ForwardName; backward: BackwardName }>([
  [ReLU, { code: 1, forward: "relu", backward: "reluBackward" }],
  [Sigmoid, { code: 2, forward: "sigmoid", backward: "sigmoidBackward" }],
  [Tanh, { code: 3, forward: "tanh", backward: "tanhBackward" }],
]);
const NO_ACTIVATION = 0;

type ForwardName = "relu" | "sigmoid" | "tanh";
type BackwardName = "reluBackward" | "sigmoidBackward" | "tanhBackward";

/**
 * The segments of the layers one behind the other, as they compute in their modes of now; null when a layer is of a class
 * that is not known here, or does not fit. `runsItself` is told each layer that runs by its own forward() and backward().
 */
export function segmentsOf(
  layers: readonly Layer[],
  inputs: Tensor,
  place: Place,
  runsItself: (layer: Layer) => void,
): Segment[] | null {
  const segments: Segment[] = [];
  let x = inputs;
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i];
    let segment: Segment;
    if (isExactly(layer, Linear)) {
      if (layer.dtype !== "float32" || x.shape[1] !== layer.inFeatures) return null;
      segment = linearSegment(layer, x, place);
    } else if (isExactly(layer, BatchNorm)) {
      if (layer.dtype !== "float32" || x.shape[1] !== layer.numFeatures) return null;
      if (layer.training && layer.isTextbook && x.shape[0] > 1) {
        const activation = ACTIVATIONS.get(layers[i + 1]?.constructor);
        segment = batchNormSegment(layer, activation?.code ?? NO_ACTIVATION, x, place);
        if (activation) i++;
      } else {
        segment = layerSegment(layer, x, place);
        runsItself(layer);
      }
    } else if (isExactly(layer, LayerNorm) || isExactly(layer, GroupNorm)) {
      if (layer.dtype !== "float32" || x.shape[1] !== layer.numFeatures) return null;
      segment = sampleNormSegment(layer, x, place);
    } else if (isExactly(layer, Dropout)) {
      segment = layerSegment(layer, x, place);
      runsItself(layer);
    } else {
      const activation = ACTIVATIONS.get(layer.constructor);
      if (!activation) return null;
      segment = activationSegment(activation.forward, activation.backward, x, place);
    }
    segments.push(segment);
    x = segment.output;
  }
  return segments;
}

/** What a layer computes in a mode that no kernel is laid out for; it works on ordinary tensors, and may keep them. */
function layerSegment(layer: Layer, x: Tensor, place: Place): Segment {
  const { workspace } = place;
  const output = place.zeros(x.shape);
  const [ownInput, ownGradient] = [zeros(x.shape), zeros(x.shape)];
  return {
    output,
    forward() {
      ownInput.data.set(x.data);
      output.data.set(layer.forward(ownInput, workspace).data);
      place.borrow();
    },
    backward: (gradOutput, gradInput) => () => {
      ownGradient.data.set(gradOutput.data);
      const gradient = layer.backward(ownGradient, workspace);
      gradInput?.data.set(gradient.data);
      place.borrow();
    },
  };
}

/** y = x·Wᵀ + b; ∂loss/∂W = gᵀ·x, ∂loss/∂b = Σ g, ∂loss/∂x = g·W. */
function linearSegment(layer: Linear, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  const { inFeatures, outFeatures } = layer;
  const rows = x.shape[0];
  const output = place.zeros([rows, outFeatures]);
  const sizes = {
    output: { m: rows, n: outFeatures, k: inFeatures },
    weight: { m: outFeatures, n: inFeatures, k: rows },
    input: { m: rows, n: inFeatures, k: outFeatures },
  };
  const packed = Object.values(sizes).map(({ m, k }) => packedFloats(m, k));
  const scratchA = place.scratch(Math.max(...packed.map(({ a }) => a)));
  const scratchB = place.scratch(Math.max(...packed.map(({ b }) => b)));
  const input = place.pointer(x);
  const out = place.pointer(output);
  const weight = place.pointer(layer.weight.value);
  const weightGradient = place.pointer(layer.weight.gradient);
  const bias = place.pointer(layer.bias.value);
  const biasGradient = place.pointer(layer.bias.gradient);
  const product = (
    size: { m: number; n: number; k: number },
    factors: { a: number; b: number; out: number; transposeA: boolean; transposeB: boolean },
  ) => {
    const descriptor = place.describe(Product, { ...size, ...factors, scratchA, scratchB });
    return () => multiplyMatrices(place.memory, descriptor, size);
  };
  const toOutput = product(sizes.output, {
    ...{ a: input, b: weight, out, transposeA: false, transposeB: true },
  });
  return {
    output,
    forward() {
      toOutput();
      if (layer.hasBias) kernels.addRow(out, bias, rows, outFeatures);
    },
    backward(gradOutput, gradInput) {
      const g = place.pointer(gradOutput);
      const toWeight = product(sizes.weight, {
        ...{ a: g, b: input, out: weightGradient, transposeA: true, transposeB: false },
      });
      const toInput =
        gradInput &&
        product(sizes.input, {
          ...{ a: g, b: weight, out: place.pointer(gradInput), transposeA: false, transposeB: false },
        });
      return () => {
        toWeight();
        if (layer.hasBias) kernels.sumRows(g, biasGradient, rows, outFeatures);
        toInput?.();
      };
    },
  };
}

/** BatchNorm of [N, C] in training and the activation behind it. */
function batchNormSegment(layer: BatchNorm, activation: number, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  layer.forgetStep();
  const [n, c] = x.shape;
  const output = place.zeros(x.shape);
  const [mean, variance, inverseStd] = [1, 2, 3].map(() => place.scratch(c));
  const shared = {
    ...{ activation, x: place.pointer(x), mean, inverseStd, out: place.pointer(output), n, c },
    gamma: place.pointer(layer.gamma.value),
    scratch: place.scratch(kernels.batchNormScratchFloats(n, c)),
  };
  const step = place.describe(BatchNormActivationForward, {
    ...shared,
    beta: place.pointer(layer.beta.value),
    runningMean: layer.trackRunningStats ? place.pointer(layer.runningMean) : 0,
    runningVariance: layer.trackRunningStats ? place.pointer(layer.runningVariance) : 0,
    variance,
    eps: layer.eps,
  });
  const unbiased = n / (n - 1);
  return {
    output,
    forward() {
      const momentum = layer.trackRunningStats ? layer.countBatch(n) : 0;
      kernels.batchNormActivationForward(step, 1 - momentum, momentum, momentum * unbiased);
    },
    backward(gradOutput, gradInput) {
      const descriptor = place.describe(BatchNormActivationBackward, {
        ...shared,
        ...gradientsOf(layer, x, gradOutput, gradInput, place),
      });
      return () => kernels.batchNormActivationBackward(descriptor);
    },
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

/** LayerNorm or GroupNorm of [N, C]. */
function sampleNormSegment(layer: SampleNorm, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  const [n, c] = x.shape;
  const { groupCount, eps } = layer;
  const output = place.zeros(x.shape);
  const shared = {
    normalized: place.scratch(x.size),
    inverseStd: place.scratch(n * groupCount),
    gamma: place.pointer(layer.gamma.value),
    ...{ n, c, s: 1, groups: groupCount },
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

function activationSegment(forward: ForwardName, backward: BackwardName, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  const output = place.zeros(x.shape);
  const [input, out] = [place.pointer(x), place.pointer(output)];
  return {
    output,
    forward: () => kernels[forward](input, out, x.size),
    backward(gradOutput, gradInput) {
      if (!gradInput) return () => {};
      const [g, gx] = [place.pointer(gradOutput), place.pointer(gradInput)];
      return () => kernels[backward](g, out, gx, x.size);
    },
  };
}

/** Of this very class: one that extends Linear may compute something else. */
export function isExactly<Kind extends Layer>(
  layer: Layer,
  kind: new (...args: never[]) => Kind,
): layer is Kind {
  return layer.constructor === kind;
}
