import { exercise } from "./exercise.js";

type Input = [mean: number[], variance: number[], eps: number];

const tried: readonly { name: string; input: Input }[] = [
  { name: "two features", input: [[2, -3], [4, 9], 1e-3] },
  { name: "a small variance beside a large eps", input: [[1], [0.01], 0.5] },
  { name: "a constant feature", input: [[5, 0], [0, 1], 0.01] },
  { name: "mean 0, variance 1", input: [[0], [1], 1e-5] },
];

const solveWith =
  (gamma: (variance: number, eps: number) => number, beta: (mean: number) => number) =>
  (mean: number[], variance: number[], eps: number) => {
    return { gamma: variance.map((value) => gamma(value, eps)), beta: mean.map(beta) };
  };

const deviation = (variance: number, eps: number) => Math.sqrt(variance + eps);
const same = (value: number) => value;
const right = solveWith(deviation, same);

/** Checks `(mean, variance, eps) => { gamma, beta }`: the scale and shift with which BatchNorm gives back its input. */
export const undoNormalization = exercise<Input>({
  name: "undoNormalization",
  cases: () =>
    tried.map(({ name, input: [mean, variance, eps] }) => {
      return {
        name,
        input: (): Input => [[...mean], [...variance], eps],
        expected: right(mean, variance, eps),
      };
    }),
  mistakes: [
    {
      hint: "eps is missing: the layer divided by √(variance + eps), so gamma has to be exactly that.",
      solve: solveWith((variance) => Math.sqrt(variance), same),
    },
    {
      hint: "gamma multiplies: it has to be the divisor itself, not one over it.",
      solve: solveWith((variance, eps) => 1 / deviation(variance, eps), same),
    },
    {
      hint: "The layer divided by the root of the variance, so gamma needs the root too.",
      solve: solveWith((variance, eps) => variance + eps, same),
    },
    {
      hint: "The layer took the mean away; beta has to add it, with a plus sign.",
      solve: solveWith(deviation, (mean) => -mean),
    },
    {
      hint: "beta is added after gamma has scaled: it is the mean itself, not a scaled one.",
      solve: (mean, variance, eps) => {
        const { gamma } = right(mean, variance, eps);
        return { gamma, beta: mean.map((value, feature) => value / gamma[feature]) };
      },
    },
  ],
  hint: "Solve x = gamma · (x − mean)/√(variance + eps) + beta for gamma and beta.",
});
