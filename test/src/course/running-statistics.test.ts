import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.runningStatistics>[0];

describe("check.runningStatistics", () => {
  const taken: Record<string, Solution> = {
    "a map": (running, batch, momentum) =>
      running.map((value, feature) => (1 - momentum) * value + momentum * batch[feature]),
    "a loop that moves towards the new value, in a typed array": (running, batch, momentum) => {
      const updated = Float64Array.from(running);
      for (let feature = 0; feature < batch.length; feature++)
        updated[feature] += momentum * (batch[feature] - updated[feature]);
      return updated;
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.runningStatistics(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "swapped weights": {
      solution: (running, batch, momentum) =>
        running.map((old, j) => momentum * old + (1 - momentum) * batch[j]),
      says: /weights are swapped/,
    },
    "a sum that grows": {
      solution: (running, batch, momentum) => running.map((old, j) => old + momentum * batch[j]),
      says: /full weight, so the sum grows/,
    },
    "the new value alone": { solution: (_, batch) => [...batch], says: /forgets the past at once/ },
    "the plain average": {
      solution: (running, batch) => running.map((old, j) => (old + batch[j]) / 2),
      says: /plain average of the two/,
    },
    "one number for all features": {
      solution: (running, batch, momentum) => (1 - momentum) * running[0] + momentum * batch[0],
      says: /should be/,
    },
    "the input changed in place": {
      solution: (running, batch, momentum) => {
        for (let j = 0; j < running.length; j++) running[j] += momentum * (batch[j] - running[j]);
        return running;
      },
      says: /input was changed; work on a copy/,
    },
    "an error": {
      solution: () => {
        throw new TypeError("x is not a function");
      },
      says: /it threw TypeError: x is not a function/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.runningStatistics(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
