/** From the smallest of some numbers to the largest. */
export interface Extent {
  low: number;
  high: number;
}

/** The extent of the finite numbers; undefined where there are none. */
export function extentOf(values: Iterable<number | null>): Extent | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : undefined;
}

/** The extent that holds both. */
export function union(one: Extent | undefined, other: Extent | undefined): Extent | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) };
}

/** The place after `part` of `parts` of the way from low to high, also where their distance is too large for a number. */
export function between({ low, high }: Extent, part: number, parts: number): number {
  const span = high - low;
  if (Number.isFinite(span * part)) return low + (span * part) / parts;
  return low * (1 - part / parts) + high * (part / parts);
}

/** The extent with room on both sides: one of `parts` of its span, or `alone` where it is one value. Never beyond all numbers. */
export function padded(extent: Extent, parts: number, alone: number): [number, number] {
  const { low, high } = extent;
  const margin =
    high <= low ? alone : Number.isFinite(high - low) ? (high - low) / parts : high / parts - low / parts;
  return [Math.max(-Number.MAX_VALUE, low - margin), Math.min(Number.MAX_VALUE, high + margin)];
}

/** The power of ten of a number's first digit: 3 for 1234. Exact, where a logarithm is not. */
export function exponentOf(value: number): number {
  const text = value.toExponential();
  return Number(text.slice(text.indexOf("e") + 1));
}

/**
 * How many significant digits numbers need where they are written below each other: `least`, unless these leave only the
 * last digit to tell them apart; then three digits of what they span.
 */
export function digitsToTell(values: Iterable<number>, least: number): number {
  const extent = extentOf(values);
  if (extent === undefined || extent.low === extent.high) return least;
  const size = Math.max(Math.abs(extent.low), Math.abs(extent.high));
  const lost = exponentOf(size) - exponentOf(Math.min(Number.MAX_VALUE, extent.high - extent.low));
  return lost < least - 1 ? least : Math.min(17, lost + 3);
}
