import { expect } from "chai";
import { BatchNorm, check, tensor } from "../../../src/index.js";

type Solution = Parameters<typeof check.channelStatistics>[0];
type Images = number[][][][];

/** By the layer: with momentum null the running statistics are those of the one batch, the variance unbiased. */
function byLayer(x: Images): { mean: number[]; variance: number[] } {
  const shape = [x.length, x[0].length, x[0][0].length, x[0][0][0].length];
  const layer = new BatchNorm(shape[1], { momentum: null, dtype: "float64" });
  layer.forward(tensor(x.flat(3), shape, "float64"));
  const count = shape[0] * shape[2] * shape[3];
  const biased = (value: number) => (value * (count - 1)) / count;
  return { mean: [...layer.runningMean.data], variance: [...layer.runningVariance.data].map(biased) };
}

const of = (values: number[], less = 0) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - less) };
};
const gathered = (groups: number[][], less = 0) => ({
  mean: groups.map((values) => of(values).mean),
  variance: groups.map((values) => of(values, less).variance),
});
const channels = (x: Images) => x[0].map((_, c) => x.flatMap((image) => image[c].flat()));

describe("check.channelStatistics", () => {
  const taken: Record<string, Solution> = {
    "what BatchNorm takes": byLayer,
    "values gathered by channel": (x) => gathered(channels(x)),
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.channelStatistics(solution).record).to.include({ status: "solved", hint: "" });
    });

  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "each image by itself": {
      solution: (x) => gathered(x.flatMap((image) => image.map((map) => map.flat()))),
      says: /instance normalization/,
    },
    "each position by itself": {
      solution: (x) =>
        gathered(
          x[0].flatMap((map, c) =>
            map.flatMap((row, i) => row.map((_, j) => x.map((image) => image[c][i][j]))),
          ),
        ),
      says: /one mean for each position/,
    },
    "one mean an image": {
      solution: (x) => gathered(x.map((image) => image.flat(2))),
      says: /one mean for each image/,
    },
    "all channels as one": { solution: (x) => gathered([x.flat(3)]), says: /Keep the channels apart/ },
    "the unbiased variance": { solution: (x) => gathered(channels(x), 1), says: /biased variance/ },
    "a root": {
      solution: (x) => {
        const { mean, variance } = gathered(channels(x));
        return { mean, variance: variance.map((value) => Math.sqrt(value)) };
      },
      says: /leave out the root/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.channelStatistics(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
