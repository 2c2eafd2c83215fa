import { exp } from "../base/math/index.js";
import { copyRows } from "./batches.js";
import { exercise, type Mistake } from "./exercise.js";

type Input = [x: number[][], weights: number[][], gradient: number[][]];
type Rows = readonly (readonly number[])[];

const layers: readonly { name: string; x: number[][]; weights: number[][]; gradient: number[][] }[] = [
  {
    name: "three inputs, two units",
    x: [
      [0.5, -1, 2],
      [1, 0.25, -0.5],
    ],
    weights: [
      [0.3, -0.6, 0.9],
      [-1.2, 0.4, 0.1],
    ],
    gradient: [
      [1, -0.5],
      [0.2, 2],
    ],
  },
  {
    name: "as many inputs as units",
    x: [[2, -1]],
    weights: [
      [0.5, 1],
      [-2, 0.25],
    ],
    gradient: [[3, -1]],
  },
  { name: "a saturated unit", x: [[10, 10]], weights: [[2, 3]], gradient: [[1]] },
  { name: "z = 0, the steepest place", x: [[0, 0]], weights: [[4, -8]], gradient: [[1]] },
  { name: "one number of each", x: [[1.5]], weights: [[-0.8]], gradient: [[0.5]] },
];

const sigmoid = (z: number) => 1 / (1 + exp(-z));
const slopeAt = (z: number) => sigmoid(z) * (1 - sigmoid(z));
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);
const transposed = (rows: Rows) => rows[0].map((_, column) => rows.map((row) => row[column]));

/** (gradient ⊙ slope(z)) · W, where z = x·Wᵀ. */
const back =
  (slope: (z: number, gradient: number) => number, way = transposed): Mistake<Input>["solve"] =>
  (x, weights, gradient) =>
    x.map((row, example) => {
      const atZ = weights.map((w, unit) => {
        const given = gradient[example][unit];
        return given * slope(dot(w, row), given);
      });
      return way(weights).map((column) => dot(column, atZ));
    });

const right = back(slopeAt);

/**
 * Checks the way back through a layer of sigmoids without bias, y = σ(x·Wᵀ): `(x, weights, gradient) => ∂loss/∂x` from
 * gradient = ∂loss/∂y; weights has a row for each unit, x and gradient have one for each example.
 */
export const sigmoidLayerBackward = exercise<Input>({
  name: "sigmoidLayerBackward",
  cases: () =>
    layers.map(({ name, x, weights, gradient }) => ({
      name,
      input: (): Input => [copyRows(x), copyRows(weights), copyRows(gradient)],
      expected: right(x, weights, gradient) as number[][],
    })),
  mistakes: [
    {
      hint: "The slope of the sigmoid is missing: multiply by σ(z) · (1 − σ(z)) before the weights.",
      solve: back(() => 1),
    },
    {
      hint: "The slope is σ(z) · (1 − σ(z)), not σ(z).",
      solve: back(sigmoid),
    },
    {
      hint: "The slope is σ(z) · (1 − σ(z)); z · (1 − z) takes z for the output.",
      solve: back((z) => z * (1 - z)),
    },
    {
      hint: "Take the slope at z = x Wᵀ, where the unit was in the forward pass, not at the gradient.",
      solve: back((_z, gradient) => slopeAt(gradient)),
    },
    {
      hint: "That is the gradient of z, one number a unit; multiply it by the weights to come to x.",
      solve: (x, weights, gradient) =>
        x.map((row, example) => weights.map((w, unit) => gradient[example][unit] * slopeAt(dot(w, row)))),
    },
    {
      hint: "That is the gradient of the weights; asked is that of x, a row for each example.",
      solve: (x, weights, gradient) =>
        weights.map((w, unit) =>
          w.map((_, input) =>
            x.reduce(
              (sum, row, example) => sum + gradient[example][unit] * slopeAt(dot(w, row)) * row[input],
              0,
            ),
          ),
        ),
    },
  ],
  hint: "For each example: z of each unit, then gradient · σ(z) · (1 − σ(z)) of each unit, then for each input the sum over the units of that times the unit's weight.",
});
