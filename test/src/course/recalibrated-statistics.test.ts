import { expect } from "chai";
import { BatchNorm, check, mean, recalibrate, standardDeviation, tensor } from "../../../src/index.js";

type Solution = Parameters<typeof check.recalibratedStatistics>[0];

const columns = (batch: number[][]) => batch[0].map((_, j) => batch.map((row) => row[j]));
const unbiased = (values: number[]) => standardDeviation(values) ** 2;
const biased = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));

/** The average over the batches of what `of` makes of each feature's values. */
const averaged = (batches: number[][][], of: (values: number[]) => number) =>
  batches[0][0].map((_, j) => mean(batches.map((batch) => of(columns(batch)[j]))));

describe("check.recalibratedStatistics", () => {
  const taken: Record<string, Solution> = {
    "averages of each batch's statistics": (batches) => ({
      mean: averaged(batches, mean),
      variance: averaged(batches, unbiased),
    }),
    "normlab's recalibrate()": (batches) => {
      const layer = new BatchNorm(batches[0][0].length, { dtype: "float64" });
      recalibrate(layer, tensor(batches.flat(), undefined, "float64"), { batchSize: batches[0].length });
      return { mean: Array.from(layer.runningMean.data), variance: Array.from(layer.runningVariance.data) };
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.recalibratedStatistics(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "the biased variance": {
      solution: (batches) => ({ mean: averaged(batches, mean), variance: averaged(batches, biased) }),
      says: /divide by m − 1/,
    },
    "the variance of all examples": {
      solution: (batches) => ({
        mean: averaged(batches, mean),
        variance: columns(batches.flat()).map(unbiased),
      }),
      says: /the average of the batches' variances/,
    },
    "the last batch": {
      solution: (batches) => ({
        mean: averaged(batches.slice(-1), mean),
        variance: averaged(batches.slice(-1), unbiased),
      }),
      says: /the last batch/,
    },
    "momentum 0.1": {
      solution: (batches) => {
        const layer = new BatchNorm(batches[0][0].length, { dtype: "float64" });
        for (const batch of batches) layer.forward(tensor(batch, undefined, "float64"));
        return { mean: Array.from(layer.runningMean.data), variance: Array.from(layer.runningVariance.data) };
      },
      says: /still remember the start/,
    },
    "standard deviations": {
      solution: (batches) => ({
        mean: averaged(batches, mean),
        variance: averaged(batches, standardDeviation),
      }),
      says: /take no square root/,
    },
    "the mean alone": {
      solution: ((batches: number[][][]) => averaged(batches, mean)) as unknown as Solution,
      says: /should be an object \{ mean, variance \}/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.recalibratedStatistics(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
