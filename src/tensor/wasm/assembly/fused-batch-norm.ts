/**
 * BatchNorm of [N, C] (of [N, C, S]: plane-batch-norm.ts) together with the activation behind it, for training: a few channels at a time go through all passes
 * while they are in the cache. Each value is computed as by the separate kernels, in the same order, to the same bits. The
 * normalized values are computed again where the backward pass needs them, which costs less than to store and load them.
 */
import { activate, NONE, RELU, SIGMOID, TANH } from "./activations";
import { loadLanes, multiplyAdd, narrow, splat, widenHigh, widenLow } from "./arithmetic";
import { columnMoments, fusedColumnSums, loadColumns, storeColumns } from "./columns";
import { InPlace, Input, Output, Scratch } from "./fields";
import { planesBackward, planesForward } from "./plane-batch-norm";

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
function track(running: usize, batch: v128, keep: f64, take: f64, columns: i32): void {
  const old = loadColumns(running, columns);
  const keeps = f64x2.splat(keep);
  const takes = f64x2.splat(take);
  const low = f64x2.add(f64x2.mul(keeps, widenLow(old)), f64x2.mul(takes, widenLow(batch)));
  const high = f64x2.add(f64x2.mul(keeps, widenHigh(old)), f64x2.mul(takes, widenHigh(batch)));
  storeColumns(running, narrow(low, high), columns);
}

/** The activation's output for these columns. */
@inline
function normalizeColumns(
  activation: i32,
  columns: i32,
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  beta: usize,
  out: usize,
  n: i32,
  stride: usize,
): void {
  const both = columns == 8;
  const centerLow = loadColumns(mean, columns);
  const scaleLow = loadColumns(inverseStd, columns);
  const gammaLow = loadColumns(gamma, columns);
  const betaLow = loadColumns(beta, columns);
  const centerHigh = both ? v128.load(mean, 16) : centerLow;
  const scaleHigh = both ? v128.load(inverseStd, 16) : scaleLow;
  const gammaHigh = both ? v128.load(gamma, 16) : gammaLow;
  const betaHigh = both ? v128.load(beta, 16) : betaLow;
  for (let row = n; row > 0; row--) {
    const xLow = loadColumns(x, columns);
    const xHigh = both ? v128.load(x, 16) : xLow;
    const low = f32x4.mul(f32x4.sub(xLow, centerLow), scaleLow);
    const high = both ? f32x4.mul(f32x4.sub(xHigh, centerHigh), scaleHigh) : low;
    // Both before either is stored: the constants of the activation are then loaded once for both.
    const outLow = activate(activation, multiplyAdd(gammaLow, low, betaLow));
    const outHigh = both ? activate(activation, multiplyAdd(gammaHigh, high, betaHigh)) : outLow;
    storeColumns(out, outLow, columns);
    if (both) v128.store(out, outHigh, 16);
    x += stride;
    out += stride;
  }
}

// Each is a function of its own: of alternatives in one function the optimizer makes one loop, which asks at every row.
function normalizePlain(x: usize, mean: usize, inverseStd: usize, gamma: usize, beta: usize, out: usize, n: i32, stride: usize): void {
  normalizeColumns(NONE, 8, x, mean, inverseStd, gamma, beta, out, n, stride);
}

function normalizeReLU(x: usize, mean: usize, inverseStd: usize, gamma: usize, beta: usize, out: usize, n: i32, stride: usize): void {
  normalizeColumns(RELU, 8, x, mean, inverseStd, gamma, beta, out, n, stride);
}

function normalizeSigmoid(x: usize, mean: usize, inverseStd: usize, gamma: usize, beta: usize, out: usize, n: i32, stride: usize): void {
  normalizeColumns(SIGMOID, 8, x, mean, inverseStd, gamma, beta, out, n, stride);
}

function normalizeTanh(x: usize, mean: usize, inverseStd: usize, gamma: usize, beta: usize, out: usize, n: i32, stride: usize): void {
  normalizeColumns(TANH, 8, x, mean, inverseStd, gamma, beta, out, n, stride);
}

/** The columns of a layer that has fewer than eight. */
function normalizeRest(
  activation: i32,
  columns: i32,
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  beta: usize,
  out: usize,
  n: i32,
  stride: usize,
): void {
  normalizeColumns(activation, columns, x, mean, inverseStd, gamma, beta, out, n, stride);
}

/** Eight columns: statistics and the activation's output. */
function forward8(
  activation: i32,
  x: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  inverseStd: usize,
  out: usize,
  n: i32,
  stride: usize,
  eps: f64,
): void {
  columnMoments(8, x, mean, variance, n, stride);
  v128.store(inverseStd, inverseStdOf(v128.load(variance), eps));
  v128.store(inverseStd, inverseStdOf(v128.load(variance, 16), eps), 16);
  if (activation == RELU) normalizeReLU(x, mean, inverseStd, gamma, beta, out, n, stride);
  else if (activation == SIGMOID) normalizeSigmoid(x, mean, inverseStd, gamma, beta, out, n, stride);
  else if (activation == TANH) normalizeTanh(x, mean, inverseStd, gamma, beta, out, n, stride);
  else normalizePlain(x, mean, inverseStd, gamma, beta, out, n, stride);
}

function forwardRest(
  activation: i32,
  columns: i32,
  x: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  inverseStd: usize,
  out: usize,
  n: i32,
  stride: usize,
  eps: f64,
): void {
  for (let left = columns; left > 0; left -= 4) {
    const now = min(4, left);
    columnMoments(now, x, mean, variance, n, stride);
    storeColumns(inverseStd, inverseStdOf(loadColumns(variance, now), eps), now);
    normalizeRest(activation, now, x, mean, inverseStd, gamma, beta, out, n, stride);
    x += 16;
    gamma += 16;
    beta += 16;
    mean += 16;
    variance += 16;
    inverseStd += 16;
    out += 16;
  }
}

/**
 * From rows of so many bytes on, 16 columns are copied out (a cache line of each row), worked on, and copied back: a column of long
 * rows lies in few sets of the first-level cache, which would have to be filled again in each pass.
 */
const LONG_ROW: usize = 1024;
const PANEL_ROW: usize = 64;

/** Floats of scratch that the fused kernels need: three panels, or nothing for short rows. */
export function batchNormScratchFloats(n: i32, c: i32): i32 {
  return <usize>(4 * c) < LONG_ROW ? 0 : 3 * 16 * n;
}

function copyPanel(from: usize, fromStride: usize, to: usize, toStride: usize, n: i32): void {
  for (; n > 0; n--) {
    const x0 = v128.load(from);
    const x1 = v128.load(from, 16);
    const x2 = v128.load(from, 32);
    const x3 = v128.load(from, 48);
    v128.store(to, x0);
    v128.store(to, x1, 16);
    v128.store(to, x2, 32);
    v128.store(to, x3, 48);
    from += fromStride;
    to += toStride;
  }
}

@unmanaged
export class BatchNormActivationForward {
  /** activations.ts has the numbers. */
  activation: i32;
  x: Input;
  gamma: Input;
  beta: Input;
  /** 0 without running statistics. */
  runningMean: InPlace;
  runningVariance: InPlace;
  mean: Output;
  variance: Output;
  inverseStd: Output;
  /** 0 for s > 1: the statistics alone, for a convolution that normalizes its input (frames.ts). */
  out: Output;
  /** batchNormScratchFloats(n, c) */
  scratch: Scratch;
  n: i32;
  c: i32;
  s: i32;
  eps: f64;
}

/**
 * Batch statistics, running statistics (unless runningMean is 0) and the activation's output.
 * running = keep·running + take·mean, and with takeVariance for the variance: momentum·m/(m − 1), m values a channel.
 */
export function batchNormActivationForward(step: BatchNormActivationForward, keep: f64, take: f64, takeVariance: f64): void {
  const activation = step.activation;
  const x = step.x;
  const gamma = step.gamma;
  const beta = step.beta;
  let runningMean = step.runningMean;
  let runningVariance = step.runningVariance;
  let mean = step.mean;
  let variance = step.variance;
  const inverseStd = step.inverseStd;
  const out = step.out;
  const scratch = step.scratch;
  const n = step.n;
  const c = step.c;
  const eps = step.eps;
  const stride: usize = 4 * c;
  if (step.s > 1) {
    planesForward(activation, x, gamma, beta, mean, variance, inverseStd, out, n, c, step.s, eps);
  } else if (c < 8) {
    forwardRest(activation, c, x, gamma, beta, mean, variance, inverseStd, out, n, stride, eps);
  } else {
    let column = 0;
    if (stride >= LONG_ROW) {
      for (; column + 16 <= c; column += 16) {
        const at: usize = 4 * column;
        copyPanel(x + at, stride, scratch, PANEL_ROW, n);
        for (let half: usize = 0; half < 64; half += 32) {
          const k = at + half;
          const panel = scratch + half;
          forward8(activation, panel, gamma + k, beta + k, mean + k, variance + k, inverseStd + k, panel, n, PANEL_ROW, eps);
        }
        copyPanel(scratch, PANEL_ROW, out + at, stride, n);
      }
    }
    for (; column < c; column += 8) {
      // The last eight may be columns that were done before: then they are done again, to the same bits.
      const k: usize = 4 * min(column, c - 8);
      forward8(activation, x + k, gamma + k, beta + k, mean + k, variance + k, inverseStd + k, out + k, n, stride, eps);
    }
  }
  if (runningMean) {
    for (let left = c; left > 0; left -= 4) {
      track(runningMean, loadLanes(mean, left), keep, take, left);
      track(runningVariance, loadLanes(variance, left), keep, takeVariance, left);
      runningMean += 16;
      runningVariance += 16;
      mean += 16;
      variance += 16;
    }
  }
}

/** gradInput = gamma·inverseStd·(g − gradBeta/n − h·gradGamma/n), h = (x − mean)·inverseStd. */
@inline
function gradientColumns(
  columns: i32,
  g: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  stride: usize,
): void {
  const both = columns == 8;
  const share = splat(<f32>(1.0 / <f64>n));
  const centerLow = loadColumns(mean, columns);
  const spreadLow = loadColumns(inverseStd, columns);
  const scaleLow = f32x4.mul(loadColumns(gamma, columns), spreadLow);
  const fromMeanLow = f32x4.mul(loadColumns(gradBeta, columns), share);
  const fromVarianceLow = f32x4.mul(loadColumns(gradGamma, columns), share);
  const centerHigh = both ? v128.load(mean, 16) : centerLow;
  const spreadHigh = both ? v128.load(inverseStd, 16) : spreadLow;
  const scaleHigh = both ? f32x4.mul(v128.load(gamma, 16), spreadHigh) : scaleLow;
  const fromMeanHigh = both ? f32x4.mul(v128.load(gradBeta, 16), share) : fromMeanLow;
  const fromVarianceHigh = both ? f32x4.mul(v128.load(gradGamma, 16), share) : fromVarianceLow;
  for (let row = n; row > 0; row--) {
    const gLow = loadColumns(g, columns);
    const gHigh = both ? v128.load(g, 16) : gLow;
    const xLow = loadColumns(x, columns);
    const xHigh = both ? v128.load(x, 16) : xLow;
    const hLow = f32x4.mul(f32x4.sub(xLow, centerLow), spreadLow);
    const low = f32x4.sub(f32x4.sub(gLow, fromMeanLow), f32x4.mul(hLow, fromVarianceLow));
    storeColumns(gradInput, f32x4.mul(scaleLow, low), columns);
    if (both) {
      const hHigh = f32x4.mul(f32x4.sub(xHigh, centerHigh), spreadHigh);
      const high = f32x4.sub(f32x4.sub(gHigh, fromMeanHigh), f32x4.mul(hHigh, fromVarianceHigh));
      v128.store(gradInput, f32x4.mul(scaleHigh, high), 16);
    }
    g += stride;
    x += stride;
    gradInput += stride;
  }
}

function gradient8(g: usize, x: usize, mean: usize, inverseStd: usize, gamma: usize, gradInput: usize, gradGamma: usize, gradBeta: usize, n: i32, stride: usize): void {
  gradientColumns(8, g, x, mean, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, stride);
}

function gradientRest(
  columns: i32,
  g: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  stride: usize,
): void {
  gradientColumns(columns, g, x, mean, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, stride);
}

/** Eight columns: the sums, then gradInput. */
function backward8(
  activation: i32,
  gradOut: usize,
  out: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  stride: usize,
): void {
  fusedColumnSums(activation, true, 8, gradOut, out, x, mean, inverseStd, gradInput, gradBeta, gradGamma, n, stride);
  const g = activation == NONE ? gradOut : gradInput;
  gradient8(g, x, mean, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, stride);
}

function backwardRest(
  activation: i32,
  columns: i32,
  gradOut: usize,
  out: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  stride: usize,
): void {
  for (let left = columns; left > 0; left -= 4) {
    const now = min(4, left);
    fusedColumnSums(activation, true, now, gradOut, out, x, mean, inverseStd, gradInput, gradBeta, gradGamma, n, stride);
    const g = activation == NONE ? gradOut : gradInput;
    gradientRest(now, g, x, mean, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, stride);
    gradOut += 16;
    out += 16;
    x += 16;
    mean += 16;
    inverseStd += 16;
    gamma += 16;
    gradInput += 16;
    gradGamma += 16;
    gradBeta += 16;
  }
}

@unmanaged
export class BatchNormActivationBackward {
  activation: i32;
  gradOut: Input;
  /** 0 where nobody reads it: for s > 1 without an activation, or with ReLU. */
  out: Input;
  x: Input;
  mean: Input;
  inverseStd: Input;
  gamma: Input;
  beta: Input;
  /** 0, or for s > 1 what is added to gradInput: the gradient of a shortcut past this layer. */
  plus: Input;
  gradInput: Output;
  gradGamma: Output;
  gradBeta: Output;
  scratch: Scratch;
  n: i32;
  c: i32;
  s: i32;
}

/**
 * The gradients of batchNormActivationForward from its x, mean, inverseStd and out. gradInput holds the gradient in front of the
 * activation in between, so it must not be gradOut.
 */
export function batchNormActivationBackward(step: BatchNormActivationBackward): void {
  const activation = step.activation;
  const gradOut = step.gradOut;
  const out = step.out;
  const x = step.x;
  const mean = step.mean;
  const inverseStd = step.inverseStd;
  const gamma = step.gamma;
  const gradInput = step.gradInput;
  const gradGamma = step.gradGamma;
  const gradBeta = step.gradBeta;
  const scratch = step.scratch;
  const n = step.n;
  const c = step.c;
  const stride: usize = 4 * c;
  if (step.s > 1) {
    planesBackward(
      activation, gradOut, out, x, mean, inverseStd, gamma, step.beta, step.plus, gradInput, gradGamma, gradBeta, n, c, step.s,
    );
    return;
  }
  if (c < 8) {
    backwardRest(activation, c, gradOut, out, x, mean, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, stride);
    return;
  }
  let column = 0;
  if (stride >= LONG_ROW) {
    const outPanel = scratch + n * PANEL_ROW;
    const xPanel = outPanel + n * PANEL_ROW;
    for (; column + 16 <= c; column += 16) {
      const at: usize = 4 * column;
      copyPanel(gradOut + at, stride, scratch, PANEL_ROW, n);
      if (activation != NONE) copyPanel(out + at, stride, outPanel, PANEL_ROW, n);
      copyPanel(x + at, stride, xPanel, PANEL_ROW, n);
      for (let half: usize = 0; half < 64; half += 32) {
        const k = at + half;
        const g = scratch + half;
        backward8(activation, g, outPanel + half, xPanel + half, mean + k, inverseStd + k, gamma + k, g, gradGamma + k, gradBeta + k, n, PANEL_ROW);
      }
      copyPanel(scratch, PANEL_ROW, gradInput + at, stride, n);
    }
  }
  for (; column < c; column += 8) {
    const k: usize = 4 * min(column, c - 8);
    backward8(activation, gradOut + k, out + k, x + k, mean + k, inverseStd + k, gamma + k, gradInput + k, gradGamma + k, gradBeta + k, n, stride);
  }
}
