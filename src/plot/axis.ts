import { checkOptions, OptionError, showValue } from "../base/errors.js";
import { log } from "../base/math/index.js";
import type { FigureAttributes } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { logTicks } from "./log-ticks.js";
import { countBelowLog, isList, type Numbers, type Point } from "./values.js";

/** One axis of a plot. */
export interface Axis {
  /** What is shown, with its unit: "loss (nats)", "step", "accuracy (share)"; none by default. */
  title?: string;
  /** "linear" by default; on "log", values that are not above 0 are left out, and the figure says how many. */
  scale?: "linear" | "log";
  /** From and to, in the axis's own values; what the data needs by default. */
  range?: readonly [number, number];
}

export const axisKeys = ["title", "scale", "range"] as const;

/** The axis that an option gives: its title and scale, or only the values along it. */
export function axisOf(given: Axis | Numbers | undefined): Axis {
  return given === undefined || isList(given) ? {} : given;
}

/** The layouts of both axes of a plot, for all the points that are drawn. */
export function axisLayouts(
  owner: string,
  axes: { x: Axis; y: Axis },
  drawn: readonly { x: Point[]; y: Point[] }[],
): { xaxis: FigureAttributes; yaxis: FigureAttributes } {
  const all = (coordinate: "x" | "y") => drawn.flatMap((points) => points[coordinate]);
  return {
    xaxis: axisLayout(owner, "x", axes.x, all("x")),
    yaxis: axisLayout(owner, "y", axes.y, all("y")),
  };
}

/** Plotly's layout of an axis; `values` are the data that it shows, for the ticks of a logarithmic one. */
export function axisLayout(
  owner: string,
  name: string,
  axis: Axis,
  values: Iterable<Point> = [],
): FigureAttributes {
  checkAxis(owner, name, axis);
  const logarithmic = axis.scale === "log";
  return {
    ...titleLayout(axis),
    ...axisStyle,
    ...(logarithmic
      ? { type: "log", exponentformat: "power", nticks: 6, ...logTicks(axis.range ?? values) }
      : { type: "linear" }),
    ...(axis.range === undefined
      ? {}
      : { range: axis.range.map((limit) => (logarithmic ? log(limit) / Math.LN10 : limit)) }),
  };
}

/** Plotly's layout of an axis of names, in the order given; `every` second, third … one is written. */
export function nameAxisLayout(
  owner: string,
  name: string,
  axis: Axis,
  names: readonly string[],
  every = 1,
): FigureAttributes {
  checkAxis(owner, name, axis);
  const shown = names.map((name, index) => ({ name, index })).filter(({ index }) => index % every === 0);
  return {
    ...titleLayout(axis),
    ...axisStyle,
    type: "linear",
    showgrid: false,
    tickmode: "array",
    tickvals: shown.map(({ index }) => index),
    ticktext: shown.map(({ name }) => escapeText(name)),
    automargin: true,
  };
}

function titleLayout({ title }: Axis): FigureAttributes {
  return title === undefined ? {} : { title: { text: escapeText(title), standoff: 8 } };
}

/** A sentence for each logarithmic axis that has no place for some of the finite values; empty where all have one. */
export function belowLogText(
  axes: { x: Axis; y: Axis },
  drawn: readonly { x?: Numbers; y: Numbers }[],
): string {
  const sentences = (["x", "y"] as const).flatMap((name) => {
    if (axes[name].scale !== "log") return [];
    const count = drawn.reduce((sum, lists) => sum + countBelowLog(lists[name] ?? []), 0);
    if (count === 0) return [];
    return [`${count === 1 ? "1 value" : `${count} values`} of ${name} ≤ 0: no place on the log axis`];
  });
  return sentences.join(" · ");
}

/** Light grid, no zero line that looks like data. */
export const axisStyle = {
  gridcolor: "#E6E6E6",
  linecolor: "#7F7F7F",
  showline: true,
  ticks: "outside",
  tickcolor: "#7F7F7F",
  zeroline: false,
} as const;

function checkAxis(owner: string, name: string, axis: Axis): void {
  checkOptions(`${owner}: ${name}`, axis, axisKeys);
  if (axis.title !== undefined && typeof axis.title !== "string")
    throw new OptionError(
      `${owner}: ${name}.title must be text that says what the axis shows, with its unit; got ${showValue(axis.title)}.`,
    );
  if (axis.scale !== undefined && axis.scale !== "linear" && axis.scale !== "log")
    throw new OptionError(
      `${owner}: ${name}.scale must be "linear" or "log"; got ${JSON.stringify(axis.scale)}.`,
    );
  if (axis.range === undefined) return;
  const [from, to] = axis.range;
  if (!Number.isFinite(from) || !Number.isFinite(to) || from === to)
    throw new OptionError(
      `${owner}: ${name}.range must be two different finite numbers; got [${from}, ${to}].`,
    );
  if (axis.scale === "log" && (from <= 0 || to <= 0))
    throw new OptionError(`${owner}: ${name}.range must be above 0 on a log scale; got [${from}, ${to}].`);
}
