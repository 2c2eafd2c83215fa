/** The float32 kernels beside the float64 reference: the same call on the same numbers. */
import { expect } from "chai";
import { Random } from "../../../../src/base/random.js";
import type { Kernels } from "../../../../src/tensor/kernels/kernels.js";
import { referenceKernels } from "../../../../src/tensor/reference/reference-kernels.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { wasmKernels } from "../../../../src/tensor/wasm/wasm-kernels.js";

/** Where the float32 arrays lie: in the WebAssembly memory, or outside, so that they are copied in and out. */
export type Place = "inside" | "outside";

export class Comparison {
  private readonly random: Random;
  private readonly arena = kernelMemory().arena();

  constructor(
    readonly place: Place,
    seed = 1,
  ) {
    this.random = new Random(seed);
  }

  /** The same float32 numbers twice: for the kernels and, widened, for the reference. */
  normal(length: number, mean = 0, std = 1): Pair {
    const pair = this.zeros(length);
    for (let i = 0; i < length; i++) pair.float32[i] = this.random.normal(mean, std);
    pair.float64.set(pair.float32);
    return pair;
  }

  /** For an output: full of old values, which the kernel has to overwrite. */
  output(length: number): Pair {
    const pair = this.zeros(length);
    pair.float32.fill(123);
    pair.float64.fill(456);
    return pair;
  }

  private zeros(length: number): Pair {
    const float32 = this.place === "inside" ? this.arena.floats(length) : new Float32Array(length);
    return { float32, float64: new Float64Array(length) };
  }
}

export interface Pair {
  float32: Float32Array;
  float64: Float64Array;
}

/** Calls both backends: `call` gets the kernels and how to choose an array of a pair. */
export function onBoth<Result>(
  call: (kernels: Kernels, of: (pair: Pair) => Float32Array | Float64Array) => Result,
): { float32: Result; float64: Result } {
  return {
    float32: call(wasmKernels, (pair) => pair.float32),
    float64: call(referenceKernels, (pair) => pair.float64),
  };
}

/** Asserts that the largest difference is at most `tolerance` of the largest expected value. */
export function expectClose(pair: Pair, tolerance: number, what: string): void {
  let largest = 1e-30;
  let difference = 0;
  for (let i = 0; i < pair.float64.length; i++) {
    largest = Math.max(largest, Math.abs(pair.float64[i]));
    const here = Math.abs(pair.float64[i] - pair.float32[i]);
    // Not Math.max: it would let a NaN pass where a number is expected.
    if (!(here <= difference)) difference = here;
  }
  expect(difference / largest, what).to.be.at.most(tolerance);
}
