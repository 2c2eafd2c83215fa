/**
 * Sums over runs of values that lie side by side: the S values of one channel in each sample of x [N, C, S], or those of a group.
 * The vectors of a run go round several sums (eight, or four where two things are summed), so that none waits for the one
 * before and neighbours can be joined; each run begins with the first sum. After SUM_BLOCK vectors each at most, as many whole runs
 * as that allows, the sums are added up and summed in float64. That is one order, whatever the build.
 */
import { laneMask, loadLanes, multiplyAdd, SUM_BLOCK, splat, storeLanes, sumLanes } from "./arithmetic";
import { SECOND, sums } from "./columns";

/** Floats that eight sums take before they are added up, and that four take. */
const EIGHTS: i32 = 4 * 8 * SUM_BLOCK;
const FOURS: i32 = 4 * 4 * SUM_BLOCK;

/** How many runs of `s` values go into one block, each in whole turns of `turn` values. */
@inline
function runsOf(s: i32, turn: i32, block: i32): i32 {
  return max(1, block / (((s + turn - 1) / turn) * turn));
}

/** Σ x of `runs` runs of `length` values; leaves two vectors in `sums`. */
function sumRuns(x: usize, stride: usize, runs: i32, length: i32): void {
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  let s4 = splat(0);
  let s5 = splat(0);
  let s6 = splat(0);
  let s7 = splat(0);
  for (; runs > 0; runs--) {
    let p = x;
    let left = length;
    for (; left >= 32; left -= 32) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32));
      s3 = f32x4.add(s3, v128.load(p, 48));
      s4 = f32x4.add(s4, v128.load(p, 64));
      s5 = f32x4.add(s5, v128.load(p, 80));
      s6 = f32x4.add(s6, v128.load(p, 96));
      s7 = f32x4.add(s7, v128.load(p, 112));
      p += 128;
    }
    if (left > 0) s0 = f32x4.add(s0, loadLanes(p, left));
    if (left > 4) s1 = f32x4.add(s1, loadLanes(p + 16, left - 4));
    if (left > 8) s2 = f32x4.add(s2, loadLanes(p + 32, left - 8));
    if (left > 12) s3 = f32x4.add(s3, loadLanes(p + 48, left - 12));
    if (left > 16) s4 = f32x4.add(s4, loadLanes(p + 64, left - 16));
    if (left > 20) s5 = f32x4.add(s5, loadLanes(p + 80, left - 20));
    if (left > 24) s6 = f32x4.add(s6, loadLanes(p + 96, left - 24));
    if (left > 28) s7 = f32x4.add(s7, loadLanes(p + 112, left - 28));
    x += stride;
  }
  v128.store(sums, f32x4.add(f32x4.add(s0, s2), f32x4.add(s4, s6)));
  v128.store(sums, f32x4.add(f32x4.add(s1, s3), f32x4.add(s5, s7)), 16);
}

@inline
function deviation(p: usize, left: i32, center: v128): v128 {
  return v128.and(f32x4.sub(loadLanes(p, left), center), laneMask(left));
}

/** Σ d and Σ d², d = x − center; leaves two vectors of each in `sums`. */
function deviateRuns(x: usize, stride: usize, runs: i32, length: i32, mean: f32): void {
  const center = splat(mean);
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  let q0 = splat(0);
  let q1 = splat(0);
  let q2 = splat(0);
  let q3 = splat(0);
  for (; runs > 0; runs--) {
    let p = x;
    let left = length;
    for (; left >= 16; left -= 16) {
      const d0 = f32x4.sub(v128.load(p), center);
      const d1 = f32x4.sub(v128.load(p, 16), center);
      const d2 = f32x4.sub(v128.load(p, 32), center);
      const d3 = f32x4.sub(v128.load(p, 48), center);
      s0 = f32x4.add(s0, d0);
      s1 = f32x4.add(s1, d1);
      s2 = f32x4.add(s2, d2);
      s3 = f32x4.add(s3, d3);
      q0 = multiplyAdd(d0, d0, q0);
      q1 = multiplyAdd(d1, d1, q1);
      q2 = multiplyAdd(d2, d2, q2);
      q3 = multiplyAdd(d3, d3, q3);
      p += 64;
    }
    if (left > 0) {
      const d = deviation(p, left, center);
      s0 = f32x4.add(s0, d);
      q0 = multiplyAdd(d, d, q0);
    }
    if (left > 4) {
      const d = deviation(p + 16, left - 4, center);
      s1 = f32x4.add(s1, d);
      q1 = multiplyAdd(d, d, q1);
    }
    if (left > 8) {
      const d = deviation(p + 32, left - 8, center);
      s2 = f32x4.add(s2, d);
      q2 = multiplyAdd(d, d, q2);
    }
    if (left > 12) {
      const d = deviation(p + 48, left - 12, center);
      s3 = f32x4.add(s3, d);
      q3 = multiplyAdd(d, d, q3);
    }
    x += stride;
  }
  v128.store(sums, f32x4.add(s0, s2));
  v128.store(sums, f32x4.add(s1, s3), 16);
  v128.store(sums + SECOND, f32x4.add(q0, q2));
  v128.store(sums + SECOND, f32x4.add(q1, q3), 16);
}

/** Σ g and Σ g·x; leaves two vectors of each in `sums`. */
function multiplyRuns(g: usize, x: usize, stride: usize, runs: i32, length: i32): void {
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  let q0 = splat(0);
  let q1 = splat(0);
  let q2 = splat(0);
  let q3 = splat(0);
  for (; runs > 0; runs--) {
    let p = g;
    let at = x;
    let left = length;
    for (; left >= 16; left -= 16) {
      const g0 = v128.load(p);
      const g1 = v128.load(p, 16);
      const g2 = v128.load(p, 32);
      const g3 = v128.load(p, 48);
      s0 = f32x4.add(s0, g0);
      s1 = f32x4.add(s1, g1);
      s2 = f32x4.add(s2, g2);
      s3 = f32x4.add(s3, g3);
      q0 = multiplyAdd(g0, v128.load(at), q0);
      q1 = multiplyAdd(g1, v128.load(at, 16), q1);
      q2 = multiplyAdd(g2, v128.load(at, 32), q2);
      q3 = multiplyAdd(g3, v128.load(at, 48), q3);
      p += 64;
      at += 64;
    }
    if (left > 0) {
      const value = loadLanes(p, left);
      s0 = f32x4.add(s0, value);
      q0 = multiplyAdd(value, loadLanes(at, left), q0);
    }
    if (left > 4) {
      const value = loadLanes(p + 16, left - 4);
      s1 = f32x4.add(s1, value);
      q1 = multiplyAdd(value, loadLanes(at + 16, left - 4), q1);
    }
    if (left > 8) {
      const value = loadLanes(p + 32, left - 8);
      s2 = f32x4.add(s2, value);
      q2 = multiplyAdd(value, loadLanes(at + 32, left - 8), q2);
    }
    if (left > 12) {
      const value = loadLanes(p + 48, left - 12);
      s3 = f32x4.add(s3, value);
      q3 = multiplyAdd(value, loadLanes(at + 48, left - 12), q3);
    }
    g += stride;
    x += stride;
  }
  v128.store(sums, f32x4.add(s0, s2));
  v128.store(sums, f32x4.add(s1, s3), 16);
  v128.store(sums + SECOND, f32x4.add(q0, q2));
  v128.store(sums + SECOND, f32x4.add(q1, q3), 16);
}

/** The sum of the eight values of `sums` from `at` on. */
@inline
function total(at: usize): f64 {
  return sumLanes(f32x4.add(v128.load(sums + at), v128.load(sums + at, 16)));
}

/** What planeMoments and planeSums give: two numbers in float64, one a thread as `sums`. */
let first: f64 = 0;
let second: f64 = 0;

@inline
export function firstResult(): f64 {
  return first;
}

@inline
export function secondResult(): f64 {
  return second;
}

/**
 * Mean and biased variance of n runs of s values, `stride` bytes apart, as firstResult() and secondResult(). The second pass takes the
 * mean of d = x − mean off again, as columnMoments does.
 */
export function planeMoments(x: usize, n: i32, stride: usize, s: i32): void {
  const m = <f64>n * <f64>s;
  let wide: f64 = 0;
  let runs = runsOf(s, 32, EIGHTS);
  for (let run = 0; run < n; run += runs) {
    const now = min(runs, n - run);
    for (let start = 0; start < s; start += EIGHTS) {
      sumRuns(x + run * stride + 4 * start, stride, now, min(EIGHTS, s - start));
      wide += total(0);
    }
  }
  const center = <f32>(wide / m);
  wide = 0;
  let wideSquares: f64 = 0;
  runs = runsOf(s, 16, FOURS);
  for (let run = 0; run < n; run += runs) {
    const now = min(runs, n - run);
    for (let start = 0; start < s; start += FOURS) {
      deviateRuns(x + run * stride + 4 * start, stride, now, min(FOURS, s - start), center);
      wide += total(0);
      wideSquares += total(SECOND);
    }
  }
  const shift = wide / m;
  first = <f64>center + shift;
  second = max(wideSquares / m - shift * shift, 0.0);
}

/** Σ g and Σ g·x of n runs of s values, as firstResult() and secondResult(). */
export function planeSums(g: usize, x: usize, n: i32, stride: usize, s: i32): void {
  let wideSum: f64 = 0;
  let wideDot: f64 = 0;
  const runs = runsOf(s, 16, FOURS);
  for (let run = 0; run < n; run += runs) {
    const now = min(runs, n - run);
    for (let start = 0; start < s; start += FOURS) {
      const at = run * stride + 4 * start;
      multiplyRuns(g + at, x + at, stride, now, min(FOURS, s - start));
      wideSum += total(0);
      wideDot += total(SECOND);
    }
  }
  first = wideSum;
  second = wideDot;
}

/** One run: normalized = (x − center)·scale, out = gamma·normalized + beta. */
export function normalizeRun(x: usize, normalized: usize, out: usize, s: i32, mean: f32, inverseStd: f32, gamma: f32, beta: f32): void {
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
    v128.store(normalized, h0);
    v128.store(normalized, h1, 16);
    v128.store(out, multiplyAdd(factor, h0, term));
    v128.store(out, multiplyAdd(factor, h1, term), 16);
    x += 32;
    normalized += 32;
    out += 32;
  }
  for (; left > 0; left -= 4) {
    const h = f32x4.mul(f32x4.sub(loadLanes(x, left), center), scale);
    storeLanes(normalized, h, left);
    storeLanes(out, multiplyAdd(factor, h, term), left);
    x += 16;
    normalized += 16;
    out += 16;
  }
}

/** One run: gradInput = scale·(factor·g − fromMean − normalized·fromVariance). */
export function gradientRun(
  g: usize,
  normalized: usize,
  gradInput: usize,
  s: i32,
  scaleOfRun: f32,
  factorOfRun: f32,
  meanOfRun: f32,
  varianceOfRun: f32,
): void {
  const scale = splat(scaleOfRun);
  const factor = splat(factorOfRun);
  const fromMean = splat(meanOfRun);
  const fromVariance = splat(varianceOfRun);
  let left = s;
  for (; left >= 8; left -= 8) {
    const g0 = v128.load(g);
    const g1 = v128.load(g, 16);
    const h0 = v128.load(normalized);
    const h1 = v128.load(normalized, 16);
    const centered0 = f32x4.sub(f32x4.mul(factor, g0), fromMean);
    const centered1 = f32x4.sub(f32x4.mul(factor, g1), fromMean);
    v128.store(gradInput, f32x4.mul(scale, f32x4.sub(centered0, f32x4.mul(h0, fromVariance))));
    v128.store(gradInput, f32x4.mul(scale, f32x4.sub(centered1, f32x4.mul(h1, fromVariance))), 16);
    g += 32;
    normalized += 32;
    gradInput += 32;
  }
  for (; left > 0; left -= 4) {
    const centered = f32x4.sub(f32x4.mul(factor, loadLanes(g, left)), fromMean);
    const projected = f32x4.mul(loadLanes(normalized, left), fromVariance);
    storeLanes(gradInput, f32x4.mul(scale, f32x4.sub(centered, projected)), left);
    g += 16;
    normalized += 16;
    gradInput += 16;
  }
}
