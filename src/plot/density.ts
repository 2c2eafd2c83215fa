import { exp, log, pow } from "../base/math/index.js";
import { quantileOfSorted } from "../statistics/quantile.js";

/** A density over `at`, scaled so that its peak is 1. */
export interface Density {
  at: number[];
  height: number[];
}

/** Enough for a smooth outline at the size of a figure; a notebook keeps each of its numbers on a line of its own. */
const gridPoints = 40;
const samplesAtMost = 2000;
const sizeAtMost = 1e100;

/**
 * Kernel density estimate with a Gaussian kernel: height(v) ∝ Σ exp(−½ ((v − valueᵢ)/h)²), from the smallest value to
 * the largest, with Silverman's h = 0.9 · min(standard deviation, interquartile range / 1.34) · n^(−1/5)
 * (Silverman, Density Estimation, 1986, formula 3.31). More than 2000 values are thinned evenly.
 * Undefined when the values don't vary: a density has no shape then.
 * @param sorted finite values, ascending
 */
export function density(sorted: Float64Array): Density | undefined {
  const size = Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted[sorted.length - 1] ?? 0));
  // Squares of such numbers are none.
  if (size > sizeAtMost || (size > 0 && size < 1 / sizeAtMost)) {
    const shape = density(sorted.map((value) => value / size));
    return shape === undefined
      ? undefined
      : { at: shape.at.map((value) => value * size), height: shape.height };
  }
  const bandwidth = silverman(sorted);
  if (bandwidth === 0) return undefined;
  const stride = Math.max(1, sorted.length / samplesAtMost);
  const samples = Array.from(
    { length: Math.floor(sorted.length / stride) },
    (_, index) => sorted[Math.floor((index + 0.5) * stride)],
  );
  const low = sorted[0];
  const step = (sorted[sorted.length - 1] - low) / (gridPoints - 1);
  const at = Array.from({ length: gridPoints }, (_, index) => low + index * step);
  const raw = at.map((value) => {
    let sum = 0;
    for (const sample of samples) {
      const distance = (value - sample) / bandwidth;
      sum += exp(-0.5 * distance * distance);
    }
    return sum;
  });
  const peak = Math.max(...raw);
  return { at, height: raw.map((value) => value / peak) };
}

/** The density over the logarithms of the values above 0, which is the shape that a logarithmic axis shows. */
export function logDensity(sorted: Float64Array): Density | undefined {
  const logs = sorted.filter((value) => value > 0).map((value) => log(value));
  const shape = density(logs);
  return shape === undefined ? undefined : { at: shape.at.map((value) => exp(value)), height: shape.height };
}

function silverman(sorted: Float64Array): number {
  const count = sorted.length;
  if (count < 2) return 0;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) * (value - mean);
  const deviation = Math.sqrt(squares / (count - 1));
  const quartiles = (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)) / 1.34;
  const spread = quartiles > 0 ? Math.min(deviation, quartiles) : deviation;
  return 0.9 * spread * pow(count, -0.2);
}
