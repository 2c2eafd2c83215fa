import { OptionError } from "../base/errors.js";
import { type Tensor, zeros } from "../tensor/tensor.js";
import type { Partition, Split } from "./split.js";

/**
 * One shift and one scale for all values of a set, so that neither uses a label nor tells features apart:
 * - "standard": mean 0 and standard deviation 1 over all values (the experiments' choice);
 * - "unit": smallest value 0, largest 1;
 * - "binary": 1 from the middle between the smallest and the largest value upward, else 0;
 * - "raw": as in the file.
 */
export type Scale = "standard" | "unit" | "binary" | "raw";

export const SCALES: readonly Scale[] = ["standard", "unit", "binary", "raw"];

export function checkScale(owner: string, scale: unknown): asserts scale is Scale {
  if (SCALES.some((known) => known === scale)) return;
  throw new OptionError(`${owner}: scale must be one of "${SCALES.join('", "')}"; got "${String(scale)}".`);
}

/** (x - shift) / scale for the whole tensor, in float64, rounded to the tensor's dtype at the end. */
export function scaleValues(inputs: Tensor, scale: Scale): Tensor {
  return scaleAs(inputs, scale, inputs);
}

/** The same with the shift and the scale that another tensor's values give, such as those of the training part. */
export function scaleAs(inputs: Tensor, scale: Scale, reference: Tensor): Tensor {
  if (scale === "raw" || reference.size === 0) return inputs;
  const { shift, divisor } = scale === "standard" ? momentsOf(reference.data) : rangeOf(reference.data);
  if (scale === "binary") return mapValues(inputs, (value) => (value - shift >= divisor / 2 ? 1 : 0));
  return mapValues(inputs, (value) => (value - shift) / divisor);
}

function mapValues(inputs: Tensor, map: (value: number, index: number) => number): Tensor {
  const mapped = zeros(inputs.shape, inputs.dtype);
  const [from, to] = [inputs.data, mapped.data];
  for (let i = 0; i < from.length; i++) to[i] = map(from[i], i);
  return mapped;
}

function rangeOf(values: ArrayLike<number>): { shift: number; divisor: number } {
  let smallest = values[0];
  let largest = values[0];
  for (let i = 1; i < values.length; i++) {
    smallest = Math.min(smallest, values[i]);
    largest = Math.max(largest, values[i]);
  }
  return { shift: smallest, divisor: largest - smallest || 1 };
}

/** Mean and standard deviation (divided by n - 1, as PyTorch's and NumPy's ddof=1) in two passes. */
function momentsOf(values: ArrayLike<number>): { shift: number; divisor: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) * (values[i] - mean);
  return { shift: mean, divisor: Math.sqrt(squares / Math.max(values.length - 1, 1)) || 1 };
}

/**
 * Shifts and scales each feature to mean 0 and standard deviation 1. For a partition both come from `train` alone and
 * serve for all three parts: validation and test stay unseen. A feature that is constant in train is only shifted.
 */
export function standardize(data: Split): Split;
export function standardize(data: Partition): Partition;
export function standardize(data: Split | Partition): Split | Partition {
  if (!("train" in data)) return data.withInputs(standardizeColumns(data.inputs, data.inputs));
  const reference = data.train.inputs;
  const scaled = (part: Split) => part.withInputs(standardizeColumns(part.inputs, reference));
  return {
    train: scaled(data.train),
    validation: scaled(data.validation),
    test: scaled(data.test),
    classes: data.classes,
  };
}

function standardizeColumns(inputs: Tensor, reference: Tensor): Tensor {
  const examples = reference.shape[0];
  if (examples === 0) return inputs;
  const width = reference.size / examples;
  const column = new Float64Array(examples);
  const moments = Array.from({ length: width }, (_, feature) => {
    for (let row = 0; row < examples; row++) column[row] = reference.data[row * width + feature];
    return momentsOf(column);
  });
  return mapValues(inputs, (value, index) => {
    const { shift, divisor } = moments[index % width];
    return (value - shift) / divisor;
  });
}
