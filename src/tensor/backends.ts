import { DTypeError, showValue } from "../base/errors.js";
import type { Kernels } from "./kernels/kernels.js";
import { referenceKernels } from "./reference/reference-kernels.js";
import { wasmKernels } from "./wasm/wasm-kernels.js";

/** float32 runs the WASM SIMD kernels, float64 the readable reference in TypeScript. */
export type DType = "float32" | "float64";

export function checkDType(owner: string, dtype: unknown): asserts dtype is DType {
  if (dtype === "float32" || dtype === "float64") return;
  throw new DTypeError(`${owner}: dtype must be "float32" or "float64"; got ${showValue(dtype)}.`);
}

/** The kernels of a dtype. The dtype decides the backend, and nothing else does. */
export function kernelsFor(dtype: DType): Kernels {
  return dtype === "float64" ? referenceKernels : wasmKernels;
}
