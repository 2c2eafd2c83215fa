import { exercise } from "./exercise.js";

type Input = [start: number, branches: number[]];

const tried: readonly { name: string; input: Input }[] = [
  { name: "normalized branches", input: [2, [1, 1, 1, 1]] },
  { name: "branches that double the signal", input: [1, [1, 2, 4, 8]] },
  { name: "branches that shrink", input: [3, [0.5, 0.25, 0.125]] },
  { name: "a branch that starts at 0", input: [2, [0, 1, 0]] },
];

/** The share of each branch in what its block passes on, the branch and what came before it by `past`. */
const solveWith =
  (share: (branch: number, past: number, start: number) => number) =>
  (start: number, branches: number[]): number[] => {
    let past = start;
    return branches.map((branch) => {
      const found = share(branch, past, start);
      past += branch;
      return found;
    });
  };

/**
 * Checks the shares of residual branches: `(start, branches) => number[]`, the mean squares of what enters the first block and of each
 * branch given: branch / (start + all branches up to and with it).
 */
export const branchShares = exercise<Input>({
  name: "branchShares",
  cases: () =>
    tried.map(({ name, input }) => ({
      name,
      input: (): Input => structuredClone(input),
      expected: solveWith((branch, past) => branch / (past + branch))(...input),
    })),
  mistakes: [
    {
      hint: "That compares the branch with the shortcut. A share is of the sum of both.",
      solve: solveWith((branch, past) => branch / past),
    },
    {
      hint: "The signal grows: what enters a block holds all branches before it.",
      solve: solveWith((branch, _past, start) => branch / (start + branch)),
    },
    {
      hint: "Mean squares add up as they are, and the share is of mean squares: no root.",
      solve: solveWith((branch, past) => Math.sqrt(branch / (past + branch))),
    },
    {
      hint: "That is the shortcut's share; the branch's is the rest.",
      solve: solveWith((branch, past) => past / (past + branch)),
    },
  ],
  hint: "Keep the mean square of the signal: it starts at start, and each block adds its branch. The share is the branch over the new one.",
});
