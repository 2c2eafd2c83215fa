/**
 * A product's factors are packed into panels that the innermost loop reads from front to back, for each k the panel's values
 * side by side: A in as many panels of 5 rows as leave whole panels of 4 (for what a tile of five loads it computes more), B in
 * panels of 16 columns (wide) or 8, the last one as narrow as it may be.
 */
import { PANEL_COLUMNS } from "./width";

/** How many of A's panels have 5 rows. Without an exact split (rows = 1 to 3, 6, 7, 11) all have 4, the last one padded. */
@inline
export function panelsOfFive(rows: i32): i32 {
  const least = rows & 3;
  return 5 * least <= rows ? least + 4 * ((rows - 5 * least) / 20) : 0;
}

/** Rows of A with the padding of the last panel. */
@inline
export function paddedRows(rows: i32): i32 {
  return panelsOfFive(rows) > 0 ? rows : (rows + 3) & ~3;
}

/** Columns of the panel that starts with `left` columns still to pack. */
@inline
export function panelColumns(left: i32): i32 {
  if (PANEL_COLUMNS == 16 && left > 8) return 16;
  return left > 4 ? 8 : 4;
}

/**
 * A stored matrix whose rows lie `stride` bytes apart, or, where `places` is not 0, are those rows of a larger one that the
 * numbers at `places` say.
 */
@inline
function rowAt(source: usize, stride: usize, places: usize, row: i32): usize {
  return source + (places ? <usize>load<i32>(places + 4 * row) : <usize>row) * stride;
}

/** One panel from a factor whose `width` values of one k lie side by side in stored row k. */
@inline
function packAlong(source: usize, stride: usize, places: usize, width: i32, count: i32, depth: i32, packed: usize): usize {
  for (let k = 0; k < depth; k++) {
    const row = rowAt(source, stride, places, k);
    if (count == width) {
      const x0 = v128.load(row);
      const x1 = width >= 8 ? v128.load(row, 16) : x0;
      const x2 = width == 16 ? v128.load(row, 32) : x0;
      const x3 = width == 16 ? v128.load(row, 48) : x0;
      if (width == 5) store<f32>(packed, load<f32>(row, 16), 16);
      v128.store(packed, x0);
      if (width >= 8) v128.store(packed, x1, 16);
      if (width == 16) v128.store(packed, x2, 32);
      if (width == 16) v128.store(packed, x3, 48);
    } else {
      for (let i = 0; i < width; i++) {
        store<f32>(packed + 4 * i, i < count ? load<f32>(row + 4 * i) : <f32>0);
      }
    }
    packed += 4 * width;
  }
  return packed;
}

/** Four stored rows transposed, so that `packed` has their values of one k side by side. */
@inline
export function transposeFour(row0: usize, row1: usize, row2: usize, row3: usize, depth: i32, packed: usize, packedStride: usize): void {
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

/** One stored row (or zeros) as every `packedStride`-th value of `packed`. */
@inline
function spreadRow(row: usize, isPadding: bool, depth: i32, packed: usize, packedStride: usize): void {
  for (let k = 0; k < depth; k++) {
    store<f32>(packed, isPadding ? <f32>0 : load<f32>(row));
    row += 4;
    packed += packedStride;
  }
}

/** One panel from a factor whose values of one k lie in `count` stored rows, the first of them number `first`. */
@inline
function packAcross(source: usize, stride: usize, places: usize, first: i32, width: i32, count: i32, depth: i32, packed: usize): usize {
  const packedStride: usize = 4 * width;
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    const at = first + row;
    transposeFour(
      rowAt(source, stride, places, at),
      rowAt(source, stride, places, at + 1),
      rowAt(source, stride, places, at + 2),
      rowAt(source, stride, places, at + 3),
      depth,
      packed + 4 * row,
      packedStride,
    );
  }
  for (; row < width; row++) {
    const isPadding = row >= count;
    const at = isPadding ? source : rowAt(source, stride, places, first + row);
    spreadRow(at, isPadding, depth, packed + 4 * row, packedStride);
  }
  return packed + depth * packedStride;
}

@inline
function packRows(a: usize, stride: usize, places: usize, along: bool, row: i32, width: i32, count: i32, depth: i32, packed: usize): usize {
  return along
    ? packAlong(a + 4 * row, stride, places, width, count, depth, packed)
    : packAcross(a, stride, places, row, width, count, depth, packed);
}

/**
 * Packs `depth` of A's k values for the rows from `first` to before `last`, which begin and end panels. A is stored [m, k], or
 * [k, m] if `along`, from the block's first k on; `packed` is where the block begins.
 */
export function packFirst(
  a: usize,
  stride: usize,
  places: usize,
  along: bool,
  rows: i32,
  first: i32,
  last: i32,
  depth: i32,
  packed: usize,
): void {
  const inFives = 5 * panelsOfFive(rows);
  packed += 4 * first * depth;
  for (let row = first; row < last; ) {
    if (row < inFives) {
      packed = packRows(a, stride, places, along, row, 5, 5, depth, packed);
      row += 5;
    } else {
      packed = packRows(a, stride, places, along, row, 4, min(4, rows - row), depth, packed);
      row += 4;
    }
  }
}

/** Packs the panel of B that starts with its column `first`; B is stored [k, n] if `along`, else [n, k]. */
export function packSecond(
  b: usize,
  stride: usize,
  places: usize,
  along: bool,
  first: i32,
  width: i32,
  count: i32,
  depth: i32,
  packed: usize,
): void {
  const from = along ? b + 4 * first : b;
  if (PANEL_COLUMNS == 16 && width == 16) {
    if (along) packAlong(from, stride, places, 16, count, depth, packed);
    else packAcross(from, stride, places, first, 16, count, depth, packed);
  } else if (width == 8) {
    if (along) packAlong(from, stride, places, 8, count, depth, packed);
    else packAcross(from, stride, places, first, 8, count, depth, packed);
  } else {
    if (along) packAlong(from, stride, places, 4, count, depth, packed);
    else packAcross(from, stride, places, first, 4, count, depth, packed);
  }
}
