/**
 * BatchNorm of [N, C] together with the activation behind it, for training: four channels at a time go through all passes
 * while they are in the cache. Each value is computed as by the separate kernels, in the same order, to the same bits.
 */
import { reluGradient, reluOf, sigmoidGradient, tanhGradient } from "./activations";
import { loadLanes, multiplyAdd, narrow, splat, storeLanes, SUM_BLOCK, widenHigh, widenLow } from "./arithmetic";
import { columnMoments } from "./batch-norm";
import { sigmoid, tanh } from "./elementary";

/** The activations, numbered as in training-plan.ts. */
const NONE: i32 = 0;
const RELU: i32 = 1;
const SIGMOID: i32 = 2;
const TANH: i32 = 3;

@inline
function activate(activation: i32, y: v128): v128 {
  if (activation == RELU) return reluOf(y);
  if (activation == SIGMOID) return sigmoid(y);
  if (activation == TANH) return tanh(y);
  return y;
}

@inline
function gradientThrough(activation: i32, g: v128, out: usize, count: i32): v128 {
  if (activation == RELU) return reluGradient(g, loadLanes(out, count));
  if (activation == SIGMOID) return sigmoidGradient(g, loadLanes(out, count));
  if (activation == TANH) return tanhGradient(g, loadLanes(out, count));
  return g;
}

/** 1/√(variance + eps), rounded to float32 at the end only. */
@inline
function inverseStdOf(variance: v128, eps: f64): v128 {
  const one = f64x2.splat(1);
  const low = f64x2.div(one, f64x2.sqrt(f64x2.add(widenLow(variance), f64x2.splat(eps))));
  const high = f64x2.div(one, f64x2.sqrt(f64x2.add(widenHigh(variance), f64x2.splat(eps))));
  return narrow(low, high);
}

/** running = keep·running + take·batch, in float64. */
@inline
function track(running: usize, batch: v128, keep: f64, take: f64, count: i32): void {
  const old = loadLanes(running, count);
  const keeps = f64x2.splat(keep);
  const takes = f64x2.splat(take);
  const low = f64x2.add(f64x2.mul(keeps, widenLow(old)), f64x2.mul(takes, widenLow(batch)));
  const high = f64x2.add(f64x2.mul(keeps, widenHigh(old)), f64x2.mul(takes, widenHigh(batch)));
  storeLanes(running, narrow(low, high), count);
}

@inline
function forwardColumns(
  activation: i32,
  count: i32,
  x: usize,
  mean: usize,
  variance: usize,
  inverseStd: usize,
  gamma: usize,
  beta: usize,
  normalized: usize,
  out: usize,
  n: i32,
  stride: usize,
  eps: f64,
): void {
  columnMoments(x, mean, variance, n, stride, count);
  const center = loadLanes(mean, count);
  const scale = inverseStdOf(loadLanes(variance, count), eps);
  storeLanes(inverseStd, scale, count);
  const g = loadLanes(gamma, count);
  const b = loadLanes(beta, count);
  for (let row = 0; row < n; row++) {
    const h = f32x4.mul(f32x4.sub(loadLanes(x, count), center), scale);
    storeLanes(normalized, h, count);
    storeLanes(out, activate(activation, multiplyAdd(g, h, b)), count);
    x += stride;
    normalized += stride;
    out += stride;
  }
}

/**
 * Batch statistics, running statistics (unless runningMean is 0), normalized values and the activation's output.
 * running = keep·running + take·mean, and with takeVariance for the variance: momentum·m/(m − 1), m values a channel.
 */
export function batchNormActivationForward(
  activation: i32,
  x: usize,
  gamma: usize,
  beta: usize,
  runningMean: usize,
  runningVariance: usize,
  mean: usize,
  variance: usize,
  inverseStd: usize,
  normalized: usize,
  out: usize,
  n: i32,
  c: i32,
  eps: f64,
  keep: f64,
  take: f64,
  takeVariance: f64,
): void {
  const stride: usize = 4 * c;
  for (let j = 0; j < c; j += 4) {
    const count = min(4, c - j);
    const at: usize = 4 * j;
    if (count < 4) {
      forwardColumns(activation, count, x + at, mean + at, variance + at, inverseStd + at, gamma + at, beta + at, normalized + at, out + at, n, stride, eps);
    } else if (activation == RELU) {
      forwardColumns(RELU, 4, x + at, mean + at, variance + at, inverseStd + at, gamma + at, beta + at, normalized + at, out + at, n, stride, eps);
    } else if (activation == SIGMOID) {
      forwardColumns(SIGMOID, 4, x + at, mean + at, variance + at, inverseStd + at, gamma + at, beta + at, normalized + at, out + at, n, stride, eps);
    } else if (activation == TANH) {
      forwardColumns(TANH, 4, x + at, mean + at, variance + at, inverseStd + at, gamma + at, beta + at, normalized + at, out + at, n, stride, eps);
    } else {
      forwardColumns(NONE, 4, x + at, mean + at, variance + at, inverseStd + at, gamma + at, beta + at, normalized + at, out + at, n, stride, eps);
    }
    if (runningMean) {
      track(runningMean + at, loadLanes(mean + at, count), keep, take, count);
      track(runningVariance + at, loadLanes(variance + at, count), keep, takeVariance, count);
    }
  }
}

@inline
function backwardColumns(
  activation: i32,
  count: i32,
  gradOut: usize,
  out: usize,
  normalized: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  stride: usize,
): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let lowDots = f64x2.splat(0);
  let highDots = f64x2.splat(0);
  let at: usize = 0;
  for (let row = 0; row < n; ) {
    let sum = splat(0);
    let dot = splat(0);
    for (const end = min(n, row + SUM_BLOCK); row < end; row++) {
      const g = gradientThrough(activation, loadLanes(gradOut + at, count), out + at, count);
      if (activation != NONE) storeLanes(gradInput + at, g, count);
      sum = f32x4.add(sum, g);
      dot = multiplyAdd(g, loadLanes(normalized + at, count), dot);
      at += stride;
    }
    low = f64x2.add(low, widenLow(sum));
    high = f64x2.add(high, widenHigh(sum));
    lowDots = f64x2.add(lowDots, widenLow(dot));
    highDots = f64x2.add(highDots, widenHigh(dot));
  }
  const sums = narrow(low, high);
  const dots = narrow(lowDots, highDots);
  storeLanes(gradBeta, sums, count);
  storeLanes(gradGamma, dots, count);
  const share = splat(<f32>(1.0 / <f64>n));
  const fromMean = f32x4.mul(sums, share);
  const fromVariance = f32x4.mul(dots, share);
  const scale = f32x4.mul(loadLanes(gamma, count), loadLanes(inverseStd, count));
  const source = activation == NONE ? gradOut : gradInput;
  const end = at;
  for (at = 0; at < end; at += stride) {
    const centered = f32x4.sub(loadLanes(source + at, count), fromMean);
    const projected = f32x4.mul(loadLanes(normalized + at, count), fromVariance);
    storeLanes(gradInput + at, f32x4.mul(scale, f32x4.sub(centered, projected)), count);
  }
}

/** The gradients of batchNormActivationForward; gradInput also holds the gradient in front of the activation in between. */
export function batchNormActivationBackward(
  activation: i32,
  gradOut: usize,
  out: usize,
  normalized: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  c: i32,
): void {
  const stride: usize = 4 * c;
  for (let j = 0; j < c; j += 4) {
    const count = min(4, c - j);
    const at: usize = 4 * j;
    if (count < 4) {
      backwardColumns(activation, count, gradOut + at, out + at, normalized + at, inverseStd + at, gamma + at, gradInput + at, gradGamma + at, gradBeta + at, n, stride);
    } else if (activation == RELU) {
      backwardColumns(RELU, 4, gradOut + at, out + at, normalized + at, inverseStd + at, gamma + at, gradInput + at, gradGamma + at, gradBeta + at, n, stride);
    } else if (activation == SIGMOID) {
      backwardColumns(SIGMOID, 4, gradOut + at, out + at, normalized + at, inverseStd + at, gamma + at, gradInput + at, gradGamma + at, gradBeta + at, n, stride);
    } else if (activation == TANH) {
      backwardColumns(TANH, 4, gradOut + at, out + at, normalized + at, inverseStd + at, gamma + at, gradInput + at, gradGamma + at, gradBeta + at, n, stride);
    } else {
      backwardColumns(NONE, 4, gradOut + at, out + at, normalized + at, inverseStd + at, gamma + at, gradInput + at, gradGamma + at, gradBeta + at, n, stride);
    }
  }
}
