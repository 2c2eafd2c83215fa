import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.effectiveRate>[0];

describe("check.effectiveRate", () => {
  const taken: Record<string, Solution> = {
    "the flat list and a reduce": (weights, rate) =>
      rate / weights.flat().reduce((sum, weight) => sum + weight * weight, 0),
    "two loops, and two divisions by the norm": (weights, rate) => {
      let squares = 0;
      for (const row of weights) for (const weight of row) squares += weight ** 2;
      return rate / Math.sqrt(squares) / Math.sqrt(squares);
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.effectiveRate(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "the norm instead of its square": {
      solution: (weights, rate) => rate / Math.hypot(...weights.flat()),
      says: /square of the norm/,
    },
    "a product": {
      solution: (weights, rate) => rate * weights.flat().reduce((sum, weight) => sum + weight * weight, 0),
      says: /Divide, do not multiply/,
    },
    "the mean of the squares": {
      solution: (weights, rate) => {
        const all = weights.flat();
        return rate / (all.reduce((sum, weight) => sum + weight * weight, 0) / all.length);
      },
      says: /sum of all squares, not their mean/,
    },
    "a rate for each unit": {
      solution: (weights, rate) =>
        weights.map((row) => rate / row.reduce((sum, weight) => sum + weight * weight, 0)),
      says: /one number for the whole layer/,
    },
    "weights not squared": {
      solution: (weights, rate) => rate / weights.flat().reduce((sum, weight) => sum + weight, 0),
      says: /Square each weight/,
    },
    "rows as if they were numbers": {
      solution: (weights, rate) =>
        rate / (weights as unknown as number[]).reduce((sum, row) => sum + row * row, 0),
      says: /should be .*it is NaN/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.effectiveRate(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
