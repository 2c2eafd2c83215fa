import { expect } from "chai";
import { check, standardDeviation } from "../../../src/index.js";

type Solution = Parameters<typeof check.driftPath>[0];

const variance = (values: number[]) => standardDeviation(values) ** 2;

function w1(a: number[], b: number[]): number {
  const [p, q] = [a, b].map((values) => Float64Array.from(values).sort());
  return p.reduce((sum, value, i) => sum + Math.abs(value - q[i]), 0) / p.length;
}

function way(looks: number[][], divisor: (earlier: number[], later: number[]) => number): number {
  return looks.slice(1).reduce((sum, later, i) => sum + w1(looks[i], later) / divisor(looks[i], later), 0);
}

describe("check.driftPath", () => {
  const taken: Record<string, Solution> = {
    "a loop": (looks) => {
      let way = 0;
      for (let i = 1; i < looks.length; i++)
        way += w1(looks[i - 1], looks[i]) / standardDeviation(looks[i - 1]);
      return way;
    },
    "a recursion": function way(looks: number[][]): number {
      return looks.length < 2
        ? 0
        : w1(looks[0], looks[1]) / Math.sqrt(variance(looks[0])) + way(looks.slice(1));
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.driftPath(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "the raw way": { solution: (looks) => way(looks, () => 1), says: /in the unit.s own measure/ },
    "the later deviation": {
      solution: (looks) => way(looks, (_, later) => standardDeviation(later)),
      says: /deviation of the earlier look/,
    },
    "first to last": {
      solution: (looks) => w1(looks[0], looks[looks.length - 1]) / standardDeviation(looks[0]),
      says: /went and came back/,
    },
    "the first deviation for all": {
      solution: (looks) => way(looks, () => standardDeviation(looks[0])),
      says: /its own earlier look/,
    },
    "the variance": {
      solution: (looks) => way(looks, (earlier) => variance(earlier)),
      says: /root of the variance/,
    },
    "the mean over the looks": {
      solution: (looks) => way(looks, standardDeviation) / (looks.length - 1),
      says: /averaged over the looks/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.driftPath(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
