import { mean as meanOf, sampleStandardDeviation } from "simple-statistics";
import { checkCount, checkNumber, checkOptions, ValueError } from "../base/errors.js";
import { Random } from "../base/random.js";
import { quantileOfSorted } from "./quantile.js";
import { checkedSamples, type Samples } from "./samples.js";
import { criticalT } from "./student-t.js";

/** The lower and the upper end of an interval. */
export type Interval = [low: number, high: number];

export interface BootstrapOptions {
  /** Default 0.95. */
  level?: number;
  /** How often the samples are drawn anew; default 2000. */
  resamples?: number;
  /** Default 1. */
  seed?: number;
}

/** The arithmetic mean, summed with Kahan's correction. */
export function mean(samples: Samples): number {
  return meanOf(checkedSamples("mean", samples, 1));
}

/** The middle one of the samples in order, or the mean of the middle two. Takes infinite samples ("never reached"). */
export function median(samples: Samples): number {
  // simple-statistics' median gives NaN where several samples are infinite.
  const sorted = Float64Array.from(checkedSamples("median", samples, 1, true)).sort();
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The standard deviation with n - 1 below the root's fraction. */
export function standardDeviation(samples: Samples): number {
  return sampleStandardDeviation(checkedSamples("standardDeviation", samples, 2));
}

/** Student's interval of the mean: mean ± t·s/√n. Exact for normal samples, good for means of some dozen others. */
export function tInterval(samples: Samples, options: { level?: number } = {}): Interval {
  checkOptions("tInterval", options, ["level"]);
  const { level = 0.95 } = options;
  checkLevel("tInterval", level);
  const values = checkedSamples("tInterval", samples, 2);
  const center = meanOf(values);
  const half =
    (criticalT(level, values.length - 1) * sampleStandardDeviation(values)) / Math.sqrt(values.length);
  return [center - half, center + half];
}

/**
 * The percentile bootstrap (Efron and Tibshirani 1993, chapter 13): the samples are drawn anew with replacement, and the
 * interval holds the middle 95 % of the statistic's values. For a median, or any statistic without a formula.
 * Takes infinite samples when the statistic does.
 */
export function bootstrapInterval(
  samples: Samples,
  statistic: (samples: number[]) => number = median,
  options: BootstrapOptions = {},
): Interval {
  checkOptions("bootstrapInterval", options, ["level", "resamples", "seed"]);
  const { level = 0.95, resamples = 2000, seed = 1 } = options;
  checkLevel("bootstrapInterval", level);
  checkCount("bootstrapInterval", "resamples", resamples);
  const values = checkedSamples("bootstrapInterval", samples, 2, true);
  const random = new Random(seed).stream("bootstrap");
  const draw = () => values[random.integer(values.length)];
  const statistics = Float64Array.from({ length: resamples }, () => statistic(values.map(draw))).sort();
  return [quantileOfSorted(statistics, (1 - level) / 2), quantileOfSorted(statistics, (1 + level) / 2)];
}

/** Wilson's interval (1927) of a proportion, at 95 %: good for small counts and near 0 and 1. */
export function proportionInterval(successes: number, trials: number): Interval {
  checkCount("proportionInterval", "trials", trials);
  checkCount("proportionInterval", "successes", successes, 0);
  if (successes > trials)
    throw new ValueError(`proportionInterval: ${successes} successes in ${trials} trials are too many.`);
  const z = 1.959963984540054;
  const share = successes / trials;
  const denominator = 1 + (z * z) / trials;
  const center = (share + (z * z) / (2 * trials)) / denominator;
  const half =
    (z / denominator) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

function checkLevel(owner: string, level: number): void {
  checkNumber(
    owner,
    "level",
    level,
    "a number between 0 and 1, such as 0.95",
    (value) => value > 0 && value < 1,
  );
}
