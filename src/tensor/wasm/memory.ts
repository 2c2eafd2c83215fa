/**
 * The WebAssembly memory that the float32 kernels work on. What lies in it belongs to arenas, each of which is freed as a
 * whole: a training has one, and so has the scratch of the kernels. The arrays of tensors do not lie here: they are ordinary
 * ones, which JavaScript's collector counts and frees. So nothing that is computed here, and no way of computing it, depends
 * on what else a program holds or on when it is collected.
 */
import { BackendError } from "../../base/errors.js";
import { Descriptor, type Fields, type Layout } from "./descriptor.js";
import type { KernelExports } from "./exports.js";
import { growTo, type KernelModule, loadKernels, type SharedMemory } from "./module.js";

/** Arrays start on cache lines. */
const ALIGNMENT = 64;
/** Extents are of whole pages. */
const PAGE = 2 ** 16;
/** The memory grows by at least this much at a time. */
const GROWTH = 16 * 2 ** 20;
/** What WebAssembly can address. */
const MOST_BYTES = 2 ** 32;

/** Bytes one behind the other. */
interface Extent {
  pointer: number;
  bytes: number;
}

/** Which extents are free, by address, no two of them touching; above `top` nothing was ever held or all is free again. */
interface Occupancy {
  readonly top: number;
  readonly free: readonly Extent[];
}

/**
 * A kernel's interrupt is V8's termination: it ends JavaScript at a call or at the end of a turn of a loop, and runs no
 * `finally`. So what this memory and its arenas know is changed in assignments one behind the other, which it can't part.
 */
export class KernelMemory {
  readonly kernels: KernelExports;
  /** Arenas hold at most so many bytes in all. Smaller where a test wants to see the end of the memory. */
  limit = MOST_BYTES;
  /** Bytes of the arrays in arenas. Arenas count them. */
  held = 0;
  /** Arenas set it. */
  layout: Occupancy;
  private readonly memory: SharedMemory;
  /** Each time it grows, the memory has a new buffer object; older views keep theirs. */
  private readonly buffers = new WeakSet<object>();
  private latestBuffer: object | undefined;
  private waitForHelpers: (() => void) | undefined;

  constructor(readonly module: KernelModule) {
    const { kernels, memory } = module;
    this.kernels = kernels;
    this.memory = memory;
    this.layout = { top: align(kernels.heapBase(), PAGE), free: [] };
  }

  /** A new arena: give it back with release(), whatever happens. */
  arena(): Arena {
    this.quiet();
    return new Arena(this);
  }

  /** Whether kernels can work on the array in place. */
  holds(array: Float32Array | Int32Array): boolean {
    return this.buffers.has(array.buffer);
  }

  /** Where the array lies; throws for one outside, whose byteOffset says nothing here. */
  pointer(array: Float32Array | Int32Array): number {
    if (!this.holds(array))
      throw new BackendError(
        "An array outside the WebAssembly memory was taken for one inside. This is an error of normlab: please report it.",
      );
    return array.byteOffset;
  }

  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.buffer(), pointer, length);
  }

  integers(pointer: number, length: number): Int32Array {
    return new Int32Array(this.buffer(), pointer, length);
  }

  descriptor<Of extends Fields>(layout: Layout<Of>, pointer: number): Descriptor<Of> {
    return new Descriptor(layout, this.buffer(), pointer);
  }

  /** Who works on this memory beside this thread says how to wait until it no longer does. */
  onQuiet(wait: () => void): void {
    this.waitForHelpers = wait;
  }

  /** After an interrupt others may be at work on what is about to be read or given to somebody else: waits for them. */
  quiet(): void {
    this.waitForHelpers?.();
  }

  /** Throws when so many bytes more would be too many. */
  checkRoom(bytes: number): void {
    if (this.held + bytes > this.limit) throw this.exhausted(bytes);
  }

  /** Where an extent of at least `bytes` is free, or can be made, and the layout with it held. */
  roomFor(wanted: number): { extent: Extent; layout: Occupancy } {
    const bytes = align(wanted, PAGE);
    const { top, free } = this.layout;
    const at = free.findIndex((extent) => extent.bytes >= bytes);
    if (at >= 0) {
      const found = free[at];
      const rest = { pointer: found.pointer + bytes, bytes: found.bytes - bytes };
      const left = free.toSpliced(at, 1, ...(rest.bytes > 0 ? [rest] : []));
      return { extent: { pointer: found.pointer, bytes }, layout: { top, free: left } };
    }
    const end = top + bytes;
    const missing = end > this.memory.buffer.byteLength;
    if (missing && !growTo(this.memory, end + GROWTH) && !growTo(this.memory, end))
      throw this.exhausted(bytes);
    return { extent: { pointer: top, bytes }, layout: { top: end, free } };
  }

  /** The layout with these extents free. Neighbours become one, so that what is free is not cut to pieces by what was held. */
  layoutWithout(extents: readonly Extent[]): Occupancy {
    const merged: Extent[] = [];
    for (const { pointer, bytes } of [...this.layout.free, ...extents].sort(byPointer)) {
      const last = merged[merged.length - 1];
      if (last !== undefined && last.pointer + last.bytes === pointer) last.bytes += bytes;
      else merged.push({ pointer, bytes });
    }
    const last = merged[merged.length - 1];
    if (last === undefined || last.pointer + last.bytes !== this.layout.top)
      return { top: this.layout.top, free: merged };
    return { top: last.pointer, free: merged.slice(0, -1) };
  }

  private buffer(): SharedArrayBuffer {
    const { buffer } = this.memory;
    if (buffer !== this.latestBuffer) this.buffers.add(buffer);
    this.latestBuffer = buffer;
    return buffer;
  }

  private exhausted(bytes: number): BackendError {
    const mebibytes = (value: number) => `${(value / 2 ** 20).toPrecision(3)} MiB`;
    return new BackendError(
      `The float32 kernels need ${mebibytes(bytes)} more memory beside the ${mebibytes(this.held)} in use, and there is ` +
        `no more: at most ${mebibytes(this.limit)} in all, less if the machine has less. Use smaller batches or smaller ` +
        'layers, end other trainings, or use dtype: "float64".',
    );
  }
}

/** Arrays that live and end together. */
export class Arena {
  private extents: readonly Extent[] = [];
  /** The extent that is being filled, and how far. */
  private filling = 0;
  private offset = 0;
  private heldBytes = 0;

  constructor(readonly memory: KernelMemory) {}

  /** The place of at least one byte and `bytes` of undefined content. Throws a BackendError when there is no more. */
  take(bytes: number): number {
    const { memory } = this;
    const needed = align(Math.max(bytes, 1), ALIGNMENT);
    memory.checkRoom(needed);
    let { filling, offset } = this;
    while (filling < this.extents.length && offset + needed > this.extents[filling].bytes) {
      filling++;
      offset = 0;
    }
    if (filling === this.extents.length) {
      // As much again as there is, so that many arrays make few extents.
      const { extent, layout } = memory.roomFor(Math.max(needed, Math.min(this.capacity, GROWTH)));
      const extents = [...this.extents, extent];
      memory.layout = layout;
      this.extents = extents;
    }
    const pointer = this.extents[filling].pointer + offset;
    memory.held += needed;
    this.heldBytes += needed;
    this.filling = filling;
    this.offset = offset + needed;
    return pointer;
  }

  /** A new array of zeros. */
  floats(length: number): Float32Array {
    return this.memory.floats(this.take(4 * length), length).fill(0);
  }

  /** The same of whole numbers. */
  integers(length: number): Int32Array {
    return this.memory.integers(this.take(4 * length), length).fill(0);
  }

  /** A descriptor whose fields are undefined as yet. */
  descriptor<Of extends Fields>(layout: Layout<Of>): Descriptor<Of> {
    return this.memory.descriptor(layout, this.take(layout.bytes));
  }

  /** Bytes that it keeps from others. */
  get capacity(): number {
    return this.extents.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Forgets all arrays, and keeps the place that they had for the next ones. */
  reset(): void {
    const { memory } = this;
    memory.quiet();
    memory.held -= this.heldBytes;
    this.heldBytes = 0;
    this.filling = 0;
    this.offset = 0;
  }

  /** Forgets all arrays: their place is free. A second time does nothing. */
  release(): void {
    this.reset();
    const { memory } = this;
    const layout = memory.layoutWithout(this.extents);
    memory.layout = layout;
    this.extents = [];
  }
}

function byPointer(one: Extent, other: Extent): number {
  return one.pointer - other.pointer;
}

function align(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

let shared: KernelMemory | undefined;

/** The one memory of this thread; the kernels are compiled when it is first asked for. */
export function kernelMemory(): KernelMemory {
  shared ??= new KernelMemory(loadKernels());
  return shared;
}
