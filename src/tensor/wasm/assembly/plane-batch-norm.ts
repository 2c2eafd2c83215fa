/**
 * BatchNorm of x [N, C, S] together with the activation behind it, for training: one channel after the other goes through all
 * passes while it is in the cache. Each value is computed as by the separate kernels (batch-norm.ts, activations.ts), in the same
 * order, to the same bits.
 */
import { activate, gradientThrough, NONE, RELU, SIGMOID, TANH } from "./activations";
import { loadLanes, multiplyAdd, SUM_BLOCK, splat, storeLanes, sumLanes } from "./arithmetic";
import { SECOND, sums } from "./columns";
import { firstResult, planeMoments, secondResult } from "./planes";

/** One run: activation(gamma·(x − center)·scale + beta). */
@inline
function activateRun(activation: i32, x: usize, out: usize, s: i32, mean: f32, inverseStd: f32, gamma: f32, beta: f32): void {
  const center = splat(mean);
  const scale = splat(inverseStd);
  const factor = splat(gamma);
  const term = splat(beta);
  let left = s;
  for (; left >= 8; left -= 8) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const h0 = f32x4.mul(f32x4.sub(x0, center), scale);
    const h1 = f32x4.mul(f32x4.sub(x1, center), scale);
    const y0 = activate(activation, multiplyAdd(factor, h0, term));
    const y1 = activate(activation, multiplyAdd(factor, h1, term));
    v128.store(out, y0);
    v128.store(out, y1, 16);
    x += 32;
    out += 32;
  }
  for (; left > 0; left -= 4) {
    const h = f32x4.mul(f32x4.sub(loadLanes(x, left), center), scale);
    storeLanes(out, activate(activation, multiplyAdd(factor, h, term)), left);
    x += 16;
    out += 16;
  }
}

// Each is a function of its own: of alternatives in one function the optimizer makes one loop, which asks at every turn.
function plainRun(x: usize, out: usize, s: i32, mean: f32, inverseStd: f32, gamma: f32, beta: f32): void {
  activateRun(NONE, x, out, s, mean, inverseStd, gamma, beta);
}

function reluRun(x: usize, out: usize, s: i32, mean: f32, inverseStd: f32, gamma: f32, beta: f32): void {
  activateRun(RELU, x, out, s, mean, inverseStd, gamma, beta);
}

function sigmoidRun(x: usize, out: usize, s: i32, mean: f32, inverseStd: f32, gamma: f32, beta: f32): void {
  activateRun(SIGMOID, x, out, s, mean, inverseStd, gamma, beta);
}

function tanhRun(x: usize, out: usize, s: i32, mean: f32, inverseStd: f32, gamma: f32, beta: f32): void {
  activateRun(TANH, x, out, s, mean, inverseStd, gamma, beta);
}

/** Without `out` (0) the statistics alone. */
export function planesForward(
  activation: i32,
  x: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  inverseStd: usize,
  out: usize,
  n: i32,
  c: i32,
  s: i32,
  eps: f64,
): void {
  const stride: usize = 4 * c * s;
  for (let channel = 0; channel < c; channel++) {
    planeMoments(x, n, stride, s);
    const center = <f32>firstResult();
    const biased = <f32>secondResult();
    const scale = <f32>(1 / Math.sqrt(<f64>biased + eps));
    store<f32>(mean, center);
    store<f32>(variance, biased);
    store<f32>(inverseStd, scale);
    const factor = load<f32>(gamma);
    const term = load<f32>(beta);
    for (let sample = 0; out != 0 && sample < n; sample++) {
      const at = sample * stride;
      if (activation == RELU) reluRun(x + at, out + at, s, center, scale, factor, term);
      else if (activation == SIGMOID) sigmoidRun(x + at, out + at, s, center, scale, factor, term);
      else if (activation == TANH) tanhRun(x + at, out + at, s, center, scale, factor, term);
      else plainRun(x + at, out + at, s, center, scale, factor, term);
    }
    x += 4 * s;
    if (out) out += 4 * s;
    gamma += 4;
    beta += 4;
    mean += 4;
    variance += 4;
    inverseStd += 4;
  }
}

/** Floats that four sums take before they are added up, as in planes.ts. */
const FOURS: i32 = 4 * 4 * SUM_BLOCK;

/**
 * Σ g and Σ g·h over runs, as multiplyRuns of planes.ts, where g is the gradient in front of the activation, which is stored in
 * `through`, and h = (x − mean)·inverseStd. Of ReLU neither the output is read nor g stored: from h it is computed again where it is
 * needed, which takes less than the memory does.
 */
@inline
function throughRuns(
  activation: i32,
  isWhole: bool,
  gradOut: usize,
  out: usize,
  x: usize,
  through: usize,
  stride: usize,
  runs: i32,
  length: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
): void {
  const center = splat(mean);
  const scale = splat(inverseStd);
  const factor = splat(gamma);
  const term = splat(beta);
  const stores = activation != NONE && activation != RELU;
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  let q0 = splat(0);
  let q1 = splat(0);
  let q2 = splat(0);
  let q3 = splat(0);
  for (; runs > 0; runs--) {
    let at: usize = 0;
    let left = length;
    for (; left >= 16; left -= 16, at += 64) {
      const h0 = f32x4.mul(f32x4.sub(v128.load(x + at), center), scale);
      const h1 = f32x4.mul(f32x4.sub(v128.load(x + at, 16), center), scale);
      const h2 = f32x4.mul(f32x4.sub(v128.load(x + at, 32), center), scale);
      const h3 = f32x4.mul(f32x4.sub(v128.load(x + at, 48), center), scale);
      const out0 = activation == RELU ? multiplyAdd(factor, h0, term) : stores ? v128.load(out + at) : h0;
      const out1 = activation == RELU ? multiplyAdd(factor, h1, term) : stores ? v128.load(out + at, 16) : h1;
      const out2 = activation == RELU ? multiplyAdd(factor, h2, term) : stores ? v128.load(out + at, 32) : h2;
      const out3 = activation == RELU ? multiplyAdd(factor, h3, term) : stores ? v128.load(out + at, 48) : h3;
      const g0 = gradientThrough(activation, v128.load(gradOut + at), out0);
      const g1 = gradientThrough(activation, v128.load(gradOut + at, 16), out1);
      const g2 = gradientThrough(activation, v128.load(gradOut + at, 32), out2);
      const g3 = gradientThrough(activation, v128.load(gradOut + at, 48), out3);
      if (stores) {
        v128.store(through + at, g0);
        v128.store(through + at, g1, 16);
        v128.store(through + at, g2, 32);
        v128.store(through + at, g3, 48);
      }
      s0 = f32x4.add(s0, g0);
      s1 = f32x4.add(s1, g1);
      s2 = f32x4.add(s2, g2);
      s3 = f32x4.add(s3, g3);
      q0 = multiplyAdd(g0, h0, q0);
      q1 = multiplyAdd(g1, h1, q1);
      q2 = multiplyAdd(g2, h2, q2);
      q3 = multiplyAdd(g3, h3, q3);
    }
    for (let turn = 0; !isWhole && left > 0; turn++, left -= 4, at += 16) {
      // Beyond the end g is 0, whatever h is there.
      const h = f32x4.mul(f32x4.sub(loadLanes(x + at, left), center), scale);
      const output = activation == RELU ? multiplyAdd(factor, h, term) : stores ? loadLanes(out + at, left) : h;
      const g = gradientThrough(activation, loadLanes(gradOut + at, left), output);
      if (stores) storeLanes(through + at, g, left);
      if (turn == 0) {
        s0 = f32x4.add(s0, g);
        q0 = multiplyAdd(g, h, q0);
      } else if (turn == 1) {
        s1 = f32x4.add(s1, g);
        q1 = multiplyAdd(g, h, q1);
      } else if (turn == 2) {
        s2 = f32x4.add(s2, g);
        q2 = multiplyAdd(g, h, q2);
      } else {
        s3 = f32x4.add(s3, g);
        q3 = multiplyAdd(g, h, q3);
      }
    }
    gradOut += stride;
    out += stride;
    x += stride;
    through += stride;
  }
  v128.store(sums, f32x4.add(s0, s2));
  v128.store(sums, f32x4.add(s1, s3), 16);
  v128.store(sums + SECOND, f32x4.add(q0, q2));
  v128.store(sums + SECOND, f32x4.add(q1, q3), 16);
}

function plainRuns(
  g: usize,
  out: usize,
  x: usize,
  through: usize,
  stride: usize,
  runs: i32,
  length: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
): void {
  throughRuns(NONE, false, g, out, x, through, stride, runs, length, mean, inverseStd, gamma, beta);
}

function reluRuns(
  g: usize,
  out: usize,
  x: usize,
  through: usize,
  stride: usize,
  runs: i32,
  length: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
): void {
  throughRuns(RELU, false, g, out, x, through, stride, runs, length, mean, inverseStd, gamma, beta);
}

function wholeReluRuns(
  g: usize,
  out: usize,
  x: usize,
  through: usize,
  stride: usize,
  runs: i32,
  length: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
): void {
  throughRuns(RELU, true, g, out, x, through, stride, runs, length, mean, inverseStd, gamma, beta);
}

function sigmoidRuns(
  g: usize,
  out: usize,
  x: usize,
  through: usize,
  stride: usize,
  runs: i32,
  length: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
): void {
  throughRuns(SIGMOID, false, g, out, x, through, stride, runs, length, mean, inverseStd, gamma, beta);
}

function tanhRuns(
  g: usize,
  out: usize,
  x: usize,
  through: usize,
  stride: usize,
  runs: i32,
  length: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
): void {
  throughRuns(TANH, false, g, out, x, through, stride, runs, length, mean, inverseStd, gamma, beta);
}

/**
 * One run: gradInput = scale·(g − fromMean − h·fromVariance), h = (x − mean)·inverseStd; with `masks` g counts where the output of ReLU,
 * gamma·h + beta, is positive, and with `adds` the values at `plus` are added.
 */
@inline
function gradientRun(
  masks: bool,
  adds: bool,
  g: usize,
  x: usize,
  plus: usize,
  gradInput: usize,
  s: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
  meanOfRun: f32,
  varianceOfRun: f32,
): void {
  const center = splat(mean);
  const spread = splat(inverseStd);
  const factor = splat(gamma);
  const term = splat(beta);
  const scale = splat(gamma * inverseStd);
  const fromMean = splat(meanOfRun);
  const fromVariance = splat(varianceOfRun);
  let left = s;
  for (; left >= 8; left -= 8) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const h0 = f32x4.mul(f32x4.sub(x0, center), spread);
    const h1 = f32x4.mul(f32x4.sub(x1, center), spread);
    const behind0 = v128.load(g);
    const behind1 = v128.load(g, 16);
    const g0 = masks ? gradientThrough(RELU, behind0, multiplyAdd(factor, h0, term)) : behind0;
    const g1 = masks ? gradientThrough(RELU, behind1, multiplyAdd(factor, h1, term)) : behind1;
    const y0 = f32x4.mul(scale, f32x4.sub(f32x4.sub(g0, fromMean), f32x4.mul(h0, fromVariance)));
    const y1 = f32x4.mul(scale, f32x4.sub(f32x4.sub(g1, fromMean), f32x4.mul(h1, fromVariance)));
    const sum0 = adds ? f32x4.add(v128.load(plus), y0) : y0;
    const sum1 = adds ? f32x4.add(v128.load(plus, 16), y1) : y1;
    v128.store(gradInput, sum0);
    v128.store(gradInput, sum1, 16);
    g += 32;
    x += 32;
    plus += 32;
    gradInput += 32;
  }
  for (; left > 0; left -= 4) {
    const h = f32x4.mul(f32x4.sub(loadLanes(x, left), center), spread);
    const behind = loadLanes(g, left);
    const through = masks ? gradientThrough(RELU, behind, multiplyAdd(factor, h, term)) : behind;
    const y = f32x4.mul(scale, f32x4.sub(f32x4.sub(through, fromMean), f32x4.mul(h, fromVariance)));
    storeLanes(gradInput, adds ? f32x4.add(loadLanes(plus, left), y) : y, left);
    g += 16;
    x += 16;
    plus += 16;
    gradInput += 16;
  }
}

function gradient(
  g: usize,
  x: usize,
  plus: usize,
  gradInput: usize,
  s: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
  meanOfRun: f32,
  varianceOfRun: f32,
): void {
  gradientRun(false, false, g, x, plus, gradInput, s, mean, inverseStd, gamma, beta, meanOfRun, varianceOfRun);
}

function gradientPlus(
  g: usize,
  x: usize,
  plus: usize,
  gradInput: usize,
  s: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
  meanOfRun: f32,
  varianceOfRun: f32,
): void {
  gradientRun(false, true, g, x, plus, gradInput, s, mean, inverseStd, gamma, beta, meanOfRun, varianceOfRun);
}

function reluGradient(
  g: usize,
  x: usize,
  plus: usize,
  gradInput: usize,
  s: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
  meanOfRun: f32,
  varianceOfRun: f32,
): void {
  gradientRun(true, false, g, x, plus, gradInput, s, mean, inverseStd, gamma, beta, meanOfRun, varianceOfRun);
}

function reluGradientPlus(
  g: usize,
  x: usize,
  plus: usize,
  gradInput: usize,
  s: i32,
  mean: f32,
  inverseStd: f32,
  gamma: f32,
  beta: f32,
  meanOfRun: f32,
  varianceOfRun: f32,
): void {
  gradientRun(true, true, g, x, plus, gradInput, s, mean, inverseStd, gamma, beta, meanOfRun, varianceOfRun);
}

/** The gradients; without `plus` (0) nothing is added to that of x. */
export function planesBackward(
  activation: i32,
  gradOut: usize,
  out: usize,
  x: usize,
  mean: usize,
  inverseStd: usize,
  gamma: usize,
  beta: usize,
  plus: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  c: i32,
  s: i32,
): void {
  const stride: usize = 4 * c * s;
  const share = <f32>(1.0 / (<f64>n * <f64>s));
  // As many whole runs as go into one block, in whole turns.
  const together = max(1, FOURS / (((s + 15) / 16) * 16));
  for (let channel = 0; channel < c; channel++) {
    const center = load<f32>(mean);
    const spread = load<f32>(inverseStd);
    const factor = load<f32>(gamma);
    const term = load<f32>(beta);
    let wideSum: f64 = 0;
    let wideDot: f64 = 0;
    for (let run = 0; run < n; run += together) {
      const now = min(together, n - run);
      for (let start = 0; start < s; start += FOURS) {
        const at = run * stride + 4 * start;
        const length = min(FOURS, s - start);
        if (activation == RELU && length % 16 == 0) wholeReluRuns(gradOut + at, out + at, x + at, gradInput + at, stride, now, length, center, spread, factor, term);
        else if (activation == RELU) reluRuns(gradOut + at, out + at, x + at, gradInput + at, stride, now, length, center, spread, factor, term);
        else if (activation == SIGMOID) sigmoidRuns(gradOut + at, out + at, x + at, gradInput + at, stride, now, length, center, spread, factor, term);
        else if (activation == TANH) tanhRuns(gradOut + at, out + at, x + at, gradInput + at, stride, now, length, center, spread, factor, term);
        else plainRuns(gradOut + at, out + at, x + at, gradInput + at, stride, now, length, center, spread, factor, term);
        wideSum += sumLanes(f32x4.add(v128.load(sums), v128.load(sums, 16)));
        wideDot += sumLanes(f32x4.add(v128.load(sums + SECOND), v128.load(sums + SECOND, 16)));
      }
    }
    const sum = <f32>wideSum;
    const dot = <f32>wideDot;
    store<f32>(gradBeta, sum);
    store<f32>(gradGamma, dot);
    const fromMean = sum * share;
    const fromVariance = dot * share;
    const masks = activation == RELU;
    const g = activation == NONE || masks ? gradOut : gradInput;
    for (let sample = 0; sample < n; sample++) {
      const at = sample * stride;
      if (masks && plus) reluGradientPlus(g + at, x + at, plus + at, gradInput + at, s, center, spread, factor, term, fromMean, fromVariance);
      else if (masks) reluGradient(g + at, x + at, 0, gradInput + at, s, center, spread, factor, term, fromMean, fromVariance);
      else if (plus) gradientPlus(g + at, x + at, plus + at, gradInput + at, s, center, spread, factor, term, fromMean, fromVariance);
      else gradient(g + at, x + at, 0, gradInput + at, s, center, spread, factor, term, fromMean, fromVariance);
    }
    if (plus) plus += 4 * s;
    gradOut += 4 * s;
    out += 4 * s;
    x += 4 * s;
    gradInput += 4 * s;
    mean += 4;
    inverseStd += 4;
    gamma += 4;
    beta += 4;
    gradGamma += 4;
    gradBeta += 4;
  }
}
