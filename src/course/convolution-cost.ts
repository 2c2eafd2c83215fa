import { exercise, type Mistake } from "./exercise.js";

type Input = [
  image: [channels: number, rows: number, columns: number],
  outChannels: number,
  kernel: number,
  stride: number,
  padding: number,
];

const layers: readonly { name: string; input: Input }[] = [
  { name: "the lesson's second convolution", input: [[4, 14, 14], 8, 3, 1, 1] },
  { name: "without padding the map is smaller", input: [[1, 28, 28], 4, 5, 1, 0] },
  { name: "a stride of 2", input: [[3, 9, 7], 2, 3, 2, 1] },
  { name: "a 1 × 1 convolution", input: [[8, 5, 6], 16, 1, 1, 0] },
  { name: "a stride that leaves a rest", input: [[2, 8, 8], 3, 3, 3, 0] },
];

const places = (length: number, kernel: number, stride: number, padding: number) =>
  Math.floor((length + 2 * padding - kernel) / stride) + 1;

/** Output values times the multiply-adds that each of them takes. */
const solveWith =
  (
    each: (inChannels: number, kernel: number) => number = (inChannels, kernel) =>
      inChannels * kernel * kernel,
    length = places,
    channels = (outChannels: number) => outChannels,
  ) =>
  (...[[inChannels, rows, columns], outChannels, kernel, stride, padding]: Input): number =>
    channels(outChannels) *
    length(rows, kernel, stride, padding) *
    length(columns, kernel, stride, padding) *
    each(inChannels, kernel);

const mistakes: Mistake<Input>[] = [
  {
    hint: "Each output value sums over all input channels: multiply by them.",
    solve: solveWith((_, kernel) => kernel * kernel),
  },
  {
    hint: "The kernel is a square: kernel × kernel places for each input channel.",
    solve: solveWith((inChannels, kernel) => inChannels * kernel),
  },
  {
    hint: "That counts the positions of the image that comes in. Count those that come out: ⌊(length + 2·padding − kernel)/stride⌋ + 1.",
    solve: solveWith(undefined, (length) => length),
  },
  {
    hint: "The stride is missing: the kernel stands at every stride-th place only.",
    solve: solveWith(undefined, (length, kernel, _stride, padding) => places(length, kernel, 1, padding)),
  },
  {
    hint: "The padding adds places at both edges: 2·padding.",
    solve: solveWith(undefined, (length, kernel, stride, padding) =>
      places(length, kernel, stride, padding / 2),
    ),
  },
  {
    hint: "A fraction of a place is none: round down.",
    solve: solveWith(
      undefined,
      (length, kernel, stride, padding) => (length + 2 * padding - kernel) / stride + 1,
    ),
  },
  {
    hint: "That is one output channel: each has a filter of its own.",
    solve: solveWith(undefined, places, () => 1),
  },
];

/**
 * Checks the count of a square convolution's multiply-adds, forward, for one image: `([channels, rows, columns], outChannels, kernel,
 * stride, padding) => count`, the output values times channels · kernel².
 */
export const convolutionCost = exercise<Input>({
  name: "convolutionCost",
  cases: () =>
    layers.map(({ name, input }) => ({
      name,
      input: (): Input => structuredClone(input),
      expected: solveWith()(...input),
    })),
  mistakes,
  hint: "Count the output values, outChannels · rows · columns of the map, and multiply by what each takes: channels · kernel².",
});
