/**
 * The WebAssembly memory that the float32 kernels work on. What lies in it belongs to arenas, each of which is freed as a
 * whole: a training has one, and so has the scratch of the kernels. The arrays of tensors do not lie here: they are ordinary
 * ones, which JavaScript's collector counts and frees. So nothing that is computed here, and no way of computing it, depends
 * on what else a program holds or on when it is collected.
 */
import { BackendError } from "../../base/errors.js";
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

export class KernelMemory {
  readonly kernels: KernelExports;
  /** Arenas hold at most so many bytes in all. Smaller where a test wants to see the end of the memory. */
  limit = MOST_BYTES;
  private readonly memory: SharedMemory;
  /** Below it are the extents, held or free. */
  private top: number;
  /** Bytes of the arrays in arenas. */
  private heldBytes = 0;
  /** By address; no two of them touch. */
  private readonly free: Extent[] = [];
  /** Each time it grows, the memory has a new buffer object; older views keep theirs. */
  private readonly buffers = new WeakSet<object>();
  private waitForHelpers: (() => void) | undefined;

  constructor(readonly module: KernelModule) {
    const { kernels, memory } = module;
    this.kernels = kernels;
    this.memory = memory;
    this.top = align(kernels.heapBase(), PAGE);
    this.buffers.add(memory.buffer);
  }

  /** A new arena: give it back with release(), whatever happens. */
  arena(): Arena {
    this.quiet();
    return new Arena(this);
  }

  get held(): number {
    return this.heldBytes;
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
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  integers(pointer: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, length);
  }

  /** Who works on this memory beside this thread says how to wait until it no longer does. */
  onQuiet(wait: () => void): void {
    this.waitForHelpers = wait;
  }

  /** After an interrupt others may be at work on what is about to be read or given to somebody else: waits for them. */
  quiet(): void {
    this.waitForHelpers?.();
  }

  /** Counts bytes for an array; throws when that is more than there may be. */
  count(bytes: number): void {
    if (this.heldBytes + bytes > this.limit) throw this.exhausted(bytes);
    this.heldBytes += bytes;
  }

  discount(bytes: number): void {
    this.heldBytes -= bytes;
  }

  /** The first free place of at least `bytes`, or a new one at the end. */
  takeExtent(wanted: number): Extent {
    const bytes = align(wanted, PAGE);
    const at = this.free.findIndex((extent) => extent.bytes >= bytes);
    if (at >= 0) {
      const found = this.free[at];
      if (found.bytes === bytes) this.free.splice(at, 1);
      else this.free[at] = { pointer: found.pointer + bytes, bytes: found.bytes - bytes };
      return { pointer: found.pointer, bytes };
    }
    const pointer = this.top;
    const end = pointer + bytes;
    if (end > this.memory.buffer.byteLength) {
      if (!growTo(this.memory, end + GROWTH) && !growTo(this.memory, end)) throw this.exhausted(bytes);
      this.buffers.add(this.memory.buffer);
    }
    this.top = end;
    return { pointer, bytes };
  }

  /** Free neighbours become one, so that what is free is not cut to pieces by what was held. */
  giveExtent(extent: Extent): void {
    const behind = this.free.findIndex(({ pointer }) => pointer > extent.pointer);
    const at = behind < 0 ? this.free.length : behind;
    this.free.splice(at, 0, { ...extent });
    this.mergeAt(at);
    if (at > 0) this.mergeAt(at - 1);
    const last = this.free[this.free.length - 1];
    if (last.pointer + last.bytes === this.top) {
      this.top = last.pointer;
      this.free.pop();
    }
  }

  private mergeAt(at: number): void {
    const [first, second] = [this.free[at], this.free[at + 1]];
    if (second === undefined || first.pointer + first.bytes !== second.pointer) return;
    this.free.splice(at, 2, { pointer: first.pointer, bytes: first.bytes + second.bytes });
  }

  private exhausted(bytes: number): BackendError {
    const mebibytes = (value: number) => `${(value / 2 ** 20).toPrecision(3)} MiB`;
    return new BackendError(
      `The float32 kernels need ${mebibytes(bytes)} more memory beside the ${mebibytes(this.heldBytes)} in use, and there is ` +
        `no more: at most ${mebibytes(this.limit)} in all, less if the machine has less. Use smaller batches or smaller ` +
        'layers, end other trainings, or use dtype: "float64".',
    );
  }
}

/** Arrays that live and end together. */
export class Arena {
  private readonly extents: Extent[] = [];
  /** The extent that is being filled, and how far. */
  private filling = 0;
  private offset = 0;
  private heldBytes = 0;
  private extentBytes = 0;

  constructor(readonly memory: KernelMemory) {}

  /** The place of at least one byte and `bytes` of undefined content. Throws a BackendError when there is no more. */
  take(bytes: number): number {
    const needed = align(Math.max(bytes, 1), ALIGNMENT);
    this.memory.count(needed);
    try {
      while (this.filling < this.extents.length && this.offset + needed > this.extents[this.filling].bytes) {
        this.filling++;
        this.offset = 0;
      }
      if (this.filling === this.extents.length) {
        // As much again as there is, so that many arrays make few extents.
        const extent = this.memory.takeExtent(Math.max(needed, Math.min(this.extentBytes, GROWTH)));
        this.extents.push(extent);
        this.extentBytes += extent.bytes;
      }
    } catch (error) {
      this.memory.discount(needed);
      throw error;
    }
    this.heldBytes += needed;
    const pointer = this.extents[this.filling].pointer + this.offset;
    this.offset += needed;
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

  /** Forgets all arrays, and keeps the place that they had for the next ones. */
  reset(): void {
    this.memory.quiet();
    this.memory.discount(this.heldBytes);
    this.heldBytes = 0;
    this.filling = 0;
    this.offset = 0;
  }

  /** Bytes that it keeps from others. */
  get capacity(): number {
    return this.extentBytes;
  }

  /** Forgets all arrays: their place is free. A second time does nothing. */
  release(): void {
    this.reset();
    for (const extent of this.extents) this.memory.giveExtent(extent);
    this.extents.length = 0;
    this.extentBytes = 0;
  }
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
