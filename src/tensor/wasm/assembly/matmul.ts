/**
 * C [m, n] = A·B. Both factors are first packed into panels that the innermost loop reads from front to back:
 * A in panels of 5 (or 4) rows, B in panels of 8 (or 4) columns, for each k the panel's values side by side.
 * A tile of 5×8 sums fills the 16 vector registers of x64 and leaves room for the factors. The depth k is cut into
 * equal blocks of at most 512, so that one panel of each factor stays in the first-level cache.
 */
import { loadLanes, multiplyAdd, storeLanes } from "./arithmetic";

const BLOCK_DEPTH: i32 = 512;

/** How many of the row panels have 4 rows; the others have 5. Without an exact split all have 4, the last one padded. */
@inline
function panelsOfFour(rows: i32): i32 {
  const fours = (5 - (rows % 5)) % 5;
  return 4 * fours <= rows ? fours : (rows + 3) / 4;
}

@inline
function panelsOfFive(rows: i32): i32 {
  const fours = (5 - (rows % 5)) % 5;
  return 4 * fours <= rows ? (rows - 4 * fours) / 5 : 0;
}

/** Columns of the panel that starts with `left` columns still to pack. */
@inline
function panelColumns(left: i32): i32 {
  return left > 4 ? 8 : 4;
}

/** How many floats a packed A takes for each k, padding included. */
@inline
function packedRows(rows: i32): i32 {
  return 5 * panelsOfFive(rows) + 4 * panelsOfFour(rows);
}

/** One panel from a factor whose `width` values of one k lie side by side, k by k `stride` bytes apart. */
@inline
function packAlong(source: usize, stride: usize, width: i32, count: i32, depth: i32, packed: usize): usize {
  for (let k = 0; k < depth; k++) {
    if (count == width) {
      v128.store(packed, v128.load(source));
      if (width == 8) v128.store(packed, v128.load(source, 16), 16);
      if (width == 5) store<f32>(packed, load<f32>(source, 16), 16);
    } else {
      for (let i = 0; i < width; i++) {
        store<f32>(packed + 4 * i, i < count ? load<f32>(source + 4 * i) : <f32>0);
      }
    }
    source += stride;
    packed += 4 * width;
  }
  return packed;
}

/** Four rows of `source`, `stride` bytes apart, transposed so that `packed` has their values of one k side by side. */
@inline
function transposeFour(source: usize, stride: usize, depth: i32, packed: usize, packedStride: usize): void {
  let row0 = source;
  let row1 = row0 + stride;
  let row2 = row1 + stride;
  let row3 = row2 + stride;
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    const x0 = v128.load(row0);
    const x1 = v128.load(row1);
    const x2 = v128.load(row2);
    const x3 = v128.load(row3);
    const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
    v128.store(packed, v128.shuffle<u64>(low01, low23, 0, 2));
    v128.store(packed + packedStride, v128.shuffle<u64>(low01, low23, 1, 3));
    v128.store(packed + 2 * packedStride, v128.shuffle<u64>(high01, high23, 0, 2));
    v128.store(packed + 3 * packedStride, v128.shuffle<u64>(high01, high23, 1, 3));
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
    packed += 4 * packedStride;
  }
  for (; k < depth; k++) {
    store<f32>(packed, load<f32>(row0));
    store<f32>(packed, load<f32>(row1), 4);
    store<f32>(packed, load<f32>(row2), 8);
    store<f32>(packed, load<f32>(row3), 12);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    packed += packedStride;
  }
}

/** One row of `source` (or zeros) as every `packedStride`-th value of `packed`. */
@inline
function spreadRow(source: usize, isPadding: bool, depth: i32, packed: usize, packedStride: usize): void {
  for (let k = 0; k < depth; k++) {
    store<f32>(packed, isPadding ? <f32>0 : load<f32>(source));
    source += 4;
    packed += packedStride;
  }
}

/** One panel from a factor whose `width` rows of k values lie `stride` bytes apart. */
@inline
function packAcross(source: usize, stride: usize, width: i32, count: i32, depth: i32, packed: usize): usize {
  const packedStride: usize = 4 * width;
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    transposeFour(source + <usize>row * stride, stride, depth, packed + 4 * row, packedStride);
  }
  for (; row < width; row++) {
    spreadRow(source + <usize>row * stride, row >= count, depth, packed + 4 * row, packedStride);
  }
  return packed + depth * packedStride;
}

/** Packs `depth` of A's k values; A is stored [m, k], or [k, m] if `along`; `stride` is the length of a stored row in bytes. */
function packA(a: usize, stride: usize, along: bool, rows: i32, depth: i32, packed: usize): void {
  const step: usize = along ? 4 : stride;
  for (let fives = panelsOfFive(rows); fives > 0; fives--) {
    packed = along ? packAlong(a, stride, 5, 5, depth, packed) : packAcross(a, stride, 5, 5, depth, packed);
    a += 5 * step;
    rows -= 5;
  }
  for (; rows > 0; rows -= 4) {
    const count = min(4, rows);
    packed = along ? packAlong(a, stride, 4, count, depth, packed) : packAcross(a, stride, 4, count, depth, packed);
    a += 4 * step;
  }
}

/** Packs `depth` of B's k values; B is stored [k, n] if `along`, else [n, k]. */
function packB(b: usize, stride: usize, along: bool, columns: i32, depth: i32, packed: usize): void {
  const step: usize = along ? 4 : stride;
  for (; columns > 4; columns -= 8) {
    const count = min(8, columns);
    packed = along ? packAlong(b, stride, 8, count, depth, packed) : packAcross(b, stride, 8, count, depth, packed);
    b += 8 * step;
  }
  if (columns > 0) {
    if (along) packAlong(b, stride, 4, columns, depth, packed);
    else packAcross(b, stride, 4, columns, depth, packed);
  }
}

/**
 * The innermost loop: a full tile of `rows`×`columns` from one panel of A and one of B, one step of k an iteration.
 *
 * Its shape is what V8 makes good machine code of (each measured): the first step stands before the loop, so that the
 * addresses it shares with the loop are computed once; the loop is not unrolled and all sums are used alike behind it, or
 * V8 orders the additions so that sums spill out of the registers.
 */
@inline
function tile(rows: i32, columns: i32, a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  const wide = columns == 8;
  const end = b + 4 * columns * depth;
  const left = v128.load(b);
  const right = wide ? v128.load(b, 16) : left;
  let x = v128.load_splat<f32>(a);
  let c00 = f32x4.mul(x, left);
  let c01 = f32x4.mul(x, right);
  x = v128.load_splat<f32>(a, 4);
  let c10 = f32x4.mul(x, left);
  let c11 = f32x4.mul(x, right);
  x = v128.load_splat<f32>(a, 8);
  let c20 = f32x4.mul(x, left);
  let c21 = f32x4.mul(x, right);
  x = v128.load_splat<f32>(a, 12);
  let c30 = f32x4.mul(x, left);
  let c31 = f32x4.mul(x, right);
  if (rows == 5) x = v128.load_splat<f32>(a, 16);
  let c40 = f32x4.mul(x, left);
  let c41 = f32x4.mul(x, right);
  a += 4 * rows;
  b += 4 * columns;
  if (add) {
    c00 = f32x4.add(v128.load(c), c00);
    if (wide) c01 = f32x4.add(v128.load(c, 16), c01);
    c10 = f32x4.add(v128.load(c + stride), c10);
    if (wide) c11 = f32x4.add(v128.load(c + stride, 16), c11);
    c20 = f32x4.add(v128.load(c + 2 * stride), c20);
    if (wide) c21 = f32x4.add(v128.load(c + 2 * stride, 16), c21);
    c30 = f32x4.add(v128.load(c + 3 * stride), c30);
    if (wide) c31 = f32x4.add(v128.load(c + 3 * stride, 16), c31);
    if (rows == 5) c40 = f32x4.add(v128.load(c + 4 * stride), c40);
    if (rows == 5 && wide) c41 = f32x4.add(v128.load(c + 4 * stride, 16), c41);
  }
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = wide ? v128.load(b, 16) : b0;
    const a0 = v128.load_splat<f32>(a);
    c00 = multiplyAdd(a0, b0, c00);
    if (wide) c01 = multiplyAdd(a0, b1, c01);
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(a1, b0, c10);
    if (wide) c11 = multiplyAdd(a1, b1, c11);
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(a2, b0, c20);
    if (wide) c21 = multiplyAdd(a2, b1, c21);
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(a3, b0, c30);
    if (wide) c31 = multiplyAdd(a3, b1, c31);
    if (rows == 5) {
      const a4 = v128.load_splat<f32>(a, 16);
      c40 = multiplyAdd(a4, b0, c40);
      if (wide) c41 = multiplyAdd(a4, b1, c41);
    }
    a += 4 * rows;
    b += 4 * columns;
  }
  storeRow(c, columns, c00, c01);
  storeRow(c + stride, columns, c10, c11);
  storeRow(c + 2 * stride, columns, c20, c21);
  storeRow(c + 3 * stride, columns, c30, c31);
  if (rows == 5) storeRow(c + 4 * stride, columns, c40, c41);
}

@inline
function storeRow(c: usize, columns: i32, left: v128, right: v128): void {
  v128.store(c, left);
  if (columns == 8) v128.store(c, right, 16);
}

// Each tile is a function of its own, compiled once.
function tile5x8(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(5, 8, a, b, depth, c, stride, add);
}

function tile5x4(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(5, 4, a, b, depth, c, stride, add);
}

function tile4x8(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(4, 8, a, b, depth, c, stride, add);
}

function tile4x4(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(4, 4, a, b, depth, c, stride, add);
}

@inline
function anyTile(
  rows: i32,
  columns: i32,
  a: usize,
  b: usize,
  depth: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  if (columns == 8) {
    if (rows == 5) tile5x8(a, b, depth, c, stride, add);
    else tile4x8(a, b, depth, c, stride, add);
  } else {
    if (rows == 5) tile5x4(a, b, depth, c, stride, add);
    else tile4x4(a, b, depth, c, stride, add);
  }
}

const EDGE_STRIDE: usize = 32;
/** Bytes in front of the packed B where a tile that reaches over the edge of C is computed: each thread has its own. */
const EDGE_TILE: usize = 5 * 32;

/** A tile that reaches over the edge of C is computed aside; the part inside is copied. */
function tileAtEdge(
  rows: i32,
  columns: i32,
  a: usize,
  b: usize,
  depth: i32,
  c: usize,
  stride: usize,
  add: bool,
  rowsInside: i32,
  columnsInside: i32,
  edgeTile: usize,
): void {
  anyTile(rows, columns, a, b, depth, edgeTile, EDGE_STRIDE, false);
  for (let row = 0; row < rowsInside; row++) {
    const out = c + row * stride;
    const from = edgeTile + row * EDGE_STRIDE;
    addOrStore(out, v128.load(from), columnsInside, add);
    if (columnsInside > 4) addOrStore(out + 16, v128.load(from, 16), columnsInside - 4, add);
  }
}

@inline
function addOrStore(out: usize, lanes: v128, count: i32, add: bool): void {
  storeLanes(out, add ? f32x4.add(loadLanes(out, count), lanes) : lanes, count);
}

/** All tiles of one block: the panels of A against the panels of B. */
function multiplyPanels(
  packedA: usize,
  packedB: usize,
  edgeTile: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  const fives = panelsOfFive(rows);
  for (let column = 0; column < columns; column += 8) {
    const width = panelColumns(columns - column);
    const columnsInside = min(width, columns - column);
    let a = packedA;
    let out = c + 4 * column;
    for (let row = 0; row < rows; ) {
      const height = row < 5 * fives ? 5 : 4;
      const rowsInside = min(height, rows - row);
      if (rowsInside == height && columnsInside == width) {
        anyTile(height, width, a, packedB, depth, out, stride, add);
      } else {
        tileAtEdge(height, width, a, packedB, depth, out, stride, add, rowsInside, columnsInside, edgeTile);
      }
      a += 4 * height * depth;
      out += height * stride;
      row += height;
    }
    packedB += 4 * width * depth;
  }
}

/** The depth of every block but the last: k in equal parts of at most BLOCK_DEPTH. */
@inline
function depthOfBlocks(k: i32): i32 {
  const blocks = (k + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
  return ((k + blocks - 1) / blocks + 3) & ~3;
}

/** Packs all of A, block after block; it is stored [m, k], or [k, m] if `transposed`. */
export function packFirst(a: usize, m: i32, k: i32, transposed: bool, packed: usize): void {
  const blockDepth = depthOfBlocks(k);
  const rows = packedRows(m);
  for (let start = 0; start < k; start += blockDepth) {
    const depth = min(blockDepth, k - start);
    const block = a + 4 * start * (transposed ? m : 1);
    packA(block, 4 * (transposed ? m : k), transposed, m, depth, packed + 4 * start * rows);
  }
}

/** The columns from `first` to before `last` of C = A·B, A already packed. `first` is a multiple of 8. */
export function multiplyColumns(
  packedA: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeB: bool,
  scratchB: usize,
  first: i32,
  last: i32,
): void {
  const blockDepth = depthOfBlocks(k);
  const rows = packedRows(m);
  const columns = last - first;
  const stride: usize = 4 * (transposeB ? k : n);
  const packedB = scratchB + EDGE_TILE;
  for (let start = 0; start < k; start += blockDepth) {
    const depth = min(blockDepth, k - start);
    const corner = transposeB ? <usize>first * stride + 4 * start : <usize>start * stride + 4 * first;
    packB(b + corner, stride, !transposeB, columns, depth, packedB);
    multiplyPanels(packedA + 4 * start * rows, packedB, scratchB, m, columns, depth, c + 4 * first, 4 * n, start > 0);
  }
}

/**
 * C [m, n] = A·B. A is stored [m, k], or [k, m] if transposeA; B [k, n], or [n, k] if transposeB.
 * For the size of the scratch see packing.ts.
 */
export function matmul(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  scratchA: usize,
  scratchB: usize,
): void {
  packFirst(a, m, k, transposeA, scratchA);
  multiplyColumns(scratchA, b, c, m, n, k, transposeB, scratchB, 0, n);
}
