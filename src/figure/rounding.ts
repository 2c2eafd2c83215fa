/** How many digits the numbers of a figure keep: as many as tell its values apart at the scale that it shows. */
import { type Extent, exponentOf } from "./extent.js";

/** What every number keeps at least. */
const leastDigits = 5;
/** A number keeps this many digits of the span that it is shown in, so that it moves by less than a 10,000th of it. */
const spanDigits = 5;
/** All that a number has. */
const mostDigits = 17;

/**
 * How the numbers of an extent are rounded. Integers stay as they are (steps, counts, labels, sizes). Others keep 5
 * significant digits, and more where the extent spans less than they are large. The order of numbers never changes.
 */
export function roundingFor(extent: Extent | undefined): (value: number) => number {
  if (extent === undefined) return (value) => roundTo(value, leastDigits);
  const { low, high } = extent;
  // Plotly shows a single value with 1 on both sides.
  const last = exponentOf(high > low ? Math.min(high - low, Number.MAX_VALUE) : 1) - spanDigits + 1;
  const largest = exponentOf(Math.max(Math.abs(low), Math.abs(high)));
  if (largest - last < leastDigits) return (value) => roundTo(value, leastDigits);
  return (value) => roundTo(value, Math.max(leastDigits, exponentOf(value) - last + 1));
}

function roundTo(value: number, digits: number): number {
  if (Number.isInteger(value) || digits >= mostDigits) return value;
  return Number(value.toPrecision(digits));
}
