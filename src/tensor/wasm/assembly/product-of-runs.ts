/**
 * C [rows, positions] = A·B, where row k of B is the run of values from `base + offsets[k]` on: a convolution's windows in frames
 * (frames.ts). Each sum runs over k from front to back, whatever the tile. A is packed in panels of four rows, the last of which
 * may be zeros; C's rows are `stride` bytes apart and have whole vectors of the wide build.
 */
import { multiplyAdd, splat } from "./arithmetic";
import { WIDE } from "./width";

/** A tile of 4 rows by 8 columns, or by 16 where registers are wide. Its loop has the form of tile.ts, for the same reasons. */
@inline
function tile(columns: i32, a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  const end = offsets + 4 * depth;
  let c00 = splat(0);
  let c01 = splat(0);
  let c02 = splat(0);
  let c03 = splat(0);
  let c10 = splat(0);
  let c11 = splat(0);
  let c12 = splat(0);
  let c13 = splat(0);
  let c20 = splat(0);
  let c21 = splat(0);
  let c22 = splat(0);
  let c23 = splat(0);
  let c30 = splat(0);
  let c31 = splat(0);
  let c32 = splat(0);
  let c33 = splat(0);
  while (offsets < end) {
    const b = base + load<u32>(offsets);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = columns == 16 ? v128.load(b, 32) : b0;
    const b3 = columns == 16 ? v128.load(b, 48) : b0;
    const a0 = v128.load_splat<f32>(a);
    c00 = multiplyAdd(a0, b0, c00);
    c01 = multiplyAdd(a0, b1, c01);
    if (columns == 16) c02 = multiplyAdd(a0, b2, c02);
    if (columns == 16) c03 = multiplyAdd(a0, b3, c03);
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(a1, b0, c10);
    c11 = multiplyAdd(a1, b1, c11);
    if (columns == 16) c12 = multiplyAdd(a1, b2, c12);
    if (columns == 16) c13 = multiplyAdd(a1, b3, c13);
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(a2, b0, c20);
    c21 = multiplyAdd(a2, b1, c21);
    if (columns == 16) c22 = multiplyAdd(a2, b2, c22);
    if (columns == 16) c23 = multiplyAdd(a2, b3, c23);
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(a3, b0, c30);
    c31 = multiplyAdd(a3, b1, c31);
    if (columns == 16) c32 = multiplyAdd(a3, b2, c32);
    if (columns == 16) c33 = multiplyAdd(a3, b3, c33);
    a += 16;
    offsets += 4;
  }
  storeRow(columns, c, c00, c01, c02, c03);
  storeRow(columns, c + stride, c10, c11, c12, c13);
  storeRow(columns, c + 2 * stride, c20, c21, c22, c23);
  storeRow(columns, c + 3 * stride, c30, c31, c32, c33);
}

@inline
function storeRow(columns: i32, c: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(c, x0);
  v128.store(c, x1, 16);
  if (columns == 16) {
    v128.store(c, x2, 32);
    v128.store(c, x3, 48);
  }
}

function tile16(a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  tile(16, a, base, offsets, depth, c, stride);
}

function tile8(a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  tile(8, a, base, offsets, depth, c, stride);
}

@inline
function anyTile(a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  if (WIDE) tile16(a, base, offsets, depth, c, stride);
  else tile8(a, base, offsets, depth, c, stride);
}

/** Rows of A with those that fill the last panel. */
@inline
export function wholePanels(rows: i32): i32 {
  return (rows + 3) & ~3;
}

/** All rows by all positions; `positions` is a whole run. */
export function multiplyRuns(
  packedA: usize,
  base: usize,
  offsets: usize,
  depth: i32,
  rows: i32,
  positions: i32,
  c: usize,
): void {
  const stride: usize = 4 * positions;
  const panelBytes: usize = 16 * depth;
  const columns: i32 = WIDE ? 16 : 8;
  for (let at = 0; at < positions; at += columns) {
    let panel = packedA;
    let out = c + 4 * at;
    const from = base + 4 * at;
    for (let row = 4; row < rows; row += 4) {
      anyTile(panel, from, offsets, depth, out, stride);
      panel += panelBytes;
      out += 4 * stride;
    }
    // Called twice, a tile stays a function of its own: within a larger one its sums have fewer registers.
    anyTile(panel, from, offsets, depth, out, stride);
  }
}
