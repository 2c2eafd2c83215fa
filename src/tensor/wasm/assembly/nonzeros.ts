/**
 * The two products of a layer whose inputs X [m, k] are mostly zeros, such as the pixels of digits: only what is not +0 is multiplied.
 * For each row of X (or column, where rows are summed) there is a list of what is not +0. The sums of a list stay in registers for as
 * many columns as fit into them; the other factor is read from a packed panel.
 *
 * The bits are those of the whole product (matmul.ts), which adds the terms in the same order. A term that is left out is +0·b, which is
 * ±0 where b is finite and changes no sum but −0. So a sum begins with −0 here, to which the first term adds without a rounding, and
 * ends as the whole one does, unless it is −0 still: the whole one may be +0 then. Where that is so, or where a factor is not finite, the
 * product is not done, and the caller computes the whole one in its place. An empty list sums up to ±0 by the other factor's signs.
 */
import { loadLanes, multiplyAdd, splat, storeLanes } from "./arithmetic";
import { Flag, Input, Output, Scratch } from "./fields";
import { transposeFour } from "./packing";
import { WIDE } from "./width";

/** X [m, k] and the other factor, B. */
@unmanaged
export class NonzerosProduct {
  /** X, rows of k values. */
  x: Input;
  /** 0, or numbers: row r of X is then row places[r] of a larger matrix of rows as long. */
  places: Input;
  /** B [n, k], or [m, n] if overRows. */
  b: Input;
  /** X·Bᵀ [m, n], or Bᵀ·X [n, k] if overRows. */
  out: Output;
  /** At most 256. */
  m: i32;
  n: i32;
  k: i32;
  overRows: Flag;
  /** nonzerosFloats(m, k): the lists, where they end, and nonzerosScratchBytes(). */
  room: Scratch;
}

/** The rows of a panel. */
const MOST_ROWS: i32 = 256;

/** Columns of a full panel of the other factor, whose sums take 8 registers (wide) or 12. */
export const NONZEROS_COLUMNS: i32 = WIDE ? 64 : 48;
const COLUMNS: i32 = NONZEROS_COLUMNS;
/** Columns of a part of the last panel. */
const FEW_COLUMNS: i32 = 16;
const PANEL_STRIDE: usize = 4 * COLUMNS;
/** Values of k in a panel of B: 24 KiB, which leave room for sums and lists in the first-level cache. */
const BLOCK_DEPTH: i32 = 6144 / COLUMNS;
/** Columns of X whose sums are stored at a time: so few that the stores go on while the next are computed. */
const TURNED: i32 = 8;

const PANEL_BYTES: usize = PANEL_STRIDE * MOST_ROWS;
const SIGNS_BYTES: usize = 4 * COLUMNS;
const SUMS_BYTES: usize = PANEL_STRIDE * TURNED;

/** An entry of a list: where its row of the panel begins, in bytes, and its value. */
const ENTRY: usize = 8;

@inline
function blocksOf(k: i32): i32 {
  return (k + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
}

/** Bytes between two lists: room for all, and something that keeps lists from lying at the same places of the cache. */
@inline
function listStride(length: i32): usize {
  return ENTRY * (length + 9);
}

/** Bytes for a panel, the signs of its columns, and sums: each thread has its own. */
export function nonzerosScratchBytes(): i32 {
  return <i32>(PANEL_BYTES + SIGNS_BYTES + SUMS_BYTES);
}

/** Columns of B from which on lists pay, where X is mostly zeros: two panels. */
export function nonzerosColumns(): i32 {
  return 2 * COLUMNS;
}

/** Floats of NonzerosProduct's room. */
export function nonzerosFloats(m: i32, k: i32): i32 {
  const byRows = m * (<i32>listStride(k) + 4 * (blocksOf(k) + 1));
  const byColumns = (k + 3) * (<i32>listStride(m) + 4);
  return (nonzerosScratchBytes() + max(byRows, byColumns)) / 4;
}

@inline
function listsOf(product: NonzerosProduct): usize {
  return product.room + nonzerosScratchBytes();
}

@inline
function rowOf(x: usize, places: usize, row: i32, stride: usize): usize {
  return x + (places ? <usize>load<i32>(places + 4 * row) : <usize>row) * stride;
}

/** Whether there was no infinity and no NaN; `most` has the largest of the magnitudes' bits. */
@inline
function allFinite(most: v128): bool {
  return !v128.any_true(i32x4.gt_s(most, i32x4.splat(0x7f7fffff)));
}

/** For each set of four lanes, as bits of its number, the bytes of these lanes one behind the other. */
const LANES_OF_SET = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0,
  8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0,
  12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 0, 0, 0,
  8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0,
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
]);

/** Adds those of four values to a list that are not +0, and writes over what is behind them. */
@inline
function append(end: usize, offsets: v128, values: v128): usize {
  const set = i32x4.bitmask(i32x4.ne(values, i32x4.splat(0)));
  const lanes = v128.load(LANES_OF_SET + 16 * set);
  const chosen = v128.swizzle(values, lanes);
  const places = v128.swizzle(offsets, lanes);
  v128.store(end, v128.shuffle<f32>(places, chosen, 0, 4, 1, 5));
  v128.store(end, v128.shuffle<f32>(places, chosen, 2, 6, 3, 7), 16);
  return end + ENTRY * popcnt(set);
}

/** The offsets of the first four rows of a panel. */
@inline
function firstOffsets(): v128 {
  const stride = <i32>PANEL_STRIDE;
  return i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(stride));
}

/** Four values of a row of X, 0 where there are none. */
@inline
function rowOrZeros(x: usize, places: usize, row: i32, rows: i32, stride: usize, column: i32, inside: i32): v128 {
  if (row >= rows) return splat(0);
  const from = rowOf(x, places, row, stride) + 4 * column;
  return inside >= 4 ? v128.load(from) : loadLanes(from, inside);
}

/** The lists of X's rows, of each block of k one, one behind the other; where they end stands at `ends`. False: not finite. */
function listRows(x: usize, places: usize, m: i32, k: i32, lists: usize, ends: usize): bool {
  const magnitude = i32x4.splat(0x7fffffff);
  const stride = listStride(k);
  let most = i32x4.splat(0);
  for (let row = 0; row < m; row++) {
    let from = rowOf(x, places, row, 4 * k);
    let end = lists + <usize>row * stride;
    store<usize>(ends, end);
    ends += 4;
    for (let start = 0; start < k; start += BLOCK_DEPTH) {
      let offsets = firstOffsets();
      for (let left = min(BLOCK_DEPTH, k - start); left > 0; left -= 4) {
        const values = loadLanes(from, left);
        most = i32x4.max_u(most, v128.and(values, magnitude));
        end = append(end, offsets, values);
        offsets = i32x4.add(offsets, i32x4.splat(4 * <i32>PANEL_STRIDE));
        from += 16;
      }
      store<usize>(ends, end);
      ends += 4;
    }
  }
  return allFinite(most);
}

/** The lists of X's columns; where they end stands at `ends`, four at a time. False: not finite. */
function listColumns(x: usize, places: usize, m: i32, k: i32, lists: usize, ends: usize): bool {
  const magnitude = i32x4.splat(0x7fffffff);
  const stride = listStride(m);
  let most = i32x4.splat(0);
  for (let column = 0; column < k; column += 4) {
    const inside = k - column;
    let end0 = lists + <usize>column * stride;
    let end1 = end0 + stride;
    let end2 = end1 + stride;
    let end3 = end2 + stride;
    let offsets = firstOffsets();
    for (let row = 0; row < m; row += 4) {
      const x0 = rowOrZeros(x, places, row, m, 4 * k, column, inside);
      const x1 = rowOrZeros(x, places, row + 1, m, 4 * k, column, inside);
      const x2 = rowOrZeros(x, places, row + 2, m, 4 * k, column, inside);
      const x3 = rowOrZeros(x, places, row + 3, m, 4 * k, column, inside);
      most = i32x4.max_u(most, i32x4.max_u(v128.and(x0, magnitude), v128.and(x1, magnitude)));
      most = i32x4.max_u(most, i32x4.max_u(v128.and(x2, magnitude), v128.and(x3, magnitude)));
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      end0 = append(end0, offsets, v128.shuffle<u64>(low01, low23, 0, 2));
      end1 = append(end1, offsets, v128.shuffle<u64>(low01, low23, 1, 3));
      end2 = append(end2, offsets, v128.shuffle<u64>(high01, high23, 0, 2));
      end3 = append(end3, offsets, v128.shuffle<u64>(high01, high23, 1, 3));
      offsets = i32x4.add(offsets, i32x4.splat(4 * <i32>PANEL_STRIDE));
    }
    store<usize>(ends, end0);
    store<usize>(ends, end1, 4);
    store<usize>(ends, end2, 8);
    store<usize>(ends, end3, 12);
    ends += 16;
  }
  return allFinite(most);
}

/** Takes note of the signs of a panel's columns (a bit stays set where all are negative). False: not finite. */
function signsOf(panel: usize, depth: i32, columns: i32, signs: usize): bool {
  const magnitude = i32x4.splat(0x7fffffff);
  let most = i32x4.splat(0);
  for (let column = 0; column < columns; column += 4) {
    let sign = v128.load(signs);
    let from = panel + 4 * column;
    for (let k = 0; k < depth; k++) {
      const values = v128.load(from);
      sign = v128.and(sign, values);
      most = i32x4.max_u(most, v128.and(values, magnitude));
      from += PANEL_STRIDE;
    }
    v128.store(signs, sign);
    signs += 16;
  }
  return allFinite(most);
}

/** The sums of a list for all columns of a full panel, added to those at `sums`. */
function sumFull(entry: usize, end: usize, panel: usize, sums: usize): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums, 16);
  let s2 = v128.load(sums, 32);
  let s3 = v128.load(sums, 48);
  let s4 = v128.load(sums, 64);
  let s5 = v128.load(sums, 80);
  let s6 = v128.load(sums, 96);
  let s7 = v128.load(sums, 112);
  let s8 = COLUMNS > 32 ? v128.load(sums, 128) : s0;
  let s9 = COLUMNS > 32 ? v128.load(sums, 144) : s0;
  let s10 = COLUMNS > 32 ? v128.load(sums, 160) : s0;
  let s11 = COLUMNS > 32 ? v128.load(sums, 176) : s0;
  let s12 = COLUMNS > 48 ? v128.load(sums, 192) : s0;
  let s13 = COLUMNS > 48 ? v128.load(sums, 208) : s0;
  let s14 = COLUMNS > 48 ? v128.load(sums, 224) : s0;
  let s15 = COLUMNS > 48 ? v128.load(sums, 240) : s0;
  while (entry < end) {
    const b = panel + load<usize>(entry);
    const x = v128.load_splat<f32>(entry, 4);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    s0 = multiplyAdd(x, b0, s0);
    s1 = multiplyAdd(x, b1, s1);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    s2 = multiplyAdd(x, b2, s2);
    s3 = multiplyAdd(x, b3, s3);
    const b4 = v128.load(b, 64);
    const b5 = v128.load(b, 80);
    s4 = multiplyAdd(x, b4, s4);
    s5 = multiplyAdd(x, b5, s5);
    const b6 = v128.load(b, 96);
    const b7 = v128.load(b, 112);
    s6 = multiplyAdd(x, b6, s6);
    s7 = multiplyAdd(x, b7, s7);
    if (COLUMNS > 32) {
      const b8 = v128.load(b, 128);
      const b9 = v128.load(b, 144);
      s8 = multiplyAdd(x, b8, s8);
      s9 = multiplyAdd(x, b9, s9);
      const b10 = v128.load(b, 160);
      const b11 = v128.load(b, 176);
      s10 = multiplyAdd(x, b10, s10);
      s11 = multiplyAdd(x, b11, s11);
    }
    if (COLUMNS > 48) {
      const b12 = v128.load(b, 192);
      const b13 = v128.load(b, 208);
      s12 = multiplyAdd(x, b12, s12);
      s13 = multiplyAdd(x, b13, s13);
      const b14 = v128.load(b, 224);
      const b15 = v128.load(b, 240);
      s14 = multiplyAdd(x, b14, s14);
      s15 = multiplyAdd(x, b15, s15);
    }
    entry += ENTRY;
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
  v128.store(sums, s4, 64);
  v128.store(sums, s5, 80);
  v128.store(sums, s6, 96);
  v128.store(sums, s7, 112);
  if (COLUMNS > 32) {
    v128.store(sums, s8, 128);
    v128.store(sums, s9, 144);
    v128.store(sums, s10, 160);
    v128.store(sums, s11, 176);
  }
  if (COLUMNS > 48) {
    v128.store(sums, s12, 192);
    v128.store(sums, s13, 208);
    v128.store(sums, s14, 224);
    v128.store(sums, s15, 240);
  }
}

/** The same for sixteen columns. */
function sumFew(entry: usize, end: usize, panel: usize, sums: usize): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums, 16);
  let s2 = v128.load(sums, 32);
  let s3 = v128.load(sums, 48);
  while (entry < end) {
    const b = panel + load<usize>(entry);
    const x = v128.load_splat<f32>(entry, 4);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    s0 = multiplyAdd(x, b0, s0);
    s1 = multiplyAdd(x, b1, s1);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    s2 = multiplyAdd(x, b2, s2);
    s3 = multiplyAdd(x, b3, s3);
    entry += ENTRY;
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
}

/** The sums of a list for the columns of a panel, of which there are a multiple of 16. */
@inline
function sumList(entry: usize, end: usize, panel: usize, columns: i32, sums: usize): void {
  if (columns == COLUMNS) {
    sumFull(entry, end, panel, sums);
  } else {
    for (let column = 0; column < columns; column += FEW_COLUMNS) {
      sumFew(entry, end, panel + 4 * column, sums + 4 * column);
    }
  }
}

/** −0 for each column. */
@inline
function beginSums(sums: usize, columns: i32): void {
  for (let at: usize = 0; at < <usize>(4 * columns); at += 16) v128.store(sums + at, i32x4.splat(i32.MIN_VALUE));
}

/** What an empty list sums up to: the zeros that the signs say. */
function zerosOf(signs: usize, columns: i32, sums: usize): void {
  const sign = i32x4.splat(i32.MIN_VALUE);
  for (let at: usize = 0; at < <usize>(4 * columns); at += 16) {
    v128.store(sums + at, v128.and(v128.load(signs + at), sign));
  }
}

/** Whether one of `count` sums is −0; what stands behind them doesn't count. */
function hasMinusZero(sums: usize, count: i32): bool {
  const minusZero = i32x4.splat(i32.MIN_VALUE);
  let found = i32x4.splat(0);
  for (let left = count; left > 0; left -= 4, sums += 16) {
    found = v128.or(found, i32x4.eq(loadLanes(sums, left), minusZero));
  }
  return v128.any_true(found);
}

@inline
function beginSigns(signs: usize): void {
  for (let at: usize = 0; at < SIGNS_BYTES; at += 16) v128.store(signs + at, i32x4.splat(-1));
}

@inline
function columnsOfPanel(inside: i32): i32 {
  return inside == COLUMNS ? COLUMNS : (inside + FEW_COLUMNS - 1) & -FEW_COLUMNS;
}

/** A panel of B [n, k]: for each of `depth` values of k those of `inside` rows side by side, and zeros behind them. */
function packRowsAcross(w: usize, stride: usize, inside: i32, columns: i32, depth: i32, panel: usize): void {
  let row = 0;
  for (; row + 4 <= inside; row += 4) {
    const from = w + <usize>row * stride;
    transposeFour(from, from + stride, from + 2 * stride, from + 3 * stride, depth, panel + 4 * row, PANEL_STRIDE);
  }
  for (; row < columns; row++) {
    const from = w + <usize>row * stride;
    const to = panel + 4 * row;
    for (let k = 0; k < depth; k++) {
      store<f32>(to + <usize>k * PANEL_STRIDE, row < inside ? load<f32>(from + 4 * k) : <f32>0);
    }
  }
}

/** Copies columns of a row, and zeros behind them. */
@inline
function copyColumns(from: usize, inside: i32, columns: i32, to: usize): void {
  let at = 0;
  for (; at + 4 <= inside; at += 4) v128.store(to + 4 * at, v128.load(from + 4 * at));
  for (; at < columns; at += 4) {
    v128.store(to + 4 * at, at < inside ? loadLanes(from + 4 * at, inside - at) : splat(0));
  }
}

/** Lists X's rows or columns: before columns are multiplied. False: X is not finite, and nothing is done. */
export function listNonzeros(product: NonzerosProduct): bool {
  const m = product.m;
  const k = product.k;
  const ends = listsOf(product);
  if (product.overRows) return listColumns(product.x, product.places, m, k, ends + 4 * ((k + 3) & ~3), ends);
  return listRows(product.x, product.places, m, k, ends + <usize>m * 4 * (blocksOf(k) + 1), ends);
}

/** The columns of B from `first`, a multiple of NONZEROS_COLUMNS, to before `last`. False: not done. */
export function multiplyListed(product: NonzerosProduct, scratch: usize, first: i32, last: i32): bool {
  for (let column = first; column < last; column += COLUMNS) {
    const inside = min(COLUMNS, last - column);
    const isDone = product.overRows
      ? sumOverRows(product, scratch, column, inside)
      : sumAlongRows(product, scratch, column, inside);
    if (!isDone) return false;
  }
  return true;
}

/** The product by what is not +0 in X. False: not done, and `out` is undefined. */
export function multiplyNonzeros(product: NonzerosProduct): bool {
  return listNonzeros(product) && multiplyListed(product, product.room, 0, product.n);
}

/** `inside` columns of X·Bᵀ. */
function sumAlongRows(product: NonzerosProduct, panel: usize, column: i32, inside: i32): bool {
  const m = product.m;
  const n = product.n;
  const k = product.k;
  const signs = panel + PANEL_BYTES;
  const aside = signs + SIGNS_BYTES;
  const blocks = blocksOf(k);
  const columns = columnsOfPanel(inside);
  beginSigns(signs);
  for (let block = 0; block < blocks; block++) {
    const start = block * BLOCK_DEPTH;
    const depth = min(BLOCK_DEPTH, k - start);
    packRowsAcross(product.b + 4 * (<usize>column * k + start), 4 * k, inside, columns, depth, panel);
    if (!signsOf(panel, depth, columns, signs)) return false;
    const isLast = block + 1 == blocks;
    let ends = listsOf(product);
    let out = product.out + 4 * column;
    for (let row = 0; row < m; row++) {
      const sums = inside == columns ? out : aside;
      if (block == 0) beginSums(sums, columns);
      else if (inside < columns) copyColumns(out, inside, columns, sums);
      const end = load<usize>(ends + 4 * (block + 1));
      sumList(load<usize>(ends + 4 * block), end, panel, columns, sums);
      if (isLast) {
        if (load<usize>(ends) == end) zerosOf(signs, columns, sums);
        else if (hasMinusZero(sums, inside)) return false;
      }
      if (inside < columns) {
        for (let at = 0; at < inside; at += 4) storeLanes(out + 4 * at, v128.load(sums + 4 * at), inside - at);
      }
      ends += 4 * (blocks + 1);
      out += 4 * n;
    }
  }
  return true;
}

/** `inside` rows of Bᵀ·X. */
function sumOverRows(product: NonzerosProduct, panel: usize, column: i32, inside: i32): bool {
  const m = product.m;
  const n = product.n;
  const k = product.k;
  const signs = panel + PANEL_BYTES;
  const sums = signs + SIGNS_BYTES;
  const columns = columnsOfPanel(inside);
  for (let row = 0; row < m; row++) {
    copyColumns(product.b + 4 * (<usize>row * n + column), inside, columns, panel + <usize>row * PANEL_STRIDE);
  }
  beginSigns(signs);
  if (!signsOf(panel, m, columns, signs)) return false;
  let ends = listsOf(product);
  let list = ends + 4 * ((k + 3) & ~3);
  for (let first = 0; first < k; first += TURNED) {
    const count = min(TURNED, k - first);
    for (let at = 0; at < count; at++) {
      const sum = sums + <usize>at * PANEL_STRIDE;
      const end = load<usize>(ends);
      if (list == end) {
        zerosOf(signs, columns, sum);
      } else {
        beginSums(sum, columns);
        sumList(list, end, panel, columns, sum);
        if (hasMinusZero(sum, inside)) return false;
      }
      list += listStride(m);
      ends += 4;
    }
    turn(sums, inside, count, product.out + 4 * (<usize>column * k + first), 4 * k);
  }
  return true;
}

/** Stores sums of `columns` columns for `rows` of X's columns as rows of out, which lie `stride` bytes apart. */
function turn(sums: usize, columns: i32, rows: i32, out: usize, stride: usize): void {
  for (let column = 0; column < columns; column += 4) {
    const outside = columns - column;
    let from = sums + 4 * column;
    let to = out + <usize>column * stride;
    for (let row = 0; row < rows; row += 4) {
      const x0 = v128.load(from);
      const x1 = v128.load(from + PANEL_STRIDE);
      const x2 = v128.load(from + 2 * PANEL_STRIDE);
      const x3 = v128.load(from + 3 * PANEL_STRIDE);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      const left = rows - row;
      storeLanes(to, v128.shuffle<u64>(low01, low23, 0, 2), left);
      if (outside > 1) storeLanes(to + stride, v128.shuffle<u64>(low01, low23, 1, 3), left);
      if (outside > 2) storeLanes(to + 2 * stride, v128.shuffle<u64>(high01, high23, 0, 2), left);
      if (outside > 3) storeLanes(to + 3 * stride, v128.shuffle<u64>(high01, high23, 1, 3), left);
      from += 4 * PANEL_STRIDE;
      to += 16;
    }
  }
}
