import { BatchNorm } from "../nn/layers/batch-norm.js";
import { recalibrate } from "../nn/layers/recalibrate.js";
import { tensor } from "../tensor/tensor.js";
import { copyRows } from "./batches.js";
import { type ExerciseCase, exercise, type Mistake } from "./exercise.js";

type Input = [batches: number[][][]];

/** Batches of one size in each case, so that the average of the batches is no matter of weights. */
const tried: readonly { name: string; batches: number[][][] }[] = [
  {
    name: "two batches of two examples",
    batches: [
      [
        [1, 10],
        [3, 20],
      ],
      [
        [5, 40],
        [5, 60],
      ],
    ],
  },
  { name: "one batch", batches: [[[2], [4], [9]]] },
  {
    name: "three batches far apart",
    batches: [
      [[1], [2], [3]],
      [[101], [103], [102]],
      [[-50], [-52], [-57]],
    ],
  },
  {
    name: "a constant feature",
    batches: [
      [
        [7, 1],
        [7, 2],
      ],
      [
        [7, 4],
        [7, 8],
      ],
    ],
  },
];

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function varianceOf(values: readonly number[], divisor: number): number {
  const center = meanOf(values);
  return values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / divisor;
}

const features = (batches: readonly number[][][]) => batches[0][0].map((_, j) => j);
const column = (batch: readonly number[][], j: number) => batch.map((row) => row[j]);

const unbiased = (values: readonly number[]) => varianceOf(values, values.length - 1);
const biased = (values: readonly number[]) => varianceOf(values, values.length);

/** For each feature: what `mean` and `variance` make of its values, batch by batch. */
function solveWith(
  mean: (values: number[][]) => number,
  variance: (values: number[][]) => number,
): (...input: Input) => { mean: number[]; variance: number[] } {
  return (batches) => {
    const valuesOf = (j: number) => batches.map((batch) => column(batch, j));
    return {
      mean: features(batches).map((j) => mean(valuesOf(j))),
      variance: features(batches).map((j) => variance(valuesOf(j))),
    };
  };
}

const averageMean = (values: number[][]) => meanOf(values.map(meanOf));

/** What running statistics with this weight of the new value come to, from the start. */
const running =
  (start: number, momentum: number, of: (values: readonly number[]) => number) => (values: number[][]) =>
    values.reduce((old, batch) => (1 - momentum) * old + momentum * of(batch), start);

const mistakes: Mistake<Input>[] = [
  {
    hint: "The running variance takes the unbiased variance of a batch: divide by m − 1.",
    solve: solveWith(averageMean, (values) => meanOf(values.map(biased))),
  },
  ...[biased, unbiased].map((variance) => ({
    hint: "That is the variance of all examples together, a good one where batches lie far apart. Asked is what recalibrate() does: the average of the batches' variances.",
    solve: solveWith(averageMean, (values) => variance(values.flat())),
  })),
  {
    hint: "These are the statistics of the last batch; all batches count alike.",
    solve: solveWith(
      (values) => meanOf(values[values.length - 1]),
      (values) => unbiased(values[values.length - 1]),
    ),
  },
  {
    hint: "These are running statistics with momentum 0.1, which still remember the start: take the plain average.",
    solve: solveWith(running(0, 0.1, meanOf), running(1, 0.1, unbiased)),
  },
  {
    hint: "Divide by the number of batches: the average, not the sum.",
    solve: solveWith(
      (values) => averageMean(values) * values.length,
      (values) => meanOf(values.map(unbiased)) * values.length,
    ),
  },
  {
    hint: "variance, not its root: take no square root.",
    solve: solveWith(averageMean, (values) => meanOf(values.map((batch) => Math.sqrt(unbiased(batch))))),
  },
];

/**
 * Checks recalibration: `(batches) => { mean, variance }`, for each feature the plain average of the batches' means and of
 * their unbiased variances; batches are of equal size, each an array of rows.
 */
export const recalibratedStatistics = exercise<Input>({
  name: "recalibratedStatistics",
  cases: () =>
    tried.map(({ name, batches }): ExerciseCase<Input> => {
      const layer = new BatchNorm(batches[0][0].length, { dtype: "float64" });
      recalibrate(layer, tensor(batches.flat(), undefined, "float64"), { batchSize: batches[0].length });
      return {
        name,
        input: () => [batches.map(copyRows)],
        expected: { mean: layer.runningMean, variance: layer.runningVariance },
      };
    }),
  mistakes,
  hint: "For each feature: each batch's mean and its variance with m − 1, then the plain average over the batches.",
});
