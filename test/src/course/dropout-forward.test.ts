import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.dropoutForward>[0];

describe("check.dropoutForward", () => {
  const taken: Record<string, Solution> = {
    "a map": (x, dropped, p) =>
      x.map((row, i) => row.map((value, j) => (dropped[i][j] ? 0 : value / (1 - p)))),
    "a product with a mask": (x, dropped, p) => {
      const output: number[][] = [];
      for (let i = 0; i < x.length; i++) {
        output.push([]);
        for (let j = 0; j < x[i].length; j++) output[i].push((Number(!dropped[i][j]) * x[i][j]) / (1 - p));
      }
      return output;
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.dropoutForward(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "no scale": {
      solution: (x, dropped) => x.map((row, i) => row.map((value, j) => (dropped[i][j] ? 0 : value))),
      says: /divide what is kept by 1 − p/,
    },
    "a product in place of a quotient": {
      solution: (x, dropped, p) =>
        x.map((row, i) => row.map((value, j) => (dropped[i][j] ? 0 : value * (1 - p)))),
      says: /do not multiply/,
    },
    "p in place of 1 − p": {
      solution: (x, dropped, p) => x.map((row, i) => row.map((value, j) => (dropped[i][j] ? 0 : value / p))),
      says: /1 − p is the share that is kept/,
    },
    "the mask turned round": {
      solution: (x, dropped, p) =>
        x.map((row, i) => row.map((value, j) => (dropped[i][j] ? value / (1 - p) : 0))),
      says: /Swapped/,
    },
    "values taken out of the row": {
      solution: (x, dropped, p) =>
        x.map((row, i) => row.filter((_, j) => !dropped[i][j]).map((value) => value / (1 - p))),
      says: /should be .*it is/s,
    },
    "the input changed": {
      solution: (x, dropped, p) => {
        for (const [i, row] of x.entries())
          for (const j of row.keys()) row[j] = dropped[i][j] ? 0 : row[j] / (1 - p);
        return x;
      },
      says: /input was changed/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.dropoutForward(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
