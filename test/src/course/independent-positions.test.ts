import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.independentPositions>[0];

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: number[], less = 0) =>
  values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - less);

describe("check.independentPositions", () => {
  const taken: Record<string, Solution> = {
    "two variances": (x) => variance(x.flat()) / variance(x.map(mean)),
    "mean squares less squared means": (x) => {
      const all = x.flat();
      const means = x.map(mean);
      const spread = (values: number[]) => mean(values.map((value) => value ** 2)) - mean(values) ** 2;
      return spread(all) / spread(means);
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.independentPositions(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "the reverse": {
      solution: (x) => variance(x.map(mean)) / variance(x.flat()),
      says: /the reverse/,
    },
    "standard deviations": {
      solution: (x) => Math.sqrt(variance(x.flat()) / variance(x.map(mean))),
      says: /compare variances/,
    },
    "unbiased variances": {
      solution: (x) => variance(x.flat(), 1) / variance(x.map(mean), 1),
      says: /not by one less/,
    },
    "variances inside the images": {
      solution: (x) => mean(x.map((row) => variance(row))) / variance(x.map(mean)),
      says: /around the one mean of all/,
    },
    "means of positions": {
      solution: (x) => variance(x.flat()) / variance(x[0].map((_, j) => mean(x.map((row) => row[j])))),
      says: /means of the positions/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.independentPositions(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
