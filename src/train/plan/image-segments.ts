/** The parts of a training plan that work on images [N, C, H, W]. */
import type { BatchNorm } from "../../nn/layers/batch-norm.js";
import type { Conv2d } from "../../nn/layers/conv2d.js";
import type { AvgPool2d, MaxPool2d } from "../../nn/layers/pooling.js";
import { WEIGHT_STANDARDIZATION_EPS } from "../../nn/layers/weight-standardization.js";
import type { Pooling } from "../../tensor/kernels/windows.js";
import type { Tensor } from "../../tensor/tensor.js";
import {
  AveragePoolBackward,
  Convolve,
  ConvolveBackwardInput,
  ConvolveBackwardWeight,
  GroupNormBackward,
  GroupNormForward,
  MaxPoolBackward,
  Normalization,
  Pool,
} from "../../tensor/wasm/exports.js";
import { convolution, convolutionRooms } from "../../tensor/wasm/team.js";
import { batchNormCalls, RELU } from "./norm-segments.js";
import type { Place } from "./place.js";
import type { Segment } from "./segment.js";

/** The weight that a convolution takes, where it is not the layer's own, and the way of its gradient. */
interface Standardized {
  readonly weight: number;
  readonly gradient: number;
  readonly forward: () => void;
  readonly backward: () => void;
}

/**
 * y = x ⊛ weight + bias, the gradients of weight and bias, and of x when somebody asks. `plus` is added to y: the output of a shortcut
 * past this layer. `normalization` is the address of one that x goes through first; 0: of none.
 */
export function convolutionSegment(
  layer: Conv2d,
  x: Tensor,
  place: Place,
  plus: Tensor | null = null,
  normalization = 0,
): Segment {
  const { kernels } = place.memory;
  const shape = layer.shapeFor(x.shape);
  const output = place.zeros([shape.n, shape.outChannels, shape.outHeight, shape.outWidth]);
  const standardized = layer.weightStandardization ? standardize(layer, place) : null;
  const weight = standardized?.weight ?? place.pointer(layer.weight.value);
  const input = place.pointer(x);
  const { n, inChannels, outChannels, kernelHeight, kernelWidth, outHeight, outWidth } = shape;
  const multiplications = n * inChannels * outChannels * kernelHeight * kernelWidth * outHeight * outWidth;
  const roomsFor = (parts: number) => convolutionRooms(place.memory, multiplications, parts);
  const step = place.describeWithRoom(
    Convolve,
    {
      ...shape,
      x: input,
      weight,
      bias: layer.hasBias ? place.pointer(layer.bias.value) : 0,
      plus: plus ? place.pointer(plus) : 0,
      normalization,
      out: place.pointer(output),
    },
    kernels.convolveFloats,
    roomsFor(n),
  );
  const convolve = convolution(place.memory, { kernel: "convolve", step }, multiplications);
  return {
    output,
    forward() {
      standardized?.forward();
      convolve();
    },
    backward(gradOutput, gradInput) {
      const gradOut = place.pointer(gradOutput);
      const weightStep = place.describeWithRoom(
        ConvolveBackwardWeight,
        {
          ...shape,
          x: input,
          normalization,
          gradOut,
          gradWeight: standardized?.gradient ?? place.pointer(layer.weight.gradient),
          gradBias: layer.hasBias ? place.pointer(layer.bias.gradient) : 0,
        },
        kernels.convolveBackwardWeightFloats,
        roomsFor(inChannels),
      );
      const inputStep =
        gradInput &&
        place.describeWithRoom(
          ConvolveBackwardInput,
          { ...shape, gradOut, weight, gradInput: place.pointer(gradInput) },
          kernels.convolveBackwardInputFloats,
          roomsFor(n),
        );
      const { memory } = place;
      const toWeight = convolution(
        memory,
        { kernel: "convolveBackwardWeight", step: weightStep },
        multiplications,
      );
      const toInput =
        inputStep &&
        convolution(memory, { kernel: "convolveBackwardInput", step: inputStep }, multiplications);
      return () => {
        toWeight();
        standardized?.backward();
        toInput?.();
      };
    },
  };
}

/**
 * A BatchNorm in training, the ReLU behind it if there is one (`activation`), and a convolution of their output, which is nowhere in
 * memory: from x and the statistics the convolution computes it for one image after the other, and its gradient of the weights does so
 * again. That reads x where it would have read as many values, and nothing is written.
 */
export function normalizedConvolutionSegment(
  norm: BatchNorm,
  activation: number,
  layer: Conv2d,
  x: Tensor,
  place: Place,
  plus: Tensor | null = null,
): Segment {
  const { mean, inverseStd, gamma, beta, ...statistics } = batchNormCalls(norm, activation, x, place, null);
  const normalization = place.describe(Normalization, {
    ...{ mean, inverseStd, gamma, beta, relu: activation === RELU },
  });
  const behind = convolutionSegment(layer, x, place, plus, normalization);
  return {
    output: behind.output,
    forward() {
      statistics.forward();
      behind.forward();
    },
    addsGradient: true,
    backward(gradOutput, gradInput, pool, plusGradient = null) {
      const between = pool.take(x.shape);
      const convolve = behind.backward(gradOutput, between, pool);
      const normalize = statistics.backward(between, gradInput, plusGradient);
      pool.release(between);
      return () => {
        convolve();
        normalize();
      };
    },
  };
}

/** What WeightStandardization computes, on the place's memory. */
function standardize({ weight }: Conv2d, place: Place): Standardized {
  const { kernels } = place.memory;
  const { size, shape } = weight.value;
  const [outputs] = shape;
  const inputs = size / outputs;
  const ones = place.zeros([inputs]);
  ones.data.fill(1);
  const shared = {
    normalized: place.scratch(size),
    inverseStd: place.scratch(outputs),
    gamma: place.pointer(ones),
    ...{ n: outputs, c: inputs, s: 1, groups: 1 },
  };
  const standardized = place.scratch(size);
  const forward = place.describe(GroupNormForward, {
    ...shared,
    x: place.pointer(weight.value),
    beta: place.pointer(place.zeros([inputs])),
    out: standardized,
    eps: WEIGHT_STANDARDIZATION_EPS,
  });
  const gradient = place.scratch(size);
  const backward = place.describe(GroupNormBackward, {
    ...shared,
    gradOut: gradient,
    gradInput: place.pointer(weight.gradient),
    gradGamma: place.scratch(inputs),
    gradBeta: place.scratch(inputs),
  });
  return {
    weight: standardized,
    gradient,
    forward: () => kernels.groupNormForward(forward),
    backward: () => kernels.groupNormBackward(backward),
  };
}

export function maxPoolSegment(layer: MaxPool2d, x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  const shape = layer.shapeFor(x.shape);
  const output = place.zeros([...x.shape.slice(0, 2), shape.outHeight, shape.outWidth]);
  const input = place.pointer(x);
  const step = place.describe(Pool, { ...shape, x: input, out: place.pointer(output) });
  return {
    output,
    forward: () => kernels.maxPool(step),
    backward(gradOutput, gradInput) {
      if (!gradInput) return () => {};
      const pointers = { gradOut: place.pointer(gradOutput), x: input, gradInput: place.pointer(gradInput) };
      const descriptor = place.describe(MaxPoolBackward, { ...shape, ...pointers });
      return () => kernels.maxPoolBackward(descriptor);
    },
  };
}

export function averagePoolSegment(layer: AvgPool2d, x: Tensor, place: Place): Segment {
  const shape = layer.shapeFor(x.shape);
  return averagesSegment(shape, [...x.shape.slice(0, 2), shape.outHeight, shape.outWidth], x, place);
}

/** The mean of each channel of each image. */
export function globalAverageSegment(x: Tensor, place: Place): Segment {
  const [n, c, height, width] = x.shape;
  const window = { kernelHeight: height, kernelWidth: width, strideY: height, strideX: width };
  const shape = {
    ...{ planes: n * c, height, width, ...window, top: 0, left: 0, outHeight: 1, outWidth: 1 },
  };
  return averagesSegment(shape, [n, c], x, place);
}

function averagesSegment(shape: Pooling, outShape: readonly number[], x: Tensor, place: Place): Segment {
  const { kernels } = place.memory;
  const output = place.zeros(outShape);
  const step = place.describe(Pool, { ...shape, x: place.pointer(x), out: place.pointer(output) });
  return {
    output,
    forward: () => kernels.averagePool(step),
    backward(gradOutput, gradInput) {
      if (!gradInput) return () => {};
      const pointers = { gradOut: place.pointer(gradOutput), gradInput: place.pointer(gradInput) };
      const descriptor = place.describe(AveragePoolBackward, { ...shape, ...pointers });
      return () => kernels.averagePoolBackward(descriptor);
    },
  };
}

/** The same numbers under another shape. */
export function flattenSegment(x: Tensor, place: Place): Segment {
  return {
    output: x.reshape([x.shape[0], x.size / x.shape[0]]),
    forward() {},
    backward(gradOutput, gradInput) {
      if (!gradInput) return () => {};
      const [from, to] = [gradOutput, gradInput].map((tensor) =>
        place.memory.floats(place.pointer(tensor), tensor.size),
      );
      return () => to.set(from);
    },
  };
}
