import { BatchNorm } from "../nn/layers/batch-norm.js";
import { tensor } from "../tensor/tensor.js";
import { batches, copyRows, perFeature } from "./batches.js";
import { type ExerciseCase, exercise } from "./exercise.js";

type Input = [x: number[][], gamma: number[], gradOutput: number[][], eps: number];

const eps = 1e-3;
/** Two rows are left out: the normalized values are then ±1 nearly, and every wrong gradient vanishes with the right one. */
const tried = batches.filter(({ x }) => x.length > 2);

const cases = () =>
  tried.map(({ name, x }): ExerciseCase<Input> => {
    const features = x[0].length;
    const gamma = perFeature(features, 0.5, 0.75);
    const gradOutput = x.map((row, sample) =>
      row.map((_, feature) => ((3 * sample + 2 * feature) % 5) - 1.5),
    );
    return {
      name,
      input: () => [copyRows(x), [...gamma], copyRows(gradOutput), eps],
      expected: gradients(x, gamma, gradOutput, {}),
    };
  });

/** The layer's own gradients, or with a path stopped. */
function gradients(
  x: number[][],
  gamma: number[],
  gradOutput: number[][],
  options: { stopGradient?: "mean" | "variance" | "both" },
) {
  const layer = new BatchNorm(gamma.length, { eps, dtype: "float64", ...options });
  layer.gamma.value.data.set(gamma);
  layer.forward(tensor(x, undefined, "float64"));
  const input = layer.backward(tensor(gradOutput, undefined, "float64"));
  return { input, gamma: layer.gamma.gradient, beta: layer.beta.gradient };
}

/**
 * Checks the gradients of batch normalization: `(x, gamma, gradOutput, eps) => { input, gamma, beta }` with x, gradOutput
 * and input as rows of features, gamma and beta one number a feature; summed over the batch, through mean and variance.
 */
export const batchNormBackward = exercise<Input>({
  name: "batchNormBackward",
  cases,
  mistakes: [
    {
      hint: "The gradient through the mean is missing: each input also moves the mean, and so all other outputs.",
      solve: (x, gamma, gradOutput) => gradients(x, gamma, gradOutput, { stopGradient: "mean" }),
    },
    {
      hint: "The gradient through the variance is missing: each input also moves the variance.",
      solve: (x, gamma, gradOutput) => gradients(x, gamma, gradOutput, { stopGradient: "variance" }),
    },
    {
      hint: "Mean and variance are treated as constants; they depend on every input of the batch.",
      solve: (x, gamma, gradOutput) => gradients(x, gamma, gradOutput, { stopGradient: "both" }),
    },
    {
      hint: "The gradients of gamma and beta are sums over the batch, not means.",
      solve: (x, gamma, gradOutput) => {
        const sums = gradients(x, gamma, gradOutput, {});
        const mean = (values: ArrayLike<number>) => Array.from(values, (value) => value / x.length);
        return { input: sums.input, gamma: mean(sums.gamma.data), beta: mean(sums.beta.data) };
      },
    },
  ],
  hint: "Go backwards node by node, as explain() lists them: output, scaled, normalized, inverseStd, variance, centered, mean, x.",
});
