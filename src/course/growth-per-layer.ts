import { exp, log } from "../base/math/index.js";
import { exercise } from "./exercise.js";

type Input = [norms: number[]];

const tried: readonly { name: string; norms: number[] }[] = [
  { name: "an explosion: ×2 a layer", norms: [16, 8, 4, 2, 1] },
  { name: "vanishing: a quarter a layer", norms: [1, 4, 16, 64] },
  { name: "uneven steps", norms: [9, 2, 5, 0.5, 1, 0.3] },
  { name: "two layers", norms: [3, 0.5] },
  { name: "even flow", norms: [0.7, 0.7, 0.7] },
];

const root = (value: number, degree: number) => exp(log(value) / degree);
const last = (norms: readonly number[]) => norms[norms.length - 1];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const ratios = (norms: readonly number[]) => norms.slice(1).map((norm, i) => norms[i] / norm);

/**
 * Checks the growth of a gradient for each layer on its way back: `(norms) => (first / last) ** (1 / (layers − 1))`, norms
 * being those of all layers, the first layer's first.
 */
export const growthPerLayer = exercise<Input>({
  name: "growthPerLayer",
  cases: () =>
    tried.map(({ name, norms }) => ({
      name,
      input: (): Input => [[...norms]],
      expected: root(norms[0] / last(norms), norms.length - 1),
    })),
  mistakes: [
    {
      hint: "Between n layers there are n − 1 steps: take the root of that degree.",
      solve: (norms) => root(norms[0] / last(norms), norms.length),
    },
    {
      hint: "That is the growth from the last layer to the first; a layer's share of it is a root.",
      solve: (norms) => norms[0] / last(norms),
    },
    {
      hint: "Factors multiply, so share them out with a root, not with a division.",
      solve: (norms) => norms[0] / last(norms) / (norms.length - 1),
    },
    {
      hint: "That is the growth on the way forward. A gradient comes from the last layer: first over last.",
      solve: (norms) => root(last(norms) / norms[0], norms.length - 1),
    },
    {
      hint: "Factors multiply: take the geometric mean of the ratios, not the arithmetic one. (Growing ×2 and shrinking to ½ is no growth.)",
      solve: (norms) => mean(ratios(norms)),
    },
    {
      hint: "That is the growth's logarithm; take exp of it.",
      solve: (norms) => log(norms[0] / last(norms)) / (norms.length - 1),
    },
    {
      hint: "Growth is a factor here, not a difference.",
      solve: (norms) => (norms[0] - last(norms)) / (norms.length - 1),
    },
  ],
  hint: "First norm over last norm; then the root whose degree is the number of steps between them, layers − 1.",
});
