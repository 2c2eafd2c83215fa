/** Checks of the data that plots take. What can't be drawn becomes a gap; what makes no sense is an error. */
import { OptionError, showValue, ValueError } from "../base/errors.js";
import { exponentOf, extentOf } from "../figure/extent.js";
import type { Axis } from "./axis.js";

/** Numbers in order: an array or a typed array. */
export type Numbers = ArrayLike<number>;

/** A number as Plotly takes it: null is a gap. */
export type Point = number | null;

/** Numbers with a shape, row after row: a Tensor is one. */
export interface Shaped {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

/** What a plot takes alone, without options: a list of numbers, or several of them. */
export type Values = Numbers | readonly Numbers[] | Shaped;

/** The options of a plot: those given, or those that show the values given alone. */
export function withValues<Options extends object>(
  given: Options | Values,
  optionsFor: (values: Numbers | readonly Numbers[]) => Options,
): Options {
  if (!isValues(given)) return given;
  return optionsFor(isShaped(given) ? rowsOf(given) : given);
}

function isValues(given: unknown): given is Values {
  return isList(given) || isShaped(given);
}

function isShaped(value: unknown): value is Shaped {
  if (typeof value !== "object" || value === null) return false;
  const { shape, data } = value as Partial<Shaped>;
  return Array.isArray(shape) && data !== undefined && isList(data);
}

/** The rows along the last axis; the numbers themselves where there is but one axis. */
function rowsOf({ shape, data }: Shaped): Numbers | readonly Numbers[] {
  if (shape.length < 2) return data;
  const width = shape[shape.length - 1];
  const numbers = Array.from(data);
  return Array.from({ length: width === 0 ? 0 : numbers.length / width }, (_, row) =>
    numbers.slice(row * width, (row + 1) * width),
  );
}

/** Whether a value is a list where options may stand too; {@link checkNumbers} looks at what it holds. */
export function isList<Value>(value: Value): value is Extract<Value, ArrayLike<unknown>> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Whether a list holds lists, such as the rows of a matrix. */
export function isListOfLists(value: Numbers | readonly Numbers[]): value is readonly Numbers[] {
  return Array.isArray(value) && value.length > 0 && value.every((row: object) => isList(row));
}

/** Throws a ValueError unless `values` is a list of numbers; `name` says which, as the caller wrote it. */
export function checkNumbers(owner: string, name: string, values: unknown): asserts values is Numbers {
  if (!isList(values))
    throw new ValueError(
      `${owner}: ${name} must be an array of numbers; got ${showValue(values)}.${isShaped(values) ? " Its numbers are in .data." : ""}`,
    );
  const wrong = Array.prototype.find.call(values, (value: unknown) => typeof value !== "number");
  if (wrong !== undefined)
    throw new ValueError(
      `${owner}: ${name} must hold numbers only; got ${typeof wrong} ${JSON.stringify(String(wrong))}.`,
    );
}

/** Throws a ValueError when two lists that belong together differ in length. */
export function checkSameLength(
  owner: string,
  first: [string, ArrayLike<unknown>],
  second: [string, ArrayLike<unknown>],
): void {
  const [[name, values], [otherName, others]] = [first, second];
  if (values.length !== others.length)
    throw new ValueError(
      `${owner}: ${name} and ${otherName} belong together, but have ${values.length} and ${others.length} values.`,
    );
}

/** Throws a ValueError unless `list` is an array with at least one item. */
export function checkSome<Item>(
  owner: string,
  name: string,
  list: readonly Item[] | undefined,
): asserts list is readonly Item[] {
  if (!Array.isArray(list) || list.length === 0)
    throw new ValueError(
      `${owner} needs at least one item in ${name}; got ${Array.isArray(list) ? "an empty array" : typeof list}.`,
    );
}

/** The values with a gap for each that is not finite, or that a log scale can't show. */
export function points(values: Numbers, scale: "linear" | "log" = "linear"): Point[] {
  return Array.from(values, (value) =>
    Number.isFinite(value) && (scale === "linear" || value > 0) ? value : null,
  );
}

/** 0, 1, 2, … as many as asked for. */
export function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The finite values, ascending. */
export function sortedFinite(values: Numbers): Float64Array {
  return Float64Array.from(Array.prototype.filter.call(values, Number.isFinite) as number[]).sort();
}

/** How many finite values a logarithmic axis has no place for. */
export function countBelowLog(values: Numbers): number {
  let count = 0;
  for (let index = 0; index < values.length; index++)
    if (Number.isFinite(values[index]) && values[index] <= 0) count++;
  return count;
}

/** The name of a series in the legend: its own, or its number. One alone needs none. */
export function seriesName(series: { name?: string }, index: number, count: number): string {
  return series.name ?? (count === 1 ? "" : `series ${index + 1}`);
}

/** The series that a plot draws when its x and y hold values in stead of axes; undefined where they do not. */
export function onlySeries(
  owner: string,
  series: string,
  options: { x?: Numbers | object; y?: Numbers | object; title?: string },
): [{ x?: Numbers; y: Numbers }] | undefined {
  const { x, y } = options;
  if (!isList(y)) {
    if (!isList(x)) return undefined;
    throw new OptionError(`${owner}: x holds values, and y does not; give both as lists of numbers.`);
  }
  if (series in options)
    throw new OptionError(
      `${owner}: y holds the values of a single series; leave out either it or ${series}.`,
    );
  return [isList(x) ? { x, y } : { y }];
}

/** The points of a series, x 1, 2, 3, … unless given, with gaps where a value can't be drawn on its axis. */
export function seriesPoints(
  owner: string,
  name: string,
  series: { name?: string; x?: Numbers; y: Numbers },
  axes: { x: Axis; y: Axis },
): { x: Point[]; y: Point[] } {
  if (series.name !== undefined && typeof series.name !== "string")
    throw new OptionError(
      `${owner}: ${name}.name must be text, which the legend shows; got ${String(series.name)}.`,
    );
  checkNumbers(owner, `${name}.y`, series.y);
  const x = series.x ?? indices(series.y.length).map((index) => index + 1);
  checkNumbers(owner, `${name}.x`, x);
  checkSameLength(owner, [`${name}.x`, x], [`${name}.y`, series.y]);
  return { x: points(x, axes.x.scale), y: points(series.y, axes.y.scale) };
}

/**
 * How many significant digits numbers need to be told apart where they are written: `digits`, or as many more as their
 * span is smaller than they are.
 */
export function digitsApart(values: Iterable<number>, digits: number): number {
  const extent = extentOf(values);
  if (extent === undefined || extent.low === extent.high) return digits;
  const span = Math.min(Number.MAX_VALUE, extent.high - extent.low);
  const more = exponentOf(Math.max(Math.abs(extent.low), Math.abs(extent.high))) - exponentOf(span);
  return Math.min(17, digits + Math.max(0, more - 1));
}

/** Labels with so many significant digits, or as many more as tell all of the numbers apart. */
export function labelsOf(values: readonly (number | string)[], least = 4): string[] {
  const count = new Set(values).size;
  for (let digits = least; digits < 17; digits++) {
    const labels = values.map((value) => labelOf(value, digits));
    if (new Set(labels).size === count) return labels;
  }
  return values.map((value) => labelOf(value, 17));
}

/** A number as a label, with so many significant digits and without trailing zeros; text stays as it is. */
export function labelOf(value: number | string, digits = 4): string {
  if (typeof value === "string") return value;
  return Number.isFinite(value)
    ? String(Number(value.toPrecision(digits))).replace("-", "\u2212")
    : String(value);
}
