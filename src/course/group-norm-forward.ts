import { GroupNorm } from "../nn/layers/group-norm.js";
import { tensor } from "../tensor/tensor.js";
import { copyRows } from "./batches.js";
import { type ExerciseCase, exercise, type Mistake } from "./exercise.js";

type Input = [x: number[][], groups: number, eps: number];

const eps = 1e-3;

const tried: readonly { name: string; x: number[][]; groups: number }[] = [
  { name: "six features in two groups", x: [[1, 2, 6, 10, 30, 20]], groups: 2 },
  {
    name: "six features in three groups, two examples",
    x: [
      [1, 2, 6, 10, 30, 20],
      [4, 0, 9, 9, -7, 3],
    ],
    groups: 3,
  },
  {
    name: "one group",
    x: [
      [1, 2, 3, 8],
      [4, 3, 2, 0],
    ],
    groups: 1,
  },
  { name: "as many groups as features", x: [[3, 7, 1]], groups: 3 },
  { name: "values far from zero", x: [[10_001, 10_003, -5000, -5003]], groups: 2 },
];

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const squares = (values: readonly number[], center: number) =>
  values.map((value) => (value - center) * (value - center));

/** Normalizes each value by those that `company` says stand with it. */
function solveWith(
  company: (row: number[], j: number, size: number, x: number[][]) => number[],
  divisor: (values: number[], center: number, eps: number) => number = (values, center, epsilon) =>
    Math.sqrt(meanOf(squares(values, center)) + epsilon),
): (...input: Input) => number[][] {
  return (x, groups, epsilon) =>
    x.map((row) =>
      row.map((value, j) => {
        const values = company(row, j, row.length / groups, x);
        const center = meanOf(values);
        return (value - center) / divisor(values, center, epsilon);
      }),
    );
}

const firstOfGroup = (j: number, size: number) => Math.floor(j / size) * size;
const group = (row: number[], j: number, size: number) =>
  row.slice(firstOfGroup(j, size), firstOfGroup(j, size) + size);

const mistakes: Mistake<Input>[] = [
  {
    hint: "That is layer normalization: the whole row in one group. Cut each row into `groups` parts first.",
    solve: solveWith((row) => row),
  },
  {
    hint: "That is batch normalization: a group is a part of one row, and no other row belongs to it.",
    solve: solveWith((_row, j, _size, x) => x.map((other) => other[j])),
  },
  {
    hint: "`groups` is how many groups there are, not how many features a group has.",
    solve: (x, groups, epsilon) => solveWith((row, j) => group(row, j, groups))(x, groups, epsilon),
  },
  {
    hint: "A group holds neighbours: features 0, 1, 2 … then the next ones, not every second or third feature.",
    solve: (x, groups, epsilon) =>
      solveWith((row, j) => row.filter((_, other) => other % groups === j % groups))(x, groups, epsilon),
  },
  {
    hint: "A group belongs to one example: do not mix the same group of other rows in.",
    solve: solveWith((_row, j, size, x) => x.flatMap((other) => group(other, j, size))),
  },
  {
    hint: "Divide by the number of features in the group, not by one less: the biased variance normalizes.",
    solve: solveWith(group, (values, center, epsilon) =>
      Math.sqrt(
        squares(values, center).reduce((sum, value) => sum + value, 0) / (values.length - 1) + epsilon,
      ),
    ),
  },
];

/**
 * Checks group normalization without gamma and beta: `(x, groups, eps) => output`, where each row of x is cut into `groups`
 * parts of neighbours, each normalized by its own mean and biased variance.
 */
export const groupNormForward = exercise<Input>({
  name: "groupNormForward",
  cases: () =>
    tried.map(({ name, x, groups }): ExerciseCase<Input> => {
      const layer = new GroupNorm(groups, x[0].length, { eps, affine: false, dtype: "float64" });
      return {
        name,
        input: () => [copyRows(x), groups, eps],
        expected: layer.forward(tensor(x, undefined, "float64")),
      };
    }),
  mistakes,
  hint: "A group has row.length / groups neighbours. Normalize each by its own mean and variance, row by row.",
});
