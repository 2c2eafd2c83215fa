/**
 * BatchNorm. x [N, C, S] is row-major; for S = 1 four channels lie side by side and are worked on together, else
 * the S values of one channel do.
 */
import { loadLanes, multiplyAdd, narrow, SUM_BLOCK, splat, storeLanes, widenHigh, widenLow } from "./arithmetic";
import { columnMoments, columnSums, columnsOf } from "./columns";
import { Flag, Input, Output } from "./fields";
import { firstResult, gradientRun, normalizeRun, planeMoments, planeSums, secondResult } from "./planes";

/** x [N, C, S], and what becomes of it. */
@unmanaged
export class Moments {
  x: Input;
  mean: Output;
  variance: Output;
  n: i32;
  c: i32;
  s: i32;
}

/**
 * Mean and biased variance of each channel. The second pass takes the mean of d = x − mean off again,
 * variance = Σd²/m − (Σd/m)², so that the rounding of the mean does not get into the variance (Chan, Golub and LeVeque 1983).
 */
export function channelMoments(moments: Moments): void {
  let x = moments.x;
  let mean = moments.mean;
  let variance = moments.variance;
  const n = moments.n;
  const c = moments.c;
  const s = moments.s;
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
      planeMoments(x + 4 * channel * s, n, 4 * c * s, s);
      store<f32>(mean + 4 * channel, <f32>firstResult());
      store<f32>(variance + 4 * channel, <f32>secondResult());
    }
  }
}

@unmanaged
export class BatchNormForward {
  x: Input;
  mean: Input;
  inverseStd: Input;
  gamma: Input;
  beta: Input;
  normalized: Output;
  out: Output;
  n: i32;
  c: i32;
  s: i32;
}

/** normalized = (x − mean)·inverseStd, out = gamma·normalized + beta. */
export function batchNormForward(step: BatchNormForward): void {
  let x = step.x;
  const mean = step.mean;
  const inverseStd = step.inverseStd;
  const gamma = step.gamma;
  const beta = step.beta;
  let normalized = step.normalized;
  let out = step.out;
  const n = step.n;
  const c = step.c;
  const s = step.s;
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
  const size: usize = 4 * s;
  for (let sample = 0; sample < n; sample++) {
    for (let channel: usize = 0; channel < <usize>(4 * c); channel += 4) {
      const center = load<f32>(mean + channel);
      normalizeRun(x, normalized, out, s, center, load<f32>(inverseStd + channel), load<f32>(gamma + channel), load<f32>(beta + channel));
      x += size;
      normalized += size;
      out += size;
    }
  }
}

@unmanaged
export class BatchNormBackward {
  gradOut: Input;
  normalized: Input;
  inverseStd: Input;
  gamma: Input;
  gradInput: Output;
  gradGamma: Output;
  gradBeta: Output;
  n: i32;
  c: i32;
  s: i32;
  throughMean: Flag;
  throughVariance: Flag;
}

/**
 * gradBeta = Σ g, gradGamma = Σ g·normalized,
 * gradInput = gamma·inverseStd·(g − gradBeta/m − normalized·gradGamma/m), without the path of a switch that is off.
 */
export function batchNormBackward(step: BatchNormBackward): void {
  let g = step.gradOut;
  let normalized = step.normalized;
  let inverseStd = step.inverseStd;
  let gamma = step.gamma;
  let gradInput = step.gradInput;
  let gradGamma = step.gradGamma;
  let gradBeta = step.gradBeta;
  const n = step.n;
  const c = step.c;
  const s = step.s;
  const throughMean = step.throughMean != 0;
  const throughVariance = step.throughVariance != 0;
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
    planeSums(g + start, normalized + start, n, stride, s);
    const sum = <f32>firstResult();
    const dot = <f32>secondResult();
    store<f32>(gradBeta + at, sum);
    store<f32>(gradGamma + at, dot);
    const scale = load<f32>(gamma + at) * load<f32>(inverseStd + at);
    const fromMean = sum * (throughMean ? share : 0);
    const fromVariance = dot * (throughVariance ? share : 0);
    for (let sample = 0; sample < n; sample++) {
      const offset = start + sample * stride;
      gradientRun(g + offset, normalized + offset, gradInput + offset, s, scale, 1, fromMean, fromVariance);
    }
  }
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
