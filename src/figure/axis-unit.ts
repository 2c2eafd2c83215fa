/** What an axis counts in, where its numbers are too large, too small or too near each other for Plotly to place them. */
import { type Extent, exponentOf } from "./extent.js";

/** The axis shows (value − offset) · 10^−exponent. */
export interface AxisUnit {
  offset: number;
  exponent: number;
}

/** Plotly takes numbers beyond ±1e305 for none, and divides by spans. */
const sizeAtMost = 1e300;
const spanAtLeast = 1e-300;
/** Plotly places a value at slope · value + shift, which loses 16 digits of the ratio; its tick labels get as long. */
const relativeSpanAtLeast = 1e-9;
/** Above this a number and the next one that Plotly tries, 1 more, are the same. */
const aloneAtMost = 1e15;

/** The unit that the values need; undefined where they can be shown as they are. */
export function unitFor({ low, high }: Extent): AxisUnit | undefined {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const near = high > low ? high - low < relativeSpanAtLeast * size : size > aloneAtMost;
  const offset = near ? roundBelow(low, high - low) : 0;
  const [from, to] = [low - offset, high - offset];
  const rest = Math.max(Math.abs(from), Math.abs(to));
  const small = to > from && to - from < spanAtLeast;
  const exponent = rest > sizeAtMost || small ? exponentOf(rest) : 0;
  return offset === 0 && exponent === 0 ? undefined : { offset, exponent };
}

/** A number near `value` with few digits: none that the span has. */
function roundBelow(value: number, span: number): number {
  const digits = span > 0 ? exponentOf(value) - exponentOf(span) : 15;
  return digits < 1 || digits > 17 ? value : Number(value.toPrecision(digits));
}

/** A place on the axis, in its unit. */
export function placeIn(unit: AxisUnit, value: number): number {
  return distanceIn(unit, value - unit.offset);
}

/** A distance along the axis, in its unit. */
export function distanceIn({ exponent }: AxisUnit, distance: number): number {
  // 10^324 is no number: two steps reach it.
  const half = Math.trunc(exponent / 2);
  return distance / Number(`1e${half}`) / Number(`1e${exponent - half}`);
}

/** The axis's title as a formula of what its ticks show. */
export function titleIn({ offset, exponent }: AxisUnit, title: string): string {
  const sign = offset < 0 ? "+" : "−";
  const moved = offset === 0 ? title : `${title} ${sign} ${Math.abs(offset)}`;
  if (exponent === 0) return moved;
  return `${offset === 0 ? moved : `(${moved})`} · 10<sup>${String(-exponent).replace("-", "−")}</sup>`;
}
