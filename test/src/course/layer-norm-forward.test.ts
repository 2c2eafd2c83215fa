import { expect } from "chai";
import { BatchNorm, check, LayerNorm, mean, tensor } from "../../../src/index.js";

type Solution = Parameters<typeof check.layerNormForward>[0];

const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));

describe("check.layerNormForward", () => {
  const taken: Record<string, Solution> = {
    "the formula": (x, gamma, beta, eps) =>
      x.map((row) => {
        const scale = 1 / Math.sqrt(variance(row) + eps);
        return row.map((value, j) => gamma[j] * (value - mean(row)) * scale + beta[j]);
      }),
    "normlab's layer": (x, gamma, beta, eps) => {
      const layer = new LayerNorm(gamma.length, { eps, dtype: "float64" });
      layer.gamma.value.data.set(gamma);
      layer.beta.value.data.set(beta);
      return layer.forward(tensor(x, undefined, "float64")).toNested() as number[][];
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.layerNormForward(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "batch normalization": {
      solution: (x, gamma, beta, eps) => {
        const layer = new BatchNorm(gamma.length, { eps, dtype: "float64" });
        layer.gamma.value.data.set(gamma);
        layer.beta.value.data.set(beta);
        return layer.forward(tensor(x, undefined, "float64")).toNested() as number[][];
      },
      says: /it threw ShapeError/,
    },
    "a mean over columns": {
      solution: (x, gamma, beta, eps) =>
        x.map((row) =>
          row.map((value, j) => {
            const column = x.map((other) => other[j]);
            return (gamma[j] * (value - mean(column))) / Math.sqrt(variance(column) + eps) + beta[j];
          }),
        ),
      says: /each row by itself/,
    },
    "one mean for the batch": {
      solution: (x, gamma, beta, eps) =>
        x.map((row) =>
          row.map(
            (value, j) =>
              (gamma[j] * (value - mean(x.flat()))) / Math.sqrt(variance(x.flat()) + eps) + beta[j],
          ),
        ),
      says: /a mean and a variance of its own/,
    },
    "no gamma and beta": {
      solution: (x, _gamma, _beta, eps) =>
        x.map((row) => row.map((value) => (value - mean(row)) / Math.sqrt(variance(row) + eps))),
      says: /gamma and beta are missing/,
    },
    "no root": {
      solution: (x, gamma, beta, eps) =>
        x.map((row) =>
          row.map((value, j) => (gamma[j] * (value - mean(row))) / (variance(row) + eps) + beta[j]),
        ),
      says: /root of the variance/,
    },
    "one row only": {
      solution: (x) => [x[0]],
      says: /should be/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.layerNormForward(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
