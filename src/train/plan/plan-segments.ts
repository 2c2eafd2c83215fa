/** The parts of a training plan: which layers are computed at once, and the parts that neither normalize nor know images. */
import { Augmentation } from "../../nn/layers/augmentation.js";
import { BatchNorm } from "../../nn/layers/batch-norm.js";
import { Conv2d } from "../../nn/layers/conv2d.js";
import { Dropout } from "../../nn/layers/dropout.js";
import { Flatten } from "../../nn/layers/flatten.js";
import { GlobalAvgPool2d } from "../../nn/layers/global-avg-pool2d.js";
import { GroupNorm } from "../../nn/layers/group-norm.js";
import { InstanceNorm } from "../../nn/layers/instance-norm.js";
import type { Layer } from "../../nn/layers/layer.js";
import { LayerNorm } from "../../nn/layers/layer-norm.js";
import { Linear } from "../../nn/layers/linear.js";
import { AvgPool2d, MaxPool2d } from "../../nn/layers/pooling.js";
import { ReLU } from "../../nn/layers/relu.js";
import { Residual } from "../../nn/layers/residual.js";
import { RMSNorm } from "../../nn/layers/rms-norm.js";
import { Sequential } from "../../nn/layers/sequential.js";
import { Sigmoid } from "../../nn/layers/sigmoid.js";
import { Tanh } from "../../nn/layers/tanh.js";
import { sameShape, type Tensor, zeros } from "../../tensor/tensor.js";
import { NonzerosProduct, Product } from "../../tensor/wasm/exports.js";
import { packedFloats } from "../../tensor/wasm/packing.js";
import { multiplyMatrices, multiplyNonzeros } from "../../tensor/wasm/team.js";
import type { BatchRows } from "./data-copy.js";
import {
  averagePoolSegment,
  convolutionSegment,
  flattenSegment,
  globalAverageSegment,
  maxPoolSegment,
  normalizedConvolutionSegment,
} from "./image-segments.js";
import {
  batchNormSegment,
  hasPlaces,
  NO_ACTIVATION,
  RELU,
  rmsNormSegment,
  sampleNormSegment,
} from "./norm-segments.js";
import type { Place } from "./place.js";
import { residualSegment } from "./residual-segment.js";
import type { Segment } from "./segment.js";

/** The activations by the number that assembly/activations.ts has for each, and by their kernels. */
const ACTIVATIONS = new Map<unknown, { code: number; forward: ForwardName; backward: BackwardName }>([
  [ReLU, { code: RELU, forward: "relu", backward: "reluBackward" }],
  [Sigmoid, { code: 2, forward: "sigmoid", backward: "sigmoidBackward" }],
  [Tanh, { code: 3, forward: "tanh", backward: "tanhBackward" }],
]);

type ForwardName = "relu" | "sigmoid" | "tanh";
type BackwardName = "reluBackward" | "sigmoidBackward" | "tanhBackward";

/**
 * The segments of the layers one behind the other, as they compute in their modes of now; null when a layer is of a class
 * that is not known here, or does not fit. `runsItself` is told each layer that runs by its own forward() and backward(). With `rows`,
 * the inputs may stay where they lie in the data. `plus` is added to the outputs of the last layer, which is then a convolution.
 */
export function segmentsOf(
  layers: readonly Layer[],
  inputs: Tensor,
  place: Place,
  runsItself: (layer: Layer) => void,
  rows: BatchRows | null = null,
  plus: Tensor | null = null,
): Segment[] | null {
  const segments: Segment[] = [];
  let x = inputs;
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i];
    let segment: Segment;
    if (isExactly(layer, Linear)) {
      if (layer.dtype !== "float32" || x.shape.length !== 2 || x.shape[1] !== layer.inFeatures) return null;
      segment = linearSegment(layer, x, place, i === 0 ? rows : null);
    } else if (isExactly(layer, BatchNorm)) {
      if (layer.dtype !== "float32" || x.shape[1] !== layer.numFeatures) return null;
      if (layer.training && layer.isTextbook && x.size > layer.numFeatures) {
        const activation = ACTIVATIONS.get(layers[i + 1]?.constructor)?.code ?? NO_ACTIVATION;
        if (activation !== NO_ACTIVATION) i++;
        const next = layers[i + 1];
        if (isExactly(next, Conv2d) && normalizesInput(next, activation, x)) {
          i++;
          segment = normalizedConvolutionSegment(
            layer,
            activation,
            next,
            x,
            place,
            i === layers.length - 1 ? plus : null,
          );
        } else segment = batchNormSegment(layer, activation, x, place);
      } else {
        segment = layerSegment(layer, x, place);
        runsItself(layer);
      }
    } else if (isExactly(layer, LayerNorm) || isExactly(layer, GroupNorm) || isExactly(layer, InstanceNorm)) {
      if (layer.dtype !== "float32" || x.shape[1] !== layer.numFeatures) return null;
      if (x.shape.length !== 2 && layer.constructor === LayerNorm) return null;
      if (x.shape.length === 2 && layer.constructor === InstanceNorm) return null;
      segment = sampleNormSegment(layer, x, place);
    } else if (isExactly(layer, RMSNorm)) {
      if (layer.dtype !== "float32" || x.shape.length < 2) return null;
      if (x.shape[x.shape.length - 1] !== layer.numFeatures) return null;
      segment = rmsNormSegment(layer, x, place);
    } else if (isExactly(layer, Dropout) || isExactly(layer, Augmentation)) {
      segment = layerSegment(layer, x, place);
      runsItself(layer);
    } else if (isExactly(layer, Conv2d)) {
      if (layer.dtype !== "float32") return null;
      segment = convolutionSegment(layer, x, place, i === layers.length - 1 ? plus : null);
    } else if (isExactly(layer, MaxPool2d)) {
      segment = maxPoolSegment(layer, x, place);
    } else if (isExactly(layer, AvgPool2d)) {
      segment = averagePoolSegment(layer, x, place);
    } else if (isExactly(layer, GlobalAvgPool2d)) {
      if (x.shape.length !== 4) return null;
      segment = globalAverageSegment(x, place);
    } else if (isExactly(layer, Flatten)) {
      segment = flattenSegment(x, place);
    } else if (isExactly(layer, Residual)) {
      if (layer.scale && layer.scale.value.dtype !== "float32") return null;
      const shortcutLayers = layer.shortcut && partsOf(layer.shortcut);
      const shortcut = shortcutLayers && segmentsOf(shortcutLayers, x, place, runsItself);
      const branchLayers = partsOf(layer.branch);
      if (branchLayers === null || (layer.shortcut && !shortcut)) return null;
      const past = shortcut ? shortcut[shortcut.length - 1].output : x;
      // A convolution at the branch's end adds what went past it while it stores its outputs.
      const isAdded = layer.scale === null && isExactly(branchLayers[branchLayers.length - 1], Conv2d);
      const branch = segmentsOf(branchLayers, x, place, runsItself, null, isAdded ? past : null);
      if (branch === null || !sameShape(branch[branch.length - 1].output.shape, past.shape)) return null;
      segment = residualSegment(layer, branch, shortcut, isAdded, x, place);
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

/** Whether a convolution of x can normalize what it reads, and nobody stores it. Behind other activations the gradient needs their output. */
function normalizesInput(layer: Conv2d, activation: number, x: Tensor): boolean {
  return layer.dtype === "float32" && hasPlaces(x) && (activation === NO_ACTIVATION || activation === RELU);
}

/** The layers of a Residual's part; null also where it has none of its own. */
function partsOf(layer: Layer): readonly Layer[] | null {
  const layers = isExactly(layer, Sequential) ? layersOf(layer) : [layer];
  return layers === null || layers.length === 0 ? null : layers;
}

/** The layers one behind the other, those of inner Sequentials in their places; null for a network of another class. */
export function layersOf(network: Layer): readonly Layer[] | null {
  if (!isExactly(network, Sequential)) return null;
  const layers: Layer[] = [];
  for (const layer of network.layers) {
    const inner = layer instanceof Sequential ? layersOf(layer) : [layer];
    if (inner === null) return null;
    layers.push(...inner);
  }
  return layers;
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
function linearSegment(layer: Linear, x: Tensor, place: Place, rowsOfData: BatchRows | null): Segment {
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
    places: { placesA?: number; placesB?: number } = {},
  ) => {
    const stored = { placesA: 0, placesB: 0, ...places };
    const descriptor = place.describe(Product, { ...size, ...factors, ...stored, scratchA, scratchB });
    return () => multiplyMatrices(place.memory, descriptor, size);
  };
  const forward = { b: weight, out, transposeA: false, transposeB: true };
  const toOutput = product(sizes.output, { ...forward, a: input });
  // The same from rows of the data where they lie, which are packed from there.
  const rowsToOutput =
    rowsOfData && product(sizes.output, { ...forward, a: rowsOfData.data }, { placesA: rowsOfData.places });
  if (rowsOfData) rowsOfData.isRead = true;
  const nonzeros = rowsOfData?.areMostlyZeros ? nonzerosOf(rowsOfData, sizes.output, place) : null;
  const nonzerosToOutput = nonzeros?.(weight, out, false);
  return {
    output,
    forward() {
      if (rowsToOutput && rowsOfData?.areInPlace) {
        if (!nonzerosToOutput?.()) rowsToOutput();
      } else toOutput();
      if (layer.hasBias) kernels.addRow(out, bias, rows, outFeatures);
    },
    backward(gradOutput, gradInput) {
      const g = place.pointer(gradOutput);
      const backward = { a: g, out: weightGradient, transposeA: true, transposeB: false };
      const toWeight = product(sizes.weight, { ...backward, b: input });
      const rowsToWeight =
        rowsOfData &&
        product(sizes.weight, { ...backward, b: rowsOfData.data }, { placesB: rowsOfData.places });
      const toInput =
        gradInput &&
        product(sizes.input, {
          ...{ a: g, b: weight, out: place.pointer(gradInput), transposeA: false, transposeB: false },
        });
      const nonzerosToWeight = nonzeros?.(g, weightGradient, true);
      return () => {
        if (rowsToWeight && rowsOfData?.areInPlace) {
          if (!nonzerosToWeight?.()) rowsToWeight();
        } else toWeight();
        if (layer.hasBias) kernels.sumRows(g, biasGradient, rows, outFeatures);
        toInput?.();
      };
    },
  };
}

/** How often a product by what is not 0 may fail before it is no longer tried. */
const MOST_FAILURES = 4;

/** Rows of a panel (assembly/nonzeros.ts). */
const MOST_LISTED_ROWS = 256;
/** Inputs of a batch: their lists take up to 8 MiB, and would take longer to read than they save beyond. */
const MOST_LISTED = 2 ** 20;

/**
 * The products of a layer with the rows of the data, by what is not 0 in them: with its weights, or over the rows with the
 * gradient of its outputs. A call says whether it is done; else the whole product has to be. null where that would be slower.
 */
function nonzerosOf({ data, places }: BatchRows, size: { m: number; n: number; k: number }, place: Place) {
  const { memory } = place;
  const { m, n, k } = size;
  if (m > MOST_LISTED_ROWS || m * k > MOST_LISTED || n < memory.kernels.nonzerosColumns()) return null;
  const room = place.scratch(memory.kernels.nonzerosFloats(m, k));
  return (b: number, out: number, overRows: boolean) => {
    const product = place.describe(NonzerosProduct, { x: data, places, b, out, m, n, k, overRows, room });
    let failures = 0;
    return () => {
      if (failures === MOST_FAILURES) return false;
      const isDone = multiplyNonzeros(memory, product, size);
      if (!isDone) failures++;
      return isDone;
    };
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
  layer: Layer | undefined,
  kind: new (...args: never[]) => Kind,
): layer is Kind {
  return layer?.constructor === kind;
}
