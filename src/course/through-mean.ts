import { exercise } from "./exercise.js";

type Input = [gradOutput: number[]];

const tried: readonly { name: string; input: Input }[] = [
  { name: "four values", input: [[1, 2, 3, 6]] },
  { name: "the same gradient everywhere", input: [[5, 5, 5]] },
  { name: "a gradient that sums to 0 already", input: [[1, -1, 2, -2]] },
  { name: "a single value", input: [[3]] },
];

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const right = (gradOutput: number[]) =>
  gradOutput.map((value) => value - sum(gradOutput) / gradOutput.length);

/** Checks `(gradOutput) => gradInput` for y = x − mean(x): the gradient's own mean is taken away. */
export const throughMean = exercise<Input>({
  name: "throughMean",
  cases: () =>
    tried.map(({ name, input: [gradOutput] }) => {
      return { name, input: (): Input => [[...gradOutput]], expected: right(gradOutput) };
    }),
  mistakes: [
    {
      hint: "That is the direct path alone. Each x also moves the mean, and with it every y.",
      solve: (gradOutput) => [...gradOutput],
    },
    {
      hint: "The mean is the sum divided by m: each x moves it by 1/m only.",
      solve: (gradOutput) => gradOutput.map((value) => value - sum(gradOutput)),
    },
    {
      hint: "The mean enters y with a minus sign, so its path takes away.",
      solve: (gradOutput) => gradOutput.map((value) => value + sum(gradOutput) / gradOutput.length),
    },
    {
      hint: "That is only the path through the mean; the direct path gives gradOutput itself.",
      solve: (gradOutput) => gradOutput.map(() => -sum(gradOutput) / gradOutput.length),
    },
    {
      hint: "Only the gradient at the same place loses 1/m there: the mean gathers from all places.",
      solve: (gradOutput) => gradOutput.map((value) => value * (1 - 1 / gradOutput.length)),
    },
  ],
  hint: "∂loss/∂xₖ = Σᵢ ∂loss/∂yᵢ · ∂yᵢ/∂xₖ, and ∂yᵢ/∂xₖ is 1 − 1/m for i = k, −1/m else.",
});
