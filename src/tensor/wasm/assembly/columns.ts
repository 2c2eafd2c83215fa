/**
 * Sums over the rows of neighbouring columns of [N, C], eight at a time (two vectors, which the wide build joins), then four,
 * then the rest. Each column's sum has one order: rows 0, 4, 8, … (0, 2, 4, … where two things are summed), rows 1, 5, 9, …
 * and so on in float32; these are added up every SUM_BLOCK rows, and that is summed in float64.
 */
import { gradientThrough, NONE, RELU, SIGMOID, TANH } from "./activations";
import { loadLanes, multiplyAdd, narrow, SUM_BLOCK, splat, storeLanes, widenHigh, widenLow } from "./arithmetic";

/**
 * Sums leave a loop's registers by neighbouring stores, from which V8 finds what it can join: eight sums, and eight more behind
 * them. Only the main thread sums: helpers of the team (team.ts) have the same memory, and would have this place as well. It is
 * no data of the module, which a helper that starts would fill anew.
 */
export const sums: usize = (__heap_base + 63) & ~63;
export const SECOND: usize = 32;

/** The first byte behind what the module has for itself. */
export function heapBase(): usize {
  return sums + 64;
}

/** The columns that are worked on next when `left` are left. */
@inline
export function columnsOf(left: i32): i32 {
  return left >= 8 ? 8 : min(4, left);
}

/** The first four of `columns` columns; the other four are loaded from 16 bytes further on. */
@inline
export function loadColumns(pointer: usize, columns: i32): v128 {
  return columns >= 4 ? v128.load(pointer) : loadLanes(pointer, columns);
}

@inline
export function storeColumns(pointer: usize, lanes: v128, columns: i32): void {
  if (columns >= 4) v128.store(pointer, lanes);
  else storeLanes(pointer, lanes, columns);
}

/** Σ x of some rows. */
@inline
function sumRowsOf(columns: i32, x: usize, stride: usize, rows: i32): void {
  const both = columns == 8;
  let low0 = splat(0);
  let low1 = splat(0);
  let low2 = splat(0);
  let low3 = splat(0);
  let high0 = splat(0);
  let high1 = splat(0);
  let high2 = splat(0);
  let high3 = splat(0);
  for (; rows >= 4; rows -= 4) {
    const x1 = x + stride;
    const x2 = x1 + stride;
    const x3 = x2 + stride;
    low0 = f32x4.add(low0, loadColumns(x, columns));
    low1 = f32x4.add(low1, loadColumns(x1, columns));
    low2 = f32x4.add(low2, loadColumns(x2, columns));
    low3 = f32x4.add(low3, loadColumns(x3, columns));
    if (both) high0 = f32x4.add(high0, v128.load(x, 16));
    if (both) high1 = f32x4.add(high1, v128.load(x1, 16));
    if (both) high2 = f32x4.add(high2, v128.load(x2, 16));
    if (both) high3 = f32x4.add(high3, v128.load(x3, 16));
    x = x3 + stride;
  }
  for (; rows > 0; rows--) {
    low0 = f32x4.add(low0, loadColumns(x, columns));
    if (both) high0 = f32x4.add(high0, v128.load(x, 16));
    x += stride;
  }
  v128.store(sums, f32x4.add(f32x4.add(low0, low1), f32x4.add(low2, low3)));
  if (both) v128.store(sums, f32x4.add(f32x4.add(high0, high1), f32x4.add(high2, high3)), 16);
}

/** Σ d and Σ d² of some rows, d = x − center. */
@inline
function sumDeviationsOf(columns: i32, x: usize, stride: usize, rows: i32, centers: usize): void {
  const both = columns == 8;
  const centerLow = loadColumns(centers, columns);
  const centerHigh = both ? v128.load(centers, 16) : centerLow;
  let low0 = splat(0);
  let low1 = splat(0);
  let high0 = splat(0);
  let high1 = splat(0);
  let lowSquares0 = splat(0);
  let lowSquares1 = splat(0);
  let highSquares0 = splat(0);
  let highSquares1 = splat(0);
  for (; rows >= 2; rows -= 2) {
    const next = x + stride;
    const d0 = f32x4.sub(loadColumns(x, columns), centerLow);
    const e0 = both ? f32x4.sub(v128.load(x, 16), centerHigh) : d0;
    low0 = f32x4.add(low0, d0);
    if (both) high0 = f32x4.add(high0, e0);
    lowSquares0 = multiplyAdd(d0, d0, lowSquares0);
    if (both) highSquares0 = multiplyAdd(e0, e0, highSquares0);
    const d1 = f32x4.sub(loadColumns(next, columns), centerLow);
    const e1 = both ? f32x4.sub(v128.load(next, 16), centerHigh) : d1;
    low1 = f32x4.add(low1, d1);
    if (both) high1 = f32x4.add(high1, e1);
    lowSquares1 = multiplyAdd(d1, d1, lowSquares1);
    if (both) highSquares1 = multiplyAdd(e1, e1, highSquares1);
    x = next + stride;
  }
  if (rows > 0) {
    const d = f32x4.sub(loadColumns(x, columns), centerLow);
    const e = both ? f32x4.sub(v128.load(x, 16), centerHigh) : d;
    low0 = f32x4.add(low0, d);
    if (both) high0 = f32x4.add(high0, e);
    lowSquares0 = multiplyAdd(d, d, lowSquares0);
    if (both) highSquares0 = multiplyAdd(e, e, highSquares0);
  }
  v128.store(sums, f32x4.add(low0, low1));
  if (both) v128.store(sums, f32x4.add(high0, high1), 16);
  v128.store(sums + SECOND, f32x4.add(lowSquares0, lowSquares1));
  if (both) v128.store(sums + SECOND, f32x4.add(highSquares0, highSquares1), 16);
}

/** The value that stands in x as it is, or normalized: (x − mean)·inverseStd. */
@inline
function unitOf(normalizes: bool, x: v128, center: v128, scale: v128): v128 {
  return normalizes ? f32x4.mul(f32x4.sub(x, center), scale) : x;
}

/**
 * Σ g and Σ g·h of some rows. h is x, or x normalized by mean and inverseStd. With an activation (its output is `out`), g is first
 * taken back through it and stored in `through`.
 */
@inline
function sumProductsOf(
  activation: i32,
  normalizes: bool,
  columns: i32,
  g: usize,
  out: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  through: usize,
  stride: usize,
  rows: i32,
): void {
  const both = columns == 8;
  const activates = activation != NONE;
  const zero = splat(0);
  const centerLow = normalizes ? loadColumns(mean, columns) : zero;
  const centerHigh = normalizes && both ? v128.load(mean, 16) : zero;
  const scaleLow = normalizes ? loadColumns(inverseStd, columns) : zero;
  const scaleHigh = normalizes && both ? v128.load(inverseStd, 16) : zero;
  let low0 = zero;
  let low1 = zero;
  let high0 = zero;
  let high1 = zero;
  let lowDots0 = zero;
  let lowDots1 = zero;
  let highDots0 = zero;
  let highDots1 = zero;
  for (; rows > 0; rows -= 2) {
    let gLow = loadColumns(g, columns);
    let gHigh = both ? v128.load(g, 16) : gLow;
    if (activates) {
      gLow = gradientThrough(activation, gLow, loadColumns(out, columns));
      if (both) gHigh = gradientThrough(activation, gHigh, v128.load(out, 16));
      storeColumns(through, gLow, columns);
      if (both) v128.store(through, gHigh, 16);
    }
    low0 = f32x4.add(low0, gLow);
    if (both) high0 = f32x4.add(high0, gHigh);
    lowDots0 = multiplyAdd(gLow, unitOf(normalizes, loadColumns(x, columns), centerLow, scaleLow), lowDots0);
    if (both) highDots0 = multiplyAdd(gHigh, unitOf(normalizes, v128.load(x, 16), centerHigh, scaleHigh), highDots0);
    if (rows == 1) break;
    g += stride;
    x += stride;
    out += stride;
    through += stride;
    gLow = loadColumns(g, columns);
    gHigh = both ? v128.load(g, 16) : gLow;
    if (activates) {
      gLow = gradientThrough(activation, gLow, loadColumns(out, columns));
      if (both) gHigh = gradientThrough(activation, gHigh, v128.load(out, 16));
      storeColumns(through, gLow, columns);
      if (both) v128.store(through, gHigh, 16);
    }
    low1 = f32x4.add(low1, gLow);
    if (both) high1 = f32x4.add(high1, gHigh);
    lowDots1 = multiplyAdd(gLow, unitOf(normalizes, loadColumns(x, columns), centerLow, scaleLow), lowDots1);
    if (both) highDots1 = multiplyAdd(gHigh, unitOf(normalizes, v128.load(x, 16), centerHigh, scaleHigh), highDots1);
    g += stride;
    x += stride;
    out += stride;
    through += stride;
  }
  v128.store(sums, f32x4.add(low0, low1));
  if (both) v128.store(sums, f32x4.add(high0, high1), 16);
  v128.store(sums + SECOND, f32x4.add(lowDots0, lowDots1));
  if (both) v128.store(sums + SECOND, f32x4.add(highDots0, highDots1), 16);
}

// Each loop is a function of its own: of alternatives in one function the optimizer makes one loop, which asks at every row.
function sum8(x: usize, stride: usize, rows: i32): void {
  sumRowsOf(8, x, stride, rows);
}

function sum4(x: usize, stride: usize, rows: i32): void {
  sumRowsOf(4, x, stride, rows);
}

function sumRest(columns: i32, x: usize, stride: usize, rows: i32): void {
  sumRowsOf(columns, x, stride, rows);
}

@inline
function sum(columns: i32, x: usize, stride: usize, rows: i32): void {
  if (columns == 8) sum8(x, stride, rows);
  else if (columns == 4) sum4(x, stride, rows);
  else sumRest(columns, x, stride, rows);
}

function deviations8(x: usize, stride: usize, rows: i32, centers: usize): void {
  sumDeviationsOf(8, x, stride, rows, centers);
}

function deviations4(x: usize, stride: usize, rows: i32, centers: usize): void {
  sumDeviationsOf(4, x, stride, rows, centers);
}

function deviationsRest(columns: i32, x: usize, stride: usize, rows: i32, centers: usize): void {
  sumDeviationsOf(columns, x, stride, rows, centers);
}

@inline
function deviations(columns: i32, x: usize, stride: usize, rows: i32, centers: usize): void {
  if (columns == 8) deviations8(x, stride, rows, centers);
  else if (columns == 4) deviations4(x, stride, rows, centers);
  else deviationsRest(columns, x, stride, rows, centers);
}

function products8(g: usize, x: usize, stride: usize, rows: i32): void {
  sumProductsOf(NONE, false, 8, g, 0, x, 0, 0, 0, stride, rows);
}

function productsRest(columns: i32, g: usize, x: usize, stride: usize, rows: i32): void {
  sumProductsOf(NONE, false, columns, g, 0, x, 0, 0, 0, stride, rows);
}

function normalized8(g: usize, x: usize, mean: usize, inverseStd: usize, stride: usize, rows: i32): void {
  sumProductsOf(NONE, true, 8, g, 0, x, mean, inverseStd, 0, stride, rows);
}

function reluProducts8(g: usize, out: usize, x: usize, mean: usize, inverseStd: usize, through: usize, stride: usize, rows: i32): void {
  sumProductsOf(RELU, true, 8, g, out, x, mean, inverseStd, through, stride, rows);
}

function sigmoidProducts8(g: usize, out: usize, x: usize, mean: usize, inverseStd: usize, through: usize, stride: usize, rows: i32): void {
  sumProductsOf(SIGMOID, true, 8, g, out, x, mean, inverseStd, through, stride, rows);
}

function tanhProducts8(g: usize, out: usize, x: usize, mean: usize, inverseStd: usize, through: usize, stride: usize, rows: i32): void {
  sumProductsOf(TANH, true, 8, g, out, x, mean, inverseStd, through, stride, rows);
}

function fusedRest(
  activation: i32,
  columns: i32,
  g: usize,
  out: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  through: usize,
  stride: usize,
  rows: i32,
): void {
  if (activation == NONE) sumProductsOf(NONE, true, columns, g, 0, x, mean, inverseStd, 0, stride, rows);
  else sumProductsOf(activation, true, columns, g, out, x, mean, inverseStd, through, stride, rows);
}

@inline
function wideLow(at: usize): v128 {
  return widenLow(v128.load(sums + at));
}

@inline
function wideHigh(at: usize): v128 {
  return widenHigh(v128.load(sums + at));
}

/**
 * Mean and biased variance of `columns` neighbouring columns of x [N, C]; `stride` is the length of a row in bytes. The second pass
 * takes the mean of d = x − mean off again, variance = Σd²/m − (Σd/m)², so that the rounding of the mean does not get into the
 * variance (Chan, Golub and LeVeque 1983).
 */
@inline
export function columnMoments(columns: i32, x: usize, mean: usize, variance: usize, n: i32, stride: usize): void {
  const both = columns == 8;
  const zero = f64x2.splat(0);
  const m = f64x2.splat(<f64>n);
  let a = zero;
  let b = zero;
  let c = zero;
  let d = zero;
  let p = x;
  for (let row = 0; row < n; row += SUM_BLOCK) {
    const rows = min(SUM_BLOCK, n - row);
    sum(columns, p, stride, rows);
    a = f64x2.add(a, wideLow(0));
    b = f64x2.add(b, wideHigh(0));
    if (both) c = f64x2.add(c, wideLow(16));
    if (both) d = f64x2.add(d, wideHigh(16));
    p += SUM_BLOCK * stride;
  }
  // The mean so far, in its place: there the second pass finds it.
  const centerLow = narrow(f64x2.div(a, m), f64x2.div(b, m));
  const centerHigh = both ? narrow(f64x2.div(c, m), f64x2.div(d, m)) : centerLow;
  storeColumns(mean, centerLow, columns);
  if (both) v128.store(mean, centerHigh, 16);

  a = zero;
  b = zero;
  c = zero;
  d = zero;
  let aSquares = zero;
  let bSquares = zero;
  let cSquares = zero;
  let dSquares = zero;
  p = x;
  for (let row = 0; row < n; row += SUM_BLOCK) {
    const rows = min(SUM_BLOCK, n - row);
    deviations(columns, p, stride, rows, mean);
    a = f64x2.add(a, wideLow(0));
    b = f64x2.add(b, wideHigh(0));
    aSquares = f64x2.add(aSquares, wideLow(SECOND));
    bSquares = f64x2.add(bSquares, wideHigh(SECOND));
    if (both) {
      c = f64x2.add(c, wideLow(16));
      d = f64x2.add(d, wideHigh(16));
      cSquares = f64x2.add(cSquares, wideLow(SECOND + 16));
      dSquares = f64x2.add(dSquares, wideHigh(SECOND + 16));
    }
    p += SUM_BLOCK * stride;
  }
  storeMoments(columns, mean, variance, centerLow, f64x2.div(a, m), f64x2.div(b, m), f64x2.div(aSquares, m), f64x2.div(bSquares, m));
  if (both) {
    storeMoments(4, mean + 16, variance + 16, centerHigh, f64x2.div(c, m), f64x2.div(d, m), f64x2.div(cSquares, m), f64x2.div(dSquares, m));
  }
}

/** Of up to four columns, from the means of d and d². */
@inline
function storeMoments(columns: i32, mean: usize, variance: usize, center: v128, low: v128, high: v128, lowSquares: v128, highSquares: v128): void {
  storeColumns(mean, narrow(f64x2.add(widenLow(center), low), f64x2.add(widenHigh(center), high)), columns);
  const biased = narrow(f64x2.sub(lowSquares, f64x2.mul(low, low)), f64x2.sub(highSquares, f64x2.mul(high, high)));
  storeColumns(variance, f32x4.max(biased, splat(0)), columns);
}

/** Σ g and Σ g·x of `columns` neighbouring columns of [N, C]. */
export function columnSums(columns: i32, g: usize, x: usize, gradBeta: usize, gradGamma: usize, n: i32, stride: usize): void {
  fusedColumnSums(NONE, false, columns, g, 0, x, 0, 0, 0, gradBeta, gradGamma, n, stride);
}

/**
 * Σ g and Σ g·h, g being the gradient in front of the activation, which is stored in `through` (without an activation it is g as it
 * is given, and nothing is stored), and h = (x − mean)·inverseStd.
 */
@inline
export function fusedColumnSums(
  activation: i32,
  normalizes: bool,
  columns: i32,
  g: usize,
  out: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  through: usize,
  gradBeta: usize,
  gradGamma: usize,
  n: i32,
  stride: usize,
): void {
  const both = columns == 8;
  const zero = f64x2.splat(0);
  let a = zero;
  let b = zero;
  let c = zero;
  let d = zero;
  let aDots = zero;
  let bDots = zero;
  let cDots = zero;
  let dDots = zero;
  for (let row = 0; row < n; row += SUM_BLOCK) {
    const rows = min(SUM_BLOCK, n - row);
    if (!normalizes) {
      if (both) products8(g, x, stride, rows);
      else productsRest(columns, g, x, stride, rows);
    } else if (!both) {
      fusedRest(activation, columns, g, out, x, mean, inverseStd, through, stride, rows);
    } else if (activation == RELU) {
      reluProducts8(g, out, x, mean, inverseStd, through, stride, rows);
    } else if (activation == SIGMOID) {
      sigmoidProducts8(g, out, x, mean, inverseStd, through, stride, rows);
    } else if (activation == TANH) {
      tanhProducts8(g, out, x, mean, inverseStd, through, stride, rows);
    } else {
      normalized8(g, x, mean, inverseStd, stride, rows);
    }
    a = f64x2.add(a, wideLow(0));
    b = f64x2.add(b, wideHigh(0));
    aDots = f64x2.add(aDots, wideLow(SECOND));
    bDots = f64x2.add(bDots, wideHigh(SECOND));
    if (both) {
      c = f64x2.add(c, wideLow(16));
      d = f64x2.add(d, wideHigh(16));
      cDots = f64x2.add(cDots, wideLow(SECOND + 16));
      dDots = f64x2.add(dDots, wideHigh(SECOND + 16));
    }
    const step = SUM_BLOCK * stride;
    g += step;
    out += step;
    x += step;
    through += step;
  }
  storeColumns(gradBeta, narrow(a, b), columns);
  storeColumns(gradGamma, narrow(aDots, bDots), columns);
  if (both) {
    v128.store(gradBeta, narrow(c, d), 16);
    v128.store(gradGamma, narrow(cDots, dDots), 16);
  }
}
