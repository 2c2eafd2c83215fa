import { exercise } from "./exercise.js";

type Input = [x: number[], gradVariance: number];

const tried: readonly { name: string; input: Input }[] = [
  { name: "four values", input: [[1, 2, 3, 6], 2] },
  { name: "constant values", input: [[4, 4, 4], 3] },
  { name: "a negative gradient", input: [[-1, 5], -0.5] },
  { name: "values far from 0", input: [[1001, 1002, 1006], 1] },
];

interface Parts {
  center: (x: readonly number[]) => number;
  factor: (m: number) => number;
}

const right: Parts = {
  center: (x) => x.reduce((total, value) => total + value, 0) / x.length,
  factor: (m) => 2 / m,
};

function solveWith(parts: Partial<Parts>): (...input: Input) => number[] {
  const { center, factor } = { ...right, ...parts };
  return (x, gradVariance) => {
    const mean = center(x);
    return x.map((value) => gradVariance * factor(x.length) * (value - mean));
  };
}

/** Checks `(x, gradVariance) => gradInput` for variance = Σ (x − mean)² / m. */
export const throughVariance = exercise<Input>({
  name: "throughVariance",
  cases: () =>
    tried.map(({ name, input: [x, gradVariance] }) => {
      return { name, input: (): Input => [[...x], gradVariance], expected: solveWith({})(x, gradVariance) };
    }),
  mistakes: [
    { hint: "The derivative of a square brings a factor 2.", solve: solveWith({ factor: (m) => 1 / m }) },
    { hint: "The variance is a mean: divide by m.", solve: solveWith({ factor: () => 2 }) },
    {
      hint: "Divide by m here, not by m − 1: it is the biased variance.",
      solve: solveWith({ factor: (m) => 2 / (m - 1) }),
    },
    { hint: "The variance measures from the mean: x − mean, not x.", solve: solveWith({ center: () => 0 }) },
    {
      hint: "gradVariance is missing: the chain rule multiplies with what comes from behind.",
      solve: (x) => solveWith({})(x, 1),
    },
  ],
  hint: "∂variance/∂xₖ = 2 (xₖ − mean)/m; what comes through the mean sums to 0.",
});
