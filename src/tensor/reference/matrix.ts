import type { FloatArray, ProductArguments } from "../kernels/kernels.js";

/** out[i, j] = Σ_l A[i, l]·B[l, j], the sum in the order of l. */
export function matmul({ a, b, out, m, n, k, transposeA, transposeB }: ProductArguments): void {
  // One step along i or l moves this far in A's storage, along l or j in B's.
  const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
  const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * aRow + l * aColumn] * b[l * bRow + j * bColumn];
      out[i * n + j] = sum;
    }
  }
}

export function addRow(x: FloatArray, row: FloatArray, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) x[r * columns + c] += row[c];
  }
}

export function sumRows(x: FloatArray, out: FloatArray, rows: number, columns: number): void {
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += x[r * columns + c];
    out[c] = sum;
  }
}

export function multiply(a: FloatArray, b: FloatArray, out: FloatArray, length: number): void {
  for (let i = 0; i < length; i++) out[i] = a[i] * b[i];
}

export function addScaled(
  a: FloatArray,
  b: FloatArray,
  factor: number,
  out: FloatArray,
  length: number,
): void {
  for (let i = 0; i < length; i++) out[i] = a[i] + factor * b[i];
}

export function dot(a: FloatArray, b: FloatArray, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[i] * b[i];
  return sum;
}
