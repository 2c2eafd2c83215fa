import { checkNumber } from "../base/errors.js";
import { checkedSamples, type Samples } from "./samples.js";

/**
 * The value below which the fraction p of the samples lies, interpolated linearly between neighbours in order (R's
 * type 7, NumPy's default). Takes infinite samples.
 */
export function quantile(samples: Samples, p: number): number {
  checkNumber("quantile", "p", p, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  return quantileOfSorted(Float64Array.from(checkedSamples("quantile", samples, 1, true)).sort(), p);
}

/** quantile() for samples that are in order and checked already. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const fraction = place - below;
  if (fraction === 0 || sorted[below] === sorted[below + 1]) return sorted[below];
  const distance = sorted[below + 1] - sorted[below];
  // Two finite neighbours can be farther apart than the largest number.
  if (distance === Number.POSITIVE_INFINITY)
    return sorted[below] * (1 - fraction) + sorted[below + 1] * fraction;
  return sorted[below] + fraction * distance;
}
