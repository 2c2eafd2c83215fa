import { exercise } from "./exercise.js";

type Images = number[][][][];
type Input = [x: Images];

/** Images of channels of rows of values; no two sums of them are alike. */
function images(count: number, channels: number, rows: number, columns: number): Images {
  let drawn = 1;
  const next = () => {
    drawn = (drawn * 75 + 74) % 65537;
    return (drawn % 1000) / 100 - 5;
  };
  const list = <Item>(length: number, item: () => Item) => Array.from({ length }, item);
  return list(count, () => list(channels, () => list(rows, () => list(columns, next))));
}

const tried: readonly { name: string; x: () => Images }[] = [
  { name: "four images of two channels", x: () => images(4, 2, 3, 3) },
  { name: "one image", x: () => images(1, 3, 2, 4) },
  { name: "one channel, wider than high", x: () => images(3, 1, 2, 5) },
  { name: "one position: a batch of vectors", x: () => images(5, 3, 1, 1) },
];

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Σ (value − mean)² / divisor */
function variance(values: readonly number[], divisor = values.length): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / divisor;
}

const statisticsOf = (groups: readonly number[][], divisor?: (count: number) => number) => ({
  mean: groups.map(mean),
  variance: groups.map((values) => variance(values, divisor?.(values.length))),
});

/** The values of each channel: of all images, at all positions. */
const byChannel = (x: Images) => x[0].map((_, channel) => x.flatMap((image) => image[channel].flat()));

/**
 * Checks the statistics of a batch of images: `(x) => { mean, variance }` with x as images of channels of rows, mean and variance
 * one number a channel, over all images and positions, the variance divided by their count.
 */
export const channelStatistics = exercise<Input>({
  name: "channelStatistics",
  cases: () =>
    tried.map(({ name, x }) => ({
      name,
      input: (): Input => [x()],
      expected: statisticsOf(byChannel(x())),
    })),
  mistakes: [
    {
      hint: "Over the images too: that is one mean for each channel of each image, which is instance normalization.",
      solve: (x) => statisticsOf(x.flatMap((image) => image.map((channel) => channel.flat()))),
    },
    {
      hint: "Over the positions too: that is one mean for each position of each channel.",
      solve: (x) =>
        statisticsOf(
          x[0].flatMap((rows, channel) =>
            rows.flatMap((row, i) => row.map((_, j) => x.map((image) => image[channel][i][j]))),
          ),
        ),
    },
    {
      hint: "That is one mean for each image: go over the images, and keep the channels apart.",
      solve: (x) => statisticsOf(x.map((image) => image.flat(2))),
    },
    {
      hint: "Keep the channels apart: each has its own mean and variance.",
      solve: (x) => statisticsOf([x.flat(3)]),
    },
    {
      hint: "Divide by the count of the values, not by one less: batch normalization uses the biased variance.",
      solve: (x) => statisticsOf(byChannel(x), (count) => count - 1),
    },
    {
      hint: "That is the standard deviation. The variance is its square: leave out the root.",
      solve: (x) => {
        const found = statisticsOf(byChannel(x));
        return { ...found, variance: found.variance.map(Math.sqrt) };
      },
    },
  ],
  hint: "For each channel gather the values of all images at all positions; then mean = Σ x / count, variance = Σ (x − mean)² / count.",
});
