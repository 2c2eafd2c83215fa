import { expect } from "chai";
import { check } from "../../../src/index.js";

type Solution = Parameters<typeof check.branchShares>[0];

const shares =
  (formula: (branch: number, before: number) => number): Solution =>
  (start, branches) =>
    branches.map((branch, at) =>
      formula(
        branch,
        branches.slice(0, at).reduce((sum, each) => sum + each, start),
      ),
    );

describe("check.branchShares", () => {
  it("takes a sum for each branch", () => {
    const { record } = check.branchShares(shares((branch, before) => branch / (before + branch)));
    expect(record).to.include({ status: "solved", hint: "" });
  });

  it("takes a loop", () => {
    const { record } = check.branchShares((start, branches) => {
      const found: number[] = [];
      let signal = start;
      for (const branch of branches) {
        signal += branch;
        found.push(branch / signal);
      }
      return found;
    });
    expect(record).to.include({ status: "solved", hint: "" });
  });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "a comparison with the shortcut": {
      solution: shares((branch, before) => branch / before),
      says: /of the sum of both/,
    },
    "a signal that stays": {
      solution: (start, branches) => branches.map((branch) => branch / (start + branch)),
      says: /The signal grows/,
    },
    roots: {
      solution: shares((branch, before) => Math.sqrt(branch / (before + branch))),
      says: /no root/,
    },
    "the shortcut's share": {
      solution: shares((branch, before) => before / (before + branch)),
      says: /the branch's is the rest/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.branchShares(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
