import { checkOptions, OptionError, ShapeError, ValueError } from "../base/errors.js";
import { Random } from "../base/random.js";
import { type Tensor, zeros } from "../tensor/tensor.js";
import { copyRows } from "./rows.js";

/**
 * How many examples each part gets: whole numbers, or fractions of all (each below 1). `train` left out means
 * "the rest"; `validation` and `test` left out mean none. What is asked for beyond these stays unused.
 */
export interface SplitSizes {
  train?: number;
  validation?: number;
  test?: number;
}

/** Examples drawn into three parts that share none. */
export interface Partition {
  train: Split;
  validation: Split;
  test: Split;
  classes: number;
}

/** What is known about a set's columns and classes, for tables and figures. */
export interface SplitNames {
  /** The label text of each class, in the order of the class numbers. */
  classNames?: string[];
  /** The name of each input column. */
  featureNames?: string[];
}

const PARTS = ["train", "validation", "test"] as const;

/** Labelled examples: `inputs` [size, …] and one class number 0 … classes - 1 for each. */
export class Split {
  readonly inputs: Tensor;
  readonly labels: Int32Array;
  readonly classes: number;
  readonly classNames?: string[];
  readonly featureNames?: string[];

  constructor(inputs: Tensor, labels: Int32Array, classes: number, names: SplitNames = {}) {
    this.inputs = inputs;
    this.labels = labels;
    this.classes = classes;
    this.classNames = names.classNames;
    this.featureNames = names.featureNames;
  }

  /** The number of examples. */
  get size(): number {
    return this.labels.length;
  }

  /** The examples with these indices, in this order; an index may come more than once. */
  subset(indices: ArrayLike<number>): Split {
    const [, ...exampleShape] = this.inputs.shape;
    const width = exampleShape.reduce((product, length) => product * length, 1);
    const inputs = zeros([indices.length, ...exampleShape], this.inputs.dtype);
    const labels = new Int32Array(indices.length);
    for (let row = 0; row < indices.length; row++) {
      const index = indices[row];
      if (!Number.isInteger(index) || index < 0 || index >= this.size)
        throw new ValueError(
          `There is no example ${index} in a split of ${this.size}: indices go from 0 to ${this.size - 1}.`,
        );
      labels[row] = this.labels[index];
    }
    copyRows(this.inputs.data, indices, inputs.data, width);
    return this.withInputs(inputs, labels);
  }

  /** The first `count` examples, or all when there are fewer. */
  take(count: number): Split {
    return this.subset(Array.from({ length: Math.min(count, this.size) }, (_, index) => index));
  }

  /** The same examples in the random order of `seed` (default 1). */
  shuffle(seed = 1): Split {
    return this.subset(new Random(seed).stream("shuffle").permutation(this.size));
  }

  /**
   * Draws the examples at random into three parts that share none. The same seed (default 1) gives the same parts.
   * Throws an OptionError for sizes that are negative, not whole, or sum to more than there is.
   */
  split({ seed = 1, ...sizes }: SplitSizes & { seed?: number } = {}): Partition {
    checkOptions("split", sizes, PARTS);
    const counts = countsOf(sizes, this.size);
    const order = new Random(seed).stream("split").permutation(this.size);
    const validationStart = counts.train;
    const testStart = validationStart + counts.validation;
    return {
      train: this.subset(order.subarray(0, validationStart)),
      validation: this.subset(order.subarray(validationStart, testStart)),
      test: this.subset(order.subarray(testStart, testStart + counts.test)),
      classes: this.classes,
    };
  }

  /** The same classes and names with other inputs (and labels). */
  withInputs(inputs: Tensor, labels: Int32Array = this.labels): Split {
    return new Split(inputs, labels, this.classes, this);
  }

  toString(): string {
    return `Split(${this.size} examples of shape [${this.inputs.shape.slice(1).join(", ")}], ${this.classes} classes)`;
  }
}

function countsOf(sizes: SplitSizes, available: number): Required<SplitSizes> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const part of PARTS) {
    const asked = sizes[part];
    if (asked === undefined) continue;
    const isFraction = asked > 0 && asked < 1;
    if (!isFraction && !(Number.isSafeInteger(asked) && asked >= 0))
      throw new OptionError(
        `split: ${part} must be a whole number of examples or a fraction between 0 and 1; got ${asked}.`,
      );
    counts[part] = isFraction ? Math.round(asked * available) : asked;
  }
  if (sizes.train === undefined) counts.train = Math.max(0, available - counts.validation - counts.test);
  let sum = counts.train + counts.validation + counts.test;
  // Rounded fractions such as 0.5 + 0.25 + 0.25 of 10 may ask for one example too many.
  const asked = PARTS.map((part) => sizes[part] ?? 0);
  const fractionsFit = asked.every((size) => size < 1) && asked[0] + asked[1] + asked[2] <= 1 + 1e-9;
  while (fractionsFit && sum > available) {
    counts.train--;
    sum--;
  }
  if (sum > available)
    throw new OptionError(
      `split: train ${counts.train} + validation ${counts.validation} + test ${counts.test} = ${sum} examples, but there are only ${available}. Ask for fewer.`,
    );
  return counts;
}

/**
 * Labelled examples from arrays of your own. `labels` are whole numbers 0 … classes - 1; `classes` defaults to the
 * largest label + 1. Throws a ShapeError when inputs and labels differ in number, a ValueError for a label that is no
 * class and for inputs that are not finite.
 */
export function dataset(
  inputs: Tensor,
  labels: ArrayLike<number>,
  options: { classes?: number } & SplitNames = {},
): Split {
  checkOptions("dataset", options, ["classes", "classNames", "featureNames"]);
  if (inputs.shape.length < 2)
    throw new ShapeError(
      `dataset needs inputs of shape [examples, features…]; got [${inputs.shape.join(", ")}]. Reshape them to [${inputs.size}, 1].`,
    );
  const size = inputs.shape[0];
  if (labels.length !== size)
    throw new ShapeError(
      `dataset got ${size} inputs and ${labels.length} labels: each input needs one label.`,
    );
  if (size === 0) throw new ValueError("dataset got no examples.");
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, labels[i]);
  const classes = options.classes ?? largest + 1;
  for (let i = 0; i < size; i++)
    if (!Number.isInteger(labels[i]) || labels[i] < 0 || labels[i] >= classes)
      throw new ValueError(
        `The label of example ${i} is ${labels[i]}; with ${classes} classes labels are whole numbers from 0 to ${classes - 1}.`,
      );
  const width = inputs.size / size;
  for (let i = 0; i < inputs.size; i++)
    if (!Number.isFinite(inputs.data[i]))
      throw new ValueError(
        `Example ${Math.floor(i / width)} holds ${inputs.data[i]} in feature ${i % width}. Remove or fill such examples first.`,
      );
  return new Split(inputs, Int32Array.from(labels), classes, options);
}
