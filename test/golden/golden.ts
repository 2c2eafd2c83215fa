/** The golden vectors that make_golden.py wrote: what PyTorch computes in float64. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type DType, Tensor, tensor } from "../../src/index.js";

interface PackedArray {
  shape: number[];
  data: string;
}

interface PackedCase {
  layer: string;
  name: string;
  options: Record<string, unknown>;
  inputs: Record<string, PackedArray>;
  outputs: Record<string, PackedArray>;
}

export interface GoldenCase {
  name: string;
  options: Record<string, unknown>;
  input(name: string, dtype: DType): Tensor;
  output(name: string): Tensor;
  inputNames: string[];
  outputNames: string[];
}

// The JSON stays in the source tree: the compiler copies no data files.
const FILE = fileURLToPath(new URL("../../../test/golden/layers.json", import.meta.url));
const { cases } = JSON.parse(readFileSync(FILE, "utf8")) as { cases: PackedCase[] };

export function goldenCases(layer: string): GoldenCase[] {
  const found = cases.filter((entry) => entry.layer === layer);
  expect(found, `golden cases of ${layer}`).not.to.be.empty;
  return found.map((entry) => ({
    name: entry.name,
    options: entry.options,
    input: (name, dtype) => unpack(entry.inputs[name]).clone(dtype),
    output: (name) => unpack(entry.outputs[name]),
    inputNames: Object.keys(entry.inputs),
    outputNames: Object.keys(entry.outputs),
  }));
}

function unpack(packed: PackedArray): Tensor {
  const bytes = Buffer.from(packed.data, "base64");
  const numbers = Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
  return tensor(numbers, packed.shape, "float64");
}

/** How near each dtype has to come, relative to the largest value of the expected tensor. */
export const TOLERANCE: Record<DType, number> = { float64: 1e-10, float32: 1e-5 };

/** Asserts that `actual` is `expected` within the tolerance of its dtype. */
export function expectNear(actual: Tensor, expected: Tensor, what: string): void {
  expect(actual.shape, `${what}: shape`).to.deep.equal(expected.shape);
  expect(relativeError(actual, expected), what).to.be.at.most(TOLERANCE[actual.dtype]);
}

/**
 * The largest difference relative to the largest expected value; values all below 1e-3 count as rounding of a
 * zero.
 */
export function relativeError(actual: Tensor, expected: Tensor): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.size; i++) {
    const error = Math.abs(actual.data[i] - expected.data[i]);
    difference = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(difference, error);
    largest = Math.max(largest, Math.abs(expected.data[i]));
  }
  return difference / Math.max(largest, 1e-3);
}
