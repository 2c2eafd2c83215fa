import { batches, copyRows } from "./batches.js";
import { exercise } from "./exercise.js";

type Input = [x: number[][]];

function column(x: readonly number[][], feature: number): number[] {
  return x.map((row) => row[feature]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Σ (value − mean)² / divisor */
function variance(values: readonly number[], divisor = values.length): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / divisor;
}

function perColumn(x: readonly number[][], statistic: (values: number[]) => number): number[] {
  return x[0].map((_, feature) => statistic(column(x, feature)));
}

function perRow(x: readonly number[][], statistic: (values: number[]) => number): number[] {
  return x.map((row) => statistic(row));
}

/**
 * Checks the statistics of a batch: `(x) => { mean, variance }` with x as rows of features, mean and variance one number
 * a feature, the variance divided by m.
 */
export const batchStatistics = exercise<Input>({
  name: "batchStatistics",
  cases: () =>
    batches.map(({ name, x }) => {
      return {
        name,
        input: (): Input => [copyRows(x)],
        expected: { mean: perColumn(x, mean), variance: perColumn(x, (values) => variance(values)) },
      };
    }),
  mistakes: [
    {
      hint: "Divide the sum of squares by m, not by m − 1: batch normalization uses the biased variance.",
      solve: (x) => {
        return {
          mean: perColumn(x, mean),
          variance: perColumn(x, (values) => variance(values, values.length - 1)),
        };
      },
    },
    {
      hint: "Go down the columns: one mean and one variance for each feature, not for each example.",
      solve: (x) => {
        return { mean: perRow(x, mean), variance: perRow(x, (values) => variance(values)) };
      },
    },
    {
      hint: "That is the standard deviation. The variance is its square: leave out the root.",
      solve: (x) => {
        return { mean: perColumn(x, mean), variance: perColumn(x, (values) => Math.sqrt(variance(values))) };
      },
    },
  ],
  hint: "For each feature: mean = Σ x / m, then variance = Σ (x − mean)² / m, over the m rows of the batch.",
});
