import { expect } from "chai";
import fc from "fast-check";
import type { Convolution } from "../../../../src/tensor/kernels/windows.js";
import type { Fields, Layout, Values } from "../../../../src/tensor/wasm/descriptor.js";
import {
  Convolve,
  ConvolveBackwardInput,
  ConvolveBackwardWeight,
  Normalization,
  Product,
  SGDRates,
  SGDUpdate,
} from "../../../../src/tensor/wasm/exports.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { packedFloats } from "../../../../src/tensor/wasm/packing.js";
import {
  type ConvolutionWork,
  convolution,
  convolutionRooms,
  multiplyMatrices,
  teamThreads,
  updateWeights,
} from "../../../../src/tensor/wasm/team.js";
import { Comparison, type Pair } from "./compare.js";
import { convolutions } from "./convolutions.js";

// Before the first large product of this process, wherever it is: a machine with one processor has a team here, too.
process.env.NORMLAB_THREADS = "3";

/** Multiplications of a convolution that is shared. */
const LARGE = 1e9;

describe("threads that share a large product or convolution", () => {
  const memory = kernelMemory();
  const on = new Comparison("inside");
  const arena = memory.arena();
  const descriptor = <Of extends Fields>(layout: Layout<Of>, values: Values<Of>) =>
    arena.descriptor(layout).fill(values).at;

  function product(m: number, n: number, k: number, transposeA: boolean, transposeB: boolean) {
    const packed = packedFloats(m, k);
    const [a, b] = [on.normal(m * k), on.normal(k * n)];
    const [alone, shared] = [on.output(m * n), on.output(m * n)];
    const [scratchA, scratchB] = [on.output(packed.a), on.output(packed.b)].map(pointer);
    const into = (out: Pair) =>
      descriptor(Product, {
        ...{ a: pointer(a), b: pointer(b), out: pointer(out), m, n, k, transposeA, transposeB },
        ...{ scratchA, scratchB, placesA: 0, placesB: 0 },
      });
    memory.kernels.matmul(into(alone));
    multiplyMatrices(memory, into(shared), { m, n, k });
    return { alone: alone.float32, shared: shared.float32 };
  }

  const pointer = (pair: Pair): number => pair.float32.byteOffset;

  before("until both helpers have started", async () => {
    while (teamThreads() < 3) {
      product(64, 128, 64, false, false);
      await new Promise(setImmediate);
    }
  });

  for (const [m, n, k] of [
    [128, 512, 784],
    [101, 77, 70],
    [3, 2000, 100],
    [700, 9, 90],
    [5, 33_000, 4],
  ]) {
    it(`gives the bits of one thread: ${m}×${n}×${k}, each factor plain and transposed`, () => {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const { alone, shared } = product(m, n, k, transposeA, transposeB);
          expect(Buffer.compare(bytesOf(shared), bytesOf(alone))).to.equal(0);
        }
      }
    });
  }

  it("gives the bits of one thread over many products in a row", () => {
    for (let i = 0; i < 200; i++) {
      const { alone, shared } = product(100, 80 + i, 70, false, true);
      expect(Buffer.compare(bytesOf(shared), bytesOf(alone))).to.equal(0);
    }
  });

  it("gives the bits of one thread in convolutions of generated shapes and their gradients", () => {
    const many = fc.tuple(
      convolutions,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom("as it is", "plain", "relu"),
    );
    fc.assert(
      fc.property(many, ([shapeOfFew, n, normalized]) => {
        const inArena = memory.arena();
        try {
          const shape = { ...shapeOfFew, n };
          const [inputs, outputs, weights] = sizesOf(shape);
          const filled = (size: number) => {
            const array = inArena.floats(size);
            for (let at = 0; at < size; at++) array[at] = Math.sin(at + size);
            return memory.pointer(array);
          };
          const [mean, inverseStd, gamma, beta] = Array.from({ length: 4 }, () => filled(shape.inChannels));
          const describe = <Of extends Fields>(layout: Layout<Of>, values: Values<Of>) =>
            inArena.descriptor(layout).fill(values).at;
          const normalization =
            normalized === "as it is"
              ? 0
              : describe(Normalization, { mean, inverseStd, gamma, beta, relu: normalized === "relu" });
          const [x, gradOut, weight, plus] = [inputs, outputs, weights, outputs].map(filled);
          const bias = filled(shape.outChannels);
          const work = (results: readonly Float32Array[], room: number): ConvolutionWork[] => {
            const [out, gradWeight, gradBias, gradInput] = results.map((array) => memory.pointer(array));
            const shared = { ...shape, room };
            return [
              {
                kernel: "convolve",
                step: describe(Convolve, { ...shared, x, weight, bias, plus, normalization, out }),
              },
              {
                kernel: "convolveBackwardWeight",
                step: describe(ConvolveBackwardWeight, {
                  ...{ ...shared, x, normalization, gradOut, gradWeight, gradBias },
                }),
              },
              {
                kernel: "convolveBackwardInput",
                step: describe(ConvolveBackwardInput, { ...shared, gradOut, weight, gradInput }),
              },
            ];
          };
          const { kernels } = memory;
          const results = [1, 2].map(() =>
            [outputs, weights, shape.outChannels, inputs].map((size) => inArena.floats(size).fill(7)),
          );
          const floats = Math.max(
            ...work(results[0], 0).map(({ kernel, step }) =>
              Number(Reflect.apply(kernels[`${kernel}Floats`], null, [step])),
            ),
          );
          // The most that one of the three needs.
          const rooms = convolutionRooms(memory, LARGE, Math.max(n, shape.inChannels));
          const room = memory.pointer(inArena.floats(rooms * 16 * Math.ceil(floats / 16)));
          for (const { kernel, step } of work(results[0], room)) Reflect.apply(kernels[kernel], null, [step]);
          for (const one of work(results[1], room)) convolution(memory, one, LARGE)();
          const [expected, found] = results;
          found.forEach((array, at) => {
            expect(Buffer.compare(bytesOf(array), bytesOf(expected[at]))).to.equal(0);
          });
        } finally {
          inArena.release();
        }
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  for (const hasVelocity of [false, true]) {
    it(`gives the bits of one thread in an update ${hasVelocity ? "with" : "without"} momentum`, () => {
      const length = 100_003;
      const [weight, gradient, velocity] = [on.normal(length), on.normal(length), on.normal(length)];
      const [sharedWeight, sharedVelocity] = [on.output(length), on.output(length)];
      sharedWeight.float32.set(weight.float32);
      sharedVelocity.float32.set(velocity.float32);
      const rates = descriptor(SGDRates, {
        ...{ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: hasVelocity },
      });
      const update = (moved: Pair, speed: Pair) =>
        descriptor(SGDUpdate, {
          ...{ weight: pointer(moved), gradient: pointer(gradient), length },
          velocity: hasVelocity ? pointer(speed) : 0,
        });
      memory.kernels.sgd(update(weight, velocity), rates);
      updateWeights(memory, update(sharedWeight, sharedVelocity), rates, length);
      expect(Buffer.compare(bytesOf(sharedWeight.float32), bytesOf(weight.float32))).to.equal(0);
      expect(Buffer.compare(bytesOf(sharedVelocity.float32), bytesOf(velocity.float32))).to.equal(0);
    });
  }
});

const sizesOf = (shape: Convolution): readonly [inputs: number, outputs: number, weights: number] => [
  shape.n * shape.inChannels * shape.height * shape.width,
  shape.n * shape.outChannels * shape.outHeight * shape.outWidth,
  shape.outChannels * shape.inChannels * shape.kernelHeight * shape.kernelWidth,
];

function bytesOf(array: Float32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
