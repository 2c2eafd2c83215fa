import { checkCount, checkOptions } from "../base/errors.js";
import { pow } from "../base/math/index.js";
import { Figure } from "../figure/figure.js";
import { escapeText } from "../figure/text.js";
import { type Axis, axisLayout } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { type ColorName, seriesColor, translucent } from "./palette.js";
import { percentile, sortedFinite } from "./percentiles.js";
import { checkNumbers, checkSome, type Numbers } from "./values.js";

/** The values of one histogram. */
export interface HistogramSeries {
  name: string;
  /** Values that are not finite are left out and counted beside the name. */
  values: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface HistogramOptions extends FrameOptions {
  x: Axis;
  /** { title: "count" } by default. */
  y?: Axis;
  series: readonly HistogramSeries[];
  /** How many bins between the smallest and the largest value; by the rule of Freedman and Diaconis by default. */
  bins?: number;
}

/**
 * How often values fall into equal bins; several histograms share their bins and lie over each other.
 *
 *     plot.histogram({
 *       title: "Activations before and after",
 *       x: { title: "activation" },
 *       series: [{ name: "before", values: x.data }, { name: "after", values: y.data }],
 *     })
 *
 * @throws ValueError when there is no series, or values are no numbers
 */
export function histogram(options: HistogramOptions): Figure {
  const owner = "plot.histogram";
  checkOptions(owner, options, [...frameKeys, "x", "y", "series", "bins"]);
  const { series, y = { title: "count" } } = options;
  checkSome(owner, "series", series);
  if (options.bins !== undefined) checkCount(owner, "bins", options.bins);
  const sorted = series.map(({ values, ...rest }, index) => {
    checkOptions(`${owner}: series[${index}]`, rest, ["name", "color", "values"]);
    checkNumbers(owner, `series[${index}].values`, values);
    return sortedFinite(values);
  });
  const edges = binEdges(sortedFinite(sorted.flatMap((values) => [...values])), options.bins);
  const single = series.length === 1;
  const data = series.map(({ name, values, color }, index) => {
    const fill = seriesColor(index, color);
    return {
      type: "bar",
      name: seriesName(name, values.length, sorted[index].length),
      x: edges.slice(1).map((edge, bin) => (edges[bin] + edge) / 2),
      y: counts(sorted[index], edges),
      width: edges.length > 1 ? edges[1] - edges[0] : 1,
      marker: { color: translucent(fill, single ? 0.75 : 0.45), line: { color: fill, width: 1 } },
    };
  });
  return new Figure({
    data,
    layout: {
      ...frameLayout(owner, options, {
        legend: !single || sorted[0].length < series[0].values.length ? data : [],
      }),
      barmode: "overlay",
      bargap: 0,
      xaxis: axisLayout(owner, "x", options.x),
      yaxis: { ...axisLayout(owner, "y", y), rangemode: "tozero" },
    },
  });
}

const binsAtMost = 100;

/** Edges of equal bins; of width 2 · interquartile range / n^(1/3) unless their number is given. */
function binEdges(sorted: Float64Array, bins: number | undefined): number[] {
  if (sorted.length === 0) return [0, 1];
  const low = sorted[0];
  const span = sorted[sorted.length - 1] - low;
  // Values that are all the same stand in the middle of one bin.
  if (span === 0) return [low - 0.5, low + 0.5];
  const width = (2 * (percentile(sorted, 0.75) - percentile(sorted, 0.25))) / pow(sorted.length, 1 / 3);
  const count = bins ?? Math.min(binsAtMost, Math.max(8, width > 0 ? Math.ceil(span / width) : binsAtMost));
  return Array.from({ length: count + 1 }, (_, index) => low + (span * index) / count);
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

function seriesName(name: string, all: number, finite: number): string {
  if (all === 0) return escapeText(`${name} (empty)`);
  return escapeText(finite < all ? `${name} (${all - finite} not finite)` : name);
}
