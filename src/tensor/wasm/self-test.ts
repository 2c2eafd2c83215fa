/** Whether another build of the kernels may take the place of the narrow one, on this machine and in this process. */
import { host } from "#host";
import type { Convolution } from "../kernels/windows.js";
import { type At, Descriptor, type Fields, type Layout, type Values } from "./descriptor.js";
import {
  AdamRates,
  AdamUpdate,
  BatchNormActivationBackward,
  BatchNormActivationForward,
  Convolve,
  ConvolveBackwardInput,
  ConvolveBackwardWeight,
  type KernelExports,
  NonzerosProduct,
  Normalization,
  Product,
  SGDRates,
  SGDUpdate,
} from "./exports.js";

const PAGE_BYTES = 65536;

/** The kernels on a memory of SELF_TEST_PAGES of their own. */
export interface TestInstance {
  kernels: KernelExports;
  buffer: SharedArrayBuffer;
}

/** Of the memory that the test works in. */
export const SELF_TEST_PAGES = 7;

/** Floats of each array, of which there are as many as a kernel has arguments, and then room for packed factors. */
const ARRAY = 1536;
const ARRAYS = 12;
const SCRATCH = ARRAY * ARRAYS;

/** [m, n, k, transposeA, transposeB]: panels that are full, that end early, and more than one block of k. */
const PRODUCTS: readonly (readonly [number, number, number, boolean, boolean])[] = [
  [13, 37, 40, false, false],
  [3, 5, 270, false, true],
  [10, 26, 33, true, false],
  [6, 16, 9, true, true],
];

/** [m, n, k, overRows] of products of which some are zeros: panels that are full, parts of them, and more than one block of k. */
const NONZEROS: readonly (readonly [number, number, number, boolean])[] = [
  [5, 83, 18, false],
  [3, 5, 267, false],
  [7, 70, 21, true],
];

/**
 * [N, C, S]: fewer channels than a vector has, fewer than two, columns that are left over, rows long enough to be copied to
 * panels, and runs of places with and without an end of less than a vector.
 */
const BATCHES: readonly (readonly [number, number, number])[] = [
  [5, 3, 1],
  [7, 29, 1],
  [66, 12, 1],
  [5, 277, 1],
  [5, 2, 49],
  [2, 3, 144],
];

/** Factors whose rows lie one behind the other. */
const STORED = { placesA: 0, placesB: 0 };

const LENGTHS = [3, 8, 29];

/** Tiles that are full and such that end early, with and without a stride; more images than are summed at once. */
const CONVOLUTIONS: readonly Omit<Convolution, "outHeight" | "outWidth">[] = [
  { ...{ n: 3, inChannels: 2, outChannels: 5, height: 9, width: 7 }, ...windowOf(3, 1, 1) },
  { ...{ n: 1, inChannels: 1, outChannels: 4, height: 23, width: 26 }, ...windowOf(3, 1, 1) },
  { ...{ n: 11, inChannels: 3, outChannels: 3, height: 6, width: 7 }, ...windowOf(3, 2, 1) },
  { ...{ n: 2, inChannels: 6, outChannels: 4, height: 5, width: 4 }, ...windowOf(1, 2, 0) },
];

function windowOf(kernel: number, stride: number, padding: number) {
  return {
    ...{ kernelHeight: kernel, kernelWidth: kernel, strideY: stride, strideX: stride },
    ...{ top: padding, left: padding },
  };
}

/** Calls kernels on odd shapes; all that depends on them lies in the arrays from `base` on afterwards. */
export type Exercise = (instance: TestInstance, base: number, refill: () => void) => void;

/** The products alone. */
function exerciseProducts({ kernels, buffer }: TestInstance, base: number, refill: () => void): void {
  const [a, b, out] = [0, 1, 2].map((array) => base + 4 * ARRAY * array);
  const [scratchA, scratchB] = scratchesOf(base);
  const describe = describer(buffer);
  for (const [m, n, k, transposeA, transposeB] of PRODUCTS) {
    kernels.matmul(
      describe(Product, { a, b, out, m, n, k, transposeA, transposeB, scratchA, scratchB, ...STORED }),
    );
    refill();
  }
  const x = base + 4 * ARRAY * 3;
  for (const [m, n, k, overRows] of NONZEROS) {
    // Most of X is +0: three of four.
    const values = new Float32Array(buffer, x, m * k);
    for (let at = 0; at < values.length; at++) if (at % 4 !== 1) values[at] = 0;
    kernels.multiplyNonzeros(
      describe(NonzerosProduct, { ...{ x, places: 0, b: a, out, m, n, k, overRows }, room: scratchA }),
    );
    refill();
  }
}

function scratchesOf(base: number): readonly [number, number] {
  return [base + 4 * SCRATCH, base + 4 * SCRATCH + 4 * 16_384];
}

/** The convolutions alone. */
function exerciseConvolutions({ kernels, buffer }: TestInstance, base: number, refill: () => void): void {
  const at = (array: number) => base + 4 * ARRAY * array;
  const [scratchA] = scratchesOf(base);
  const [a, b, c, d, e, f, g, h, i, j, k, l] = Array.from({ length: ARRAYS }, (_, array) => at(array));
  const describe = describer(buffer);
  for (const { top, left, ...sizes } of CONVOLUTIONS) {
    refill();
    const { height, width, kernelHeight, kernelWidth, strideY, strideX } = sizes;
    const outHeight = Math.floor((height + 2 * top - kernelHeight) / strideY) + 1;
    const outWidth = Math.floor((width + 2 * left - kernelWidth) / strideX) + 1;
    const shape = { ...sizes, top, left, outHeight, outWidth, room: scratchA };
    const [out, gradInput] = [e, g];
    const statistics = { mean: b, inverseStd: b + 64, gamma: b + 128, beta: b + 192 };
    const [plain, activated] = [false, true].map((relu) => describe(Normalization, { ...statistics, relu }));
    for (const [plus, normalization, goal] of [
      [0, plain, out],
      [i, activated, j],
      [0, 0, h],
    ]) {
      const arrays = { x: a, weight: c, bias: d, plus, normalization, out: goal };
      kernels.convolve(describe(Convolve, { ...shape, ...arrays }));
    }
    for (const [normalization, gradWeight] of [
      [0, k],
      [activated, f],
    ]) {
      const arrays = { x: a, normalization, gradOut: i, gradWeight, gradBias: l };
      kernels.convolveBackwardWeight(describe(ConvolveBackwardWeight, { ...shape, ...arrays }));
    }
    kernels.convolveBackwardInput(
      describe(ConvolveBackwardInput, { ...shape, gradOut: i, weight: c, gradInput }),
    );
  }
}

/** Every kernel of the tight build. */
export function exerciseTight(instance: TestInstance, base: number, refill: () => void): void {
  exerciseProducts(instance, base, refill);
  exerciseConvolutions(instance, base, refill);
}

/** Every kernel of the wide build. */
export function exerciseAll(instance: TestInstance, base: number, refill: () => void): void {
  exerciseProducts(instance, base, refill);
  const { kernels, buffer } = instance;
  const at = (array: number) => base + 4 * ARRAY * array;
  const [scratchA] = scratchesOf(base);
  const [a, b, c, d, e, f, g, h, i, j, k, l] = Array.from({ length: ARRAYS }, (_, array) => at(array));
  const half = 4 * (ARRAY / 2);
  const describe = describer(buffer);
  for (const [n, channels, s] of BATCHES) {
    for (let activation = 0; activation < 4; activation++) {
      refill();
      const place = { x: a, mean: f, inverseStd: h, out: i, scratch: scratchA };
      const shared = { activation, ...place, n, c: channels, s };
      const forward = { gamma: b, beta: c, runningMean: d, runningVariance: e, variance: g, eps: 1e-5 };
      kernels.batchNormActivationForward(
        describe(BatchNormActivationForward, { ...shared, ...forward }),
        0.9,
        0.1,
        0.11,
      );
      const plus = activation % 2 === 0 ? 0 : e;
      const backward = {
        gradOut: j,
        gamma: b,
        beta: c,
        plus,
        gradInput: k,
        gradGamma: l,
        gradBeta: l + half,
      };
      kernels.batchNormActivationBackward(describe(BatchNormActivationBackward, { ...shared, ...backward }));
    }
  }
  exerciseConvolutions(instance, base, refill);
  for (const length of LENGTHS) {
    refill();
    kernels.relu(a, b, length);
    kernels.reluBackward(a, b, c, length);
    kernels.sigmoid(a, d, length);
    kernels.sigmoidBackward(a, d, e, length);
    kernels.tanh(a, f, length);
    kernels.tanhBackward(a, f, g, length);
    kernels.multiply(a, b, h, length);
    for (const [velocity, momentum, weightDecay, nesterov] of [
      [0, 0, 0, false],
      [k, 0.9, 0.01, length === 29],
      [k, 0.9, 0, length === 8],
    ] as const)
      kernels.sgd(
        describe(SGDUpdate, { weight: i, gradient: j, velocity, length }),
        describe(SGDRates, { learningRate: 0.1, momentum, weightDecay, nesterov }),
      );
    // The second moment has to be positive.
    kernels.multiply(a, a, l, length);
    kernels.adam(
      describe(AdamUpdate, { weight: i, gradient: j, first: k, second: l, length }),
      describe(AdamRates, {
        ...{ learningRate: 0.01, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.01, decoupled: true },
        ...{ correction1: 0.5, correction2: 0.5 },
      }),
    );
  }
}

/** Writes descriptors into the last page, from its start again when it is full. */
function describer(buffer: SharedArrayBuffer) {
  let next = 0;
  return <Of extends Fields>(layout: Layout<Of>, values: Values<Of>): At<Layout<Of>> => {
    if (next + layout.bytes > PAGE_BYTES) next = 0;
    const place = PAGE_BYTES * (SELF_TEST_PAGES - 1) + next;
    next += 8 * Math.ceil(layout.bytes / 8);
    return new Descriptor(layout, buffer, place).fill(values).at;
  };
}

/** A digest of what was in the arrays at each time that they were filled anew. Cold loops over them would cost a thread its start. */
function digestsAfter(
  { kernels, buffer }: TestInstance,
  exercise: Exercise,
  pattern: Float32Array,
): string[] {
  const base = arraysOf(kernels);
  const floats = new Float32Array(buffer, base, SCRATCH);
  const bytes = new Uint8Array(buffer, base, 4 * SCRATCH);
  const digests: string[] = [];
  floats.set(pattern);
  const refill = () => {
    digests.push(host.sha256(bytes.slice()));
    floats.set(pattern);
  };
  exercise({ kernels, buffer }, base, refill);
  refill();
  return digests;
}

function arraysOf(kernels: KernelExports): number {
  return PAGE_BYTES * Math.ceil(kernels.heapBase() / PAGE_BYTES);
}

/** Whether two instances compute the same bits. */
export function haveEqualBits(one: TestInstance, other: TestInstance, exercise: Exercise): boolean {
  const pattern = new Float32Array(SCRATCH);
  for (let at = 0; at < SCRATCH; at++) pattern[at] = ((at * 7919) % 1009) / 504 - 0.999;
  const [found, expected] = [one, other].map((instance) => digestsAfter(instance, exercise, pattern));
  return found.join() === expected.join();
}

/**
 * Whether the compiler joined the vectors: a tile of 16 columns then takes little more time than one of 4, which has nothing to
 * join, and else four times as much and more. Of each the quickest of some tries counts. What it decides changes no bit.
 */
export function isJoined({ kernels, buffer }: TestInstance): boolean {
  const base = arraysOf(kernels);
  // [80, 96] times [96, 16], and room for the product.
  const [a, b, c] = [base, base + 4 * 8192, base + 4 * 10_240];
  new Float32Array(buffer, base, 10_240).fill(1);
  const [scratchA, scratchB] = scratchesOf(base);
  const describe = describer(buffer);
  const quickest = (columns: number) => {
    const product = describe(Product, {
      ...{ a, b, out: c, m: 80, n: columns, k: 96, transposeA: true, transposeB: false, scratchA, scratchB },
      ...STORED,
    });
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 12; tries++) {
      const start = performance.now();
      kernels.matmul(product);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  return quickest(16) < 2.5 * quickest(4);
}
