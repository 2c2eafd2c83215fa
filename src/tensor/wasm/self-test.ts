/** Whether the wide build of the kernels may take the place of the narrow one, on this machine and in this process. */
import type { KernelExports } from "./exports.js";

const PAGE_BYTES = 65536;

/** The kernels on a memory of SELF_TEST_PAGES of their own. */
export interface TestInstance {
  kernels: KernelExports;
  buffer: SharedArrayBuffer;
}

/** Of the memory that the test works in. */
export const SELF_TEST_PAGES = 6;

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

/** [N, C]: fewer channels than a vector has, fewer than two, columns that are left over, rows long enough to be copied to panels. */
const BATCHES: readonly (readonly [number, number])[] = [
  [5, 3],
  [7, 29],
  [66, 12],
  [5, 277],
];

const LENGTHS = [3, 8, 29];

/** Calls every kernel of the wide build on odd shapes; all that depends on the kernels lies in the arrays afterwards. */
function exercise(kernels: KernelExports, base: number, refill: () => void): void {
  const at = (array: number) => base + 4 * ARRAY * array;
  const [scratchA, scratchB] = [base + 4 * SCRATCH, base + 4 * SCRATCH + 4 * 16_384];
  const [a, b, c, d, e, f, g, h, i, j, k, l] = Array.from({ length: ARRAYS }, (_, array) => at(array));
  const half = 4 * (ARRAY / 2);
  for (const [rows, columns, depth, transposeA, transposeB] of PRODUCTS)
    kernels.matmul(a, b, c, rows, columns, depth, transposeA, transposeB, scratchA, scratchB);
  for (const [n, channels] of BATCHES) {
    for (let activation = 0; activation < 4; activation++) {
      refill();
      kernels.batchNormActivationForward(
        activation,
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        i,
        scratchA,
        n,
        channels,
        1e-5,
        0.9,
        0.1,
        0.11,
      );
      kernels.batchNormActivationBackward(
        activation,
        j,
        i,
        a,
        f,
        h,
        b,
        k,
        l,
        l + half,
        scratchA,
        n,
        channels,
      );
    }
  }
  for (const length of LENGTHS) {
    refill();
    kernels.relu(a, b, length);
    kernels.reluBackward(a, b, c, length);
    kernels.sigmoid(a, d, length);
    kernels.sigmoidBackward(a, d, e, length);
    kernels.tanh(a, f, length);
    kernels.tanhBackward(a, f, g, length);
    kernels.multiply(a, b, h, length);
    kernels.sgd(i, j, 0, length, 0.1, 0, 0, false);
    kernels.sgd(i, j, k, length, 0.1, 0.9, 0.01, length === 29);
    kernels.sgd(i, j, k, length, 0.1, 0.9, 0, length === 8);
    // The second moment has to be positive.
    kernels.multiply(a, a, l, length);
    kernels.adam(i, j, k, l, length, 0.01, 0.9, 0.99, 1e-8, 0.01, true, 0.5, 0.5);
  }
}

/** What was in the arrays at each time that they were filled anew, as one number for each place. */
function arraysAfter({ kernels, buffer }: TestInstance): Uint32Array {
  const base = arraysOf(kernels);
  const floats = new Float32Array(buffer, base, SCRATCH);
  const bits = new Uint32Array(buffer, base, SCRATCH);
  const pattern = Float32Array.from({ length: SCRATCH }, (_, at) => ((at * 7919) % 1009) / 504 - 0.999);
  const seen = new Uint32Array(SCRATCH);
  floats.set(pattern);
  const refill = () => {
    for (let at = 0; at < SCRATCH; at++) seen[at] = Math.imul(seen[at], 31) + bits[at];
    floats.set(pattern);
  };
  exercise(kernels, base, refill);
  refill();
  return seen;
}

function arraysOf(kernels: KernelExports): number {
  return PAGE_BYTES * Math.ceil(kernels.heapBase() / PAGE_BYTES);
}

/** Whether two instances compute the same bits. */
export function haveEqualBits(one: TestInstance, other: TestInstance): boolean {
  const expected = arraysAfter(other);
  return arraysAfter(one).every((value, at) => value === expected[at]);
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
  const [scratchA, scratchB] = [base + 4 * SCRATCH, base + 4 * SCRATCH + 4 * 16_384];
  const quickest = (columns: number) => {
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 12; tries++) {
      const start = performance.now();
      kernels.matmul(a, b, c, 80, columns, 96, true, false, scratchA, scratchB);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  return quickest(16) < 2.5 * quickest(4);
}
