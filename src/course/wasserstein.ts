import { exercise, type Mistake } from "./exercise.js";

type Input = [a: number[], b: number[]];

const pairs: readonly { name: string; a: number[]; b: number[] }[] = [
  { name: "a shift by 2", a: [0, 1, 2, 5], b: [2, 3, 4, 7] },
  { name: "a widening about the same mean", a: [-1, 0, 1], b: [-4, 0, 4] },
  { name: "the same values in another order", a: [3, 1, 2], b: [2, 3, 1] },
  { name: "a move to the left", a: [9, 100, 12], b: [30, 0, 1] },
  { name: "one value that moved far", a: [0, 0, 0, 0], b: [0, 8, 0, 0] },
];

const ascending = (values: readonly number[]) => [...values].sort((first, second) => first - second);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const gaps = (a: readonly number[], b: readonly number[]) => a.map((value, i) => Math.abs(value - b[i]));

function distance(a: readonly number[], b: readonly number[]): number {
  return sum(gaps(ascending(a), ascending(b))) / a.length;
}

const mistakes: Mistake<Input>[] = [
  {
    hint: "Sort both first: a distribution does not know which image gave which value.",
    solve: (a, b) => sum(gaps(a, b)) / a.length,
  },
  {
    hint: "Give sort a comparison, sort((p, q) => p − q): without one it sorts numbers as text.",
    solve: (a, b) => sum(gaps([...a].sort(), [...b].sort())) / a.length,
  },
  {
    hint: "Divide by the number of values: the mean difference, not the sum.",
    solve: (a, b) => sum(gaps(ascending(a), ascending(b))),
  },
  {
    hint: "Take the absolute value of each difference; otherwise moves to the left and to the right cancel.",
    solve: (a, b) => (sum(b) - sum(a)) / a.length,
  },
  {
    hint: "The difference of the means misses a distribution that widens where it is.",
    solve: (a, b) => Math.abs(sum(b) - sum(a)) / a.length,
  },
  {
    hint: "W₁ takes absolute differences, not squared ones.",
    solve: (a, b) => sum(gaps(ascending(a), ascending(b)).map((gap) => gap * gap)) / a.length,
  },
];

/**
 * Checks the distance of two distributions: `(a, b) => W₁` for equally many samples, the mean absolute difference of the
 * values in order.
 */
export const wasserstein = exercise<Input>({
  name: "wasserstein",
  cases: () =>
    pairs.map(({ name, a, b }) => ({
      name,
      input: (): Input => [[...a], [...b]],
      expected: distance(a, b),
    })),
  mistakes,
  hint: "Sort both (on copies), take |aᵢ − bᵢ| place by place, and average.",
});
