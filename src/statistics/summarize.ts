import { ShapeError } from "../base/errors.js";
import { bootstrapInterval, type Interval, mean, median, standardDeviation, tInterval } from "./intervals.js";
import { checkedSamples, type Samples } from "./samples.js";
import { twoSidedProbability } from "./student-t.js";

/** What `summarize` says of a list of numbers. */
export interface Summary {
  n: number;
  mean: number;
  median: number;
  /** With n - 1. */
  standardDeviation: number;
  /** The 95 % interval of the mean, Student's t. */
  interval: Interval;
  /** The 95 % interval of the median, bootstrap with seed 1. */
  medianInterval: Interval;
}

/**
 * Mean, median and their 95 % intervals, for results over seeds. Needs at least two finite samples (a ValueError
 * otherwise).
 *
 *     summarize([0.96, 0.97, 0.965])   // { n: 3, mean: 0.965, interval: [0.9526, 0.9774], … }
 */
export function summarize(samples: Samples): Summary {
  const values = checkedSamples("summarize", samples, 2);
  return {
    n: values.length,
    mean: mean(values),
    median: median(values),
    standardDeviation: standardDeviation(values),
    interval: tInterval(values),
    medianInterval: bootstrapInterval(values),
  };
}

/** What `pairedDifference` says: the summary of a - b, and how surprising it would be without a real difference. */
export interface PairedDifference extends Summary {
  /** a[i] - b[i]. */
  differences: number[];
  /** In how many pairs a is above b; ties count half. */
  wins: number;
  /** The two-sided p value of the paired t test; 1 when all differences are 0, 0 when all are equal otherwise. */
  p: number;
}

/**
 * Compares two lists of results pair by pair: a[i] and b[i] come from the same seed, so what the seed does to
 * both drops out. Needs at least two pairs; a ShapeError when the lists differ in length.
 */
export function pairedDifference(a: Samples, b: Samples): PairedDifference {
  if (a.length !== b.length)
    throw new ShapeError(
      `pairedDifference compares pairs, but the first list has ${a.length} numbers and the second ${b.length}.`,
    );
  const first = checkedSamples("pairedDifference", a, 2);
  const second = checkedSamples("pairedDifference", b, 2);
  const differences = first.map((value, index) => value - second[index]);
  const summary = summarize(differences);
  const wins = differences.reduce((sum, value) => sum + (value > 0 ? 1 : value === 0 ? 0.5 : 0), 0);
  return { ...summary, differences, wins, p: pairedTest(summary) };
}

function pairedTest({ mean: difference, standardDeviation: deviation, n }: Summary): number {
  if (deviation === 0) return difference === 0 ? 1 : 0;
  return twoSidedProbability((difference / deviation) * Math.sqrt(n), n - 1);
}
