import { ValueError } from "../base/errors.js";

/** What the statistics take: any list of numbers. */
export type Samples = ArrayLike<number>;

/**
 * The samples as numbers of their own, checked: at least `least`, none NaN, none infinite unless `infinite` says that the
 * statistic makes sense with them (a median of steps of which some were never reached does; a mean does not).
 */
export function checkedSamples(owner: string, samples: Samples, least: number, infinite = false): number[] {
  const values = Array.from(samples);
  if (values.length < least)
    throw new ValueError(
      `${owner} needs at least ${least} sample${least === 1 ? "" : "s"}; got ${values.length}.`,
    );
  values.forEach((value, index) => {
    const fits = typeof value === "number" && (infinite ? !Number.isNaN(value) : Number.isFinite(value));
    if (!fits)
      throw new ValueError(
        `${owner}: sample ${index} is ${String(value)}. Leave such samples out, and say how many there were${infinite ? "" : ", or use the median"}.`,
      );
  });
  return values;
}
