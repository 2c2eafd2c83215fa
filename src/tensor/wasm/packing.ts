/** The scratch that matmul (assembly/matmul.ts) packs its factors into. */
import { kernelMemory } from "./memory.js";

/** Floats for the packed panels of A [m, k] and for one panel of B, padding included. */
export function packedFloats(m: number, k: number): { a: number; b: number } {
  const { kernels } = kernelMemory();
  return { a: kernels.firstScratchBytes(m, k) / 4, b: kernels.secondScratchBytes() / 4 };
}
