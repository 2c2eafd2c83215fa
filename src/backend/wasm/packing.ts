/** The scratch that matmul (assembly/matmul.ts) packs its factors into. */

/** As in assembly/matmul.ts. */
const BLOCK_DEPTH = 512;
const BLOCK_ROWS = 120;

/** Floats for the packed panels of A [m, k] and B [k, n], padding included. */
export function packedFloats(m: number, n: number, k: number): { a: number; b: number } {
  const depth = Math.min(k, BLOCK_DEPTH);
  const rows = Math.min(m, BLOCK_ROWS) + 3;
  const columns = 4 * Math.ceil(n / 4) + 4;
  return { a: rows * depth, b: columns * depth };
}
