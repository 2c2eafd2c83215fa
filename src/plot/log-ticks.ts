import { log } from "../base/math/index.js";
import type { FigureAttributes, JsonObject } from "../figure/schema.js";
import { labelOf, type Point } from "./values.js";

/** Over more decades than this Plotly writes powers of ten, which read well; over fewer it writes bare digits. */
const decadesAtMost = 2.5;
/** Under this Plotly divides evenly. */
const decadesAtLeast = 0.5;

/**
 * Ticks 1, 2, 5, 10, 20, 50 … for a logarithmic axis over few decades, each written in full, with a decade more on each
 * side for readers who zoom out. Nothing for other spans.
 */
export function logTicks(values: Iterable<Point>): FigureAttributes {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value === null || !(value > 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const decades = high > 0 ? log(high / low) / Math.LN10 : 0;
  if (decades < decadesAtLeast || decades > decadesAtMost) return {};
  const digits = decades > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 5, 7];
  const first = Math.floor(log(low) / Math.LN10) - 1;
  const last = Math.ceil(log(high) / Math.LN10) + 1;
  const ticks: number[] = [];
  for (let power = first; power <= last; power++)
    for (const digit of digits) ticks.push(Number(`${digit}e${power}`));
  return { tickmode: "array", tickvals: ticks, ticktext: ticks.map((tick) => labelOf(tick)) };
}

/** An axis without the ticks of its own data, where it is to show that of other figures too. */
export function withoutLogTicks(axis: JsonObject): JsonObject {
  if (axis.type !== "log") return axis;
  const { tickmode: _mode, tickvals: _values, ticktext: _text, ...rest } = axis;
  return rest;
}
