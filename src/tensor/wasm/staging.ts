import { DTypeError } from "../../base/errors.js";
import type { FloatArray } from "../kernels/kernels.js";
import type { KernelMemory } from "./memory.js";

/**
 * The pointers of one kernel call. Arrays in the WebAssembly memory are used where they are; others are copied to a scratch
 * block before the call and, when they are outputs, back after it. Scratch for the kernel itself comes from the same block.
 */
export class Staging {
  private block: { pointer: number; bytes: number };
  private used = 0;
  private outgrown: { pointer: number; bytes: number }[] = [];
  private outputs: { array: Float32Array; pointer: number }[] = [];

  constructor(readonly memory: KernelMemory) {
    this.block = memory.takeBlock(2 ** 16);
  }

  /** Starts a call. Forgets one that never came to finish() because it was interrupted. */
  begin(): this {
    this.outputs.length = 0;
    this.releaseScratch();
    return this;
  }

  /** `length` floats of scratch until finish(). */
  scratch(length: number): number {
    const bytes = 64 * Math.ceil(length / 16);
    if (this.used + bytes > this.block.bytes) {
      // Pointers into the old block are in use until the call is over.
      this.outgrown.push(this.block);
      this.block = this.memory.takeBlock(Math.max(bytes, 2 * this.block.bytes));
      this.used = 0;
    }
    const pointer = this.block.pointer + this.used;
    this.used += bytes;
    return pointer;
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
    this.releaseScratch();
  }

  private releaseScratch(): void {
    for (const block of this.outgrown) this.memory.release(block);
    this.outgrown.length = 0;
    this.used = 0;
  }
}

function float32(values: FloatArray): Float32Array {
  if (values instanceof Float32Array) return values;
  throw new DTypeError("The float32 kernels take Float32Array; got a Float64Array.");
}
