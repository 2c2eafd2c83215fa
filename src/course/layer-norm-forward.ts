import { LayerNorm } from "../nn/layers/layer-norm.js";
import { type AffineInput, affineCases } from "./affine-cases.js";
import type { Batch } from "./batches.js";
import { exercise, type Mistake } from "./exercise.js";

const tried: readonly Batch[] = [
  { name: "a batch of one example", x: [[1, 2, 6]] },
  {
    name: "three examples of two features",
    x: [
      [1, 20],
      [3, 5],
      [4, 4.5],
    ],
  },
  {
    name: "an example whose features are equal",
    x: [
      [5, 5, 5, 5],
      [1, 2, 6, 0],
    ],
  },
  {
    name: "values far from zero",
    x: [
      [10_001, 10_003, 10_008],
      [-5000, -5003, -5001],
    ],
  },
];

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / (values.length || 1);

/** The formula with one part exchanged. */
interface Parts {
  /** What is normalized together with the value in row i, column j. */
  company: (x: number[][], i: number, j: number) => number[];
  variance: (values: number[], mean: number) => number;
  divisor: (variance: number, eps: number) => number;
  output: (normalized: number, gamma: number, beta: number) => number;
}

const right: Parts = {
  company: (x, i) => x[i],
  variance: (values, mean) => meanOf(values.map((value) => (value - mean) * (value - mean))),
  divisor: (variance, epsilon) => Math.sqrt(variance + epsilon),
  output: (normalized, gamma, beta) => gamma * normalized + beta,
};

function solveWith(parts: Partial<Parts>): (...input: AffineInput) => number[][] {
  const { company, variance, divisor, output } = { ...right, ...parts };
  return (x, gamma, beta, epsilon) =>
    x.map((row, i) =>
      row.map((value, j) => {
        const values = company(x, i, j);
        const center = meanOf(values);
        const normalized = (value - center) / divisor(variance(values, center), epsilon);
        return output(normalized, gamma[j], beta[j]);
      }),
    );
}

const mistakes: Mistake<AffineInput>[] = [
  {
    hint: "That is batch normalization, over a column. Layer normalization takes each row by itself.",
    solve: solveWith({ company: (x, _i, j) => x.map((row) => row[j]) }),
  },
  {
    hint: "Each example has a mean and a variance of its own, not one pair for the whole batch.",
    solve: solveWith({ company: (x) => x.flat() }),
  },
  {
    hint: "Divide by the number of features, not by one less: the biased variance normalizes.",
    solve: solveWith({
      variance: (values, mean) =>
        values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1),
    }),
  },
  {
    hint: "eps belongs under the root: √(variance + eps).",
    solve: solveWith({ divisor: (variance, epsilon) => Math.sqrt(variance) + epsilon }),
  },
  {
    hint: "Divide by the root of the variance, not by the variance.",
    solve: solveWith({ divisor: (variance, epsilon) => variance + epsilon }),
  },
  {
    hint: "gamma and beta are missing: after the normalization, scale feature j by gamma[j] and shift it by beta[j].",
    solve: solveWith({ output: (normalized) => normalized }),
  },
];

/**
 * Checks layer normalization: `(x, gamma, beta, eps) => output`, where each row of x is normalized by its own mean and
 * biased variance, and gamma and beta have a number for each feature.
 */
export const layerNormForward = exercise<AffineInput>({
  name: "layerNormForward",
  cases: () => affineCases(tried, LayerNorm),
  mistakes,
  hint: "For each row: mean and variance over its features, (value − mean) / √(variance + eps), then gamma[j] · … + beta[j].",
});
