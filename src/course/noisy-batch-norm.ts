import { BatchNorm } from "../nn/layers/batch-norm.js";
import { tensor } from "../tensor/tensor.js";
import { batches, copyRows, perFeature } from "./batches.js";
import { type ExerciseCase, exercise, type Mistake } from "./exercise.js";

type Input = [x: number[][], scale: number[], shift: number[], eps: number];

const eps = 1e-3;

/** Batch normalization without gamma and beta. */
function normalize(x: number[][], epsilon: number): number[][] {
  const layer = new BatchNorm(x[0].length, { eps: epsilon, affine: false, dtype: "float64" });
  return layer.forward(tensor(x, undefined, "float64")).toNested() as number[][];
}

const each = (x: number[][], value: (old: number, feature: number) => number): number[][] =>
  x.map((row) => row.map(value));

function noisy(x: number[][], scale: number[], shift: number[], epsilon: number): number[][] {
  return each(normalize(x, epsilon), (value, feature) => scale[feature] * value + shift[feature]);
}

const mistakes: Mistake<Input>[] = [
  {
    hint: "The noise comes after the normalization. Put before it, the normalization takes it off again.",
    solve: (x, scale, shift, epsilon) =>
      normalize(
        each(x, (value, feature) => scale[feature] * value + shift[feature]),
        epsilon,
      ),
  },
  {
    hint: "That is the normalization without any noise.",
    solve: (x, _scale, _shift, epsilon) => normalize(x, epsilon),
  },
  {
    hint: "The normalization is missing: noise alone is on the raw values here.",
    solve: (x, scale, shift) => each(x, (value, feature) => scale[feature] * value + shift[feature]),
  },
  {
    hint: "Scale first, then shift: scale · normalized + shift, not scale · (normalized + shift).",
    solve: (x, scale, shift, epsilon) =>
      each(normalize(x, epsilon), (value, feature) => scale[feature] * (value + shift[feature])),
  },
  {
    hint: "The shift is missing: both the place and the width of the distribution are to move.",
    solve: (x, scale, _shift, epsilon) =>
      each(normalize(x, epsilon), (value, feature) => scale[feature] * value),
  },
  {
    hint: "The scale is missing: both the place and the width of the distribution are to move.",
    solve: (x, _scale, shift, epsilon) =>
      each(normalize(x, epsilon), (value, feature) => value + shift[feature]),
  },
  {
    hint: "One scale and one shift for each feature (column), not for each example (row).",
    solve: (x, scale, shift, epsilon) =>
      normalize(x, epsilon).map((row, i) => row.map((value) => scale[i] * value + shift[i])),
  },
];

/**
 * Checks one step of noisy batch normalization: `(x, scale, shift, eps) => output` with x as rows of features and a scale and
 * a shift for each feature; output = scale · (x − mean) / √(variance + eps) + shift.
 */
export const noisyBatchNorm = exercise<Input>({
  name: "noisyBatchNorm",
  cases: () =>
    batches.map(({ name, x }): ExerciseCase<Input> => {
      const scale = perFeature(x[0].length, 1.25, -0.1);
      const shift = perFeature(x[0].length, 0.4, -0.3);
      return {
        name,
        input: () => [copyRows(x), [...scale], [...shift], eps],
        expected: noisy(x, scale, shift, eps),
      };
    }),
  mistakes,
  hint: "Normalize each feature over the batch as in lesson 1, then scale · normalized + shift, feature by feature.",
});
