import { copyRows } from "./batches.js";
import { type ExerciseCase, exercise, type Mistake } from "./exercise.js";

type Input = [x: number[][], dropped: boolean[][], p: number];

const tried: readonly { name: string; x: number[][]; dropped: boolean[][]; p: number }[] = [
  { name: "one of four dropped, p 0.25", x: [[1, 2, 3, 4]], dropped: [[false, true, false, false]], p: 0.25 },
  {
    name: "two examples, p 0.5",
    x: [
      [1, -2, 8],
      [3, 5, -7],
    ],
    dropped: [
      [true, false, false],
      [false, true, true],
    ],
    p: 0.5,
  },
  { name: "nothing dropped by chance, p 0.8", x: [[2, -4]], dropped: [[false, false]], p: 0.8 },
  { name: "all dropped by chance", x: [[2, -4]], dropped: [[true, true]], p: 0.2 },
  { name: "p 0", x: [[6, 7]], dropped: [[false, false]], p: 0 },
];

/** Each value by whether it is dropped. */
const solveWith =
  (kept: (value: number, p: number) => number, lost: (value: number, p: number) => number = () => 0) =>
  (x: number[][], dropped: boolean[][], p: number): number[][] =>
    x.map((row, i) => row.map((value, j) => (dropped[i][j] ? lost(value, p) : kept(value, p))));

const right = solveWith((value, p) => value / (1 - p));

const mistakes: Mistake<Input>[] = [
  {
    hint: "The expected sum has shrunk: divide what is kept by 1 − p, so that eval() needs no correction.",
    solve: solveWith((value) => value),
  },
  {
    hint: "Divide by 1 − p, do not multiply: what is kept has to make up for what is gone.",
    solve: solveWith((value, p) => value * (1 - p)),
  },
  {
    hint: "p is the probability that a value is dropped, so 1 − p is the share that is kept: divide by that.",
    solve: solveWith((value, p) => value / p),
  },
  {
    hint: "Swapped: where dropped[i][j] is true, the output is 0.",
    solve: solveWith(
      () => 0,
      (value, p) => value / (1 - p),
    ),
  },
  {
    hint: "A dropped value becomes 0, not smaller.",
    solve: solveWith(
      (value, p) => value / (1 - p),
      (value, p) => value * p,
    ),
  },
  {
    hint: "Divide by 1 − p, which is known before, not by the share that happens to be kept in this batch.",
    solve: (x, dropped) => {
      const flags = dropped.flat();
      const share = flags.filter((flag) => !flag).length / flags.length;
      return solveWith((value) => value / share)(x, dropped, 0);
    },
  },
];

/**
 * Checks (inverted) dropout in training: `(x, dropped, p) => output`, where dropped says of each value whether the dice took
 * it; what is dropped becomes 0, what is kept is divided by 1 − p.
 */
export const dropoutForward = exercise<Input>({
  name: "dropoutForward",
  cases: () =>
    tried.map(({ name, x, dropped, p }): ExerciseCase<Input> => {
      return {
        name,
        input: () => [copyRows(x), dropped.map((row) => [...row]), p],
        expected: right(x, dropped, p),
      };
    }),
  mistakes,
  hint: "For each value: dropped[i][j] ? 0 : value / (1 − p).",
});
