import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.explosionFactor>[0];

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const squares = (values: number[]) => values.map((value) => value * value);
const spread = (values: number[]) => mean(squares(values.map((value) => value - mean(values))));

describe("check.explosionFactor", () => {
  const taken: Record<string, Solution> = {
    "the formula": (values, slopes) => Math.sqrt(mean(squares(slopes)) / spread(values)),
    "sums, the means taken off at the end": (values, slopes) => {
      let sum = 0;
      let square = 0;
      for (const value of values) {
        sum += value;
        square += value * value;
      }
      const variance = square / values.length - (sum / values.length) ** 2;
      return Math.hypot(...slopes) / Math.sqrt(variance * values.length);
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.explosionFactor(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "no root": {
      solution: (values, slopes) => mean(squares(slopes)) / spread(values),
      says: /root is missing/,
    },
    "the mean square of the values": {
      solution: (values, slopes) => Math.sqrt(mean(squares(slopes)) / mean(squares(values))),
      says: /Take the mean off the values/,
    },
    "the mean slope": {
      solution: (values, slopes) => Math.abs(mean(slopes)) / Math.sqrt(spread(values)),
      says: /Square the slopes first/,
    },
    "the fraction upside down": {
      solution: (values, slopes) => Math.sqrt(spread(values) / mean(squares(slopes))),
      says: /upside down/,
    },
    "the unbiased variance": {
      solution: (values, slopes) =>
        Math.sqrt(mean(squares(slopes)) / ((spread(values) * values.length) / (values.length - 1))),
      says: /biased variance/,
    },
    "a factor for each sample": {
      solution: (values, slopes) => slopes.map((slope) => Math.abs(slope) / Math.sqrt(spread(values))),
      says: /should be one number; it is 10 numbers/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.explosionFactor(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
