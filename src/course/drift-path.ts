import { standardDeviation } from "../statistics/intervals.js";
import { exercise, type Mistake } from "./exercise.js";

type Input = [looks: number[][]];

/** The values of one unit on the same images, at several looks during a training. */
const courses: readonly { name: string; looks: number[][] }[] = [
  {
    name: "one move",
    looks: [
      [0, 2, 4],
      [1, 3, 5],
    ],
  },
  {
    name: "there and back",
    looks: [
      [0, 2, 4],
      [5, 7, 9],
      [0, 2, 4],
    ],
  },
  {
    name: "a spread that grows",
    looks: [
      [-1, 0, 1],
      [-2, 0, 2],
      [-8, 0, 8],
    ],
  },
  {
    name: "nothing moves",
    looks: [
      [1, 2, 6],
      [6, 1, 2],
      [2, 6, 1],
    ],
  },
  {
    name: "two images",
    looks: [
      [0, 1],
      [3, 9],
      [4, 4.5],
      [10, 11],
    ],
  },
];

function distance(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [a, b].map((values) => [...values].sort((p, q) => p - q));
  return first.reduce((sum, value, i) => sum + Math.abs(value - second[i]), 0) / a.length;
}

const biased = (values: readonly number[]) =>
  standardDeviation(values) * Math.sqrt((values.length - 1) / values.length);

/** The sum over neighbouring looks of a length for (earlier, later). */
const path =
  (length: (earlier: number[], later: number[]) => number) =>
  (looks: number[][]): number =>
    looks.slice(1).reduce((sum, later, i) => sum + length(looks[i], later), 0);

const perDeviation = path((earlier, later) => distance(earlier, later) / standardDeviation(earlier));

const mistakes: Mistake<Input>[] = [
  {
    hint: "That is the drift in the unit's own measure: divide each distance by a standard deviation.",
    solve: path(distance),
  },
  {
    hint: "Divide by the deviation of the earlier look: the later one already holds the move that is to be judged.",
    solve: path((earlier, later) => distance(earlier, later) / standardDeviation(later)),
  },
  {
    hint: "Add up the way from look to look. The distance of the first and the last is 0 for a unit that went and came back.",
    solve: (looks) => distance(looks[0], looks[looks.length - 1]) / standardDeviation(looks[0]),
  },
  {
    hint: "Divide each distance by the deviation of its own earlier look, not all by the first one's.",
    solve: (looks) => path(distance)(looks) / standardDeviation(looks[0]),
  },
  {
    hint: "Use the deviation with n − 1 (standardDeviation of normlab); here it is divided by n.",
    solve: path((earlier, later) => distance(earlier, later) / biased(earlier)),
  },
  {
    hint: "Divide by the standard deviation, the root of the variance.",
    solve: path((earlier, later) => distance(earlier, later) / standardDeviation(earlier) ** 2),
  },
  {
    hint: "Add the distances up: here they are averaged over the looks.",
    solve: (looks) => perDeviation(looks) / (looks.length - 1),
  },
];

/**
 * Checks the drift of one unit in standard deviations: `(looks) => number`, the sum over neighbouring looks of W₁ divided by the
 * standard deviation (n − 1) of the earlier look.
 */
export const driftPath = exercise<Input>({
  name: "driftPath",
  cases: () =>
    courses.map(({ name, looks }) => ({
      name,
      input: (): Input => [looks.map((values) => [...values])],
      expected: perDeviation(looks),
    })),
  mistakes,
  hint: "For each look after the first: W₁ to the look before, divided by the standard deviation of the look before; then the sum.",
});
