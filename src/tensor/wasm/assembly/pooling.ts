/** Poolings of x [planes, height, width]. Windows of 2×2 that share no value go four at a time; all others one by one. */
import { Input, Output } from "./fields";
import { loadLanes, splat, storeLanes } from "./arithmetic";

@unmanaged
export class Pool {
  x: Input;
  out: Output;
  planes: i32;
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
}

@unmanaged
export class MaxPoolBackward {
  gradOut: Input;
  x: Input;
  gradInput: Output;
  planes: i32;
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
}

@unmanaged
export class AveragePoolBackward {
  gradOut: Input;
  gradInput: Output;
  planes: i32;
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
}

@inline
function isQuarter(kernelHeight: i32, kernelWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32): bool {
  return kernelHeight == 2 && kernelWidth == 2 && strideY == 2 && strideX == 2 && top == 0 && left == 0;
}

@inline
function evenLanes(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 0, 2, 4, 6);
}

@inline
function oddLanes(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 1, 3, 5, 7);
}

/** Where the largest value so far stays: the next one is not larger, or it is NaN. */
@inline
function stays(best: v128, next: v128): v128 {
  return v128.or(f32x4.le(next, best), f32x4.ne(best, best));
}

@inline
function staysOf(best: f32, next: f32): bool {
  return next <= best || best != best;
}

export function maxPool(step: Pool): void {
  const height = step.height;
  const width = step.width;
  const outHeight = step.outHeight;
  const outWidth = step.outWidth;
  let x = step.x;
  let out = step.out;
  const isQuick = isQuarter(step.kernelHeight, step.kernelWidth, step.strideY, step.strideX, step.top, step.left);
  for (let plane = 0; plane < step.planes; plane++) {
    for (let y = 0; y < outHeight; y++) {
      if (isQuick) maxOfQuarters(x + 8 * y * width, width, out, outWidth);
      else maxOfWindows(step, x, y, out);
      out += 4 * outWidth;
    }
    x += 4 * height * width;
  }
}

/** The largest of each window of two rows, a above b. */
@inline
function bestOf(a0: v128, a1: v128, b0: v128, b1: v128): v128 {
  let best = evenLanes(a0, a1);
  let next = oddLanes(a0, a1);
  best = v128.bitselect(best, next, stays(best, next));
  next = evenLanes(b0, b1);
  best = v128.bitselect(best, next, stays(best, next));
  next = oddLanes(b0, b1);
  return v128.bitselect(best, next, stays(best, next));
}

/** The second four of 2·count values, as far as there are so many. */
@inline
function loadSecond(pointer: usize, count: i32): v128 {
  return count > 2 ? loadLanes(pointer + 16, 2 * count - 4) : splat(0);
}

/**
 * One row of windows. The last four end where the row ends, and may be computed a second time: one by one each would be a branch that
 * nothing foretells.
 */
function maxOfQuarters(x: usize, width: i32, out: usize, count: i32): void {
  const below = x + 4 * width;
  if (count < 4) {
    if (count == 0) return;
    const best = bestOf(loadLanes(x, 2 * count), loadSecond(x, count), loadLanes(below, 2 * count), loadSecond(below, count));
    storeLanes(out, best, count);
    return;
  }
  const last: usize = 4 * (count - 4);
  let at: usize = 0;
  while (true) {
    const above = x + 2 * at;
    const under = below + 2 * at;
    v128.store(out + at, bestOf(v128.load(above), v128.load(above, 16), v128.load(under), v128.load(under, 16)));
    if (at == last) break;
    at = min(at + 16, last);
  }
}

/** One row of windows of any kind. */
function maxOfWindows(step: Pool, x: usize, y: i32, out: usize): void {
  const width = step.width;
  const firstRow = y * step.strideY - step.top;
  const lastRow = min(step.height, firstRow + step.kernelHeight);
  for (let at = 0; at < step.outWidth; at++) {
    const firstColumn = at * step.strideX - step.left;
    const lastColumn = min(width, firstColumn + step.kernelWidth);
    let best = load<f32>(x + 4 * (max(0, firstRow) * width + max(0, firstColumn)));
    for (let row = max(0, firstRow); row < lastRow; row++) {
      for (let column = max(0, firstColumn); column < lastColumn; column++) {
        const next = load<f32>(x + 4 * (row * width + column));
        if (!staysOf(best, next)) best = next;
      }
    }
    store<f32>(out + 4 * at, best);
  }
}

export function maxPoolBackward(step: MaxPoolBackward): void {
  const height = step.height;
  const width = step.width;
  const outHeight = step.outHeight;
  const outWidth = step.outWidth;
  let x = step.x;
  let g = step.gradOut;
  let gradInput = step.gradInput;
  const isQuick = isQuarter(step.kernelHeight, step.kernelWidth, step.strideY, step.strideX, step.top, step.left);
  for (let plane = 0; plane < step.planes; plane++) {
    if (!isQuick) memory.fill(gradInput, 0, 4 * height * width);
    for (let y = 0; y < outHeight; y++) {
      if (isQuick) quartersBackward(g, x + 8 * y * width, width, gradInput + 8 * y * width, outWidth);
      else windowsBackward(step, x, y, g, gradInput);
      g += 4 * outWidth;
    }
    // A last row in no window.
    if (isQuick && height > 2 * outHeight) memory.fill(gradInput + 8 * outHeight * width, 0, 4 * width);
    x += 4 * height * width;
    gradInput += 4 * height * width;
  }
}

function quartersBackward(g: usize, x: usize, width: i32, gradInput: usize, count: i32): void {
  const below = x + 4 * width;
  const gradBelow = gradInput + 4 * width;
  // A last column in no window.
  if (width & 1) {
    store<f32>(gradInput + 4 * (width - 1), 0);
    store<f32>(gradBelow + 4 * (width - 1), 0);
  }
  if (count == 0) return;
  const isWhole = count >= 4;
  const last: usize = isWhole ? 4 * (count - 4) : 0;
  let at: usize = 0;
  while (true) {
    const above = x + 2 * at;
    const under = below + 2 * at;
    const a0 = isWhole ? v128.load(above) : loadLanes(above, 2 * count);
    const a1 = isWhole ? v128.load(above, 16) : loadSecond(above, count);
    const b0 = isWhole ? v128.load(under) : loadLanes(under, 2 * count);
    const b1 = isWhole ? v128.load(under, 16) : loadSecond(under, count);
    const gradient = isWhole ? v128.load(g + at) : loadLanes(g, count);
    let best = evenLanes(a0, a1);
    let next = oddLanes(a0, a1);
    const keeps1 = stays(best, next);
    best = v128.bitselect(best, next, keeps1);
    next = evenLanes(b0, b1);
    const keeps2 = stays(best, next);
    best = v128.bitselect(best, next, keeps2);
    const keeps3 = stays(best, oddLanes(b0, b1));
    const early = v128.and(gradient, v128.and(keeps2, keeps3));
    const first = v128.and(early, keeps1);
    const second = v128.andnot(early, keeps1);
    const third = v128.andnot(v128.and(gradient, keeps3), keeps2);
    const fourth = v128.andnot(gradient, keeps3);
    storeTwice(gradInput + 2 * at, v128.shuffle<f32>(first, second, 0, 4, 1, 5), v128.shuffle<f32>(first, second, 2, 6, 3, 7), count);
    storeTwice(gradBelow + 2 * at, v128.shuffle<f32>(third, fourth, 0, 4, 1, 5), v128.shuffle<f32>(third, fourth, 2, 6, 3, 7), count);
    if (at == last) break;
    at = min(at + 16, last);
  }
}

/** Two values for each of count windows, of at most four. */
@inline
function storeTwice(pointer: usize, low: v128, high: v128, count: i32): void {
  if (count >= 4) {
    v128.store(pointer, low);
    v128.store(pointer, high, 16);
    return;
  }
  storeLanes(pointer, low, 2 * count);
  if (count > 2) storeLanes(pointer + 16, high, 2 * count - 4);
}

function windowsBackward(step: MaxPoolBackward, x: usize, y: i32, g: usize, gradInput: usize): void {
  const width = step.width;
  const firstRow = y * step.strideY - step.top;
  const lastRow = min(step.height, firstRow + step.kernelHeight);
  for (let at = 0; at < step.outWidth; at++) {
    const firstColumn = at * step.strideX - step.left;
    const lastColumn = min(width, firstColumn + step.kernelWidth);
    let where = max(0, firstRow) * width + max(0, firstColumn);
    let best = load<f32>(x + 4 * where);
    for (let row = max(0, firstRow); row < lastRow; row++) {
      for (let column = max(0, firstColumn); column < lastColumn; column++) {
        const next = load<f32>(x + 4 * (row * width + column));
        if (staysOf(best, next)) continue;
        best = next;
        where = row * width + column;
      }
    }
    const target = gradInput + 4 * where;
    store<f32>(target, load<f32>(target) + load<f32>(g + 4 * at));
  }
}

/** The sum of a whole plane: four sums of every fourth value, then one of these. */
@inline
function sumOfPlane(x: usize, values: i32): f32 {
  let sum = splat(0);
  for (; values >= 4; values -= 4) {
    sum = f32x4.add(sum, v128.load(x));
    x += 16;
  }
  let total = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
  for (; values > 0; values--) {
    total += load<f32>(x);
    x += 4;
  }
  return total;
}

export function averagePool(step: Pool): void {
  const height = step.height;
  const width = step.width;
  const outWidth = step.outWidth;
  const count = <f32>(step.kernelHeight * step.kernelWidth);
  let x = step.x;
  let out = step.out;
  const isWhole = step.kernelHeight == height && step.kernelWidth == width && step.top == 0 && step.left == 0;
  for (let plane = 0; plane < step.planes; plane++) {
    if (isWhole) {
      store<f32>(out, sumOfPlane(x, height * width) / count);
      out += 4;
      x += 4 * height * width;
      continue;
    }
    for (let y = 0; y < step.outHeight; y++) {
      const firstRow = y * step.strideY - step.top;
      const lastRow = min(height, firstRow + step.kernelHeight);
      for (let at = 0; at < outWidth; at++) {
        const firstColumn = at * step.strideX - step.left;
        const lastColumn = min(width, firstColumn + step.kernelWidth);
        let sum: f32 = 0;
        for (let row = max(0, firstRow); row < lastRow; row++) {
          for (let column = max(0, firstColumn); column < lastColumn; column++) sum += load<f32>(x + 4 * (row * width + column));
        }
        store<f32>(out, sum / count);
        out += 4;
      }
    }
    x += 4 * height * width;
  }
}

export function averagePoolBackward(step: AveragePoolBackward): void {
  const height = step.height;
  const width = step.width;
  const outWidth = step.outWidth;
  const count = <f32>(step.kernelHeight * step.kernelWidth);
  let g = step.gradOut;
  let gradInput = step.gradInput;
  const isWhole = step.kernelHeight == height && step.kernelWidth == width && step.top == 0 && step.left == 0;
  for (let plane = 0; plane < step.planes; plane++) {
    if (isWhole) {
      const share = load<f32>(g) / count;
      for (let at = 0; at < height * width; at++) store<f32>(gradInput + 4 * at, share);
      g += 4;
      gradInput += 4 * height * width;
      continue;
    }
    memory.fill(gradInput, 0, 4 * height * width);
    for (let y = 0; y < step.outHeight; y++) {
      const firstRow = y * step.strideY - step.top;
      const lastRow = min(height, firstRow + step.kernelHeight);
      for (let at = 0; at < outWidth; at++) {
        const firstColumn = at * step.strideX - step.left;
        const lastColumn = min(width, firstColumn + step.kernelWidth);
        const share = load<f32>(g) / count;
        for (let row = max(0, firstRow); row < lastRow; row++) {
          for (let column = max(0, firstColumn); column < lastColumn; column++) {
            const target = gradInput + 4 * (row * width + column);
            store<f32>(target, load<f32>(target) + share);
          }
        }
        g += 4;
      }
    }
    gradInput += 4 * height * width;
  }
}
