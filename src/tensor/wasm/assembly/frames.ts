/**
 * Images in frames of zeros, from which a convolution reads its windows where they lie: in a plane whose rows are as far apart as
 * the windows' own, the values that one place of the window meets are one run, from its first output to its last. So a product
 * with all windows (product-of-runs.ts) needs no copy of them; what stands between two rows of outputs is computed and left out.
 *
 * With a stride a channel is several planes, one for each remainder of row and column by the stride: within one the windows are
 * neighbours again.
 */
import { NONE, RELU, activate } from "./activations";
import { loadLanes, multiplyAdd, splat, storeLanes } from "./arithmetic";
import { Flag, Input } from "./fields";

/** Zeros behind the planes: so far a run may go on beyond its last output. */
export const RUN_SLACK: i32 = 32;

/**
 * Rows of `count` values in blocks of `block`, the last of which ends where the row ends: it may write some values a second time,
 * which costs less than to ask how many are left.
 */
@inline
function copyBlocks(block: i32, adds: bool, from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32, term: f32): void {
  const terms = splat(term);
  const last: usize = 4 * (count - block);
  for (; rows > 0; rows--) {
    let at: usize = 0;
    while (true) {
      const source = from + at;
      const x0 = v128.load(source);
      const x1 = block >= 8 ? v128.load(source, 16) : x0;
      const x2 = block == 16 ? v128.load(source, 32) : x0;
      const x3 = block == 16 ? v128.load(source, 48) : x0;
      const goal = to + at;
      v128.store(goal, adds ? f32x4.add(x0, terms) : x0);
      if (block >= 8) v128.store(goal, adds ? f32x4.add(x1, terms) : x1, 16);
      if (block == 16) v128.store(goal, adds ? f32x4.add(x2, terms) : x2, 32);
      if (block == 16) v128.store(goal, adds ? f32x4.add(x3, terms) : x3, 48);
      if (at == last) break;
      at = min(at + 4 * block, last);
    }
    from += fromStride;
    to += toStride;
  }
}

// Each is a function of its own: of alternatives in one function the optimizer makes one loop, which asks at every turn.
function copy16(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  copyBlocks(16, false, from, fromStride, to, toStride, rows, count, 0);
}

function copy8(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  copyBlocks(8, false, from, fromStride, to, toStride, rows, count, 0);
}

function copy4(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  copyBlocks(4, false, from, fromStride, to, toStride, rows, count, 0);
}

function copyPlus4(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32, term: f32): void {
  copyBlocks(4, true, from, fromStride, to, toStride, rows, count, term);
}

/** Rows of `count` values, so many bytes apart. */
export function copyRows(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  if (count >= 16) copy16(from, fromStride, to, toStride, rows, count);
  else if (count >= 8) copy8(from, fromStride, to, toStride, rows, count);
  else if (count >= 4) copy4(from, fromStride, to, toStride, rows, count);
  else {
    for (; rows > 0; rows--, from += fromStride, to += toStride) {
      for (let i = 0; i < count; i++) store<f32>(to + 4 * i, load<f32>(from + 4 * i));
    }
  }
}

/** The same with `term` added to each. */
export function copyRowsPlus(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32, term: f32): void {
  if (count >= 4) copyPlus4(from, fromStride, to, toStride, rows, count, term);
  else {
    for (; rows > 0; rows--, from += fromStride, to += toStride) {
      for (let i = 0; i < count; i++) store<f32>(to + 4 * i, load<f32>(from + 4 * i) + term);
    }
  }
}

/** Rows of `count` values, to which `term` and then the values at `plus` are added, whose rows are as far apart as those at `to`. */
export function addRows(
  from: usize,
  fromStride: usize,
  plus: usize,
  to: usize,
  toStride: usize,
  rows: i32,
  count: i32,
  term: f32,
): void {
  const terms = splat(term);
  const whole = count & ~7;
  for (; rows > 0; rows--) {
    let i = 0;
    for (; i < whole; i += 8) {
      const at: usize = 4 * i;
      const x0 = f32x4.add(v128.load(from + at), terms);
      const x1 = f32x4.add(v128.load(from + at, 16), terms);
      const y0 = f32x4.add(v128.load(plus + at), x0);
      const y1 = f32x4.add(v128.load(plus + at, 16), x1);
      v128.store(to + at, y0);
      v128.store(to + at, y1, 16);
    }
    for (; i < count; i += 4) {
      const at: usize = 4 * i;
      storeLanes(to + at, f32x4.add(loadLanes(plus + at, count - i), f32x4.add(loadLanes(from + at, count - i), terms)), count - i);
    }
    from += fromStride;
    plus += toStride;
    to += toStride;
  }
}

/** What a BatchNorm and the activation behind it make of the values of a channel, with the statistics that it has computed. */
@unmanaged
export class Normalization {
  mean: Input;
  inverseStd: Input;
  gamma: Input;
  beta: Input;
  /** Whether the activation is ReLU; else there is none. */
  relu: Flag;
}

/** Blocks as in copyBlocks, each value through the operations of plane-batch-norm.ts in their order. */
@inline
function normalizeBlocks(
  block: i32,
  activation: i32,
  normalization: Normalization,
  channel: i32,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
  rows: i32,
  count: i32,
): void {
  const center = v128.load32_splat(normalization.mean + 4 * channel);
  const scale = v128.load32_splat(normalization.inverseStd + 4 * channel);
  const factor = v128.load32_splat(normalization.gamma + 4 * channel);
  const term = v128.load32_splat(normalization.beta + 4 * channel);
  // Fewer values than a vector has are one block.
  const last: usize = block == 1 ? 0 : 4 * (count - block);
  for (; rows > 0; rows--) {
    let at: usize = 0;
    while (true) {
      const source = from + at;
      const x0 = block >= 4 ? v128.load(source) : loadLanes(source, count);
      const x1 = block == 8 ? v128.load(source, 16) : x0;
      const h0 = f32x4.mul(f32x4.sub(x0, center), scale);
      const h1 = f32x4.mul(f32x4.sub(x1, center), scale);
      const y0 = activate(activation, multiplyAdd(factor, h0, term));
      const y1 = activate(activation, multiplyAdd(factor, h1, term));
      const goal = to + at;
      if (block >= 4) v128.store(goal, y0);
      else storeLanes(goal, y0, count);
      if (block == 8) v128.store(goal, y1, 16);
      if (at == last) break;
      at = min(at + 4 * block, last);
    }
    from += fromStride;
    to += toStride;
  }
}

function relu8(by: Normalization, channel: i32, from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  normalizeBlocks(8, RELU, by, channel, from, fromStride, to, toStride, rows, count);
}

function relu4(by: Normalization, channel: i32, from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  normalizeBlocks(4, RELU, by, channel, from, fromStride, to, toStride, rows, count);
}

function plain8(by: Normalization, channel: i32, from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  normalizeBlocks(8, NONE, by, channel, from, fromStride, to, toStride, rows, count);
}

function plain4(by: Normalization, channel: i32, from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32): void {
  normalizeBlocks(4, NONE, by, channel, from, fromStride, to, toStride, rows, count);
}

/** Rows of `count` values of a channel, normalized. */
function normalizeRows(
  by: Normalization,
  channel: i32,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
  rows: i32,
  count: i32,
): void {
  if (count >= 8) {
    if (by.relu) relu8(by, channel, from, fromStride, to, toStride, rows, count);
    else plain8(by, channel, from, fromStride, to, toStride, rows, count);
  } else if (count >= 4) {
    if (by.relu) relu4(by, channel, from, fromStride, to, toStride, rows, count);
    else plain4(by, channel, from, fromStride, to, toStride, rows, count);
  } else if (count > 0) {
    normalizeBlocks(1, by.relu ? RELU : NONE, by, channel, from, fromStride, to, toStride, rows, count);
  }
}

/** How many of 0, stride, 2·stride, … are at most `last`. */
@inline
export function countUpTo(last: i32, stride: i32): i32 {
  return last < 0 ? 0 : last / stride + 1;
}

/** Rows of `count` values, of which every `stride`-th is taken. */
@inline
function gatherRows(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, count: i32, stride: i32): void {
  for (; rows > 0; rows--, from += fromStride, to += toStride) {
    let i = 0;
    // A fifth value follows, so that nothing is read beyond the last.
    if (stride == 2) {
      for (; i + 5 <= count; i += 4) {
        const source = from + 8 * i;
        v128.store(to + 4 * i, v128.shuffle<f32>(v128.load(source), v128.load(source, 16), 0, 2, 4, 6));
      }
    }
    for (; i < count; i++) store<f32>(to + 4 * i, load<f32>(from + 4 * i * stride));
  }
}

/** Floats that frameImage() needs to normalize a channel before it takes it apart. */
@inline
export function channelFloats(normalization: usize, height: i32, width: i32, strideX: i32): i32 {
  return normalization != 0 && strideX > 1 ? height * width : 0;
}

/**
 * Writes channels of one image, from the first to the one in front of `end`, into their planes, whose zeros are there: plane (c, a, b) has at (r, q) the value at row
 * r·strideY + a − top and column q·strideX + b − left. Planes have `planeRows` rows of `planeColumns`. With a `normalization` (else 0)
 * they get what it makes of x, which is nowhere else; `ofChannel` has channelFloats().
 */
export function frameImage(
  x: usize,
  normalization: usize,
  ofChannel: usize,
  first: i32,
  end: i32,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  strideY: i32,
  strideX: i32,
  phasesY: i32,
  phasesX: i32,
  planeRows: i32,
  planeColumns: i32,
  planes: usize,
): void {
  const planeBytes: usize = 4 * planeRows * planeColumns;
  const isApart = strideX > 1;
  x += 4 * first * height * width;
  for (let c = first; c < end; c++) {
    let channel = x;
    if (normalization && isApart) {
      channel = ofChannel;
      normalizeRows(changetype<Normalization>(normalization), c, x, 0, channel, 0, 1, height * width);
    }
    for (let a = 0; a < phasesY; a++) {
      // The first r whose row lies in the image, and the one behind the last.
      const firstRow = max(0, (top - a + strideY - 1) / strideY);
      const lastRow = min(planeRows, countUpTo(height - 1 + top - a, strideY));
      for (let b = 0; b < phasesX; b++) {
        const firstColumn = max(0, (left - b + strideX - 1) / strideX);
        const lastColumn = min(planeColumns, countUpTo(width - 1 + left - b, strideX));
        const count = lastColumn - firstColumn;
        const fromStride: usize = 4 * strideY * width;
        const toStride: usize = 4 * planeColumns;
        const from = channel + 4 * ((firstRow * strideY + a - top) * width + firstColumn * strideX + b - left);
        const to = planes + firstRow * toStride + 4 * firstColumn;
        const rows = lastRow - firstRow;
        if (isApart) gatherRows(from, fromStride, to, toStride, rows, count, strideX);
        else if (normalization) normalizeRows(changetype<Normalization>(normalization), c, from, fromStride, to, toStride, rows, count);
        else copyRows(from, fromStride, to, toStride, rows, count);
        planes += planeBytes;
      }
    }
    x += 4 * height * width;
  }
}
