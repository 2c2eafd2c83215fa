import { exercise } from "./exercise.js";

type Input = [values: number[], slopes: number[]];

const z = [-2.2, -1.4, -0.9, -0.5, -0.2, 0.1, 0.3, 0.7, 1.1, 1.9];

const tried: readonly { name: string; values: number[]; slopes: number[] }[] = [
  {
    name: "ReLU",
    values: z.map((value) => Math.max(0, value)),
    slopes: z.map((value) => (value > 0 ? 1 : 0)),
  },
  { name: "a line through the origin", values: z.map((value) => 3 * value), slopes: z.map(() => 3) },
  { name: "a line far from the origin", values: z.map((value) => 10 - value), slopes: z.map(() => -1) },
  { name: "a square", values: z.map((value) => value * value), slopes: z.map((value) => 2 * value) },
  { name: "two samples", values: [0.2, 0.6], slopes: [0.25, 0.15] },
];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanSquare = (values: readonly number[]) => mean(values.map((value) => value * value));
const variance = (values: readonly number[]) => {
  const center = mean(values);
  return meanSquare(values.map((value) => value - center));
};

/**
 * Checks the growth of a gradient at each layer of a wide network under batch normalization:
 * `(values, slopes) => √(mean of slopes² / variance of values)`, from samples of an activation's values and slopes.
 */
export const explosionFactor = exercise<Input>({
  name: "explosionFactor",
  cases: () =>
    tried.map(({ name, values, slopes }) => ({
      name,
      input: (): Input => [[...values], [...slopes]],
      expected: Math.sqrt(meanSquare(slopes) / variance(values)),
    })),
  mistakes: [
    {
      hint: "The root is missing: E φ'² / Var φ is the growth of the gradient's square.",
      solve: (values, slopes) => meanSquare(slopes) / variance(values),
    },
    {
      hint: "Take the mean off the values before squaring, as batch norm does: the variance, not the mean square.",
      solve: (values, slopes) => Math.sqrt(meanSquare(slopes) / meanSquare(values)),
    },
    {
      hint: "Square the slopes first, then take their mean: slopes of both signs must not cancel.",
      solve: (values, slopes) => Math.abs(mean(slopes)) / Math.sqrt(variance(values)),
    },
    {
      hint: "The slopes are not centered: their mean square counts, not their variance.",
      solve: (values, slopes) => Math.sqrt(variance(slopes) / variance(values)),
    },
    {
      hint: "That is upside down: the slope multiplies the gradient, the standard deviation divides it.",
      solve: (values, slopes) => Math.sqrt(variance(values) / meanSquare(slopes)),
    },
    {
      hint: "Divide the sum of squares by the number of samples, not by one less: batch norm takes the biased variance.",
      solve: (values, slopes) =>
        Math.sqrt((meanSquare(slopes) * (values.length - 1)) / (variance(values) * values.length)),
    },
  ],
  hint: "The mean of the squared slopes, over the variance of the values around their own mean; then the root.",
});
