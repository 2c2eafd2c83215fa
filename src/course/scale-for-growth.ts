import { exercise } from "./exercise.js";

type Input = [blocks: number, growth: number];

const tried: readonly { name: string; input: Input }[] = [
  { name: "one block that doubles", input: [1, 2] },
  { name: "16 blocks, twice the signal in all", input: [16, 2] },
  { name: "100 blocks, e times", input: [100, Math.E] },
  { name: "half as much again in 7 blocks", input: [7, 1.5] },
];

const root = (blocks: number, growth: number) => growth ** (1 / blocks);

/**
 * Checks the number on each branch with which so many plain blocks multiply the signal's mean square by `growth` in all:
 * `(blocks, growth) => scale`, of (1 + scale²)^blocks = growth.
 */
export const scaleForGrowth = exercise<Input>({
  name: "scaleForGrowth",
  cases: () =>
    tried.map(({ name, input }) => ({
      name,
      input: (): Input => [...input],
      expected: Math.sqrt(root(...input) - 1),
    })),
  mistakes: [
    {
      hint: "A branch that is multiplied by scale has scale² times the mean square: take the root at the end.",
      solve: (blocks, growth) => root(blocks, growth) - 1,
    },
    {
      hint: "The blocks multiply, they do not add: (1 + scale²)^blocks = growth.",
      solve: (blocks, growth) => Math.sqrt((growth - 1) / blocks),
    },
    {
      hint: "Without the branch the signal is there already: 1 + scale², not scale².",
      solve: (blocks, growth) => Math.sqrt(root(blocks, growth)),
    },
    {
      hint: "That is the scale of a network of one block.",
      solve: (_, growth) => Math.sqrt(growth - 1),
    },
  ],
  hint: "A plain branch has the mean square of what enters it, so a block multiplies by 1 + scale². Solve (1 + scale²)^blocks = growth.",
});
