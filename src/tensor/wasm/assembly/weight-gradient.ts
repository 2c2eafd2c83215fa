/**
 * The gradient of a convolution's weights: of weight (o, k) the sum over images and outputs of g[o] times what place k of the window
 * meets. Both are runs in planes with rows equally far apart (frames.ts), g with zeros between its rows.
 *
 * The order of the sum: eight sums of every eighth value of a run, over at most LONGEST_RUN values of some images (as many as have
 * that many values together, at least one), then these are added up, block after block; at last the eight are added in float64.
 */
import { multiplyAdd, splat, sumLanes } from "./arithmetic";
import { Input, Output, Scratch } from "./fields";
import { channelFloats, copyRows, frameImage, RUN_SLACK } from "./frames";
import { WIDE } from "./width";

/** Values of a run that are summed before they are added to the rest: 64 of each of the eight sums. */
const LONGEST_RUN: i32 = 512;
/** Places of a window whose sums a tile computes, of two or three of the outputs' channels. */
const TILE_PLACES: i32 = 3;

@unmanaged
export class ConvolveBackwardWeight {
  x: Input;
  /** 0, or a Normalization (frames.ts): what it makes of x was convolved. */
  normalization: Input;
  gradOut: Input;
  gradWeight: Output;
  /** 0: not asked for. */
  gradBias: Output;
  n: i32;
  inChannels: i32;
  outChannels: i32;
  height: i32;
  width: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideY: i32;
  strideX: i32;
  top: i32;
  left: i32;
  outHeight: i32;
  outWidth: i32;
  /** convolveBackwardWeightFloats() */
  room: Scratch;
}

@inline
function planeColumnsOf(step: ConvolveBackwardWeight): i32 {
  return step.outWidth + (step.kernelWidth - 1) / step.strideX;
}

@inline
function planeFloatsOf(step: ConvolveBackwardWeight): i32 {
  return (step.outHeight + (step.kernelHeight - 1) / step.strideY) * planeColumnsOf(step);
}

@inline
function planesOf(step: ConvolveBackwardWeight, inChannels: i32): i32 {
  return inChannels * min(step.strideY, step.kernelHeight) * min(step.strideX, step.kernelWidth);
}

/** Values of a run, in whole steps of eight. */
@inline
function runOf(step: ConvolveBackwardWeight): i32 {
  return ((step.outHeight - 1) * planeColumnsOf(step) + step.outWidth + 7) & ~7;
}

/** Images whose runs are summed at once. */
@inline
function imagesOf(step: ConvolveBackwardWeight): i32 {
  return min(step.n, max(1, LONGEST_RUN / runOf(step)));
}

/** Places of a window in whole tiles. */
@inline
function wholePlaces(depth: i32): i32 {
  return TILE_PLACES * ((depth + TILE_PLACES - 1) / TILE_PLACES);
}

/** Floats of the eight sums of each weight. */
@inline
function sumFloatsOf(outChannels: i32, depth: i32): i32 {
  return 8 * (outChannels + (outChannels & 1)) * wholePlaces(depth);
}

export function convolveBackwardWeightFloats(step: ConvolveBackwardWeight): i32 {
  const depth = step.inChannels * step.kernelHeight * step.kernelWidth;
  const ofImage = planesOf(step, step.inChannels) * planeFloatsOf(step) + RUN_SLACK + step.outChannels * runOf(step);
  const ofChannel = channelFloats(step.normalization, step.height, step.width, step.strideX);
  // The sums of the bias are in float64.
  return 2 * step.outChannels + sumFloatsOf(step.outChannels, depth) + depth + imagesOf(step) * ofImage + ofChannel;
}

/**
 * Adds the products of two or three runs of g, `gRun` bytes apart, and each run of x, in each of some images, to the weights' sums,
 * whose rows are `sumStride` bytes apart: three places of the window at a time, which lie one value after the other where they are
 * a row of it (`isRow`). Places behind the last are the last once more, in sums that nobody reads.
 */
@inline
function tiles(
  both: bool,
  rows: i32,
  isRow: bool,
  g: usize,
  gRun: usize,
  base: usize,
  offsets: usize,
  depth: i32,
  together: i32,
  gStride: usize,
  xStride: usize,
  bytes: usize,
  sums: usize,
  sumStride: usize,
): void {
  for (let k = 0; k < depth; k += TILE_PLACES, sums += 32 * TILE_PLACES) {
    let s00 = splat(0);
    let s01 = splat(0);
    let s02 = splat(0);
    let s10 = splat(0);
    let s11 = splat(0);
    let s12 = splat(0);
    let s20 = splat(0);
    let s21 = splat(0);
    let s22 = splat(0);
    let t00 = splat(0);
    let t01 = splat(0);
    let t02 = splat(0);
    let t10 = splat(0);
    let t11 = splat(0);
    let t12 = splat(0);
    let t20 = splat(0);
    let t21 = splat(0);
    let t22 = splat(0);
    let first = base + load<u32>(offsets + 4 * k);
    let second = base + load<u32>(offsets + 4 * min(k + 1, depth - 1));
    let third = base + load<u32>(offsets + 4 * min(k + 2, depth - 1));
    let ofImage = g;
    for (let images = together; images > 0; images--) {
      let g0 = ofImage;
      let g1 = g0 + gRun;
      let g2 = g1 + gRun;
      let x0 = first;
      let x1 = second;
      let x2 = third;
      const end = x0 + bytes;
      while (x0 != end) {
        const g0a = v128.load(g0);
        const g0b = both ? v128.load(g0, 16) : g0a;
        const g1a = v128.load(g1);
        const g1b = both ? v128.load(g1, 16) : g1a;
        const g2a = rows == 3 ? v128.load(g2) : g1a;
        const g2b = both && rows == 3 ? v128.load(g2, 16) : g2a;
        const x0a = v128.load(x0);
        const x0b = both ? v128.load(x0, 16) : x0a;
        s00 = multiplyAdd(g0a, x0a, s00);
        if (both) t00 = multiplyAdd(g0b, x0b, t00);
        s10 = multiplyAdd(g1a, x0a, s10);
        if (both) t10 = multiplyAdd(g1b, x0b, t10);
        if (rows == 3) s20 = multiplyAdd(g2a, x0a, s20);
        if (both && rows == 3) t20 = multiplyAdd(g2b, x0b, t20);
        const x1a = isRow ? v128.load(x0, 4) : v128.load(x1);
        const x1b = both ? (isRow ? v128.load(x0, 20) : v128.load(x1, 16)) : x1a;
        s01 = multiplyAdd(g0a, x1a, s01);
        if (both) t01 = multiplyAdd(g0b, x1b, t01);
        s11 = multiplyAdd(g1a, x1a, s11);
        if (both) t11 = multiplyAdd(g1b, x1b, t11);
        if (rows == 3) s21 = multiplyAdd(g2a, x1a, s21);
        if (both && rows == 3) t21 = multiplyAdd(g2b, x1b, t21);
        // Never so. Asked here, V8 loads the last of x when it is through with the others: else it loads all first, and a sum spills.
        if (!both && rows == 3 && !g1) break;
        const x2a = isRow ? v128.load(x0, 8) : v128.load(x2);
        const x2b = both ? (isRow ? v128.load(x0, 24) : v128.load(x2, 16)) : x2a;
        s02 = multiplyAdd(g0a, x2a, s02);
        if (both) t02 = multiplyAdd(g0b, x2b, t02);
        s12 = multiplyAdd(g1a, x2a, s12);
        if (both) t12 = multiplyAdd(g1b, x2b, t12);
        if (rows == 3) s22 = multiplyAdd(g2a, x2a, s22);
        if (both && rows == 3) t22 = multiplyAdd(g2b, x2b, t22);
        g0 += 32;
        g1 += 32;
        if (rows == 3) g2 += 32;
        x0 += 32;
        if (!isRow) x1 += 32;
        if (!isRow) x2 += 32;
      }
      ofImage += gStride;
      first += xStride;
      second += xStride;
      third += xStride;
    }
    addTo(both, sums, s00, t00);
    addTo(both, sums + 32, s01, t01);
    addTo(both, sums + 64, s02, t02);
    addTo(both, sums + sumStride, s10, t10);
    addTo(both, sums + sumStride + 32, s11, t11);
    addTo(both, sums + sumStride + 64, s12, t12);
    if (rows == 3) addTo(both, sums + 2 * sumStride, s20, t20);
    if (rows == 3) addTo(both, sums + 2 * sumStride + 32, s21, t21);
    if (rows == 3) addTo(both, sums + 2 * sumStride + 64, s22, t22);
  }
}

@inline
function addTo(both: bool, sums: usize, low: v128, high: v128): void {
  const a = v128.load(sums);
  const b = both ? v128.load(sums, 16) : a;
  v128.store(sums, f32x4.add(a, low));
  if (both) v128.store(sums, f32x4.add(b, high), 16);
}

// The wide build has all eight sums in its registers; the narrow one computes the first four and then the others.
function tilesApart(
  g: usize,
  gRun: usize,
  base: usize,
  offsets: usize,
  depth: i32,
  images: i32,
  gStride: usize,
  xStride: usize,
  bytes: usize,
  sums: usize,
  sumStride: usize,
): void {
  tiles(WIDE, 2, false, g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
}

function tilesOfRow(
  g: usize,
  gRun: usize,
  base: usize,
  offsets: usize,
  depth: i32,
  images: i32,
  gStride: usize,
  xStride: usize,
  bytes: usize,
  sums: usize,
  sumStride: usize,
): void {
  tiles(WIDE, 2, true, g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
}

function largeTilesOfRow(
  g: usize,
  gRun: usize,
  base: usize,
  offsets: usize,
  depth: i32,
  images: i32,
  gStride: usize,
  xStride: usize,
  bytes: usize,
  sums: usize,
  sumStride: usize,
): void {
  tiles(WIDE, 3, true, g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
}

function largeTilesApart(
  g: usize,
  gRun: usize,
  base: usize,
  offsets: usize,
  depth: i32,
  images: i32,
  gStride: usize,
  xStride: usize,
  bytes: usize,
  sums: usize,
  sumStride: usize,
): void {
  tiles(WIDE, 3, false, g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
}

@inline
function anyTiles(
  rows: i32,
  isRow: bool,
  g: usize,
  gRun: usize,
  base: usize,
  offsets: usize,
  depth: i32,
  images: i32,
  gStride: usize,
  xStride: usize,
  bytes: usize,
  sums: usize,
  sumStride: usize,
): void {
  if (!isRow && rows == 2) tilesApart(g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
  else if (!isRow) largeTilesApart(g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
  else if (rows == 2) tilesOfRow(g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
  else largeTilesOfRow(g, gRun, base, offsets, depth, images, gStride, xStride, bytes, sums, sumStride);
}

/** One image's g into runs with the rows `columns` apart; the zeros between are there. */
function frameGradient(g: usize, channels: i32, height: i32, width: i32, columns: i32, run: i32, out: usize): void {
  for (let c = 0; c < channels; c++) {
    copyRows(g, 4 * width, out, 4 * columns, height, width);
    g += 4 * height * width;
    out += 4 * run;
  }
}

@inline
function sumOfRun(run: usize, values: i32): f64 {
  let low = splat(0);
  let high = splat(0);
  for (; values > 0; values -= 8) {
    low = f32x4.add(low, v128.load(run));
    high = f32x4.add(high, v128.load(run, 16));
    run += 32;
  }
  return sumLanes(f32x4.add(low, high));
}

export function convolveBackwardWeight(step: ConvolveBackwardWeight): void {
  gradientOfChannels(step, step.room, 0, step.inChannels);
}

/** That of the weights of the inputs' channels from the first to the one in front of `end`; from the first of all, of the bias, too. */
export function gradientOfChannels(step: ConvolveBackwardWeight, room: usize, first: i32, end: i32): void {
  const inChannels = end - first;
  const outChannels = step.outChannels;
  const height = step.height;
  const width = step.width;
  const kernelHeight = step.kernelHeight;
  const kernelWidth = step.kernelWidth;
  const strideY = step.strideY;
  const strideX = step.strideX;
  const outHeight = step.outHeight;
  const outWidth = step.outWidth;
  const gradBias = first == 0 ? step.gradBias : 0;
  const n = step.n;
  const columns = planeColumnsOf(step);
  const plane = planeFloatsOf(step);
  const phasesY = min(strideY, kernelHeight);
  const phasesX = min(strideX, kernelWidth);
  const planeRows = plane / columns;
  const window = kernelHeight * kernelWidth;
  const depth = inChannels * window;
  const run = runOf(step);
  const together = imagesOf(step);
  const frameFloats = planesOf(step, inChannels) * plane + RUN_SLACK;
  const gradientFloats = outChannels * run;

  const biasSums = room;
  const sums = biasSums + 8 * outChannels;
  const sumBytes = 4 * sumFloatsOf(outChannels, depth);
  const sumStride: usize = 32 * wholePlaces(depth);
  const isRow = kernelWidth == TILE_PLACES && strideX == 1;
  const offsets = sums + sumBytes;
  const frames = offsets + 4 * depth;
  const gradients = frames + 4 * together * frameFloats;
  const ofChannel = gradients + 4 * together * gradientFloats;
  memory.fill(biasSums, 0, 8 * outChannels + sumBytes);
  memory.fill(frames, 0, 4 * together * (frameFloats + gradientFloats));
  for (let k = 0; k < depth; k++) {
    const c = k / window;
    const ky = (k % window) / kernelWidth;
    const kx = k % kernelWidth;
    const phase = (c * phasesY + (ky % strideY)) * phasesX + (kx % strideX);
    store<i32>(offsets + 4 * k, 4 * (phase * plane + (ky / strideY) * columns + kx / strideX));
  }

  const gStride: usize = 4 * gradientFloats;
  const xStride: usize = 4 * frameFloats;
  let x = step.x;
  let g = step.gradOut;
  for (let from = 0; from < n; from += together) {
    const images = min(together, n - from);
    for (let image = 0; image < images; image++) {
      frameImage(
        x, step.normalization, ofChannel, first, end, height, width, step.top, step.left, strideY, strideX, phasesY, phasesX, planeRows,
        columns, frames + 4 * image * frameFloats,
      );
      const own = gradients + 4 * image * gradientFloats;
      frameGradient(g, outChannels, outHeight, outWidth, columns, run, own);
      if (gradBias) {
        for (let o = 0; o < outChannels; o++) {
          const sum = load<f64>(biasSums + 8 * o) + sumOfRun(own + 4 * o * run, run);
          store<f64>(biasSums + 8 * o, sum);
        }
      }
      x += 4 * step.inChannels * height * width;
      g += 4 * outChannels * outHeight * outWidth;
    }
    for (let start = 0; start < run; start += LONGEST_RUN) {
      const bytes: usize = 4 * min(LONGEST_RUN, run - start);
      const base = frames + 4 * start;
      for (let o = 0; o < outChannels; ) {
        const own = gradients + 4 * (o * run + start);
        const rows = (outChannels - o) % 3 == 0 ? 3 : 2;
        const gRun: usize = o + 1 < outChannels ? 4 * run : 0;
        const at = sums + o * sumStride;
        anyTiles(rows, isRow, own, gRun, base, offsets, depth, images, gStride, xStride, bytes, at, sumStride);
        if (!WIDE) anyTiles(rows, isRow, own + 16, gRun, base + 16, offsets, depth, images, gStride, xStride, bytes, at + 16, sumStride);
        o += rows;
      }
    }
  }

  const gradWeight = step.gradWeight + 4 * first * window;
  for (let o = 0; o < outChannels; o++) {
    for (let k = 0; k < depth; k++) {
      const at = sums + o * sumStride + 32 * k;
      const sum = sumLanes(v128.load(at)) + sumLanes(v128.load(at, 16));
      store<f32>(gradWeight + 4 * (o * step.inChannels * window + k), <f32>sum);
    }
  }
  if (gradBias) {
    for (let o = 0; o < outChannels; o++) store<f32>(gradBias + 4 * o, <f32>load<f64>(biasSums + 8 * o));
  }
}
