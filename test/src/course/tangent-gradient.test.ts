import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.tangentGradient>[0];

const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);

describe("check.tangentGradient", () => {
  const taken: Record<string, Solution> = {
    "the formula, row by row": (weights, gradient) =>
      gradient.map((g, row) => {
        const times = dot(g, weights[row]) / dot(weights[row], weights[row]);
        return g.map((value, i) => value - times * weights[row][i]);
      }),
    "unit vectors": (weights, gradient) => {
      const result: number[][] = [];
      for (let row = 0; row < weights.length; row++) {
        const length = Math.hypot(...weights[row]);
        const direction = weights[row].map((weight) => weight / length);
        const along = dot(direction, gradient[row]);
        result.push(gradient[row].map((value, i) => value - along * direction[i]));
      }
      return result;
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.tangentGradient(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "no division": {
      solution: (weights, gradient) =>
        gradient.map((g, row) => g.map((value, i) => value - dot(g, weights[row]) * weights[row][i])),
      says: /Divide by ⟨w, w⟩: otherwise/,
    },
    "a division by the length": {
      solution: (weights, gradient) =>
        gradient.map((g, row) =>
          g.map((value, i) => value - (dot(g, weights[row]) / Math.hypot(...weights[row])) * weights[row][i]),
        ),
      says: /the square of the length, not by the length/,
    },
    "one angle for the whole layer": {
      solution: (weights, gradient) => {
        const times = dot(gradient.flat(), weights.flat()) / dot(weights.flat(), weights.flat());
        return gradient.map((g, row) => g.map((value, i) => value - times * weights[row][i]));
      },
      says: /Row by row/,
    },
    "the part along the weights": {
      solution: (weights, gradient) =>
        gradient.map((g, row) => {
          const times = dot(g, weights[row]) / dot(weights[row], weights[row]);
          return weights[row].map((weight) => times * weight);
        }),
      says: /part along the weights; wanted is what is left/,
    },
    "only the first row": {
      solution: (weights, gradient) => {
        const times = dot(gradient[0], weights[0]) / dot(weights[0], weights[0]);
        return gradient[0].map((value, i) => value - times * weights[0][i]);
      },
      says: /should be 2×3 numbers; it is 3 numbers/,
    },
    "the gradient changed in place": {
      solution: (weights, gradient) => {
        gradient.forEach((g, row) => {
          const times = dot(g, weights[row]) / dot(weights[row], weights[row]);
          for (let i = 0; i < g.length; i++) g[i] -= times * weights[row][i];
        });
        return gradient;
      },
      says: /input was changed; work on a copy/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.tangentGradient(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
