import { expect } from "chai";
import { Conv2d, check, zeros } from "../../../src/index.js";

type Solution = Parameters<typeof check.convolutionCost>[0];

describe("check.convolutionCost", () => {
  const taken: Record<string, Solution> = {
    "the layer's own output, counted": (image, outChannels, kernel, stride, padding) => {
      const layer = new Conv2d(image[0], outChannels, kernel, { stride, padding });
      return layer.forward(zeros([1, ...image])).size * image[0] * kernel ** 2;
    },
    "loops over the places": ([channels, rows, columns], outChannels, kernel, stride, padding) => {
      let count = 0;
      for (let i = -padding; i + kernel <= rows + padding; i += stride)
        for (let j = -padding; j + kernel <= columns + padding; j += stride) count++;
      return count * outChannels * channels * kernel * kernel;
    },
  };
  for (const [name, solution] of Object.entries(taken))
    it(`takes ${name}`, () => {
      expect(check.convolutionCost(solution).record).to.include({ status: "solved", hint: "" });
    });

  const places = (length: number, kernel: number, stride: number, padding: number) =>
    Math.floor((length + 2 * padding - kernel) / stride) + 1;
  const refused: Record<string, { solution: Solution; says: RegExp }> = {
    "one input channel": {
      solution: ([, h, w], out, k, s, p) => out * places(h, k, s, p) * places(w, k, s, p) * k * k,
      says: /sums over all input channels/,
    },
    "a row of the kernel": {
      solution: ([c, h, w], out, k, s, p) => out * places(h, k, s, p) * places(w, k, s, p) * c * k,
      says: /kernel × kernel/,
    },
    "the positions that come in": {
      solution: ([c, h, w], out, k) => out * h * w * c * k * k,
      says: /those that come out/,
    },
    "no stride": {
      solution: ([c, h, w], out, k, _s, p) => out * places(h, k, 1, p) * places(w, k, 1, p) * c * k * k,
      says: /The stride is missing/,
    },
    "padding at one edge": {
      solution: ([c, h, w], out, k, s, p) =>
        out * places(h, k, s, p / 2) * places(w, k, s, p / 2) * c * k * k,
      says: /both edges/,
    },
    "fractions of places": {
      solution: ([c, h, w], out, k, s, p) =>
        out * ((h + 2 * p - k) / s + 1) * ((w + 2 * p - k) / s + 1) * c * k * k,
      says: /round down/,
    },
    "one output channel": {
      solution: ([c, h, w], _out, k, s, p) => places(h, k, s, p) * places(w, k, s, p) * c * k * k,
      says: /a filter of its own/,
    },
  };
  for (const [name, { solution, says }] of Object.entries(refused))
    it(`refuses ${name} with a useful word`, () => {
      const { status, message, hint } = check.convolutionCost(solution).record;
      expect(status).to.equal("not right yet");
      expect(`${message} ${hint}`).to.match(says);
    });
});
