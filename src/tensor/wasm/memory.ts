/**
 * The float32 arrays of all tensors are views on one WebAssembly memory, so that kernels work on them in place. An
 * array that is garbage collected gives its block back to a free list.
 *
 * JavaScript's collector does not see how much memory a view holds, and finalizers run only between tasks: a long
 * synchronous loop frees nothing. So arrays beyond BUDGET are ordinary ones, which the collector does see; kernels
 * copy them in and out (staging.ts), and the results are the same.
 */
import { BackendError } from "../../base/errors.js";
import type { KernelExports } from "./exports.js";
import { growTo, type KernelModule, loadKernels, type SharedMemory } from "./module.js";

/** Blocks start on cache lines. */
const ALIGNMENT = 64;
const BUDGET = 512 * 2 ** 20;
/** The memory grows by at least this much at a time. */
const GROWTH = 16 * 2 ** 20;

interface Block {
  pointer: number;
  bytes: number;
}

export class KernelMemory {
  readonly kernels: KernelExports;
  private readonly memory: SharedMemory;
  private top: number;
  /** Bytes of the blocks that arrays hold. */
  private held = 0;
  private readonly free = new Map<number, number[]>();
  private readonly collected = new FinalizationRegistry<Block>((block) => {
    this.held -= block.bytes;
    this.release(block);
  });
  /** A part of an array keeps the whole array, and so its block, alive. */
  private readonly wholeOfPart = new WeakMap<Float32Array, Float32Array>();
  /** Each time it grows, the memory has a new buffer object; older views keep theirs. */
  private readonly buffers = new WeakSet<object>();

  constructor(readonly module: KernelModule) {
    const { kernels, memory } = module;
    this.kernels = kernels;
    this.memory = memory;
    this.top = align(kernels.heapBase());
    this.buffers.add(memory.buffer);
  }

  /** A new array of `length` zeros. */
  allocate(length: number): Float32Array {
    const bytes = align(Math.max(4 * length, 1));
    if (this.held + bytes > BUDGET) return new Float32Array(length);
    const block = this.take(bytes);
    if (!block) return new Float32Array(length);
    this.held += bytes;
    const array = new Float32Array(this.memory.buffer, block.pointer, length);
    array.fill(0);
    this.keepWholeForParts(array);
    this.collected.register(array, block);
    return array;
  }

  /** Whether kernels can work on the array in place. */
  holds(array: Float32Array | Int32Array): boolean {
    return this.buffers.has(array.buffer);
  }

  /** A block of at least `bytes` for the kernels' own use. */
  takeBlock(bytes: number): Block {
    const block = this.take(align(bytes));
    if (!block) {
      throw new BackendError(
        `The float32 kernels need ${Math.ceil(bytes / 2 ** 20)} MiB more memory, and there is no more: at most ` +
          "4 GiB in all, less if the machine has less. Use smaller batches or smaller layers.",
      );
    }
    return block;
  }

  release({ pointer, bytes }: Block): void {
    const pointers = this.free.get(bytes);
    if (pointers) pointers.push(pointer);
    else this.free.set(bytes, [pointer]);
  }

  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  integers(pointer: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, length);
  }

  private take(bytes: number): Block | null {
    const reused = this.free.get(bytes)?.pop();
    if (reused !== undefined) return { pointer: reused, bytes };
    const pointer = this.top;
    const end = pointer + bytes;
    if (end > this.memory.buffer.byteLength) {
      if (!growTo(this.memory, end + GROWTH) && !growTo(this.memory, end)) return null;
      this.buffers.add(this.memory.buffer);
    }
    this.top = end;
    return { pointer, bytes };
  }

  private keepWholeForParts(array: Float32Array): void {
    const subarray = (start?: number, end?: number): Float32Array => {
      const part = Float32Array.prototype.subarray.call(array, start, end);
      this.wholeOfPart.set(part, array);
      return part;
    };
    Object.defineProperty(array, "subarray", { value: subarray, configurable: true });
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

let shared: KernelMemory | undefined;

/** The one memory of this thread; the kernels are compiled when it is first asked for. */
export function kernelMemory(): KernelMemory {
  shared ??= new KernelMemory(loadKernels());
  return shared;
}
