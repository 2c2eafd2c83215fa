import { expect } from "chai";
import { check, Linear, Residual, tensor } from "../../../src/index.js";

type Solution = Parameters<typeof check.residualBackward>[0];

/** By the layers: a Linear without a bias as the branch of a Residual. */
const byLayers: Solution = (x, weight, scale, gradOutput) => {
  const branch = new Linear(x.length, x.length, { bias: false, dtype: "float64", random: 1 });
  branch.weight.value.data.set(weight.flat());
  const layer = new Residual(branch, { scale });
  layer.forward(tensor([x], [1, x.length], "float64"));
  const input = layer.backward(tensor([gradOutput], [1, x.length], "float64"));
  const rows = x.map((_, row) => [
    ...branch.weight.gradient.data.slice(row * x.length, (row + 1) * x.length),
  ]);
  return { input: [...input.data], weight: rows, scale: layer.scale?.gradient.data[0] };
};

const product = (matrix: number[][], v: number[]) =>
  matrix.map((row) => row.reduce((sum, value, j) => sum + value * v[j], 0));
const turned = (matrix: number[][]) => matrix.map((_, i) => matrix.map((row) => row[i]));

/** By the formulas, some of them exchanged. */
const formulas =
  (own: {
    input?: (weight: number[][], scale: number, g: number[]) => number[];
    weight?: (x: number[], scale: number, g: number[]) => number[][];
    scale?: (x: number[], weight: number[][], scale: number, g: number[]) => number;
  }): Solution =>
  (x, weight, scale, g) => ({
    input:
      own.input?.(weight, scale, g) ?? product(turned(weight), g).map((value, i) => g[i] + scale * value),
    weight: own.weight?.(x, scale, g) ?? g.map((value) => x.map((each) => scale * value * each)),
    scale:
      own.scale?.(x, weight, scale, g) ?? product(weight, x).reduce((sum, value, i) => sum + value * g[i], 0),
  });

describe("check.residualBackward", () => {
  const taken: Record<string, Solution> = {
    "what the layers compute": byLayers,
    "the formulas": formulas({}),
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.residualBackward(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "no shortcut": {
      solution: formulas({
        input: (weight, scale, g) => product(turned(weight), g).map((value) => scale * value),
      }),
      says: /The shortcut passes the gradient on/,
    },
    "a matrix that was not transposed": {
      solution: formulas({
        input: (weight, scale, g) => product(weight, g).map((value, i) => g[i] + scale * value),
      }),
      says: /transposed/,
    },
    "a branch without its scale": {
      solution: formulas({
        input: (weight, _, g) => product(turned(weight), g).map((value, i) => g[i] + value),
      }),
      says: /goes back through the branch too/,
    },
    "weights without the scale": {
      solution: formulas({ weight: (x, _, g) => g.map((value) => x.map((each) => value * each)) }),
      says: /weight's gradient passes the scale/,
    },
    "a scale's gradient times the scale": {
      solution: formulas({
        scale: (x, weight, scale, g) =>
          scale * product(weight, x).reduce((sum, value, i) => sum + value * g[i], 0),
      }),
      says: /without the scale itself/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.residualBackward(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
