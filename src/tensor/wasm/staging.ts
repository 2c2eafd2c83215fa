import { DTypeError } from "../../base/errors.js";
import type { FloatArray } from "../kernels/kernels.js";
import type { Arena, KernelMemory } from "./memory.js";

/** A call that needed more scratch than this gives it back. */
const MOST_KEPT = 64 * 2 ** 20;

/**
 * The pointers of one kernel call. Arrays in the WebAssembly memory are used where they are; others are copied to scratch
 * before the call and, when they are outputs, back after it. Scratch for the kernel itself comes from the same arena.
 */
export class Staging {
  private readonly arena: Arena;
  private readonly outputs: { array: Float32Array; pointer: number }[] = [];

  constructor(readonly memory: KernelMemory) {
    this.arena = memory.arena();
  }

  /** Starts a call. Forgets one that never came to finish() because it was interrupted. */
  begin(): this {
    this.outputs.length = 0;
    this.arena.reset();
    return this;
  }

  /** `length` floats of scratch until finish(). */
  scratch(length: number): number {
    try {
      return this.arena.take(4 * length);
    } catch (error) {
      // The call ends here: what it had is free.
      this.begin();
      throw error;
    }
  }

  input(values: FloatArray): number {
    const array = float32(values);
    if (this.memory.holds(array)) return array.byteOffset;
    const pointer = this.scratch(array.length);
    this.memory.floats(pointer, array.length).set(array);
    return pointer;
  }

  labels(array: Int32Array): number {
    if (this.memory.holds(array)) return array.byteOffset;
    const pointer = this.scratch(array.length);
    this.memory.integers(pointer, array.length).set(array);
    return pointer;
  }

  output(values: FloatArray): number {
    const array = float32(values);
    if (this.memory.holds(array)) return array.byteOffset;
    const pointer = this.scratch(array.length);
    this.outputs.push({ array, pointer });
    return pointer;
  }

  /** An array that the kernel changes in place. */
  inPlace(values: FloatArray): number {
    const array = float32(values);
    const pointer = this.input(array);
    if (!this.memory.holds(array)) this.outputs.push({ array, pointer });
    return pointer;
  }

  finish(): void {
    for (const { array, pointer } of this.outputs) array.set(this.memory.floats(pointer, array.length));
    this.outputs.length = 0;
    if (this.arena.capacity > MOST_KEPT) this.arena.release();
    else this.arena.reset();
  }
}

function float32(values: FloatArray): Float32Array {
  if (values instanceof Float32Array) return values;
  throw new DTypeError("The float32 kernels take Float32Array; got a Float64Array.");
}
