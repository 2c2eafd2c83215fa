import { expect } from "chai";
import fc from "fast-check";
import { frameOf, windowsOver } from "../../../../src/nn/windows.js";
import type { Convolution, Pooling } from "../../../../src/tensor/kernels/windows.js";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";
import { Comparison, expectClose, onBoth, type Place } from "./compare.js";
import { convolutions, pair, upTo, windows } from "./convolutions.js";

const TOLERANCE = 1e-5;
const { fround } = Math;

/** For poolings: a frame of at most half the kernel, so that no window lies outside. */
const poolings: fc.Arbitrary<Pooling> = fc
  .tuple(upTo(5), windows)
  .filter(
    ([, { kernelHeight, kernelWidth, top, left }]) => 2 * top <= kernelHeight && 2 * left <= kernelWidth,
  )
  .map(([planes, over]) => ({ planes, ...over }));

const quarters: fc.Arbitrary<Pooling> = fc
  .tuple(upTo(4), pair(23, 2))
  .map(([planes, size]) => ({ planes, ...windowsOver("test", size, [2, 2], [2, 2], frameOf([0, 0])) }));

const sizesOf = (shape: Convolution) => ({
  inputs: shape.n * shape.inChannels * shape.height * shape.width,
  weights: shape.outChannels * shape.inChannels * shape.kernelHeight * shape.kernelWidth,
  outputs: shape.n * shape.outChannels * shape.outHeight * shape.outWidth,
});

describe("convolutions in float32 against the float64 reference, of generated shapes", () => {
  for (const place of ["inside", "outside"] as Place[]) {
    it(`give outputs and all gradients, arrays ${place} the WebAssembly memory`, () => {
      fc.assert(
        fc.property(convolutions, fc.boolean(), (shape, hasBias) => {
          const on = new Comparison(place);
          const { inputs, weights, outputs } = sizesOf(shape);
          const [x, weight, bias, g] = [inputs, weights, shape.outChannels, outputs].map((size) =>
            on.normal(size),
          );
          const [out, gradWeight, gradBias, gradInput] = [outputs, weights, shape.outChannels, inputs].map(
            (size) => on.output(size),
          );
          onBoth((kernels, of) => {
            const [ofBias, ofGradBias] = hasBias ? [of(bias), of(gradBias)] : [null, null];
            kernels.convolve({ ...shape, x: of(x), weight: of(weight), bias: ofBias, out: of(out) });
            const gradients = { gradOut: of(g), gradWeight: of(gradWeight), gradBias: ofGradBias };
            kernels.convolveBackwardWeight({ ...shape, x: of(x), ...gradients });
            kernels.convolveBackwardInput({
              ...shape,
              gradOut: of(g),
              weight: of(weight),
              gradInput: of(gradInput),
            });
          });
          expectClose(out, TOLERANCE, "output");
          expectClose(gradWeight, TOLERANCE, "gradient of the weight");
          expectClose(gradInput, TOLERANCE, "gradient of the input");
          if (hasBias) expectClose(gradBias, TOLERANCE, "gradient of the bias");
        }),
        { numRuns: 150, seed: 1 },
      );
    });
  }

  it("of long runs and many images lose nothing to rounding", () => {
    for (const [n, side] of [
      [2, 90],
      [300, 7],
    ]) {
      const on = new Comparison("inside");
      const over = windowsOver("test", [side, side], [3, 3], [1, 1], frameOf([1, 1]));
      const shape = { n, inChannels: 2, outChannels: 3, ...over };
      const { inputs, weights, outputs } = sizesOf(shape);
      const [x, g] = [on.normal(inputs, 1), on.normal(outputs, 1)];
      const [gradWeight, gradBias] = [on.output(weights), on.output(3)];
      onBoth((kernels, of) => {
        const gradients = { gradOut: of(g), gradWeight: of(gradWeight), gradBias: of(gradBias) };
        kernels.convolveBackwardWeight({ ...shape, x: of(x), ...gradients });
      });
      expectClose(gradWeight, 2e-6, `${n} images`);
      expectClose(gradBias, 2e-6, `${n} images`);
    }
  });
});

describe("poolings in float32 against the float64 reference, of generated shapes", () => {
  for (const [name, shapes] of [
    ["any windows", poolings],
    ["windows of 2×2", quarters],
  ] as const) {
    it(`give outputs and gradients: ${name}`, () => {
      fc.assert(
        fc.property(shapes, fc.boolean(), (shape, hasEqualValues) => {
          const on = new Comparison("inside");
          const { planes, height, width, outHeight, outWidth } = shape;
          const x = on.normal(planes * height * width);
          if (hasEqualValues)
            for (const values of [x.float32, x.float64])
              values.forEach((value: number, at: number) => {
                values[at] = Math.round(value);
              });
          const g = on.normal(planes * outHeight * outWidth);
          for (const kind of ["max", "average"]) {
            const [out, gradInput] = [on.output(g.float32.length), on.output(x.float32.length)];
            onBoth((kernels, of) => {
              if (kind === "max") {
                kernels.maxPool({ ...shape, x: of(x), out: of(out) });
                kernels.maxPoolBackward({ ...shape, gradOut: of(g), x: of(x), gradInput: of(gradInput) });
              } else {
                kernels.averagePool({ ...shape, x: of(x), out: of(out) });
                kernels.averagePoolBackward({ ...shape, gradOut: of(g), gradInput: of(gradInput) });
              }
            });
            expectClose(out, TOLERANCE, kind);
            expectClose(gradInput, TOLERANCE, `gradient of ${kind}`);
          }
        }),
        { numRuns: 150, seed: 1 },
      );
    });
  }
});

describe("the order of a convolution's sums", () => {
  const values = (length: number, seed: number) =>
    Float32Array.from({ length }, (_, at) => (((at + 1) * (7919 + 2 * seed)) % 1009) / 504 - 0.999);

  /** Adds the product to the sum as float32 does. */
  const added = (sum: number, a: number, b: number) => fround(sum + fround(a * b));

  const inside = (row: number, column: number, { height, width }: { height: number; width: number }) =>
    row >= 0 && row < height && column >= 0 && column < width;

  it("is channel, row, column of the window for outputs", () => {
    fc.assert(
      fc.property(convolutions, (shape) => {
        const { inputs, weights, outputs } = sizesOf(shape);
        const [x, weight] = [values(inputs, 1), values(weights, 2)];
        const out = new Float32Array(outputs);
        wasmKernels.convolve({ ...shape, x, weight, bias: null, out });
        const expected = new Float32Array(outputs);
        let at = 0;
        for (let n = 0; n < shape.n; n++)
          for (let o = 0; o < shape.outChannels; o++)
            for (let y = 0; y < shape.outHeight; y++)
              for (let z = 0; z < shape.outWidth; z++, at++)
                for (let c = 0; c < shape.inChannels; c++)
                  for (let ky = 0; ky < shape.kernelHeight; ky++)
                    for (let kx = 0; kx < shape.kernelWidth; kx++) {
                      const row = y * shape.strideY + ky - shape.top;
                      const column = z * shape.strideX + kx - shape.left;
                      if (!inside(row, column, shape)) continue;
                      const w =
                        ((o * shape.inChannels + c) * shape.kernelHeight + ky) * shape.kernelWidth + kx;
                      const i = ((n * shape.inChannels + c) * shape.height + row) * shape.width + column;
                      expected[at] = added(expected[at], weight[w], x[i]);
                    }
        expect(out).to.deep.equal(expected);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("is output channel, row, column of the window for the gradient of inputs", () => {
    fc.assert(
      fc.property(convolutions, (shape) => {
        const { inputs, weights, outputs } = sizesOf(shape);
        const [gradOut, weight] = [values(outputs, 1), values(weights, 2)];
        const gradInput = new Float32Array(inputs);
        wasmKernels.convolveBackwardInput({ ...shape, gradOut, weight, gradInput });
        const expected = new Float32Array(inputs);
        let at = 0;
        for (let n = 0; n < shape.n; n++)
          for (let c = 0; c < shape.inChannels; c++)
            for (let row = 0; row < shape.height; row++)
              for (let column = 0; column < shape.width; column++, at++)
                for (let o = 0; o < shape.outChannels; o++)
                  for (let ky = 0; ky < shape.kernelHeight; ky++)
                    for (let kx = 0; kx < shape.kernelWidth; kx++) {
                      const [y, z] = [row + shape.top - ky, column + shape.left - kx];
                      if (y % shape.strideY !== 0 || z % shape.strideX !== 0) continue;
                      const [outRow, outColumn] = [y / shape.strideY, z / shape.strideX];
                      if (!inside(outRow, outColumn, { height: shape.outHeight, width: shape.outWidth }))
                        continue;
                      const w =
                        ((o * shape.inChannels + c) * shape.kernelHeight + ky) * shape.kernelWidth + kx;
                      const g =
                        ((n * shape.outChannels + o) * shape.outHeight + outRow) * shape.outWidth + outColumn;
                      expected[at] = added(expected[at], weight[w], gradOut[g]);
                    }
        expect(gradInput).to.deep.equal(expected);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("is eight sums over runs of 512 values at most for the gradient of weights", () => {
    fc.assert(
      fc.property(convolutions, (shape) => {
        const { inputs, weights, outputs } = sizesOf(shape);
        const [x, gradOut] = [values(inputs, 1), values(outputs, 2)];
        const gradWeight = new Float32Array(weights);
        wasmKernels.convolveBackwardWeight({ ...shape, x, gradOut, gradWeight, gradBias: null });
        // A run has the outputs row by row, with gaps as long as a window is wide beside its first place.
        const columns = shape.outWidth + Math.floor((shape.kernelWidth - 1) / shape.strideX);
        const run = 8 * Math.ceil(((shape.outHeight - 1) * columns + shape.outWidth) / 8);
        const together = Math.max(1, Math.floor(512 / run));
        const expected = new Float32Array(weights);
        for (let w = 0; w < weights; w++) {
          const kx = w % shape.kernelWidth;
          const ky = Math.floor(w / shape.kernelWidth) % shape.kernelHeight;
          const channels = Math.floor(w / (shape.kernelWidth * shape.kernelHeight));
          const [c, o] = [channels % shape.inChannels, Math.floor(channels / shape.inChannels)];
          const all = new Float32Array(8);
          for (let first = 0; first < shape.n; first += together)
            for (let start = 0; start < run; start += 512) {
              const sums = new Float32Array(8);
              for (let n = first; n < Math.min(shape.n, first + together); n++)
                for (let at = start; at < Math.min(run, start + 512); at++) {
                  const [y, z] = [Math.floor(at / columns), at % columns];
                  if (y >= shape.outHeight || z >= shape.outWidth) continue;
                  const row = y * shape.strideY + ky - shape.top;
                  const column = z * shape.strideX + kx - shape.left;
                  if (!inside(row, column, shape)) continue;
                  const i = ((n * shape.inChannels + c) * shape.height + row) * shape.width + column;
                  const g = ((n * shape.outChannels + o) * shape.outHeight + y) * shape.outWidth + z;
                  sums[at % 8] = added(sums[at % 8], gradOut[g], x[i]);
                }
              for (let lane = 0; lane < 8; lane++) all[lane] = fround(all[lane] + sums[lane]);
            }
          const [a, b] = [0, 4].map((lane) => all[lane] + all[lane + 1] + (all[lane + 2] + all[lane + 3]));
          expected[w] = a + b;
        }
        expect(gradWeight).to.deep.equal(expected);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
