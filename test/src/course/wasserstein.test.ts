import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.wasserstein>[0];

const ascending = (values: number[]) => [...values].sort((p, q) => p - q);
const meanGap = (a: number[], b: number[]) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

describe("check.wasserstein", () => {
  const taken: Record<string, Solution> = {
    "sorted copies": (a, b) => {
      const [p, q] = [a, b].map((values) => [...values].sort((x, y) => x - y));
      return p.reduce((sum, value, i) => sum + Math.abs(value - q[i]), 0) / p.length;
    },
    "typed arrays, which sort as numbers": (a, b) => {
      const p = Float64Array.from(a).sort();
      const q = Float64Array.from(b).sort();
      let sum = 0;
      for (let i = 0; i < p.length; i++) sum += Math.abs(p[i] - q[i]) / p.length;
      return sum;
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.wasserstein(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "values not sorted": {
      solution: (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length,
      says: /Sort both first/,
    },
    "sorted as text": {
      solution: (a, b) => meanGap([...a].sort(), [...b].sort()),
      says: /sorts numbers as text/,
    },
    "the sum": {
      solution: (a, b) => meanGap(ascending(a), ascending(b)) * a.length,
      says: /the mean difference, not the sum/,
    },
    "the difference of means": {
      solution: (a, b) => Math.abs(a.reduce((x, y) => x + y) - b.reduce((x, y) => x + y)) / a.length,
      says: /widens where it is/,
    },
    "signed differences": {
      solution: (a, b) => (b.reduce((x, y) => x + y) - a.reduce((x, y) => x + y)) / a.length,
      says: /cancel/,
    },
    "the input sorted in place": {
      solution: (a, b) =>
        meanGap(
          a.sort((x, y) => x - y),
          b.sort((x, y) => x - y),
        ),
      says: /input was changed/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.wasserstein(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
