import { BatchNorm } from "../nn/layers/batch-norm.js";
import { type AffineInput, affineCases } from "./affine-cases.js";
import { batches } from "./batches.js";
import { exercise, type Mistake } from "./exercise.js";

/** The formula with one part exchanged. */
interface Parts {
  mean: (column: number[]) => number;
  variance: (column: number[], mean: number) => number;
  divisor: (variance: number, eps: number) => number;
  output: (normalized: number, gamma: number, beta: number) => number;
}

const right: Parts = {
  mean: (column) => column.reduce((sum, value) => sum + value, 0) / column.length,
  variance: (column, mean) =>
    column.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / column.length,
  divisor: (variance, epsilon) => Math.sqrt(variance + epsilon),
  output: (normalized, gamma, beta) => gamma * normalized + beta,
};

function solveWith(parts: Partial<Parts>): (...input: AffineInput) => number[][] {
  const { mean, variance, divisor, output } = { ...right, ...parts };
  return (x, gamma, beta, epsilon) =>
    x.map((row) =>
      row.map((value, feature) => {
        const column = x.map((other) => other[feature]);
        const center = mean(column);
        const normalized = (value - center) / divisor(variance(column, center), epsilon);
        return output(normalized, gamma[feature], beta[feature]);
      }),
    );
}

const mistakes: Mistake<AffineInput>[] = [
  {
    hint: "Divide the sum of squares by m, not by m − 1: the biased variance normalizes, the unbiased one is for the running statistics.",
    solve: solveWith({
      variance: (column, mean) => (right.variance(column, mean) * column.length) / (column.length - 1),
    }),
  },
  {
    hint: "eps is missing: add it to the variance, under the root. A constant feature divides 0 by 0 without it.",
    solve: solveWith({ divisor: (variance) => Math.sqrt(variance) }),
  },
  {
    hint: "eps belongs under the root: √(variance + eps), not √variance + eps.",
    solve: solveWith({ divisor: (variance, epsilon) => Math.sqrt(variance) + epsilon }),
  },
  {
    hint: "Divide by the standard deviation, the root of the variance, not by the variance.",
    solve: solveWith({ divisor: (variance, epsilon) => variance + epsilon }),
  },
  {
    hint: "gamma and beta are missing: the output is gamma · normalized + beta.",
    solve: solveWith({ output: (normalized) => normalized }),
  },
  {
    hint: "Scale first, then shift: gamma · normalized + beta, not gamma · (normalized + beta).",
    solve: solveWith({ output: (normalized, gamma, beta) => gamma * (normalized + beta) }),
  },
  {
    hint: "Take mean and variance of each feature over the batch (down a column), not of each example (along a row).",
    solve: (x, gamma, beta, epsilon) =>
      x.map((row) => {
        const mean = right.mean(row);
        const divisor = right.divisor(right.variance(row, mean), epsilon);
        return row.map((value, feature) =>
          right.output((value - mean) / divisor, gamma[feature], beta[feature]),
        );
      }),
  },
];

/**
 * Checks a batch normalization of the reader's: `(x, gamma, beta, eps) => output` with x and output as rows of features,
 * gamma and beta one number a feature; output = gamma · (x − mean) / √(variance + eps) + beta over the batch.
 */
export const batchNormForward = exercise<AffineInput>({
  name: "batchNormForward",
  cases: () => affineCases(batches, BatchNorm),
  mistakes,
  hint: "Feature by feature: mean over the batch, then the mean of (x − mean)², then (x − mean) / √(variance + eps), then gamma and beta.",
});
