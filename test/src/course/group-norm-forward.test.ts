import { expect } from "chai";
import { check, GroupNorm, mean, tensor } from "../../../src/index.js";

type Solution = Parameters<typeof check.groupNormForward>[0];

const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
const normalize = (values: number[], eps: number) =>
  values.map((value) => (value - mean(values)) / Math.sqrt(variance(values) + eps));

describe("check.groupNormForward", () => {
  const taken: Record<string, Solution> = {
    "slices, normalized and joined": (x, groups, eps) =>
      x.map((row) => {
        const size = row.length / groups;
        return Array.from({ length: groups }, (_, g) => row.slice(g * size, (g + 1) * size)).flatMap((part) =>
          normalize(part, eps),
        );
      }),
    "normlab's layer": (x, groups, eps) =>
      new GroupNorm(groups, x[0].length, { eps, affine: false, dtype: "float64" })
        .forward(tensor(x, undefined, "float64"))
        .toNested() as number[][],
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.groupNormForward(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "layer normalization": {
      solution: (x, _groups, eps) => x.map((row) => normalize(row, eps)),
      says: /That is layer normalization/,
    },
    "batch normalization": {
      solution: (x, _groups, eps) => {
        const columns = x[0].map((_, j) =>
          normalize(
            x.map((row) => row[j]),
            eps,
          ),
        );
        return x.map((_, i) => columns.map((column) => column[i]));
      },
      says: /That is batch normalization/,
    },
    "groups of `groups` features": {
      solution: (x, groups, eps) =>
        x.map((row) =>
          row.map((value, j) => {
            const first = Math.floor(j / groups) * groups;
            const part = row.slice(first, first + groups);
            return (value - mean(part)) / Math.sqrt(variance(part) + eps);
          }),
        ),
      says: /how many groups there are/,
    },
    "every second feature": {
      solution: (x, groups, eps) =>
        x.map((row) =>
          row.map((value, j) => {
            const part = row.filter((_, other) => other % groups === j % groups);
            return (value - mean(part)) / Math.sqrt(variance(part) + eps);
          }),
        ),
      says: /holds neighbours/,
    },
    "groups left apart": {
      solution: ((x: number[][], groups: number, eps: number) =>
        x.map((row) => {
          const size = row.length / groups;
          return Array.from({ length: groups }, (_, g) =>
            normalize(row.slice(g * size, (g + 1) * size), eps),
          );
        })) as unknown as Solution,
      says: /the result should be .*it is/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.groupNormForward(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
