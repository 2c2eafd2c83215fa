/** GroupNorm and, as its case of one group and S = 1, LayerNorm: x [N, C, S], each group of a sample is one run of values. */
import { laneMask, loadLanes, multiplyAdd, SUM_BLOCK, splat, storeLanes, sumLanes } from "./arithmetic";
import { Input, Output } from "./fields";
import { firstResult, gradientRun, normalizeRun, planeMoments, planeSums, secondResult } from "./planes";

/** Gamma or beta for the values from `position` (counted from the group's first channel) on. */
@inline
function ofChannel(parameter: usize, position: i32, left: i32): v128 {
  return loadLanes(parameter + 4 * position, left);
}

@inline
function runMean(x: usize, length: i32): f64 {
  let wide: f64 = 0;
  for (let left = length; left > 0; ) {
    let sum = splat(0);
    for (const end = max(0, left - 4 * SUM_BLOCK); left > end; left -= 4) {
      sum = f32x4.add(sum, loadLanes(x, left));
      x += 16;
    }
    wide += sumLanes(sum);
  }
  return wide / <f64>length;
}

@unmanaged
export class GroupNormForward {
  x: Input;
  gamma: Input;
  beta: Input;
  /** [N, groups] */
  inverseStd: Output;
  normalized: Output;
  out: Output;
  n: i32;
  c: i32;
  s: i32;
  groups: i32;
  eps: f64;
}

export function groupNormForward(step: GroupNormForward): void {
  let x = step.x;
  const gamma = step.gamma;
  const beta = step.beta;
  const inverseStd = step.inverseStd;
  let normalized = step.normalized;
  let out = step.out;
  const n = step.n;
  const c = step.c;
  const s = step.s;
  const groups = step.groups;
  const eps = step.eps;
  const channels = c / groups;
  if (s > 1) {
    planesForward(x, gamma, beta, inverseStd, normalized, out, n, channels, s, groups, eps);
    return;
  }
  const length = channels;
  for (let run = 0; run < n * groups; run++) {
    let center = <f32>runMean(x, length);
    let wide: f64 = 0;
    let wideSquares: f64 = 0;
    let p = x;
    for (let left = length; left > 0; ) {
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
    const shift = wide / <f64>length;
    center = <f32>(<f64>center + shift);
    const variance = max(wideSquares / <f64>length - shift * shift, 0.0);
    const scale = <f32>(1.0 / sqrt(variance + eps));
    store<f32>(inverseStd + 4 * run, scale);

    const firstChannel: usize = 4 * ((run % groups) * channels);
    for (let i = 0; i < length; ) {
      const lanes = min(4, length - i);
      const h = f32x4.mul(f32x4.sub(loadLanes(x, lanes), splat(center)), splat(scale));
      const g = ofChannel(gamma + firstChannel, i, lanes);
      storeLanes(normalized, h, lanes);
      storeLanes(out, multiplyAdd(g, h, ofChannel(beta + firstChannel, i, lanes)), lanes);
      x += 4 * lanes;
      normalized += 4 * lanes;
      out += 4 * lanes;
      i += lanes;
    }
  }
}

/** Adds the lanes of one vector to a gradient of the parameters. */
@inline
function addToChannel(gradient: usize, position: i32, lanes: i32, values: v128): void {
  const at = gradient + 4 * position;
  storeLanes(at, f32x4.add(loadLanes(at, lanes), values), lanes);
}

/** Planes, S > 1: the values of a channel are a run, and those of a group one longer run. */
function planesForward(
  x: usize,
  gamma: usize,
  beta: usize,
  inverseStd: usize,
  normalized: usize,
  out: usize,
  n: i32,
  channels: i32,
  s: i32,
  groups: i32,
  eps: f64,
): void {
  const size: usize = 4 * s;
  for (let sample = 0; sample < n; sample++) {
    let channel: usize = 0;
    for (let group = 0; group < groups; group++) {
      planeMoments(x, 1, 0, channels * s);
      const center = <f32>firstResult();
      const scale = <f32>(1.0 / sqrt(secondResult() + eps));
      store<f32>(inverseStd, scale);
      inverseStd += 4;
      for (const end = channel + 4 * channels; channel < end; channel += 4) {
        normalizeRun(x, normalized, out, s, center, scale, load<f32>(gamma + channel), load<f32>(beta + channel));
        x += size;
        normalized += size;
        out += size;
      }
    }
  }
}

/** A group's sums of g·gamma and g·gamma·normalized are those of its channels times gamma, in float64. */
function planesBackward(
  g: usize,
  normalized: usize,
  inverseStd: usize,
  gamma: usize,
  gradInput: usize,
  gradGamma: usize,
  gradBeta: usize,
  n: i32,
  channels: i32,
  s: i32,
  groups: i32,
): void {
  const size: usize = 4 * s;
  const length = <f64>channels * <f64>s;
  for (let sample = 0; sample < n; sample++) {
    let channel: usize = 0;
    for (let group = 0; group < groups; group++) {
      const end = channel + 4 * channels;
      let wideSum: f64 = 0;
      let wideDot: f64 = 0;
      let offset: usize = 0;
      for (let at = channel; at < end; at += 4) {
        planeSums(g + offset, normalized + offset, 1, 0, s);
        const factor = <f64>load<f32>(gamma + at);
        wideSum += factor * firstResult();
        wideDot += factor * secondResult();
        store<f32>(gradBeta + at, load<f32>(gradBeta + at) + <f32>firstResult());
        store<f32>(gradGamma + at, load<f32>(gradGamma + at) + <f32>secondResult());
        offset += size;
      }
      const scale = load<f32>(inverseStd);
      inverseStd += 4;
      const fromMean = <f32>(wideSum / length);
      const fromVariance = <f32>(wideDot / length);
      for (; channel < end; channel += 4) {
        gradientRun(g, normalized, gradInput, s, scale, load<f32>(gamma + channel), fromMean, fromVariance);
        g += size;
        normalized += size;
        gradInput += size;
      }
    }
  }
}

@unmanaged
export class GroupNormBackward {
  gradOut: Input;
  normalized: Input;
  /** [N, groups] */
  inverseStd: Input;
  gamma: Input;
  gradInput: Output;
  gradGamma: Output;
  gradBeta: Output;
  n: i32;
  c: i32;
  s: i32;
  groups: i32;
}

/**
 * gradBeta = Σ g, gradGamma = Σ g·normalized; with h = g·gamma and sums over a group,
 * gradInput = inverseStd·(h − Σh/m − normalized·Σ(h·normalized)/m).
 */
export function groupNormBackward(step: GroupNormBackward): void {
  let g = step.gradOut;
  let normalized = step.normalized;
  const inverseStd = step.inverseStd;
  const gamma = step.gamma;
  let gradInput = step.gradInput;
  const gradGamma = step.gradGamma;
  const gradBeta = step.gradBeta;
  const n = step.n;
  const c = step.c;
  const s = step.s;
  const groups = step.groups;
  const channels = c / groups;
  memory.fill(gradGamma, 0, 4 * c);
  memory.fill(gradBeta, 0, 4 * c);
  if (s > 1) {
    planesBackward(g, normalized, inverseStd, gamma, gradInput, gradGamma, gradBeta, n, channels, s, groups);
    return;
  }
  const length = channels;
  for (let run = 0; run < n * groups; run++) {
    const firstChannel: usize = 4 * ((run % groups) * channels);
    let wideSum: f64 = 0;
    let wideDot: f64 = 0;
    let sum = splat(0);
    let dot = splat(0);
    let vectors = 0;
    for (let i = 0; i < length; ) {
      const lanes = min(4, length - i);
      const value = loadLanes(g + 4 * i, lanes);
      const unit = loadLanes(normalized + 4 * i, lanes);
      addToChannel(gradBeta + firstChannel, i, lanes, value);
      addToChannel(gradGamma + firstChannel, i, lanes, f32x4.mul(value, unit));
      const h = f32x4.mul(value, ofChannel(gamma + firstChannel, i, lanes));
      sum = f32x4.add(sum, h);
      dot = multiplyAdd(h, unit, dot);
      i += lanes;
      if (++vectors == SUM_BLOCK || i == length) {
        wideSum += sumLanes(sum);
        wideDot += sumLanes(dot);
        sum = splat(0);
        dot = splat(0);
        vectors = 0;
      }
    }
    const fromMean = splat(<f32>(wideSum / <f64>length));
    const fromVariance = splat(<f32>(wideDot / <f64>length));
    const scale = v128.load_splat<f32>(inverseStd + 4 * run);
    for (let i = 0; i < length; ) {
      const lanes = min(4, length - i);
      const h = f32x4.mul(loadLanes(g, lanes), ofChannel(gamma + firstChannel, i, lanes));
      const centered = f32x4.sub(h, fromMean);
      const projected = f32x4.mul(loadLanes(normalized, lanes), fromVariance);
      storeLanes(gradInput, f32x4.mul(scale, f32x4.sub(centered, projected)), lanes);
      g += 4 * lanes;
      normalized += 4 * lanes;
      gradInput += 4 * lanes;
      i += lanes;
    }
  }
}
