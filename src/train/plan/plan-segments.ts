/** The parts of a training plan: for each layer, or two neighbours at once, its calls on memory laid out once. */
import { BatchNorm } from "../../nn/layers/batch-norm.js";
import { Dropout } from "../../nn/layers/dropout.js";
import { GroupNorm } from "../../nn/layers/group-norm.js";
import type { Layer } from "../../nn/layers/layer.js";
import { LayerNorm } from "../../nn/layers/layer-norm.js";
import { Linear } from "../../nn/layers/linear.js";
import { ReLU } from "../../nn/layers/relu.js";
import { Sigmoid } from "../../nn/layers/sigmoid.js";
import { Tanh } from "../../nn/layers/tanh.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import type { KernelMemory } from "../../tensor/wasm/memory.js";
import { packedFloats } from "../../tensor/wasm/packing.js";
import { multiplyMatrices } from "../../tensor/wasm/team.js";
import type { ReusedWorkspace } from "../../tensor/workspace.js";

export interface Segment {
  /** What forward() fills from the output of the segment before. */
  readonly output: Tensor;
  readonly forward: () => void;
  /** The backward pass between these tensors; gradInput is null when nobody needs it. */
  backward(gradOutput: Tensor, gradInput: Tensor | null): () => void;
}

/** Where a plan's arrays lie. It keeps them: a pointer alone would not keep its memory from being given to another array. */
export class Place {
  /** false as soon as one array lies outside the WebAssembly memory, whose budget is then used up. */
  holdsAll = true;
  private readonly arrays: Tensor[] = [];

  constructor(
    readonly memory: KernelMemory,
    readonly workspace: ReusedWorkspace,
  ) {}

  pointer(tensor: Tensor): number {
    this.arrays.push(tensor);
    if (!(tensor.data instanceof Float32Array && this.memory.holds(tensor.data))) this.holdsAll = false;
    return tensor.data.byteOffset;
  }
}

/** As in assembly/fused-batch-norm.ts. */
const ACTIVATION_CODES = new Map<unknown, number>([
  [ReLU, 1],
  [Sigmoid, 2],
  [Tanh, 3],
]);
const NO_ACTIVATION = 0;

/** Layers whose output has the shape of their input; they run by their own forward() and backward(). */
const SHAPE_KEEPING: readonly unknown[] = [BatchNorm, LayerNorm, GroupNorm, Dropout, ReLU, Sigmoid, Tanh];

/** The segments of the layers one behind the other, or null when a layer is of a class that is not known here. */
export function segmentsOf(layers: readonly Layer[], inputs: Tensor, place: Place): Segment[] | null {
  const segments: Segment[] = [];
  let x = inputs;
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i];
    const kind: unknown = layer.constructor;
    let segment: Segment;
    // The exact class: one that extends Linear may compute something else.
    if (kind === Linear && layer instanceof Linear) {
      if (layer.dtype !== "float32" || x.shape[1] !== layer.inFeatures) return null;
      segment = linearSegment(layer, x, place);
    } else if (kind === BatchNorm && layer instanceof BatchNorm && isPlain(layer, x)) {
      const code = ACTIVATION_CODES.get(layers[i + 1]?.constructor);
      segment = batchNormSegment(layer, code ?? NO_ACTIVATION, x, place);
      if (code !== undefined) i++;
    } else if (SHAPE_KEEPING.includes(kind)) {
      segment = layerSegment(layer, x, place);
    } else {
      return null;
    }
    segments.push(segment);
    x = segment.output;
  }
  return segments;
}

/** Whether the fused kernels compute what this BatchNorm does: the batch's statistics, without a lesson's changes. */
function isPlain(layer: BatchNorm, x: Tensor): boolean {
  return layer.dtype === "float32" && layer.isTextbook && x.shape[0] > 1 && x.shape[1] === layer.numFeatures;
}

function layerSegment(layer: Layer, x: Tensor, { workspace }: Place): Segment {
  const output = zeros(x.shape);
  return {
    output,
    forward: () => output.data.set(layer.forward(x, workspace).data),
    backward: (gradOutput, gradInput) => () => {
      const gradient = layer.backward(gradOutput, workspace);
      gradInput?.data.set(gradient.data);
    },
  };
}

/** y = x·Wᵀ + b; ∂loss/∂W = gᵀ·x, ∂loss/∂b = Σ g, ∂loss/∂x = g·W. */
function linearSegment(layer: Linear, x: Tensor, place: Place): Segment {
  const { memory } = place;
  const { kernels } = memory;
  const { inFeatures, outFeatures } = layer;
  const rows = x.shape[0];
  const output = zeros([rows, outFeatures]);
  const products = [
    packedFloats(rows, outFeatures, inFeatures),
    packedFloats(outFeatures, inFeatures, rows),
    packedFloats(rows, inFeatures, outFeatures),
  ];
  const packedA = place.pointer(zeros([Math.max(...products.map(({ a }) => a))]));
  const packedB = place.pointer(zeros([Math.max(...products.map(({ b }) => b))]));
  const input = place.pointer(x);
  const out = place.pointer(output);
  const weight = place.pointer(layer.weight.value);
  const weightGradient = place.pointer(layer.weight.gradient);
  const bias = place.pointer(layer.bias.value);
  const biasGradient = place.pointer(layer.bias.gradient);
  return {
    output,
    forward() {
      multiplyMatrices(
        memory,
        input,
        weight,
        out,
        rows,
        outFeatures,
        inFeatures,
        false,
        true,
        packedA,
        packedB,
      );
      if (layer.hasBias) kernels.addRow(out, bias, rows, outFeatures);
    },
    backward(gradOutput, gradInput) {
      const g = place.pointer(gradOutput);
      const gx = gradInput ? place.pointer(gradInput) : 0;
      return () => {
        multiplyMatrices(
          memory,
          g,
          input,
          weightGradient,
          outFeatures,
          inFeatures,
          rows,
          true,
          false,
          packedA,
          packedB,
        );
        if (layer.hasBias) kernels.sumRows(g, biasGradient, rows, outFeatures);
        if (gx)
          multiplyMatrices(
            memory,
            g,
            weight,
            gx,
            rows,
            inFeatures,
            outFeatures,
            false,
            false,
            packedA,
            packedB,
          );
      };
    },
  };
}

/** BatchNorm of [N, C] and the activation behind it. */
function batchNormSegment(layer: BatchNorm, activation: number, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  layer.forgetStep();
  const [n, c] = x.shape;
  const output = zeros(x.shape);
  const [mean, variance, inverseStd] = [1, 2, 3].map(() => place.pointer(zeros([c])));
  const input = place.pointer(x);
  const out = place.pointer(output);
  const normalized = place.pointer(zeros(x.shape));
  const gamma = place.pointer(layer.gamma.value);
  const beta = place.pointer(layer.beta.value);
  const gradGamma = place.pointer(layer.gamma.gradient);
  const gradBeta = place.pointer(layer.beta.gradient);
  const runningMean = layer.trackRunningStats ? place.pointer(layer.runningMean) : 0;
  const runningVariance = layer.trackRunningStats ? place.pointer(layer.runningVariance) : 0;
  const unbiased = n / (n - 1);
  return {
    output,
    forward() {
      const momentum = layer.trackRunningStats ? layer.countBatch(n) : 0;
      kernels.batchNormActivationForward(
        activation,
        input,
        gamma,
        beta,
        runningMean,
        runningVariance,
        mean,
        variance,
        inverseStd,
        normalized,
        out,
        n,
        c,
        layer.eps,
        1 - momentum,
        momentum,
        momentum * unbiased,
      );
    },
    backward(gradOutput, gradInput) {
      const g = place.pointer(gradOutput);
      // BatchNorm in front of everything: its gradient has to go somewhere all the same.
      const gx = place.pointer(gradInput ?? zeros(x.shape));
      return () =>
        kernels.batchNormActivationBackward(
          activation,
          g,
          out,
          normalized,
          inverseStd,
          gamma,
          gx,
          gradGamma,
          gradBeta,
          n,
          c,
        );
    },
  };
}
