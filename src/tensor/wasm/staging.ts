import { DTypeError } from "../../base/errors.js";
import type { FloatArray } from "../kernels/kernels.js";
import type { ArrayValues, At, FieldKind, Fields, Layout } from "./descriptor.js";
import type { Arena, KernelMemory } from "./memory.js";

/** A call that needed more scratch than this gives it back. */
const MOST_KEPT = 64 * 2 ** 20;

/**
 * The pointers of one kernel call. Arrays in the WebAssembly memory are used where they are; others are copied to scratch
 * before the call and, when they are outputs, back after it. Scratch for the kernel itself comes from the same arena.
 */
export class Staging {
  private readonly arena: Arena;
  private readonly outputs: { array: Float32Array | Int32Array; pointer: number }[] = [];

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

  /** A descriptor of these arrays and numbers until finish(). */
  describe<Of extends Fields>(layout: Layout<Of>, values: ArrayValues<Of>): At<Layout<Of>> {
    const descriptor = this.memory.descriptor(layout, this.scratch(layout.bytes / 4));
    for (const field of layout.fields) descriptor.write(field, this.numberOf(values[field.name], field.kind));
    return descriptor.at;
  }

  /** The same with room for the kernel itself, of which the descriptor says how many floats it has. */
  describeWithRoom<Of extends Fields & { readonly room: "scratch" }>(
    layout: Layout<Of>,
    values: Omit<ArrayValues<Of>, "room">,
    floatsOf: (descriptor: At<Layout<Of>>) => number,
  ): At<Layout<Of>> {
    const descriptor = this.memory.descriptor(layout, this.scratch(layout.bytes / 4));
    const named: Readonly<Record<string, FloatArray | Int32Array | number | boolean | null>> = values;
    for (const field of layout.fields)
      if (field.name !== "room") descriptor.write(field, this.numberOf(named[field.name], field.kind));
    descriptor.write(layout.field("room"), this.scratch(floatsOf(descriptor.at)));
    return descriptor.at;
  }

  private numberOf(value: FloatArray | Int32Array | number | boolean | null, kind: FieldKind): number {
    if (value === null) return 0;
    if (typeof value !== "object") return Number(value);
    if (kind === "output") return this.output(value);
    return kind === "inPlace" ? this.inPlace(value) : this.input(value);
  }

  input(values: FloatArray | Int32Array): number {
    const array = of32Bits(values);
    if (this.memory.holds(array)) return array.byteOffset;
    const pointer = this.scratch(array.length);
    this.viewOf(array, pointer).set(array);
    return pointer;
  }

  output(values: FloatArray | Int32Array): number {
    const array = of32Bits(values);
    if (this.memory.holds(array)) return array.byteOffset;
    const pointer = this.scratch(array.length);
    this.outputs.push({ array, pointer });
    return pointer;
  }

  /** An array that the kernel changes in place. */
  inPlace(values: FloatArray | Int32Array): number {
    const array = of32Bits(values);
    const pointer = this.input(array);
    if (!this.memory.holds(array)) this.outputs.push({ array, pointer });
    return pointer;
  }

  private viewOf(array: Float32Array | Int32Array, pointer: number): Float32Array | Int32Array {
    const { memory } = this;
    return array instanceof Float32Array
      ? memory.floats(pointer, array.length)
      : memory.integers(pointer, array.length);
  }

  finish(): void {
    for (const { array, pointer } of this.outputs) array.set(this.viewOf(array, pointer));
    this.outputs.length = 0;
    if (this.arena.capacity > MOST_KEPT) this.arena.release();
    else this.arena.reset();
  }
}

function of32Bits(values: FloatArray | Int32Array): Float32Array | Int32Array {
  if (values instanceof Float32Array || values instanceof Int32Array) return values;
  throw new DTypeError("The float32 kernels take Float32Array; got a Float64Array.");
}
