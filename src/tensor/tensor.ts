import { consoleInspect } from "../base/console-inspect.js";
import { BackendError, ShapeError, showValue, ValueError } from "../base/errors.js";
import { jupyterDisplay, type MimeBundle } from "../base/kernel.js";
import { checkDType, type DType } from "./backends.js";
import { settle } from "./borrowing.js";
import type { FloatArray } from "./kernels/float-array.js";
import { largestAt } from "./largest.js";
import { tensorAsHTML, tensorAsText } from "./tensor-table.js";

/** Numbers nested to any depth, every level of one length: [[1, 2], [3, 4]]. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Nested arrays of a tensor with so many dimensions; of any depth where the number is not known. */
export type NestedOf<Rank extends number> = number extends Rank
  ? NestedNumbers
  : Rank extends 0
    ? number
    : Rank extends 1
      ? number[]
      : Rank extends 2
        ? number[][]
        : Rank extends 3
          ? number[][][]
          : Rank extends 4
            ? number[][][][]
            : NestedNumbers;

/** What tensor() takes: nested numbers, or any typed array of numbers. */
export type TensorValues = NestedNumbers | NumberArray;

export type NumberArray =
  | FloatArray
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/**
 * Numbers with a shape, stored row-major in one typed array: element (i, j) of a [rows, columns] tensor is
 * `data[i * columns + j]`. Prints as a table, in Node and in a notebook.
 *
 * `Rank` is the number of dimensions, for the type of toNested(); `Tensor` alone is a tensor of any.
 */
export class Tensor<Rank extends number = number> {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly size: number;
  private readonly elements: FloatArray;

  /** Wraps `data` without a copy; use `tensor(…)` to make a tensor from numbers. */
  constructor(data: FloatArray, shape: readonly number[]) {
    checkShape(shape);
    this.shape = Object.freeze([...shape]);
    this.size = sizeOf(shape);
    this.dtype = data instanceof Float64Array ? "float64" : "float32";
    this.elements = data;
    if (data.length !== this.size)
      throw new ShapeError(
        `A tensor of shape ${showShape(shape)} has ${this.size} elements; got ${data.length} numbers.`,
      );
  }

  /** The elements themselves, not a copy. */
  get data(): FloatArray {
    settle(this.elements);
    return this.elements;
  }

  /** The element at the given indices, one for each dimension: `x.at(0, 2)`. */
  at(...indices: number[]): number {
    const fits =
      indices.length === this.shape.length &&
      indices.every((index, axis) => Number.isInteger(index) && index >= 0 && index < this.shape[axis]);
    if (!fits)
      throw new ShapeError(
        `No element (${indices.join(", ")}) in a tensor of shape ${showShape(this.shape)}.`,
      );
    return this.data[indices.reduce((position, index, axis) => position * this.shape[axis] + index, 0)];
  }

  /**
   * The same elements under another shape; one dimension may be −1 and is worked out. Shares `data` with this
   * tensor. Throws a ShapeError when the sizes differ.
   */
  reshape<Shape extends readonly number[]>(shape: readonly [...Shape]): Tensor<Shape["length"]> {
    const known = sizeOf(shape.filter((length) => length !== -1));
    const resolved = shape.map((length) => (length === -1 ? this.size / known : length));
    const oneUnknown = shape.filter((length) => length === -1).length <= 1;
    if (!oneUnknown || sizeOf(resolved) !== this.size || !resolved.every(Number.isInteger))
      throw new ShapeError(
        `Can't reshape ${showShape(this.shape)} (${this.size} elements) to ${showShape(shape)}. The sizes must agree.`,
      );
    return new Tensor<Shape["length"]>(this.data, resolved);
  }

  /**
   * A copy of the rows `start` … `end − 1` (of the first dimension); negative numbers count from the end, as in
   * Array.
   */
  slice(start = 0, end?: number): Tensor<Rank> {
    if (this.shape.length === 0)
      throw new ShapeError("A tensor of shape [] is one number: it has no rows to slice.");
    const [rows, ...rest] = this.shape;
    const width = sizeOf(rest);
    const from = start < 0 ? Math.max(0, rows + start) : Math.min(start, rows);
    const stop = end === undefined ? rows : end < 0 ? Math.max(0, rows + end) : Math.min(end, rows);
    const count = Math.max(0, stop - from);
    const copy = new Tensor<Rank>(arrayOf(this.dtype, count * width), [count, ...rest]);
    copy.data.set(this.data.subarray(from * width, (from + count) * width));
    return copy;
  }

  /**
   * The elements as nested arrays of the tensor's shape: number[][] for two dimensions. Where the type does not tell how
   * many there are, `rank` does, and is checked.
   *
   *     tensor([[1, 2], [3, 4]]).toNested();   // number[][]
   *     network.forward(x).toNested(2);        // number[][]
   *
   * @throws ShapeError when the tensor has not `rank` dimensions
   */
  toNested<Asked extends number = Rank>(rank?: Asked): NestedOf<Asked> {
    if (rank !== undefined && this.shape.length !== rank)
      throw new ShapeError(
        `toNested(${rank}) needs ${rank} dimensions; this tensor has the shape ${showShape(this.shape)}.`,
      );
    // The depth of nested arrays is the length of the shape, which the type parameter tells.
    return nest(this.data, this.shape, 0, this.size) as NestedOf<Asked>;
  }

  /**
   * Where along an axis the largest element is: the first of equal ones, −1 where one of them is NaN. One index for each
   * place of the other axes, in their order: the class of each example for logits [N, classes] and axis 1.
   *
   *     tensor([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]]).argmax(1);   // Int32Array [1, 0]
   *
   * @param axis 0 is the first, −1 the last
   * @throws ShapeError when there is no such axis, or it has no elements
   */
  argmax(axis: number): Int32Array {
    const rank = this.shape.length;
    const place = axis < 0 ? rank + axis : axis;
    if (!Number.isInteger(axis) || place < 0 || place >= rank)
      throw new ShapeError(
        `argmax: a tensor of shape ${showShape(this.shape)} has no axis ${showValue(axis)}.`,
      );
    const length = this.shape[place];
    if (length === 0)
      throw new ShapeError(`argmax: axis ${axis} of shape ${showShape(this.shape)} has no elements.`);
    const stride = sizeOf(this.shape.slice(place + 1));
    const { data } = this;
    const found = new Int32Array(this.size / length);
    for (let index = 0; index < found.length; index++) {
      const start = Math.floor(index / stride) * stride * length + (index % stride);
      found[index] = largestAt(data, start, length, stride);
    }
    return found;
  }

  /** A copy with its own data, in this or another dtype. */
  clone(dtype: DType = this.dtype): Tensor<Rank> {
    checkDType("clone", dtype);
    const copy = new Tensor<Rank>(arrayOf(dtype, this.size), this.shape);
    copy.data.set(this.data);
    return copy;
  }

  toString(): string {
    return tensorAsText(this);
  }

  [consoleInspect](): string {
    return tensorAsText(this);
  }

  [jupyterDisplay](): MimeBundle {
    return { "text/html": tensorAsHTML(this), "text/plain": tensorAsText(this) };
  }
}

/**
 * A tensor from numbers. The shape is read off nested arrays, or is `shape`, or is [length].
 *
 *     tensor([[1, 2, 3], [4, 5, 6]])            // shape [2, 3], float32
 *     tensor([1, 2, 3, 4], [2, 2], "float64")
 *
 * @param dtype "float32" (the default; runs on the WASM kernels) or "float64" (runs on the readable reference).
 * @throws ShapeError for ragged rows or numbers that don't fill `shape`; ValueError for what is not a number.
 */
export function tensor<Shape extends readonly number[]>(
  values: TensorValues,
  shape: readonly [...Shape],
  dtype?: DType,
): Tensor<Shape["length"]>;
export function tensor<Values extends TensorValues>(
  values: Values,
  shape?: undefined,
  dtype?: DType,
): Tensor<RankOf<Values>>;
export function tensor(values: TensorValues, shape?: readonly number[], dtype?: DType): Tensor;
export function tensor(values: TensorValues, shape?: readonly number[], dtype: DType = "float32"): Tensor {
  checkDType("tensor", dtype);
  const found = isNumberArray(values) ? [values.length] : nestedShape(values);
  const size = sizeOf(found);
  if (shape !== undefined) {
    checkShape(shape);
    if (sizeOf(shape) !== size)
      throw new ShapeError(
        `tensor: shape ${showShape(shape)} needs ${sizeOf(shape)} numbers; got ${size} in ${showShape(found)}.`,
      );
  }
  const result = zeros(shape ?? found, dtype);
  if (isNumberArray(values)) result.data.set(values);
  else flattenInto(result.data, values, found, 0, []);
  return result;
}

function isNumberArray(values: TensorValues): values is NumberArray {
  return ArrayBuffer.isView(values);
}

/** How many dimensions the tensor of such values has. */
export type RankOf<Values extends TensorValues> = Values extends number
  ? 0
  : Values extends readonly number[] | NumberArray
    ? 1
    : Values extends readonly (readonly number[])[]
      ? 2
      : Values extends readonly (readonly (readonly number[])[])[]
        ? 3
        : Values extends readonly (readonly (readonly (readonly number[])[])[])[]
          ? 4
          : number;

/** A tensor of zeros. */
export function zeros<Shape extends readonly number[]>(
  shape: readonly [...Shape],
  dtype: DType = "float32",
): Tensor<Shape["length"]> {
  checkDType("zeros", dtype);
  checkShape(shape);
  return new Tensor<Shape["length"]>(arrayOf(dtype, sizeOf(shape)), shape);
}

function arrayOf(dtype: DType, size: number): FloatArray {
  try {
    return dtype === "float64" ? new Float64Array(size) : new Float32Array(size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const gibibytes = (size * (dtype === "float64" ? 8 : 4)) / 2 ** 30;
    throw new BackendError(
      `There is no memory for ${size} ${dtype} numbers, which take ${gibibytes.toPrecision(3)} GiB. ` +
        "Use smaller batches or smaller layers.",
    );
  }
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A shape as it stands in messages: [2, 3]. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

function checkShape(shape: unknown): void {
  const whole = (length: unknown) => typeof length === "number" && Number.isInteger(length) && length >= 0;
  if (Array.isArray(shape) && shape.every(whole)) return;
  throw new ShapeError(`A shape is an array of whole numbers such as [2, 3]; got ${showValue(shape)}.`);
}

/** The shape of nested numbers, read along their first elements; flattenInto checks the others against it. */
function nestedShape(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: NestedNumbers = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/**
 * Writes `values` to `data` from `position` on and returns the position after; `path` is where we are, for
 * messages.
 */
function flattenInto(
  data: FloatArray,
  values: unknown,
  shape: readonly number[],
  position: number,
  path: readonly number[],
): number {
  const [length, ...rest] = shape;
  const place = () => (path.length === 0 ? "" : ` at ${showShape(path)}`);
  if (length === undefined) {
    if (Array.isArray(values))
      throw new ShapeError(
        `tensor: a number is expected${place()}; got an array. Every row needs the same depth.`,
      );
    if (typeof values !== "number")
      throw new ValueError(`tensor: ${showValue(values)}${place()} is not a number.`);
    data[position] = values;
    return position + 1;
  }
  if (!Array.isArray(values) || values.length !== length) {
    const got = Array.isArray(values) ? `${values.length} values` : showValue(values);
    throw new ShapeError(
      `tensor: ${length} values are expected${place()}; got ${got}. Every row needs the same length.`,
    );
  }
  let next = position;
  for (let index = 0; index < length; index++) {
    const value: unknown = values[index];
    // Most values are numbers where numbers belong: they need no path for a message.
    if (rest.length === 0 && typeof value === "number") data[next++] = value;
    else next = flattenInto(data, value, rest, next, [...path, index]);
  }
  return next;
}

function nest(data: FloatArray, shape: readonly number[], start: number, end: number): NestedNumbers {
  if (shape.length === 0) return data[start];
  const [length, ...rest] = shape;
  const width = sizeOf(rest);
  if (rest.length === 0) return Array.from(data.subarray(start, end));
  return Array.from({ length }, (_, row) => nest(data, rest, start + row * width, start + (row + 1) * width));
}
