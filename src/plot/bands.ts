import { checkNumber, checkOptions, OptionError, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import { quantileOfSorted } from "../statistics/quantile.js";
import { type Axis, axisLayouts, belowLogText } from "./axis.js";
import { bandTraces } from "./band-traces.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { lineTrace } from "./line-trace.js";
import { type ColorName, seriesColor, seriesDash } from "./palette.js";
import {
  checkNumbers,
  checkSome,
  isListOfLists,
  type Numbers,
  type Point,
  type Shaped,
  seriesName,
  seriesPoints,
  sortedFinite,
  withValues,
} from "./values.js";

/** Runs of one method: either all of them, or a middle with its limits. */
export interface BandSeries {
  /** What the legend says; "series 1", "series 2" … by default. */
  name?: string;
  /** 1, 2, 3, … by default. */
  x?: Numbers;
  /** One list of values a seed, all of the same length; the figure computes median and interval. */
  runs?: readonly Numbers[];
  /** In stead of `runs`: the line, and the band's limits. */
  middle?: Numbers;
  low?: Numbers;
  high?: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface BandsOptions extends FrameOptions {
  x?: Axis;
  y?: Axis;
  series: readonly BandSeries[];
  /** The share of the runs that the band holds at each step, from the middle; 0.9 by default. For `runs` only. */
  interval?: number;
}

/**
 * Medians over seeds, each with the band that holds the middle 90 % of the runs.
 *
 *     plot.bands([[0.1, 0.3, 0.5], [0.2, 0.4, 0.5], [0.1, 0.2, 0.4]]);
 *     plot.bands({
 *       title: "Does it hold over seeds?",
 *       x: { title: "step" },
 *       y: { title: "validation accuracy (share)" },
 *       series: [
 *         { name: "plain", runs: [[0.1, 0.3, 0.5], [0.2, 0.4, 0.5], [0.1, 0.2, 0.4]] },
 *         { name: "batch norm", runs: [[0.1, 0.7, 0.9], [0.2, 0.8, 0.9], [0.1, 0.6, 0.8]] },
 *       ],
 *     });
 *
 * Median and limits are taken over the runs that are finite at a step; a step without any leaves a gap. The figure
 * says how many runs there are.
 *
 * @throws ValueError when there is no series or no run, or lengths differ
 */
export function bands(given: BandsOptions | readonly Numbers[] | Shaped): Figure {
  const owner = "plot.bands";
  const options = withValues<BandsOptions>(given, (values) => ({
    series: [{ runs: isListOfLists(values) ? values : [values] }],
  }));
  checkOptions(owner, options, [...frameKeys, "x", "y", "series", "interval"]);
  const { interval = 0.9, x: xAxis = {}, y: yAxis = {} } = options;
  const axes = { x: xAxis, y: yAxis };
  checkNumber(
    owner,
    "interval",
    interval,
    "a share above 0 and at most 1",
    (share) => share > 0 && share <= 1,
  );
  checkSome(owner, "series", options.series);
  const drawn: { x: Point[]; y: Point[] }[] = [];
  const lists: { x?: Numbers; y: Numbers }[] = [];
  const opacity = options.series.length > fewBands ? 0.06 : 0.18;
  const data = options.series.flatMap((series, index) => {
    const name = `series[${index}]`;
    checkOptions(`${owner}: ${name}`, series, ["name", "x", "runs", "middle", "low", "high", "color"]);
    const { middle, low, high } = limits(owner, name, series, interval);
    const { x, y } = seriesPoints(owner, name, { name: series.name, x: series.x, y: middle }, axes);
    const lowest = seriesPoints(owner, name, { x: series.x, y: low }, axes).y;
    const highest = seriesPoints(owner, name, { x: series.x, y: high }, axes).y;
    drawn.push({ x, y: [...y, ...lowest, ...highest] });
    const color = seriesColor(index, series.color);
    lists.push({ x: series.x, y: middle }, { y: low }, { y: high });
    return [
      ...bandTraces(x, lowest, highest, color, opacity),
      lineTrace(seriesName(series, index, options.series.length), x, y, color, seriesDash(index)),
    ];
  });
  return new Figure({
    data,
    layout: {
      ...frameLayout(owner, options, {
        legend: options.series.length > 1 ? data : [],
        subtitle: [subtitle(options.series, interval), belowLogText(axes, lists)].filter(Boolean).join(" · "),
      }),
      ...axisLayouts(owner, axes, drawn),
    },
  });
}

/** More bands than this lie over each other, and show through. */
const fewBands = 8;

interface Limits {
  middle: Numbers;
  low: Numbers;
  high: Numbers;
}

function limits(owner: string, name: string, series: BandSeries, interval: number): Limits {
  const { runs, middle, low, high } = series;
  if (runs === undefined) {
    if (middle === undefined || low === undefined || high === undefined)
      throw new OptionError(`${owner}: ${name} needs either runs, or middle, low and high.`);
    for (const [key, values] of Object.entries({ middle, low, high }))
      checkNumbers(owner, `${name}.${key}`, values);
    if (low.length !== middle.length || high.length !== middle.length)
      throw new ValueError(
        `${owner}: ${name} has ${middle.length} middles, ${low.length} lows and ${high.length} highs.`,
      );
    return { middle, low, high };
  }
  checkSome(owner, `${name}.runs`, runs);
  runs.forEach((run, index) => {
    checkNumbers(owner, `${name}.runs[${index}]`, run);
    if (run.length !== runs[0].length)
      throw new ValueError(
        `${owner}: ${name}.runs[${index}] has ${run.length} values, and runs[0] has ${runs[0].length}; cut them to the same steps.`,
      );
  });
  const steps = Array.from({ length: runs[0].length }, (_, step) =>
    sortedFinite(runs.map((run) => run[step])),
  );
  const at = (share: number) =>
    steps.map((values) => (values.length === 0 ? Number.NaN : quantileOfSorted(values, share)));
  return { middle: at(0.5), low: at((1 - interval) / 2), high: at((1 + interval) / 2) };
}

function subtitle(series: readonly BandSeries[], interval: number): string {
  const counts = [...new Set(series.flatMap(({ runs }) => (runs === undefined ? [] : [runs.length])))];
  if (counts.length === 0) return "";
  const runs = counts.length === 1 ? `${counts[0]}` : `${Math.min(...counts)} to ${Math.max(...counts)}`;
  return `median and middle ${Math.round(interval * 100)} % of ${runs} runs`;
}
