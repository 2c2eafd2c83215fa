/**
 * The innermost loop of a product: a full tile of 4 or 5 rows by 4, 8 or (in the wide build) 16 columns, one step of k an iteration.
 * Each sum runs over k from front to back, whatever the tile: that is the order which all bits depend on.
 */
import { multiplyAdd } from "./arithmetic";
import { WIDE } from "./width";

/**
 * Its shape is what V8 makes good machine code of (each measured): the first step stands before the loop, so that the
 * addresses it shares with the loop are computed once; the loop is not unrolled and all sums are used alike behind it, or
 * V8 orders the additions so that sums spill out of the registers. Neighbouring sums are stored side by side, which is where
 * the revectorizer looks for pairs.
 */
@inline
function tile(rows: i32, columns: i32, a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  const end = b + 4 * columns * depth;
  const first0 = v128.load(b);
  const first1 = columns >= 8 ? v128.load(b, 16) : first0;
  const first2 = columns == 16 ? v128.load(b, 32) : first0;
  const first3 = columns == 16 ? v128.load(b, 48) : first0;
  let x = v128.load_splat<f32>(a);
  let c00 = f32x4.mul(x, first0);
  let c01 = f32x4.mul(x, first1);
  let c02 = f32x4.mul(x, first2);
  let c03 = f32x4.mul(x, first3);
  x = v128.load_splat<f32>(a, 4);
  let c10 = f32x4.mul(x, first0);
  let c11 = f32x4.mul(x, first1);
  let c12 = f32x4.mul(x, first2);
  let c13 = f32x4.mul(x, first3);
  x = v128.load_splat<f32>(a, 8);
  let c20 = f32x4.mul(x, first0);
  let c21 = f32x4.mul(x, first1);
  let c22 = f32x4.mul(x, first2);
  let c23 = f32x4.mul(x, first3);
  x = v128.load_splat<f32>(a, 12);
  let c30 = f32x4.mul(x, first0);
  let c31 = f32x4.mul(x, first1);
  let c32 = f32x4.mul(x, first2);
  let c33 = f32x4.mul(x, first3);
  if (rows == 5) x = v128.load_splat<f32>(a, 16);
  let c40 = f32x4.mul(x, first0);
  let c41 = f32x4.mul(x, first1);
  let c42 = f32x4.mul(x, first2);
  let c43 = f32x4.mul(x, first3);
  a += 4 * rows;
  b += 4 * columns;
  if (add) {
    c00 = f32x4.add(v128.load(c), c00);
    if (columns >= 8) c01 = f32x4.add(v128.load(c, 16), c01);
    if (columns == 16) c02 = f32x4.add(v128.load(c, 32), c02);
    if (columns == 16) c03 = f32x4.add(v128.load(c, 48), c03);
    c10 = f32x4.add(v128.load(c + stride), c10);
    if (columns >= 8) c11 = f32x4.add(v128.load(c + stride, 16), c11);
    if (columns == 16) c12 = f32x4.add(v128.load(c + stride, 32), c12);
    if (columns == 16) c13 = f32x4.add(v128.load(c + stride, 48), c13);
    c20 = f32x4.add(v128.load(c + 2 * stride), c20);
    if (columns >= 8) c21 = f32x4.add(v128.load(c + 2 * stride, 16), c21);
    if (columns == 16) c22 = f32x4.add(v128.load(c + 2 * stride, 32), c22);
    if (columns == 16) c23 = f32x4.add(v128.load(c + 2 * stride, 48), c23);
    c30 = f32x4.add(v128.load(c + 3 * stride), c30);
    if (columns >= 8) c31 = f32x4.add(v128.load(c + 3 * stride, 16), c31);
    if (columns == 16) c32 = f32x4.add(v128.load(c + 3 * stride, 32), c32);
    if (columns == 16) c33 = f32x4.add(v128.load(c + 3 * stride, 48), c33);
    if (rows == 5) c40 = f32x4.add(v128.load(c + 4 * stride), c40);
    if (rows == 5 && columns >= 8) c41 = f32x4.add(v128.load(c + 4 * stride, 16), c41);
    if (rows == 5 && columns == 16) c42 = f32x4.add(v128.load(c + 4 * stride, 32), c42);
    if (rows == 5 && columns == 16) c43 = f32x4.add(v128.load(c + 4 * stride, 48), c43);
  }
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = columns >= 8 ? v128.load(b, 16) : b0;
    const b2 = columns == 16 ? v128.load(b, 32) : b0;
    const b3 = columns == 16 ? v128.load(b, 48) : b0;
    const a0 = v128.load_splat<f32>(a);
    c00 = multiplyAdd(a0, b0, c00);
    if (columns >= 8) c01 = multiplyAdd(a0, b1, c01);
    if (columns == 16) c02 = multiplyAdd(a0, b2, c02);
    if (columns == 16) c03 = multiplyAdd(a0, b3, c03);
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = multiplyAdd(a1, b0, c10);
    if (columns >= 8) c11 = multiplyAdd(a1, b1, c11);
    if (columns == 16) c12 = multiplyAdd(a1, b2, c12);
    if (columns == 16) c13 = multiplyAdd(a1, b3, c13);
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = multiplyAdd(a2, b0, c20);
    if (columns >= 8) c21 = multiplyAdd(a2, b1, c21);
    if (columns == 16) c22 = multiplyAdd(a2, b2, c22);
    if (columns == 16) c23 = multiplyAdd(a2, b3, c23);
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = multiplyAdd(a3, b0, c30);
    if (columns >= 8) c31 = multiplyAdd(a3, b1, c31);
    if (columns == 16) c32 = multiplyAdd(a3, b2, c32);
    if (columns == 16) c33 = multiplyAdd(a3, b3, c33);
    if (rows == 5) {
      const a4 = v128.load_splat<f32>(a, 16);
      c40 = multiplyAdd(a4, b0, c40);
      if (columns >= 8) c41 = multiplyAdd(a4, b1, c41);
      if (columns == 16) c42 = multiplyAdd(a4, b2, c42);
      if (columns == 16) c43 = multiplyAdd(a4, b3, c43);
    }
    a += 4 * rows;
    b += 4 * columns;
  }
  storeRow(c, columns, c00, c01, c02, c03);
  storeRow(c + stride, columns, c10, c11, c12, c13);
  storeRow(c + 2 * stride, columns, c20, c21, c22, c23);
  storeRow(c + 3 * stride, columns, c30, c31, c32, c33);
  if (rows == 5) storeRow(c + 4 * stride, columns, c40, c41, c42, c43);
}

@inline
function storeRow(c: usize, columns: i32, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(c, x0);
  if (columns >= 8) v128.store(c, x1, 16);
  if (columns == 16) {
    v128.store(c, x2, 32);
    v128.store(c, x3, 48);
  }
}

// Each tile is a function of its own, compiled once.
function tile5x16(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(5, 16, a, b, depth, c, stride, add);
}

function tile5x8(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(5, 8, a, b, depth, c, stride, add);
}

function tile5x4(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(5, 4, a, b, depth, c, stride, add);
}

function tile4x16(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(4, 16, a, b, depth, c, stride, add);
}

function tile4x8(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(4, 8, a, b, depth, c, stride, add);
}

function tile4x4(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  tile(4, 4, a, b, depth, c, stride, add);
}

/** C's tile = (add ? C's tile : 0) + the panel of A times the panel of B; `stride` is the length of a row of C in bytes. */
@inline
export function anyTile(rows: i32, columns: i32, a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  if (WIDE && columns == 16) {
    if (rows == 5) tile5x16(a, b, depth, c, stride, add);
    else tile4x16(a, b, depth, c, stride, add);
  } else if (columns == 8) {
    if (rows == 5) tile5x8(a, b, depth, c, stride, add);
    else tile4x8(a, b, depth, c, stride, add);
  } else {
    if (rows == 5) tile5x4(a, b, depth, c, stride, add);
    else tile4x4(a, b, depth, c, stride, add);
  }
}
