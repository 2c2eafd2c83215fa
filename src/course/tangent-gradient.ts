import { copyRows } from "./batches.js";
import { exercise, type Mistake } from "./exercise.js";

type Input = [weights: number[][], gradient: number[][]];

interface Layer {
  name: string;
  weights: number[][];
  gradient: number[][];
}

const layers: readonly Layer[] = [
  {
    name: "two units with three inputs",
    weights: [
      [1, 2, 2],
      [0.5, -1, 4],
    ],
    gradient: [
      [3, -1, 0.5],
      [-2, 0.25, 1],
    ],
  },
  { name: "a gradient along the weights", weights: [[3, -4]], gradient: [[-1.5, 2]] },
  { name: "a right angle already", weights: [[2, 1]], gradient: [[-3, 6]] },
  { name: "no gradient", weights: [[1, -5, 0.5]], gradient: [[0, 0, 0]] },
  {
    name: "three units, weights of very different length",
    weights: [
      [100, -50],
      [0.01, 0.03],
      [-1, 2],
    ],
    gradient: [
      [1, 1],
      [1, -2],
      [0.5, 3],
    ],
  },
];

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Row by row: g − factor·w, or what `combine` makes of the two. */
const rowByRow =
  (
    factor: (w: number[], g: number[]) => number,
    combine = (g: number, along: number) => g - along,
  ): Mistake<Input>["solve"] =>
  (weights, gradient) =>
    gradient.map((g, row) => {
      const times = factor(weights[row], g);
      return g.map((value, i) => combine(value, times * weights[row][i]));
    });

const share = (w: number[], g: number[]) => dot(g, w) / dot(w, w);
const right = rowByRow(share);

/**
 * Checks the part of a gradient at a right angle to the weights, unit by unit:
 * `(weights, gradient) => g − (⟨g, w⟩ / ⟨w, w⟩)·w` for each row.
 */
export const tangentGradient = exercise<Input>({
  name: "tangentGradient",
  cases: () =>
    layers.map(({ name, weights, gradient }) => ({
      name,
      input: (): Input => [copyRows(weights), copyRows(gradient)],
      expected: right(weights, gradient) as number[][],
    })),
  mistakes: [
    {
      hint: "Divide by ⟨w, w⟩: otherwise long weights take off too much, short ones too little.",
      solve: rowByRow((w, g) => dot(g, w)),
    },
    {
      hint: "Divide by ⟨w, w⟩, the square of the length, not by the length.",
      solve: rowByRow((w, g) => dot(g, w) / Math.sqrt(dot(w, w))),
    },
    {
      hint: "Divide by ⟨w, w⟩, not by ⟨g, g⟩: it is the gradient that loses its part along the weights.",
      solve: rowByRow((w, g) => (dot(g, g) === 0 ? 0 : dot(g, w) / dot(g, g))),
    },
    {
      hint: "That adds the part along the weights; it is to be taken off.",
      solve: rowByRow(share, (g, along) => g + along),
    },
    {
      hint: "That is the part along the weights; wanted is what is left when it is taken off.",
      solve: rowByRow(share, (_g, along) => along),
    },
    {
      hint: "Row by row: each unit is normalized by itself, so each row has a right angle of its own, not the layer as a whole.",
      solve: (weights, gradient) => {
        const times = share(weights.flat(), gradient.flat());
        return gradient.map((g, row) => g.map((value, i) => value - times * weights[row][i]));
      },
    },
    {
      hint: "That is the gradient as it was: take off its part along the weights.",
      solve: (_weights, gradient) => gradient,
    },
  ],
  hint: "For each row: times = ⟨g, w⟩ / ⟨w, w⟩, then g[i] − times · w[i] for each weight.",
});
