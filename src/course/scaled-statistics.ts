import { exercise } from "./exercise.js";

type Input = [gamma: number[], beta: number[]];

const tried: readonly { name: string; input: Input }[] = [
  {
    name: "three features",
    input: [
      [1, 2, 0.5],
      [0, 3, -1],
    ],
  },
  { name: "a negative gamma", input: [[-3], [1]] },
  { name: "gamma 0", input: [[0], [4]] },
];

const solveWith =
  (mean: (gamma: number, beta: number) => number, variance: (gamma: number) => number) =>
  (gamma: number[], beta: number[]) => {
    return { mean: gamma.map((value, feature) => mean(value, beta[feature])), variance: gamma.map(variance) };
  };

const shift = (_: number, beta: number) => beta;
const right = solveWith(shift, (gamma) => gamma * gamma);

/** Checks `(gamma, beta) => { mean, variance }`: mean and variance of a normalized feature after scale and shift (eps → 0). */
export const scaledStatistics = exercise<Input>({
  name: "scaledStatistics",
  cases: () =>
    tried.map(({ name, input: [gamma, beta] }) => {
      return { name, input: (): Input => [[...gamma], [...beta]], expected: right(gamma, beta) };
    }),
  mistakes: [
    {
      hint: "That is the standard deviation's factor. A variance is in squares: it grows by gamma².",
      solve: solveWith(shift, (gamma) => gamma),
    },
    {
      hint: "A spread has no sign, but it is squared too: gamma², not |gamma|.",
      solve: solveWith(shift, (gamma) => Math.abs(gamma)),
    },
    {
      hint: "A shift moves all values alike, so it changes the mean only.",
      solve: (gamma, beta) => {
        return {
          mean: [...beta],
          variance: gamma.map((value, feature) => value * value + beta[feature] ** 2),
        };
      },
    },
    {
      hint: "The normalized mean is 0, so scaling leaves it at 0: only beta moves it.",
      solve: solveWith(
        (gamma, beta) => gamma * beta,
        (gamma) => gamma * gamma,
      ),
    },
    {
      hint: "gamma sets the spread and beta the mean; here they are swapped.",
      solve: (gamma, beta) => {
        return { mean: [...gamma], variance: beta.map((value) => value * value) };
      },
    },
  ],
  hint: "For y = gamma · x + beta: mean(y) = gamma · mean(x) + beta and variance(y) = gamma² · variance(x).",
});
