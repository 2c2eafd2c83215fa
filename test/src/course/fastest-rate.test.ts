import { expect } from "chai";
import { check, median } from "../../../src/index.js";

type Solution = Parameters<typeof check.fastestRate>[0];

function pick(rates: number[], steps: number[][], statistic: (values: number[]) => number): number {
  const values = steps.map((one) => statistic(one));
  return rates[values.indexOf(Math.min(...values))];
}

describe("check.fastestRate", () => {
  const taken: Record<string, Solution> = {
    "medians by sorting": (rates, steps) => {
      const middle = (values: number[]) => {
        const sorted = [...values].sort((a, b) => a - b);
        const half = sorted.length >> 1;
        return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
      };
      const medians = steps.map(middle);
      return rates[medians.indexOf(Math.min(...medians))];
    },
    "the module, in a loop": (rates, steps) => {
      let best = 0;
      for (let i = 1; i < rates.length; i++) if (median(steps[i]) < median(steps[best])) best = i;
      return rates[best];
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.fastestRate(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "the mean": {
      solution: (rates, steps) =>
        pick(rates, steps, (values) => values.reduce((a, b) => a + b) / values.length),
      says: /the median of each rate.s seeds, not the mean/,
    },
    "the luckiest seed": {
      solution: (rates, steps) => pick(rates, steps, (values) => Math.min(...values)),
      says: /single seed is luck/,
    },
    "the unluckiest seed": {
      solution: (rates, steps) => pick(rates, steps, (values) => Math.max(...values)),
      says: /bad luck/,
    },
    "runs that never arrive left out": {
      solution: (rates, steps) => pick(rates, steps, (values) => median(values.filter(Number.isFinite))),
      says: /Runs that never arrive must count/,
    },
    "the place": {
      solution: (rates, steps) => rates.indexOf(pick(rates, steps, median)),
      says: /the rate, not its place/,
    },
    "the slowest": {
      solution: (rates, steps) => pick(rates, steps, (values) => -median(values)),
      says: /slowest rate/,
    },
    "the first rate": { solution: (rates) => rates[0], says: /should be 1; it is 0\.1/ },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.fastestRate(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
