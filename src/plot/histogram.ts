import { checkCount, checkOptions } from "../base/errors.js";
import { exp, log, pow } from "../base/math/index.js";
import { between, type Extent, extentOf } from "../figure/extent.js";
import { Figure } from "../figure/figure.js";
import type { Trace } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { quantileOfSorted } from "../statistics/quantile.js";
import { type Axis, axisLayout } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { type ColorName, seriesColor, seriesDash, translucent } from "./palette.js";
import {
  checkNumbers,
  checkSome,
  countBelowLog,
  indices,
  isListOfLists,
  type Numbers,
  seriesName,
  sortedFinite,
  type Values,
  withValues,
} from "./values.js";

/** The values of one histogram. */
export interface HistogramSeries {
  /** What the legend says; "series 1", "series 2" … by default. */
  name?: string;
  /** Values that are not finite, or that a log axis has no place for, are left out and counted beside the name. */
  values: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface HistogramOptions extends FrameOptions {
  /** On a log axis bins are equally wide in the axis's sense: each edge is the same multiple of the one before. */
  x?: Axis;
  /** { title: "count" } by default. */
  y?: Axis;
  series: readonly HistogramSeries[];
  /** How many bins between the smallest and the largest value; by the rule of Freedman and Diaconis by default. */
  bins?: number;
}

/**
 * How often values fall into equal bins; several histograms share their bins and lie over each other, more than 6 as
 * outlines. The values alone, a list of such, or a tensor are enough.
 *
 *     plot.histogram([1, 2, 2, 3, 3, 3]);
 *     plot.histogram({
 *       title: "Activations before and after",
 *       x: { title: "activation" },
 *       series: [{ name: "before", values: [1, 4, 2, 7, 3] }, { name: "after", values: [-1, 0, 0.5, 1.2] }],
 *     });
 *
 * @throws ValueError when there is no series, or values are no numbers
 */
export function histogram(given: HistogramOptions | Values): Figure {
  const owner = "plot.histogram";
  const options = withValues<HistogramOptions>(given, (values) => ({
    series: isListOfLists(values) ? values.map((each) => ({ values: each })) : [{ values }],
  }));
  checkOptions(owner, options, [...frameKeys, "x", "y", "series", "bins"]);
  const { series, x = {}, y = { title: "count" } } = options;
  checkSome(owner, "series", series);
  if (options.bins !== undefined) checkCount(owner, "bins", options.bins);
  const logarithmic = x.scale === "log";
  const sorted = series.map(({ values, ...rest }, index) => {
    checkOptions(`${owner}: series[${index}]`, rest, ["name", "color", "values"]);
    checkNumbers(owner, `series[${index}].values`, values);
    const finite = sortedFinite(values);
    return logarithmic ? finite.filter((value) => value > 0) : finite;
  });
  const all = sortedFinite(sorted.flatMap((values) => [...values]));
  const edges = edgesFor(all, options.bins, logarithmic);
  const single = series.length === 1;
  const data = series.map((each, index) =>
    trace(
      escapeText(nameWithCounts(seriesName(each, index, series.length), each.values, logarithmic)),
      edges,
      counts(sorted[index], edges),
      { color: seriesColor(index, each.color), dash: seriesDash(index) },
      series.length,
    ),
  );
  return new Figure({
    data,
    layout: {
      ...frameLayout(owner, options, {
        legend: !single || sorted[0].length < series[0].values.length ? data : [],
      }),
      barmode: "overlay",
      bargap: 0,
      xaxis: axisLayout(owner, "x", x, edges),
      yaxis: { ...axisLayout(owner, "y", y), rangemode: "tozero" },
    },
  });
}

const binsAtMost = 100;
/** More histograms than this would hide each other's bars. */
const barsAtMost = 6;

function trace(
  name: string,
  edges: readonly number[],
  heights: readonly number[],
  { color, dash }: { color: string; dash: string },
  together: number,
): Trace {
  if (together > barsAtMost)
    return {
      type: "scatter",
      mode: "lines",
      name,
      // The height of a bin holds from its left edge to its right one, from where the line falls.
      x: edges,
      y: [...heights, 0],
      line: { color, dash, width: 1.5, shape: "hv" },
    };
  const middles = heights.map((_, bin) => middle(edges[bin], edges[bin + 1]));
  const widths = heights.map((_, bin) => edges[bin + 1] - edges[bin]);
  // Between a number and the next there is none in the middle: then all bars are told by their left edges.
  const apart = middles.every((place, bin) => edges[bin] < place && place < edges[bin + 1]);
  const even = widths.every((width) => Math.abs(width - widths[0]) <= 1e-6 * widths[0]);
  return {
    type: "bar",
    name,
    x: apart ? middles : edges.slice(0, -1),
    y: heights,
    ...(apart ? {} : { offset: 0 }),
    width: even ? widths[0] : widths,
    marker: { color: translucent(color, together === 1 ? 0.75 : 0.45), line: { color, width: 1 } },
  };
}

function middle(from: number, to: number): number {
  return Number.isFinite(from + to) ? (from + to) / 2 : from / 2 + to / 2;
}

/** Edges of bins that are equally wide on the axis. */
function edgesFor(sorted: Float64Array, bins: number | undefined, logarithmic: boolean): number[] {
  const logs = logarithmic ? sorted.map((value) => log(value)) : sorted;
  // Over so short a stretch a logarithmic axis is a linear one, and logarithms may be too near each other.
  if (logs === sorted || sorted.length === 0 || logs[logs.length - 1] - logs[0] < shortLog)
    return binEdges(sorted, bins);
  const edges = binEdges(logs, bins).map((edge) => exp(edge));
  edges[0] = sorted[0];
  edges[edges.length - 1] = sorted[sorted.length - 1];
  return edges;
}

const shortLog = 0.01;

/**
 * Edges of equal bins; of width 2 · interquartile range / n^(1/3) unless their number is given. Where the extent holds
 * fewer numbers than that there are fewer bins, so that no two edges are the same.
 */
function binEdges(sorted: Float64Array, bins: number | undefined): number[] {
  const extent = extentOf(sorted);
  if (extent === undefined) return [0, 1];
  const { low, high } = extent;
  if (low === high) return aroundOne(low);
  const count = bins ?? Math.min(binsAtMost, Math.max(8, Math.ceil(binsByRule(sorted, extent))));
  return [...new Set(indices(count + 1).map((index) => between(extent, index, count)))];
}

/** The bin in whose middle values that are all the same stand: 1 wide, or as wide as such large numbers need. */
function aroundOne(value: number): number[] {
  const half = Math.max(0.5, Math.abs(value) * 1e-9);
  return [value - half, value + half];
}

/** The rule of Freedman and Diaconis: span / (2 · interquartile range / n^(1/3)). */
function binsByRule(sorted: Float64Array, { low, high }: Extent): number {
  const [from, to] = [quantileOfSorted(sorted, 0.25), quantileOfSorted(sorted, 0.75)];
  if (from === to) return binsAtMost;
  const root = pow(sorted.length, 1 / 3);
  if (Number.isFinite(2 * (high - low))) return (high - low) / ((2 * (to - from)) / root);
  // Distances too large for a number, in 4ths.
  return (high / 4 - low / 4) / ((2 * (to / 4 - from / 4)) / root);
}

/** How many of the values lie in each bin; a value on an edge counts to its right, the largest to the last bin. */
function counts(sorted: Float64Array, edges: readonly number[]): number[] {
  const bins = new Array<number>(edges.length - 1).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < bins.length - 1 && value >= edges[bin + 1]) bin++;
    bins[bin]++;
  }
  return bins;
}

/** The name with what the bars leave out: "before (2 not finite, 1 ≤ 0)". */
function nameWithCounts(name: string, values: Numbers, logarithmic: boolean): string {
  if (values.length === 0) return `${name} (empty)`.trim();
  const notFinite = Array.prototype.filter.call(values, (value: number) => !Number.isFinite(value)).length;
  const belowLog = logarithmic ? countBelowLog(values) : 0;
  const parts = [
    ...(notFinite > 0 ? [`${notFinite} not finite`] : []),
    ...(belowLog > 0 ? [`${belowLog} ≤ 0`] : []),
  ];
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`.trim();
}
