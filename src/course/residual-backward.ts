import { exercise } from "./exercise.js";

type Input = [x: number[], weight: number[][], scale: number, gradOutput: number[]];
interface Gradients {
  [name: string]: number[] | number[][] | number;
  input: number[];
  weight: number[][];
  scale: number;
}

const tried: readonly { name: string; input: Input }[] = [
  {
    name: "two values",
    input: [
      [1, -2],
      [
        [0.5, 2],
        [-1, 3],
      ],
      0.5,
      [2, -1],
    ],
  },
  {
    name: "a scale of 0: SkipInit's first step",
    input: [
      [3, 1],
      [
        [1, -4],
        [2, 0.5],
      ],
      0,
      [1, 5],
    ],
  },
  {
    name: "three values",
    input: [
      [1, 0.5, -1],
      [
        [2, 0, 1],
        [1, -1, 3],
        [0, 4, 0.5],
      ],
      -2,
      [0.25, 1, -3],
    ],
  },
];

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);
const transposed = (matrix: readonly number[][]) => matrix[0].map((_, j) => matrix.map((row) => row[j]));
const times = (matrix: readonly number[][], v: readonly number[]) => matrix.map((row) => dot(row, v));

function right(x: number[], weight: number[][], scale: number, gradOutput: number[]): Gradients {
  const through = times(transposed(weight), gradOutput);
  return {
    input: gradOutput.map((g, i) => g + scale * through[i]),
    weight: gradOutput.map((g) => x.map((value) => scale * g * value)),
    scale: dot(gradOutput, times(weight, x)),
  };
}

const changed =
  (change: (gradients: Gradients, ...input: Input) => Partial<Gradients>) =>
  (...input: Input) => {
    const gradients = right(...input);
    return { ...gradients, ...change(gradients, ...input) };
  };

/**
 * Checks the backward pass of y = x + scale · W x: `(x, weight, scale, gradOutput) => { input, weight, scale }`, the gradients
 * g + scale · Wᵀ g, scale · g xᵀ and g · W x.
 */
export const residualBackward = exercise<Input>({
  name: "residualBackward",
  cases: () =>
    tried.map(({ name, input }) => ({
      name,
      input: (): Input => structuredClone(input),
      expected: right(...structuredClone(input)),
    })),
  mistakes: [
    {
      hint: "The shortcut passes the gradient on as well: the input's is g + …, which is why depth does no harm to it.",
      solve: changed(({ input }, _x, _weight, _scale, g) => ({
        input: input.map((value, i) => value - g[i]),
      })),
    },
    {
      hint: "Back through W x goes the transposed matrix.",
      solve: changed((_, _x, weight, scale, g) => ({
        input: times(weight, g).map((value, i) => g[i] + scale * value),
      })),
    },
    {
      hint: "The scale multiplies what goes back through the branch too.",
      solve: changed((_, _x, weight, _scale, g) => ({
        input: times(transposed(weight), g).map((value, i) => g[i] + value),
      })),
    },
    {
      hint: "The weight's gradient passes the scale: at a scale of 0 the weights have none.",
      solve: changed((_, x, _weight, _scale, g) => ({
        weight: g.map((value) => x.map((each) => value * each)),
      })),
    },
    {
      hint: "The scale's gradient is g · W x, without the scale itself.",
      solve: changed(({ scale: gradient }, _x, _weight, scale) => ({ scale: scale * gradient })),
    },
  ],
  hint: "Two paths leave x: one as it is, one through scale · W. The gradients of both add up.",
});
