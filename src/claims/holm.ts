import type { Verdict } from "./verdict.js";

/** How often resampling can tell apart, and far below what a lesson's number of claims asks for. */
const LEAST = 1e-3;

/**
 * The smallest error rate at which the interval still gives the word that it gives at 5 %: its p value, 1 for "undecided",
 * which says nothing that could be wrong. Never below 0.001.
 *
 * @param verdictAt the word at an error rate
 */
export function errorRateOf(verdictAt: (rate: number) => Verdict): number {
  const word = verdictAt(0.05);
  if (word === "undecided") return 1;
  if (verdictAt(LEAST) === word) return LEAST;
  let [fails, gives] = [LEAST, 0.05];
  for (let i = 0; i < 20; i++) {
    const middle = Math.sqrt(fails * gives);
    if (verdictAt(middle) === word) gives = middle;
    else fails = middle;
  }
  return gives;
}

/**
 * Holm's step-down (1979): which of these claims hold together, so that the chance of a single wrong one is at most 5 %. The
 * smallest error rate is held against 0.05 / n, the next against 0.05 / (n − 1), and so on to the first that is larger.
 */
export function holdsTogether(errorRates: readonly number[]): boolean[] {
  const order = errorRates.map((_, place) => place).sort((a, b) => errorRates[a] - errorRates[b]);
  const first = order.findIndex((place, i) => errorRates[place] > 0.05 / (errorRates.length - i));
  const kept = new Set(first < 0 ? order : order.slice(0, first));
  return errorRates.map((_, place) => kept.has(place));
}
