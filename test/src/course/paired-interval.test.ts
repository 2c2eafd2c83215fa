import { expect } from "chai";
import { check, mean, standardDeviation, summarize } from "../../../src/index.js";

type Solution = Parameters<typeof check.pairedInterval>[0];

const around = (difference: number, half: number) => ({
  difference,
  low: difference - half,
  high: difference + half,
});
const differencesOf = (a: number[], b: number[]) => a.map((value, i) => value - b[i]);

describe("check.pairedInterval", () => {
  const taken: Record<string, Solution> = {
    "normlab's statistics": (a, b, t) => {
      const { mean: difference, standardDeviation: deviation, n } = summarize(differencesOf(a, b));
      return around(difference, (t * deviation) / Math.sqrt(n));
    },
    loops: (a, b, t) => {
      const n = a.length;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += a[i] - b[i];
      let squares = 0;
      for (let i = 0; i < n; i++) squares += (a[i] - b[i] - sum / n) ** 2;
      return around(sum / n, t * Math.sqrt(squares / (n - 1) / n));
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.pairedInterval(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "an unpaired interval": {
      solution: (a, b, t) =>
        around(
          mean(a) - mean(b),
          t * Math.sqrt((standardDeviation(a) ** 2 + standardDeviation(b) ** 2) / a.length),
        ),
      says: /forgets the pairs/,
    },
    "no root of n": {
      solution: (a, b, t) => {
        const differences = differencesOf(a, b);
        return around(mean(differences), t * standardDeviation(differences));
      },
      says: /by √n/,
    },
    "1.96 for t": {
      solution: (a, b) => {
        const differences = differencesOf(a, b);
        return around(
          mean(differences),
          (1.96 * standardDeviation(differences)) / Math.sqrt(differences.length),
        );
      },
      says: /few seeds need the larger t/,
    },
    "b − a": {
      solution: (a, b, t) => {
        const differences = differencesOf(b, a);
        return around(
          mean(differences),
          (t * standardDeviation(differences)) / Math.sqrt(differences.length),
        );
      },
      says: /sign is turned/,
    },
    "no limits": {
      solution: ((a: number[], b: number[]) => ({ difference: mean(a) - mean(b) })) as unknown as Solution,
      says: /lacks low/,
    },
    "a number": {
      solution: ((a: number[], b: number[]) => mean(a) - mean(b)) as unknown as Solution,
      says: /should be an object \{ difference, low, high \}/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.pairedInterval(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
