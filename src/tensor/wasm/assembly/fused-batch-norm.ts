/**
 * BatchNorm of [N, C] together with the activation behind it, for training: four channels at a time go through all passes
 * while they are in the cache. Each value is computed as by the separate kernels, in the same order, to the same bits.
 */
import { reluGradient, reluOf, sigmoidGradient, tanhGradient } from "./activations";
import { loadLanes, multiplyAdd, narrow, splat, storeLanes, widenHigh, widenLow } from "./arithmetic";
import { columnMoments, columnSums } from "./batch-norm";
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

/** normalized and out of the columns. */
@inline
function normalizeColumns(
  activation: i32,
  count: i32,
  x: usize,
  center: v128,
  scale: v128,
  gamma: v128,
  beta: v128,
  normalized: usize,
  out: usize,
  end: usize,
  stride: usize,
): void {
  for (let at: usize = 0; at < end; at += stride) {
    const h = f32x4.mul(f32x4.sub(loadLanes(x + at, count), center), scale);
    storeLanes(normalized + at, h, count);
    storeLanes(out + at, activate(activation, multiplyAdd(gamma, h, beta)), count);
  }
}

// Each is a function of its own: of alternatives in one function the optimizer makes one loop, which asks at every row.
function normalizePlain(
  x: usize,
  center: v128,
  scale: v128,
  gamma: v128,
  beta: v128,
  normalized: usize,
  out: usize,
  end: usize,
  stride: usize,
): void {
  normalizeColumns(NONE, 4, x, center, scale, gamma, beta, normalized, out, end, stride);
}

function normalizeReLU(
  x: usize,
  center: v128,
  scale: v128,
  gamma: v128,
  beta: v128,
  normalized: usize,
  out: usize,
  end: usize,
  stride: usize,
): void {
  normalizeColumns(RELU, 4, x, center, scale, gamma, beta, normalized, out, end, stride);
}

function normalizeSigmoid(
  x: usize,
  center: v128,
  scale: v128,
  gamma: v128,
  beta: v128,
  normalized: usize,
  out: usize,
  end: usize,
  stride: usize,
): void {
  normalizeColumns(SIGMOID, 4, x, center, scale, gamma, beta, normalized, out, end, stride);
}

function normalizeTanh(
  x: usize,
  center: v128,
  scale: v128,
  gamma: v128,
  beta: v128,
  normalized: usize,
  out: usize,
  end: usize,
  stride: usize,
): void {
  normalizeColumns(TANH, 4, x, center, scale, gamma, beta, normalized, out, end, stride);
}

/** The columns that do not fill a vector. */
function normalizeRest(
  activation: i32,
  count: i32,
  x: usize,
  center: v128,
  scale: v128,
  gamma: v128,
  beta: v128,
  normalized: usize,
  out: usize,
  end: usize,
  stride: usize,
): void {
  normalizeColumns(activation, count, x, center, scale, gamma, beta, normalized, out, end, stride);
}

@inline
function forwardColumns(
  activation: i32,
  count: i32,
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
  stride: usize,
  eps: f64,
  keep: f64,
  take: f64,
  takeVariance: f64,
): void {
  columnMoments(x, mean, variance, n, stride, count);
  const center = loadLanes(mean, count);
  const scale = inverseStdOf(loadLanes(variance, count), eps);
  storeLanes(inverseStd, scale, count);
  if (runningMean) {
    track(runningMean, center, keep, take, count);
    track(runningVariance, loadLanes(variance, count), keep, takeVariance, count);
  }
  const g = loadLanes(gamma, count);
  const b = loadLanes(beta, count);
  const end = <usize>n * stride;
  if (count < 4) normalizeRest(activation, count, x, center, scale, g, b, normalized, out, end, stride);
  else if (activation == RELU) normalizeReLU(x, center, scale, g, b, normalized, out, end, stride);
  else if (activation == SIGMOID) normalizeSigmoid(x, center, scale, g, b, normalized, out, end, stride);
  else if (activation == TANH) normalizeTanh(x, center, scale, g, b, normalized, out, end, stride);
  else normalizePlain(x, center, scale, g, b, normalized, out, end, stride);
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
  for (let left = c; left >= 4; left -= 4) {
    forwardColumns(activation, 4, x, gamma, beta, runningMean, runningVariance, mean, variance, inverseStd, normalized, out, n, stride, eps, keep, take, takeVariance);
    x += 16;
    gamma += 16;
    beta += 16;
    if (runningMean) {
      runningMean += 16;
      runningVariance += 16;
    }
    mean += 16;
    variance += 16;
    inverseStd += 16;
    normalized += 16;
    out += 16;
  }
  if (c & 3) {
    forwardColumns(activation, c & 3, x, gamma, beta, runningMean, runningVariance, mean, variance, inverseStd, normalized, out, n, stride, eps, keep, take, takeVariance);
  }
}

/** The gradient in front of the activation, the activation known when this is compiled. */
@inline
function throughActivation(
  activation: i32,
  count: i32,
  gradOut: usize,
  out: usize,
  gradInput: usize,
  end: usize,
  stride: usize,
): void {
  for (let at: usize = 0; at < end; at += stride) {
    storeLanes(gradInput + at, gradientThrough(activation, loadLanes(gradOut + at, count), out + at, count), count);
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
  const end = <usize>n * stride;
  if (activation == RELU) throughActivation(RELU, count, gradOut, out, gradInput, end, stride);
  else if (activation == SIGMOID) throughActivation(SIGMOID, count, gradOut, out, gradInput, end, stride);
  else if (activation == TANH) throughActivation(TANH, count, gradOut, out, gradInput, end, stride);
  const source = activation == NONE ? gradOut : gradInput;
  columnSums(source, normalized, gradBeta, gradGamma, n, stride, count);
  const share = splat(<f32>(1.0 / <f64>n));
  const fromMean = f32x4.mul(loadLanes(gradBeta, count), share);
  const fromVariance = f32x4.mul(loadLanes(gradGamma, count), share);
  const scale = f32x4.mul(loadLanes(gamma, count), loadLanes(inverseStd, count));
  for (let at: usize = 0; at < end; at += stride) {
    const centered = f32x4.sub(loadLanes(source + at, count), fromMean);
    const projected = f32x4.mul(loadLanes(normalized + at, count), fromVariance);
    storeLanes(gradInput + at, f32x4.mul(scale, f32x4.sub(centered, projected)), count);
  }
}

/** The gradients of batchNormActivationForward; gradInput holds the gradient in front of the activation in between. */
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
  for (let left = c; left >= 4; left -= 4) {
    backwardColumns(activation, 4, gradOut, out, normalized, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, stride);
    gradOut += 16;
    out += 16;
    normalized += 16;
    inverseStd += 16;
    gamma += 16;
    gradInput += 16;
    gradGamma += 16;
    gradBeta += 16;
  }
  if (c & 3) {
    backwardColumns(activation, c & 3, gradOut, out, normalized, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, stride);
  }
}
