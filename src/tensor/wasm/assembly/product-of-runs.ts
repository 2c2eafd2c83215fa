/**
 * C [rows, positions] = A·B, where row k of B is the run of values from `base + offsets[k]` on: a convolution's windows in frames
 * (frames.ts). Each sum runs over k from front to back, whatever the tile. A is packed in panels of four rows, the last of which
 * may be zeros; C's rows are `stride` bytes apart and have whole vectors of the wide build.
 */
import { multiplyAdd, splat } from "./arithmetic";
import { WIDE } from "./width";

/** Columns of a tile: two registers. */
const COLUMNS: i32 = WIDE ? 16 : 8;

/** Of the runs that follow each other in k, none lies at a known distance from the one before. */
export const APART: i32 = 0;
/** Three at a time lie one value after the other: the places of a window's row. */
export const THREE_RISING: i32 = 1;
/** Three at a time lie one value before the other. */
export const THREE_FALLING: i32 = 2;

/** The values that are computed of a run of so many: whole tiles. */
@inline
export function wholeRun(positions: i32): i32 {
  return (positions + COLUMNS - 1) & -COLUMNS;
}

/** That of the build whose tiles are the widest. */
@inline
export function longestRun(positions: i32): i32 {
  return (positions + 15) & ~15;
}

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

/**
 * The same where three runs at a time lie side by side: they share the offset of the first. Asked after each whether
 * it was the last, V8 keeps its sums apart from those of the next; else it would order the additions so that sums spill.
 */
@inline
function tileOfThree(columns: i32, descends: bool, a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  const end = a + 16 * depth;
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
  while (true) {
    const b = base + load<u32>(offsets);
    const x0 = descends ? v128.load(b, 8) : v128.load(b);
    const x1 = descends ? v128.load(b, 24) : v128.load(b, 16);
    const x2 = columns == 16 ? (descends ? v128.load(b, 40) : v128.load(b, 32)) : x0;
    const x3 = columns == 16 ? (descends ? v128.load(b, 56) : v128.load(b, 48)) : x0;
    const a0 = v128.load_splat<f32>(a);
    c00 = multiplyAdd(a0, x0, c00);
    c01 = multiplyAdd(a0, x1, c01);
    if (columns == 16) c02 = multiplyAdd(a0, x2, c02);
    if (columns == 16) c03 = multiplyAdd(a0, x3, c03);
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(a1, x0, c10);
    c11 = multiplyAdd(a1, x1, c11);
    if (columns == 16) c12 = multiplyAdd(a1, x2, c12);
    if (columns == 16) c13 = multiplyAdd(a1, x3, c13);
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(a2, x0, c20);
    c21 = multiplyAdd(a2, x1, c21);
    if (columns == 16) c22 = multiplyAdd(a2, x2, c22);
    if (columns == 16) c23 = multiplyAdd(a2, x3, c23);
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(a3, x0, c30);
    c31 = multiplyAdd(a3, x1, c31);
    if (columns == 16) c32 = multiplyAdd(a3, x2, c32);
    if (columns == 16) c33 = multiplyAdd(a3, x3, c33);
    a += 16;
    if (a == end) break;
    const y0 = v128.load(b, 4);
    const y1 = v128.load(b, 20);
    const y2 = columns == 16 ? v128.load(b, 36) : y0;
    const y3 = columns == 16 ? v128.load(b, 52) : y0;
    const d0 = v128.load_splat<f32>(a);
    c00 = multiplyAdd(d0, y0, c00);
    c01 = multiplyAdd(d0, y1, c01);
    if (columns == 16) c02 = multiplyAdd(d0, y2, c02);
    if (columns == 16) c03 = multiplyAdd(d0, y3, c03);
    const d1 = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(d1, y0, c10);
    c11 = multiplyAdd(d1, y1, c11);
    if (columns == 16) c12 = multiplyAdd(d1, y2, c12);
    if (columns == 16) c13 = multiplyAdd(d1, y3, c13);
    const d2 = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(d2, y0, c20);
    c21 = multiplyAdd(d2, y1, c21);
    if (columns == 16) c22 = multiplyAdd(d2, y2, c22);
    if (columns == 16) c23 = multiplyAdd(d2, y3, c23);
    const d3 = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(d3, y0, c30);
    c31 = multiplyAdd(d3, y1, c31);
    if (columns == 16) c32 = multiplyAdd(d3, y2, c32);
    if (columns == 16) c33 = multiplyAdd(d3, y3, c33);
    a += 16;
    if (a == end) break;
    const z0 = descends ? v128.load(b) : v128.load(b, 8);
    const z1 = descends ? v128.load(b, 16) : v128.load(b, 24);
    const z2 = columns == 16 ? (descends ? v128.load(b, 32) : v128.load(b, 40)) : z0;
    const z3 = columns == 16 ? (descends ? v128.load(b, 48) : v128.load(b, 56)) : z0;
    const e0 = v128.load_splat<f32>(a);
    c00 = multiplyAdd(e0, z0, c00);
    c01 = multiplyAdd(e0, z1, c01);
    if (columns == 16) c02 = multiplyAdd(e0, z2, c02);
    if (columns == 16) c03 = multiplyAdd(e0, z3, c03);
    const e1 = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(e1, z0, c10);
    c11 = multiplyAdd(e1, z1, c11);
    if (columns == 16) c12 = multiplyAdd(e1, z2, c12);
    if (columns == 16) c13 = multiplyAdd(e1, z3, c13);
    const e2 = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(e2, z0, c20);
    c21 = multiplyAdd(e2, z1, c21);
    if (columns == 16) c22 = multiplyAdd(e2, z2, c22);
    if (columns == 16) c23 = multiplyAdd(e2, z3, c23);
    const e3 = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(e3, z0, c30);
    c31 = multiplyAdd(e3, z1, c31);
    if (columns == 16) c32 = multiplyAdd(e3, z2, c32);
    if (columns == 16) c33 = multiplyAdd(e3, z3, c33);
    a += 16;
    if (a == end) break;
    offsets += 12;
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

function tileApart(a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  tile(COLUMNS, a, base, offsets, depth, c, stride);
}

function tileRising(a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  tileOfThree(COLUMNS, false, a, base, offsets, depth, c, stride);
}

function tileFalling(a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  tileOfThree(COLUMNS, true, a, base - 8, offsets, depth, c, stride);
}

@inline
function anyTile(order: i32, a: usize, base: usize, offsets: usize, depth: i32, c: usize, stride: usize): void {
  if (order == THREE_RISING) tileRising(a, base, offsets, depth, c, stride);
  else if (order == THREE_FALLING) tileFalling(a, base, offsets, depth, c, stride);
  else tileApart(a, base, offsets, depth, c, stride);
}

/** Rows of A with those that fill the last panel. */
@inline
export function wholePanels(rows: i32): i32 {
  return (rows + 3) & ~3;
}

/** One panel of A, four rows, by all positions; `positions` is a whole run. */
export function multiplyRuns(order: i32, panel: usize, base: usize, offsets: usize, depth: i32, positions: i32, c: usize): void {
  const stride: usize = 4 * positions;
  const last = c + stride - 4 * COLUMNS;
  while (c < last) {
    anyTile(order, panel, base, offsets, depth, c, stride);
    base += 4 * COLUMNS;
    c += 4 * COLUMNS;
  }
  // Called twice, a tile stays a function of its own: within a larger one its sums have fewer registers.
  anyTile(order, panel, base, offsets, depth, c, stride);
}
