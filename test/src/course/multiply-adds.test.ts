import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.multiplyAdds>[0];

const products = (widths: number[]) => widths.slice(1).reduce((sum, width, i) => sum + width * widths[i], 0);

describe("check.multiplyAdds", () => {
  const taken: Record<string, Solution> = {
    "a loop": (widths, batchSize) => {
      let count = 0;
      for (let i = 0; i + 1 < widths.length; i++) count += widths[i] * widths[i + 1];
      return 3 * batchSize * count;
    },
    "a reduction": (widths, batchSize) =>
      widths.reduce((sum, width, i) => sum + (i > 0 ? width * widths[i - 1] * batchSize * 3 : 0), 0),
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.multiplyAdds(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "forward only": { solution: (widths, n) => products(widths) * n, says: /Backward multiplies twice more/ },
    "two products": { solution: (widths, n) => 2 * products(widths) * n, says: /1 \+ 2 products/ },
    "no batch": { solution: (widths) => 3 * products(widths), says: /multiply by the batch size/ },
    "sums of widths": {
      solution: (widths, n) =>
        widths.slice(1).reduce((sum, width, i) => sum + 3 * n * (width + widths[i]), 0),
      says: /inputs × outputs, not inputs \+ outputs/,
    },
    "the output layer left out": {
      solution: (widths, n) => 3 * n * products(widths.slice(0, -1)),
      says: /output layer is a layer too/,
    },
    "a list": { solution: (widths) => widths, says: /should be one number/ },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.multiplyAdds(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
