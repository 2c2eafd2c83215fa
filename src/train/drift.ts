import type { Tensor } from "../tensor/tensor.js";
import { unitValues } from "./unit-values.js";

/** How far the inputs of a layer have travelled up to a look at them, and how they stood then. */
export interface DriftState {
  /** Of each unit, the values of the sample in order. */
  readonly units: readonly Float64Array[];
  readonly raw: number;
  readonly perDeviation: number;
}

/**
 * How far the distributions of a layer's inputs have travelled: "internal covariate shift" as a number.
 *
 * Between two looks at the same samples, the distance of a unit's two distributions is Wasserstein's W1, for equally
 * many samples the mean difference of the values in order; it is averaged over the units and summed over the looks.
 * `perDeviation` divides each distance by the unit's standard deviation at the earlier look first. The two can disagree, since
 * the second one is large where a distribution is narrow: show both.
 *
 * @param before the last look; undefined, or one at other samples, when this is the first
 */
export function driftTo(input: Tensor, before: DriftState | undefined): DriftState {
  const units = Array.from({ length: input.shape[1] }, (_, unit) => unitValues(input, unit).sort());
  const comparable =
    before?.units.length === units.length &&
    before.units.every(({ length }, unit) => length === units[unit].length);
  let { raw, perDeviation } = comparable ? before : { raw: 0, perDeviation: 0 };
  if (comparable)
    before.units.forEach((earlier, unit) => {
      const distance = meanDifference(earlier, units[unit]) / units.length;
      raw += distance;
      // 1e-6 keeps units that were constant from counting as infinitely far.
      perDeviation += distance / (standardDeviation(earlier) + 1e-6);
    });
  return { units, raw, perDeviation };
}

function meanDifference(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(squares / Math.max(values.length - 1, 1));
}
