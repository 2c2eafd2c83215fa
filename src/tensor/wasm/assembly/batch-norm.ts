/**
 * BatchNorm. x [N, C, S] is row-major; for S = 1 four channels lie side by side and are worked on together, else
 * the S values of one channel do.
 */
import {
  laneMask,
  loadLanes,
  multiplyAdd,
  narrow,
  SUM_BLOCK,
  splat,
  storeLanes,
  sumLanes,
  widenHigh,
  widenLow,
} from "./arithmetic";
import { columnMoments, columnSums, columnsOf } from "./columns";

/**
 * Mean and biased variance of each channel. The second pass takes the mean of d = x − mean off again,
 * variance = Σd²/m − (Σd/m)², so that the rounding of the mean does not get into the variance (Chan, Golub and LeVeque 1983).
 */
export function channelMoments(x: usize, mean: usize, variance: usize, n: i32, c: i32, s: i32): void {
  if (s == 1) {
    for (let left = c; left > 0; ) {
      const columns = columnsOf(left);
      if (columns == 8) columnMoments(8, x, mean, variance, n, 4 * c);
      else columnMoments(columns, x, mean, variance, n, 4 * c);
      x += 4 * columns;
      mean += 4 * columns;
      variance += 4 * columns;
      left -= columns;
    }
  } else {
    for (let channel = 0; channel < c; channel++) {
      planeMoments(x + 4 * channel * s, mean + 4 * channel, variance + 4 * channel, n, 4 * c * s, s);
    }
  }
}

/** One channel of x [N, C, S]: a run of S values in each sample. */
function planeMoments(x: usize, mean: usize, variance: usize, n: i32, stride: usize, s: i32): void {
  const m = <f64>n * <f64>s;
  let wide: f64 = 0;
  for (let sample = 0; sample < n; sample++) {
    let p = x + sample * stride;
    for (let left = s; left > 0; ) {
      let sum = splat(0);
      for (const end = max(0, left - 4 * SUM_BLOCK); left > end; left -= 4) {
        sum = f32x4.add(sum, loadLanes(p, left));
        p += 16;
      }
      wide += sumLanes(sum);
    }
  }
  const center = <f32>(wide / m);

  wide = 0;
  let wideSquares: f64 = 0;
  for (let sample = 0; sample < n; sample++) {
    let p = x + sample * stride;
    for (let left = s; left > 0; ) {
      let sum = splat(0);
      let squares = splat(0);
      for (const end = max(0, left - 4 * SUM_BLOCK); left > end; left -= 4) {
        const d = v128.and(f32x4.sub(loadLanes(p, left), splat(center)), laneMask(left));
        sum = f32x4.add(sum, d);
        squares = multiplyAdd(d, d, squares);
        p += 16;
      }
      wide += sumLanes(sum);
      wideSquares += sumLanes(squares);
    }
  }
  const shift = wide / m;
  store<f32>(mean, <f32>(<f64>center + shift));
  store<f32>(variance, max(<f32>(wideSquares / m - shift * shift), <f32>0));
}

/** normalized = (x − mean)·inverseStd, out = gamma·normalized + beta. */
export function batchNormForward(
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  beta: usize,
  normalized: usize,
  out: usize,
  n: i32,
  c: i32,
  s: i32,
): void {
  if (s == 1) {
    for (let row = 0; row < n; row++) {
      for (let j: usize = 0; j < <usize>(4 * c); j += 16) {
        const left = c - <i32>(j >> 2);
        const h = f32x4.mul(
          f32x4.sub(loadLanes(x, left), loadLanes(mean + j, left)),
          loadLanes(inverseStd + j, left),
        );
        storeLanes(normalized, h, left);
        storeLanes(out, multiplyAdd(loadLanes(gamma + j, left), h, loadLanes(beta + j, left)), left);
        const step: usize = 4 * min(4, left);
        x += step;
        normalized += step;
        out += step;
      }
    }
    return;
  }
  for (let row = 0; row < n * c; row++) {
    const channel: usize = 4 * (row % c);
    const m = v128.load_splat<f32>(mean + channel);
    const scale = v128.load_splat<f32>(inverseStd + channel);
    const g = v128.load_splat<f32>(gamma + channel);
    const b = v128.load_splat<f32>(beta + channel);
    for (let left = s; left > 0; left -= 4) {
      const h = f32x4.mul(f32x4.sub(loadLanes(x, left), m), scale);
      storeLanes(normalized, h, left);
      storeLanes(out, multiplyAdd(g, h, b), left);
      const step: usize = 4 * min(4, left);
      x += step;
      normalized += step;
      out += step;
    }
  }
}

/**
 * gradBeta = Σ g, gradGamma = Σ g·normalized,
 * gradInput = gamma·inverseStd·(g − gradBeta/m − normalized·gradGamma/m), without the path of a switch that is off.
 */
export function batchNormBackward(
  g: usize,
  normalized: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  c: i32,
  s: i32,
  throughMean: bool,
  throughVariance: bool,
): void {
  const share = <f32>(1.0 / (<f64>n * <f64>s));
  const meanShare = splat(throughMean ? share : 0);
  const varianceShare = splat(throughVariance ? share : 0);
  if (s == 1) {
    const stride: usize = 4 * c;
    for (let left = c; left > 0; left -= 4) {
      // Sums of eight columns serve this vector and the next.
      if (((c - left) & 7) == 0) columnSums(columnsOf(left), g, normalized, gradBeta, gradGamma, n, stride);
      if (((c - left) & 7) == 4 && left < 4) columnSums(left, g, normalized, gradBeta, gradGamma, n, stride);
      const scale = f32x4.mul(loadLanes(gamma, left), loadLanes(inverseStd, left));
      const fromMean = f32x4.mul(loadLanes(gradBeta, left), meanShare);
      const fromVariance = f32x4.mul(loadLanes(gradGamma, left), varianceShare);
      for (let row = 0; row < n; row++) {
        const at = row * stride;
        const centered = f32x4.sub(loadLanes(g + at, left), fromMean);
        const h = f32x4.mul(loadLanes(normalized + at, left), fromVariance);
        storeLanes(gradInput + at, f32x4.mul(scale, f32x4.sub(centered, h)), left);
      }
      g += 16;
      normalized += 16;
      inverseStd += 16;
      gamma += 16;
      gradInput += 16;
      gradGamma += 16;
      gradBeta += 16;
    }
    return;
  }
  const stride: usize = 4 * c * s;
  for (let channel = 0; channel < c; channel++) {
    const start: usize = 4 * channel * s;
    const at: usize = 4 * channel;
    planeSums(g + start, normalized + start, gradBeta + at, gradGamma + at, n, stride, s);
    const scale = splat(load<f32>(gamma + at) * load<f32>(inverseStd + at));
    const fromMean = f32x4.mul(v128.load_splat<f32>(gradBeta + at), meanShare);
    const fromVariance = f32x4.mul(v128.load_splat<f32>(gradGamma + at), varianceShare);
    for (let sample = 0; sample < n; sample++) {
      let offset = start + sample * stride;
      for (let left = s; left > 0; left -= 4) {
        const centered = f32x4.sub(loadLanes(g + offset, left), fromMean);
        const h = f32x4.mul(loadLanes(normalized + offset, left), fromVariance);
        storeLanes(gradInput + offset, f32x4.mul(scale, f32x4.sub(centered, h)), left);
        offset += 16;
      }
    }
  }
}

/** Σ g and Σ g·normalized of one channel of [N, C, S]. */
function planeSums(
  g: usize,
  normalized: usize,
  sum: usize,
  dot: usize,
  n: i32,
  stride: usize,
  s: i32,
): void {
  let wideSum: f64 = 0;
  let wideDot: f64 = 0;
  for (let sample = 0; sample < n; sample++) {
    let p = g + sample * stride;
    let q = normalized + sample * stride;
    for (let left = s; left > 0; ) {
      let sums = splat(0);
      let dots = splat(0);
      for (const end = max(0, left - 4 * SUM_BLOCK); left > end; left -= 4) {
        const value = loadLanes(p, left);
        sums = f32x4.add(sums, value);
        dots = multiplyAdd(value, loadLanes(q, left), dots);
        p += 16;
        q += 16;
      }
      wideSum += sumLanes(sums);
      wideDot += sumLanes(dots);
    }
  }
  store<f32>(sum, <f32>wideSum);
  store<f32>(dot, <f32>wideDot);
}

/** x[r, c] += row[c]. */
export function addRow(x: usize, row: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    let p = row;
    for (let left = columns; left > 0; left -= 4) {
      storeLanes(x, f32x4.add(loadLanes(x, left), loadLanes(p, left)), left);
      x += 4 * min(4, left);
      p += 16;
    }
  }
}

/** out[c] = Σ_r x[r, c]. */
export function sumRows(x: usize, out: usize, rows: i32, columns: i32): void {
  const stride: usize = 4 * columns;
  for (let left = columns; left > 0; left -= 4) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    let p = x;
    for (let row = 0; row < rows; ) {
      let sum = splat(0);
      for (const end = min(rows, row + SUM_BLOCK); row < end; row++) {
        sum = f32x4.add(sum, loadLanes(p, left));
        p += stride;
      }
      low = f64x2.add(low, widenLow(sum));
      high = f64x2.add(high, widenHigh(sum));
    }
    storeLanes(out, narrow(low, high), left);
    x += 16;
    out += 16;
  }
}
