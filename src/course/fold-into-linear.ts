import { exercise } from "./exercise.js";

type Input = [
  weight: number[][],
  bias: number[],
  norm: { gamma: number[]; beta: number[]; mean: number[]; variance: number[]; eps: number },
];

const tried: readonly { name: string; input: Input }[] = [
  {
    name: "three inputs, two outputs",
    input: [
      [
        [1, -2, 3],
        [0.5, 4, -1],
      ],
      [1, -2],
      { gamma: [2, 0.5], beta: [0.25, -1], mean: [3, -4], variance: [4, 0.25], eps: 0.01 },
    ],
  },
  {
    name: "one output",
    input: [[[2, 2]], [0], { gamma: [1], beta: [0], mean: [0], variance: [1], eps: 0.5 }],
  },
  {
    name: "gamma 0 switches an output off",
    input: [[[1], [2]], [5, 6], { gamma: [0, 1], beta: [7, 8], mean: [1, 1], variance: [2, 3], eps: 1e-5 }],
  },
];

interface Parts {
  scale: (gamma: number, variance: number, eps: number) => number;
  bias: (bias: number, scale: number, mean: number, beta: number) => number;
}

const right: Parts = {
  scale: (gamma, variance, eps) => gamma / Math.sqrt(variance + eps),
  bias: (bias, scale, mean, beta) => (bias - mean) * scale + beta,
};

function solveWith(parts: Partial<Parts>): (...input: Input) => { weight: number[][]; bias: number[] } {
  const { scale, bias } = { ...right, ...parts };
  return (weight, oldBias, { gamma, beta, mean, variance, eps }) => {
    const factors = gamma.map((value, output) => scale(value, variance[output], eps));
    return {
      weight: weight.map((row, output) => row.map((value) => value * factors[output])),
      bias: oldBias.map((value, output) => bias(value, factors[output], mean[output], beta[output])),
    };
  };
}

/**
 * Checks `(weight, bias, { gamma, beta, mean, variance, eps }) => { weight, bias }`: one linear layer that computes what a
 * linear layer (weight: a row for each output) and the BatchNorm behind it compute in eval mode.
 */
export const foldIntoLinear = exercise<Input>({
  name: "foldIntoLinear",
  cases: () =>
    tried.map(({ name, input }) => {
      return {
        name,
        input: () => structuredClone(input),
        expected: solveWith({})(...structuredClone(input)),
      };
    }),
  mistakes: [
    {
      hint: "The old bias goes through the normalization as well: it is scaled like the weights.",
      solve: solveWith({ bias: (_, scale, mean, beta) => -mean * scale + beta }),
    },
    {
      hint: "The mean is taken away before scaling: (bias − mean) · scale + beta.",
      solve: solveWith({ bias: (bias, scale, mean, beta) => bias * scale - mean + beta }),
    },
    {
      hint: "beta is added in the end, unscaled.",
      solve: solveWith({ bias: (bias, scale, mean, beta) => (bias - mean + beta) * scale }),
    },
    {
      hint: "eps is missing under the root.",
      solve: solveWith({ scale: (gamma, variance) => gamma / Math.sqrt(variance) }),
    },
    {
      hint: "Divide by the root of the variance, not by the variance.",
      solve: solveWith({ scale: (gamma, variance, eps) => gamma / (variance + eps) }),
    },
    {
      hint: "gamma is missing: the weights of an output are scaled by gamma/√(variance + eps).",
      solve: solveWith({ scale: (_, variance, eps) => 1 / Math.sqrt(variance + eps) }),
    },
  ],
  hint: "Write out gamma · (W x + b − mean)/√(variance + eps) + beta and collect what multiplies x.",
});
