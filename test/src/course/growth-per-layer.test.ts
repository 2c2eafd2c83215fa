import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.growthPerLayer>[0];

describe("check.growthPerLayer", () => {
  const taken: Record<string, Solution> = {
    "the root of the whole growth": (norms) =>
      (norms[0] / norms[norms.length - 1]) ** (1 / (norms.length - 1)),
    "the geometric mean of the ratios": (norms) => {
      let logarithms = 0;
      for (let i = 1; i < norms.length; i++) logarithms += Math.log(norms[i - 1] / norms[i]);
      return Math.exp(logarithms / (norms.length - 1));
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.growthPerLayer(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "a root of one degree more": {
      solution: (norms) => (norms[0] / norms[norms.length - 1]) ** (1 / norms.length),
      says: /n − 1 steps/,
    },
    "the whole growth": {
      solution: (norms) => norms[0] / norms[norms.length - 1],
      says: /share of it is a root/,
    },
    "the wrong way round": {
      solution: (norms) => (norms[norms.length - 1] / norms[0]) ** (1 / (norms.length - 1)),
      says: /way forward/,
    },
    "the arithmetic mean of the ratios": {
      solution: (norms) =>
        norms.slice(1).reduce((sum, norm, i) => sum + norms[i] / norm, 0) / (norms.length - 1),
      says: /geometric mean/,
    },
    "the logarithm": {
      solution: (norms) => Math.log(norms[0] / norms[norms.length - 1]) / (norms.length - 1),
      says: /take exp of it/,
    },
    "a list of ratios": {
      solution: (norms) => norms.slice(1).map((norm, i) => norms[i] / norm),
      says: /should be one number; it is 4 numbers/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.growthPerLayer(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
