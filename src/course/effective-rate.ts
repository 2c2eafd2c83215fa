import { copyRows } from "./batches.js";
import { exercise } from "./exercise.js";

type Input = [weights: number[][], learningRate: number];

const tried: readonly { name: string; weights: number[][]; rate: number }[] = [
  {
    name: "two units with three inputs",
    weights: [
      [1, -2, 2],
      [0.5, 4, -1],
    ],
    rate: 0.3,
  },
  { name: "a single weight", weights: [[-0.25]], rate: 0.1 },
  {
    name: "the first weights ten times as large",
    weights: [
      [10, -20, 20],
      [5, 40, -10],
    ],
    rate: 0.3,
  },
  { name: "more units than inputs", weights: [[0.5], [-1], [2]], rate: 2 },
  { name: "a rate of 0", weights: [[3, 4]], rate: 0 },
];

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const squared = (weights: readonly number[][]) => sum(weights.flat().map((weight) => weight * weight));

/**
 * Checks the effective learning rate of a layer whose output a batch normalization takes (van Laarhoven 2017):
 * `(weights, learningRate) => learningRate / ‖weights‖²`, with one row of weights for each unit.
 */
export const effectiveRate = exercise<Input>({
  name: "effectiveRate",
  cases: () =>
    tried.map(({ name, weights, rate }) => ({
      name,
      input: (): Input => [copyRows(weights), rate],
      expected: rate / squared(weights),
    })),
  mistakes: [
    {
      hint: "Divide by the square of the norm, ‖W‖², not by the norm: weights c times as large turn c² times less.",
      solve: (weights, rate) => rate / Math.sqrt(squared(weights)),
    },
    {
      hint: "Divide, do not multiply: long weights turn less.",
      solve: (weights, rate) => rate * squared(weights),
    },
    {
      hint: "‖W‖² is the sum of all squares, not their mean.",
      solve: (weights, rate) => (rate * weights.flat().length) / squared(weights),
    },
    {
      hint: "Square each weight before adding: the plain sum lets positive and negative weights cancel.",
      solve: (weights, rate) => rate / sum(weights.flat()),
    },
    {
      hint: "Square each weight before adding, not the sum after it.",
      solve: (weights, rate) => rate / (sum(weights.flat()) * sum(weights.flat())),
    },
    {
      hint: "The rate is to be one number for the whole layer, over all of its rows.",
      solve: (weights, rate) => weights.map((row) => rate / squared([row])),
    },
    {
      hint: "Add the squares of all rows, not of the first one alone.",
      solve: (weights, rate) => rate / squared([weights[0]]),
    },
  ],
  hint: "Add the squares of all weights, of every row; then divide the learning rate by that sum.",
});
