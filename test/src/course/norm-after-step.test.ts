import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.normAfterStep>[0];

describe("check.normAfterStep", () => {
  const taken: Record<string, Solution> = {
    "Math.hypot": (norm, gradient, rate, decay) => Math.hypot((1 - rate * decay) * norm, rate * gradient),
    "weights and gradient as a plane's two axes": (norm, gradient, rate, decay) => {
      const weight = [norm, 0];
      const step = [decay * norm, gradient];
      const [x, y] = weight.map((value, i) => value - rate * step[i]);
      return Math.sqrt(x * x + y * y);
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.normAfterStep(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "lengths added": {
      solution: (norm, gradient, rate, decay) => (1 - rate * decay) * norm + rate * gradient,
      says: /add their squares and take the root/,
    },
    "the square": {
      solution: (norm, gradient, rate, decay) => ((1 - rate * decay) * norm) ** 2 + (rate * gradient) ** 2,
      says: /square of the norm; take the root/,
    },
    "no decay": {
      solution: (norm, gradient, rate) => Math.hypot(norm, rate * gradient),
      says: /weight decay is missing/,
    },
    "decay without the rate": {
      solution: (norm, gradient, rate, decay) => Math.hypot((1 - decay) * norm, rate * gradient),
      says: /not 1 − decay/,
    },
    "a gradient without the rate": {
      solution: (norm, gradient, rate, decay) => Math.hypot((1 - rate * decay) * norm, gradient),
      says: /norm needs the rate/,
    },
    "a pair of numbers": {
      solution: (norm, gradient, rate, decay) => [(1 - rate * decay) * norm, rate * gradient],
      says: /should be one number; it is 2 numbers/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.normAfterStep(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
