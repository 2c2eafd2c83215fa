import type { FloatArray } from "../kernels/kernels.js";

/** Σ x², in four sums of every fourth value, then one of these. */
export function sumOfSquares(x: FloatArray, length: number): number {
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) sums[i % 4] += x[i] * x[i];
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}

/** x *= factor. */
export function scale(x: FloatArray, factor: number, length: number): void {
  for (let i = 0; i < length; i++) x[i] *= factor;
}
