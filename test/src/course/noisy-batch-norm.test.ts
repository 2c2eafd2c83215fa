import { expect } from "chai";
import { BatchNorm, check, tensor } from "../../../src/index.js";

type Solution = Parameters<typeof check.noisyBatchNorm>[0];

function normalize(x: number[][], eps: number): number[][] {
  const layer = new BatchNorm(x[0].length, { eps, affine: false, dtype: "float64" });
  return layer.forward(tensor(x, undefined, "float64")).toNested() as number[][];
}

describe("check.noisyBatchNorm", () => {
  const taken: Record<string, Solution> = {
    loops: (x, scale, shift, eps) => {
      const output = x.map((row) => [...row]);
      for (let j = 0; j < scale.length; j++) {
        const column = x.map((row) => row[j]);
        const mean = column.reduce((a, b) => a + b) / x.length;
        const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
        for (const row of output)
          row[j] = (scale[j] * (row[j] - mean)) / Math.sqrt(variance + eps) + shift[j];
      }
      return output;
    },
    "a layer with scale and shift as gamma and beta": (x, scale, shift, eps) => {
      const layer = new BatchNorm(scale.length, { eps, dtype: "float64" });
      layer.gamma.value.data.set(scale);
      layer.beta.value.data.set(shift);
      return layer.forward(tensor(x, undefined, "float64"));
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.noisyBatchNorm(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "noise before the normalization": {
      solution: (x, scale, shift, eps) =>
        normalize(
          x.map((row) => row.map((value, j) => scale[j] * value + shift[j])),
          eps,
        ),
      says: /takes it off again/,
    },
    "no noise": { solution: (x, _scale, _shift, eps) => normalize(x, eps), says: /without any noise/ },
    "shift before scale": {
      solution: (x, scale, shift, eps) =>
        normalize(x, eps).map((row) => row.map((value, j) => scale[j] * (value + shift[j]))),
      says: /Scale first, then shift/,
    },
    "no normalization": {
      solution: (x, scale, shift) => x.map((row) => row.map((value, j) => scale[j] * value + shift[j])),
      says: /normalization is missing/,
    },
    "one noise a row": {
      solution: (x, scale, shift, eps) =>
        normalize(x, eps).map((row, i) =>
          row.map((value) => scale[i % scale.length] * value + shift[i % shift.length]),
        ),
      says: /Case/,
    },
    "the shift left out": {
      solution: (x, scale, _shift, eps) =>
        normalize(x, eps).map((row) => row.map((value, j) => scale[j] * value)),
      says: /shift is missing/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.noisyBatchNorm(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
