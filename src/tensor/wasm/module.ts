import { host } from "#host";
import { BackendError } from "../../base/errors.js";
import type { KernelExports } from "./exports.js";
import { haveEqualBits, isJoined, SELF_TEST_PAGES } from "./self-test.js";

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
  /** Whether it is the wide build. */
  isWide: boolean;
}

/** What is used of WebAssembly, whose types come with a browser's library and not with Node's. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
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
  if (!WebAssembly.validate(bytes)) {
    throw new BackendError(
      relaxed
        ? `NORMLAB_RELAXED_SIMD=1 needs relaxed SIMD, which ${host.name} does not have. ` +
            "Use Node 22 or later, or unset NORMLAB_RELAXED_SIMD."
        : `The float32 kernels need WebAssembly with SIMD and shared memory, which ${host.name} ` +
            'does not have. Use Node 20.19 or later, or dtype: "float64".',
    );
  }
  if (relaxed) {
    host.warn(
      "NORMLAB_RELAXED_SIMD=1: float32 results are faster and depend on the machine; the same seed no longer gives the same bits.",
    );
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true });
  const narrow = new WebAssembly.Module(bytes);
  const wide = relaxed ? null : wideBuild(narrow);
  return { kernels: together(narrow, wide, memory), memory, compiled: wide ?? narrow, isWide: wide !== null };
}

/** The narrow build's kernels, but for those that the wide one has. */
function together(narrow: object, wide: object | null, memory: SharedMemory): KernelExports {
  return { ...instantiate(narrow, memory), ...(wide ? instantiate(wide, memory) : {}) };
}

/**
 * The build for joined vectors, where the host's compiler joins them and the self-test finds the narrow build's bits.
 * NORMLAB_WIDE=0 turns it off.
 */
function wideBuild(narrow: object): object | null {
  const { compileWide } = host;
  if (compileWide === null || host.setting("NORMLAB_WIDE") === "0") return null;
  const bytes = host.resource("kernels-wide.wasm");
  const wide = compileWide(() => new WebAssembly.Module(bytes));
  const [tried, known] = [wide, null].map((build) => {
    const memory = new WebAssembly.Memory({
      initial: SELF_TEST_PAGES,
      maximum: SELF_TEST_PAGES,
      shared: true,
    });
    return { kernels: together(narrow, build, memory), buffer: memory.buffer };
  });
  return isJoined(tried) && haveEqualBits(tried, known) ? wide : null;
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
