/** The scratch that matmul (assembly/matmul.ts) packs its factors into. */

/** As in assembly/matmul.ts: the longest block of k. */
const BLOCK_DEPTH = 512;

/** A tile at the edge, in front of the packed B. */
const EDGE_FLOATS = 40;

/** Floats for the packed panels of A [m, k] and of one block of B [k, n], padding included. */
export function packedFloats(m: number, n: number, k: number): { a: number; b: number } {
  return { a: (m + 3) * k, b: EDGE_FLOATS + (n + 7) * Math.min(k, BLOCK_DEPTH) };
}
