import type { Tensor } from "../tensor/tensor.js";
import { unitValues } from "./unit-values.js";

/**
 * How far the distributions of a layer's inputs have travelled: "internal covariate shift" as a number.
 *
 * Between two looks at the same samples, the distance of a unit's two distributions is Wasserstein's W1, for equally
 * many samples the mean difference of the values in order; it is averaged over the units and summed over the looks.
 * `perDeviation` divides each distance by the unit's standard deviation at the earlier look first. The two can disagree, since
 * the second one is large where a distribution is narrow: show both.
 */
export class Drift {
  private earlier: Float64Array[] = [];
  private raw = 0;
  private perDeviation = 0;

  moveTo(input: Tensor): { raw: number; perDeviation: number } {
    const units = Array.from({ length: input.shape[1] }, (_, unit) => unitValues(input, unit).sort());
    this.earlier.forEach((before, unit) => {
      const distance = meanDifference(before, units[unit]) / units.length;
      this.raw += distance;
      // 1e-6 keeps units that were constant from counting as infinitely far.
      this.perDeviation += distance / (standardDeviation(before) + 1e-6);
    });
    this.earlier = units;
    return { raw: this.raw, perDeviation: this.perDeviation };
  }
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
