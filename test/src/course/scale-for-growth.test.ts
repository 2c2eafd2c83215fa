import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.scaleForGrowth>[0];

describe("check.scaleForGrowth", () => {
  it("takes the solved equation", () => {
    const { record } = check.scaleForGrowth((blocks, growth) => Math.sqrt(growth ** (1 / blocks) - 1));
    expect(record).to.include({ status: "solved", hint: "" });
  });

  it("takes a search", () => {
    const { record } = check.scaleForGrowth((blocks, growth) => {
      let [low, high] = [0, 2];
      for (let i = 0; i < 60; i++) {
        const middle = (low + high) / 2;
        if ((1 + middle ** 2) ** blocks > growth) high = middle;
        else low = middle;
      }
      return low;
    });
    expect(record).to.include({ status: "solved", hint: "" });
  });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "no root": { solution: (blocks, growth) => growth ** (1 / blocks) - 1, says: /take the root/ },
    sums: {
      solution: (blocks, growth) => Math.sqrt((growth - 1) / blocks),
      says: /multiply, they do not add/,
    },
    "no shortcut": { solution: (blocks, growth) => Math.sqrt(growth ** (1 / blocks)), says: /1 \+ scale²/ },
    "one block": { solution: (_, growth) => Math.sqrt(growth - 1), says: /network of one block/ },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.scaleForGrowth(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
