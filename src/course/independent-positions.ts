import { exercise } from "./exercise.js";

type Input = [x: number[][]];

const tried: readonly { name: string; x: number[][] }[] = [
  {
    name: "three images of four positions",
    x: [
      [1, 4, -2, 0.5],
      [3, 3.5, 2, -1],
      [-2, 0, 1, -4],
    ],
  },
  {
    name: "all positions of an image alike: worth one",
    x: [
      [2, 2, 2],
      [5, 5, 5],
      [-1, -1, -1],
      [0, 0, 0],
    ],
  },
  {
    name: "one position",
    x: [[3], [1], [-4]],
  },
  {
    name: "a mean far from 0",
    x: [
      [101, 99, 104, 98, 100],
      [103, 102, 97, 105, 101],
    ],
  },
];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function variance(values: readonly number[], divisor = values.length): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / divisor;
}

const right = (x: number[][]) => variance(x.flat()) / variance(x.map(mean));

/**
 * Checks how many independent positions an image of a channel is worth: `(x) => number` with a row of positions for each image, the
 * variance of all values over the variance of the images' means, both divided by their counts.
 */
export const independentPositions = exercise<Input>({
  name: "independentPositions",
  cases: () =>
    tried.map(({ name, x }) => ({ name, input: (): Input => [structuredClone(x)], expected: right(x) })),
  mistakes: [
    { hint: "That is the reverse: the variance of all values stands above.", solve: (x) => 1 / right(x) },
    {
      hint: "Those are standard deviations: compare variances.",
      solve: (x) => Math.sqrt(right(x)),
    },
    {
      hint: "Divide both sums of squares by their counts, not by one less.",
      solve: (x) =>
        variance(x.flat(), x.flat().length - 1) / variance(x.map(mean), Math.max(1, x.length - 1)),
    },
    {
      hint: "Above stands the variance of all values around the one mean of all, not the mean variance inside the images.",
      solve: (x) => mean(x.map((row) => variance(row))) / variance(x.map(mean)),
    },
    {
      hint: "Those are the means of the positions: take the mean of each image, a row.",
      solve: (x) => variance(x.flat()) / variance(x[0].map((_, at) => mean(x.map((row) => row[at])))),
    },
  ],
  hint: "Two variances: of all values together, and of the list that holds the mean of each row. Then their ratio.",
});
