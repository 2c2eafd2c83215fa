import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.stepsTo>[0];

describe("check.stepsTo", () => {
  const taken: Record<string, Solution> = {
    "a loop": (steps, accuracy, target) => {
      for (let i = 0; i < steps.length; i++) if (accuracy[i] >= target) return steps[i];
      return Infinity;
    },
    "the smallest of the steps that reached it": (steps, accuracy, target) =>
      Math.min(...steps.filter((_, i) => accuracy[i] >= target)),
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.stepsTo(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "the place": {
      solution: (_, accuracy, target) => {
        const i = accuracy.findIndex((value) => value >= target);
        return i < 0 ? Infinity : i;
      },
      says: /the step, not its place/,
    },
    ">": {
      solution: (steps, accuracy, target) => steps[accuracy.findIndex((value) => value > target)] ?? Infinity,
      says: /≥, not >/,
    },
    "the last time": {
      solution: (steps, accuracy, target) =>
        steps[accuracy.findLastIndex((value) => value >= target)] ?? Infinity,
      says: /not the last one/,
    },
    "-1 for never": {
      solution: (steps, accuracy, target) => steps[accuracy.findIndex((value) => value >= target)] ?? -1,
      says: /Infinity/,
    },
    "the last step for never": {
      solution: (steps, accuracy, target) =>
        steps[accuracy.findIndex((value) => value >= target)] ?? steps[steps.length - 1],
      says: /might have needed many more/,
    },
    "the accuracy": {
      solution: (_, accuracy, target) => accuracy.find((value) => value >= target) ?? Infinity,
      says: /should be 20/,
    },
    "undefined in one case": {
      solution: (steps, accuracy, target) => {
        const i = accuracy.findIndex((value) => value >= target);
        return i < 0 ? null : steps[i];
      },
      says: /never reached.*it is null/s,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.stepsTo(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
