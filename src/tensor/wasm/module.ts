import { host } from "#host";
import { BackendError } from "../../base/errors.js";
import type { HotKernels } from "../../host/host.js";
import type { KernelExports } from "./exports.js";
import { exerciseAll, exerciseTight, haveEqualBits, isJoined, SELF_TEST_PAGES } from "./self-test.js";

const PAGE_BYTES = 65536;
/** 4 GiB, all that 32-bit pointers reach. Only the address range is reserved; memory is taken as it is written. */
const MAXIMUM_PAGES = 65536;

/** A WebAssembly.Memory. It is shared, so that growing it never detaches the arrays that are views on it. */
export interface SharedMemory {
  /** All bytes so far; a new object each time the memory has grown. */
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

export interface KernelModule {
  kernels: KernelExports;
  memory: SharedMemory;
  /** The compiled code of what a team shares, for other threads to run on the same memory. */
  compiled: object;
  /** The narrow one of all kernels, or the one beside it that the host's compiler makes the most of. */
  build: "narrow" | HotKernels["build"];
}

/** What is used of WebAssembly, whose types come with a browser's library and not with Node's. */
declare const WebAssembly: {
  CompileError: new () => Error;
  Memory: new (size: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: SharedMemory } }) => { exports: unknown };
};

/**
 * Compiles the kernels, synchronously. NORMLAB_RELAXED_SIMD=1 takes the build whose multiply-adds round once (FMA):
 * faster, and with bits that depend on the machine.
 */
export function loadKernels(): KernelModule {
  const relaxed = host.setting("NORMLAB_RELAXED_SIMD") === "1";
  const bytes = host.resource(relaxed ? "kernels-relaxed.wasm" : "kernels.wasm");
  const narrow = compiled(bytes, relaxed);
  if (relaxed) {
    host.warn(
      "NORMLAB_RELAXED_SIMD=1: float32 results are faster and depend on the machine; the same seed no longer gives the same bits.",
    );
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true });
  const hot = relaxed ? null : hotBuild(narrow);
  return {
    kernels: together(narrow, hot, memory),
    memory,
    compiled: hot ?? narrow,
    build: hot === null ? "narrow" : (host.hotKernels?.build ?? "narrow"),
  };
}

function compiled(bytes: Uint8Array, relaxed: boolean): object {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    throw new BackendError(
      relaxed
        ? `NORMLAB_RELAXED_SIMD=1 needs relaxed SIMD, which ${host.name} does not have. ` +
            "Use Node 22 or later, or unset NORMLAB_RELAXED_SIMD."
        : `The float32 kernels need WebAssembly with SIMD and shared memory, which ${host.name} ` +
            'does not have. Use Node 20.19 or later, or dtype: "float64".',
      { cause: error },
    );
  }
}

/** The narrow build's kernels, but for those that the hot one has. */
function together(narrow: object, hot: object | null, memory: SharedMemory): KernelExports {
  return { ...instantiate(narrow, memory), ...(hot ? instantiate(hot, memory) : {}) };
}

/**
 * The build that the host's compiler makes the most of, where the self-test finds the narrow build's bits. NORMLAB_WIDE=0 turns it
 * off.
 */
function hotBuild(narrow: object): object | null {
  const { hotKernels } = host;
  if (hotKernels === null || host.setting("NORMLAB_WIDE") === "0") return null;
  const bytes = host.resource(`kernels-${hotKernels.build}.wasm`);
  const hot = hotKernels.compile(() => new WebAssembly.Module(bytes));
  const [tried, known] = [hot, null].map((build) => {
    const memory = new WebAssembly.Memory({
      initial: SELF_TEST_PAGES,
      maximum: SELF_TEST_PAGES,
      shared: true,
    });
    return { kernels: together(narrow, build, memory), buffer: memory.buffer };
  });
  const isWide = hotKernels.build === "wide";
  if (isWide && !isJoined(tried)) return null;
  return haveEqualBits(tried, known, isWide ? exerciseAll : exerciseTight) ? hot : null;
}

export function instantiate(compiled: object, memory: SharedMemory): KernelExports {
  // No type can say what a compiled module exports: these are the functions of assembly/index.ts.
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as KernelExports;
}

/** Grows the memory so that it has `end` bytes; false when the machine or the address range has no more. */
export function growTo(memory: SharedMemory, end: number): boolean {
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return true;
  try {
    memory.grow(missing);
    return true;
  } catch {
    return false;
  }
}
