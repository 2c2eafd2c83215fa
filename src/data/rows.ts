import type { FloatArray } from "../tensor/kernels/float-array.js";

/** target[r] = source[rows[r]] for all `rows`, each of `width` values. */
export function copyRows(
  source: FloatArray,
  rows: ArrayLike<number>,
  target: FloatArray,
  width: number,
): void {
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r] * width;
    for (let column = 0; column < width; column++) target[r * width + column] = source[start + column];
  }
}
