import { type ExerciseCase, exercise, type Mistake } from "./exercise.js";

type Input = [a: number[], b: number[], t: number];
type Result = { difference: number; low: number; high: number };

const tried: readonly { name: string; input: Input }[] = [
  { name: "four pairs", input: [[5, 9, 4, 6], [4, 6, 5, 2], 3.182] },
  { name: "seeds that differ more than the methods", input: [[11, 52, 31, 93], [10, 50, 30, 92], 3.182] },
  { name: "b is better", input: [[1, 2, 3], [4, 7, 4], 4.303] },
  { name: "the same difference in every pair", input: [[3, 5, 9], [2, 4, 8], 4.303] },
  { name: "two pairs", input: [[0.96, 0.98], [0.95, 0.94], 12.706] },
];

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const squares = (values: readonly number[]) => {
  const center = meanOf(values);
  return values.reduce((sum, value) => sum + (value - center) * (value - center), 0);
};
const deviation = (values: readonly number[]) => Math.sqrt(squares(values) / (values.length - 1));

const between = (difference: number, half: number): Result => ({
  difference,
  low: difference - half,
  high: difference + half,
});

/** The interval with another half width. */
const solveWith =
  (half: (differences: number[], t: number, a: number[], b: number[]) => number, sign = 1) =>
  (a: number[], b: number[], t: number): Result => {
    const differences = a.map((value, i) => sign * (value - b[i]));
    return between(meanOf(differences), half(differences, t, a, b));
  };

const standardError = (differences: number[]) => deviation(differences) / Math.sqrt(differences.length);
const right = solveWith((differences, t) => t * standardError(differences));

const mistakes: Mistake<Input>[] = [
  {
    hint: "That forgets the pairs: take the differences seed by seed first, and the scatter of these.",
    solve: solveWith(
      (differences, t, a, b) => t * Math.sqrt((deviation(a) ** 2 + deviation(b) ** 2) / differences.length),
    ),
  },
  {
    hint: "Divide the standard deviation by √n: the interval is of the mean, not of a single difference.",
    solve: solveWith((differences, t) => t * deviation(differences)),
  },
  {
    hint: "Divide by √n, not by n.",
    solve: solveWith((differences, t) => (t * deviation(differences)) / differences.length),
  },
  {
    hint: "The standard deviation of a sample divides by n − 1.",
    solve: solveWith((differences, t) => (t * Math.sqrt(squares(differences))) / differences.length),
  },
  {
    hint: "The half width is t standard errors; that is one.",
    solve: solveWith(standardError),
  },
  {
    hint: "1.96 is for large samples; few seeds need the larger t that is given.",
    solve: solveWith((differences) => 1.96 * standardError(differences)),
  },
  {
    hint: "The sign is turned: a − b, so that a better a gives a positive difference.",
    solve: solveWith((differences, t) => t * standardError(differences), -1),
  },
];

/**
 * Checks the interval of a paired difference: `(a, b, t) => { difference, low, high }`, where a[i] and b[i] are of the same
 * seed, difference = mean(a − b), and the limits lie t standard errors of it below and above.
 */
export const pairedInterval = exercise<Input>({
  name: "pairedInterval",
  cases: () =>
    tried.map(({ name, input: [a, b, t] }): ExerciseCase<Input> => {
      const { difference, low, high } = right(a, b, t);
      return { name, input: () => [[...a], [...b], t], expected: { difference, low, high } };
    }),
  mistakes,
  hint: "d = a − b pair by pair; difference = mean(d); the limits are difference ∓ t · sd(d) / √n, sd with n − 1.",
});
