/**
 * C [m, n] = A·B by tiles (tile.ts) of packed panels (packing.ts). The depth k is cut into equal blocks, short enough that one panel
 * of each factor stays in the first-level cache. A is packed as a whole, B a panel at a time, which is then multiplied by
 * all of A. Either factor may be rows of a larger matrix that a list of places picks (gathered rows).
 */
import { loadLanes, storeLanes } from "./arithmetic";
import { Flag, Input, Output, Scratch } from "./fields";
import { packFirst, packSecond, paddedRows, panelColumns, panelsOfFive } from "./packing";
import { anyTile } from "./tile";
import { PANEL_COLUMNS } from "./width";

/** A product C [m, n] = A·B. */
@unmanaged
export class Product {
  /** A, stored [m, k], or [k, m] if transposeA. */
  a: Input;
  /** B, stored [k, n], or [n, k] if transposeB. */
  b: Input;
  /** C */
  out: Output;
  m: i32;
  n: i32;
  k: i32;
  transposeA: Flag;
  transposeB: Flag;
  /** 0, or numbers: row r of A as it is stored is then row placesA[r] of a larger matrix of rows as long. */
  placesA: Input;
  placesB: Input;
  /** firstScratchBytes(m, k) */
  scratchA: Scratch;
  /** secondScratchBytes() */
  scratchB: Scratch;
}

/** A panel of B takes 16 KiB at most. */
const BLOCK_DEPTH: i32 = 4096 / PANEL_COLUMNS;

const EDGE_STRIDE: usize = 4 * PANEL_COLUMNS;
/** Bytes in front of the packed panel of B where a tile that reaches over the edge of C is computed: each thread has its own. */
const EDGE_TILE: usize = 5 * EDGE_STRIDE;

/** Bytes of scratch for all of A, packed. */
export function firstScratchBytes(m: i32, k: i32): i32 {
  return 4 * paddedRows(m) * k;
}

/** Bytes of scratch for a panel of B, packed, and a tile at the edge: any product's. */
export function secondScratchBytes(): i32 {
  return EDGE_TILE + 4 * PANEL_COLUMNS * BLOCK_DEPTH;
}

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
  if (add) {
    for (let row = 0; row < rowsInside; row++) {
      for (let at = 0; at < columnsInside; at += 4) {
        v128.store(edgeTile + row * EDGE_STRIDE + 4 * at, loadLanes(c + row * stride + 4 * at, columnsInside - at));
      }
    }
  }
  anyTile(rows, columns, a, b, depth, edgeTile, EDGE_STRIDE, add);
  for (let row = 0; row < rowsInside; row++) {
    for (let at = 0; at < columnsInside; at += 4) {
      storeLanes(c + row * stride + 4 * at, v128.load(edgeTile + row * EDGE_STRIDE + 4 * at), columnsInside - at);
    }
  }
}

/** All of A against one panel of B. */
function multiplyPanel(
  packedA: usize,
  packedB: usize,
  edgeTile: usize,
  rows: i32,
  columns: i32,
  columnsInside: i32,
  depth: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  const inFives = 5 * panelsOfFive(rows);
  for (let row = 0; row < rows; ) {
    const height = row < inFives ? 5 : 4;
    const rowsInside = min(height, rows - row);
    if (rowsInside == height && columnsInside == columns) {
      anyTile(height, columns, packedA, packedB, depth, c, stride, add);
    } else {
      tileAtEdge(height, columns, packedA, packedB, depth, c, stride, add, rowsInside, columnsInside, edgeTile);
    }
    packedA += 4 * height * depth;
    c += height * stride;
    row += height;
  }
}

/** The depth of every block but the last: k in equal parts of at most BLOCK_DEPTH. */
@inline
function depthOfBlocks(k: i32): i32 {
  const blocks = (k + BLOCK_DEPTH - 1) / BLOCK_DEPTH;
  return ((k + blocks - 1) / blocks + 3) & ~3;
}

/** Where the rows of a stored factor come from, from its k-th value on: side by side in a row, or a row each. */
@inline
function blockOf(factor: usize, stride: usize, places: usize, along: bool, k: i32): usize {
  if (!along) return factor + 4 * k;
  return places ? factor : factor + <usize>k * stride;
}

@inline
function placesOf(places: usize, along: bool, k: i32): usize {
  return places && along ? places + 4 * k : places;
}

/** Packs the rows from `first` to before `last` of A, block after block. */
export function packRowsOfFirst(product: Product, first: i32, last: i32): void {
  const m = product.m;
  const k = product.k;
  const a = product.a;
  const transposed = product.transposeA != 0;
  const places = product.placesA;
  const packed = product.scratchA;
  const blockDepth = depthOfBlocks(k);
  const rows = paddedRows(m);
  const stride: usize = 4 * (transposed ? m : k);
  for (let start = 0; start < k; start += blockDepth) {
    const depth = min(blockDepth, k - start);
    const block = blockOf(a, stride, places, transposed, start);
    packFirst(block, stride, placesOf(places, transposed, start), transposed, m, first, last, depth, packed + 4 * start * rows);
  }
}

/** The columns from `first` to before `last` of C = A·B, A already packed. `first` is a multiple of 16; each thread has its own scratch. */
export function multiplyColumns(product: Product, scratch: usize, first: i32, last: i32): void {
  const packedA = product.scratchA;
  const b = product.b;
  const c = product.out;
  const m = product.m;
  const n = product.n;
  const k = product.k;
  const transposeB = product.transposeB != 0;
  const places = product.placesB;
  const blockDepth = depthOfBlocks(k);
  const rows = paddedRows(m);
  const stride: usize = 4 * (transposeB ? k : n);
  const packedB = scratch + EDGE_TILE;
  for (let start = 0; start < k; start += blockDepth) {
    const depth = min(blockDepth, k - start);
    const block = blockOf(b, stride, places, !transposeB, start);
    const blockPlaces = placesOf(places, !transposeB, start);
    for (let column = first; column < last; ) {
      const width = panelColumns(last - column);
      const inside = min(width, last - column);
      packSecond(block, stride, blockPlaces, !transposeB, column, width, inside, depth, packedB);
      multiplyPanel(packedA + 4 * start * rows, packedB, scratch, m, width, inside, depth, c + 4 * column, 4 * n, start > 0);
      column += width;
    }
  }
}

/** C = A·B. */
export function matmul(product: Product): void {
  packRowsOfFirst(product, 0, product.m);
  multiplyColumns(product, product.scratchB, 0, product.n);
}
