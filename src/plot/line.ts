import { checkOptions } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import { type Axis, axisLayouts, axisOf, belowLogText } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { lineTrace } from "./line-trace.js";
import { type ColorName, seriesColor, seriesDash } from "./palette.js";
import {
  checkSome,
  isListOfLists,
  type Numbers,
  onlySeries,
  type Point,
  seriesName,
  seriesPoints,
  type Values,
  withValues,
} from "./values.js";

/** One line. */
export interface LineSeries {
  /** What the legend says; "series 1", "series 2" … by default. */
  name?: string;
  /** 1, 2, 3, … by default: the first value is step 1. */
  x?: Numbers;
  /** A value that is not finite leaves a gap. */
  y: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface LineOptions extends FrameOptions {
  /** The axis; or the places of the values that `y` holds. */
  x?: Axis | Numbers;
  /** The axis; or the values of the only line. */
  y?: Axis | Numbers;
  /** Left out where `y` holds the values. */
  series?: readonly LineSeries[];
}

/**
 * Lines, such as a loss over steps. The values of one line, a list of such, or a tensor are enough.
 *
 *     plot.line([2.3, 1.1, 0.6, 0.4]);
 *     plot.line({ x: [0, 10, 100], y: [2.3, 1.1, 0.6] });
 *     plot.line({
 *       title: "Which network learns faster?",
 *       x: { title: "step" },
 *       y: { title: "loss (nats)", scale: "log" },
 *       series: [{ name: "plain", y: [2.3, 1.9, 1.6] }, { name: "batch norm", y: [2.3, 1.1, 0.6] }],
 *     });
 *
 * @throws ValueError when there is no series, x and y differ in length, or values are no numbers
 */
export function line(given: LineOptions | Values): Figure {
  const owner = "plot.line";
  const options = withValues<LineOptions>(given, (values) =>
    isListOfLists(values) ? { series: values.map((y) => ({ y })) } : { y: values },
  );
  checkOptions(owner, options, [...frameKeys, "x", "y", "series"]);
  const axes = { x: axisOf(options.x), y: axisOf(options.y) };
  const lines: readonly LineSeries[] | undefined = onlySeries(owner, "series", options) ?? options.series;
  checkSome(owner, "series", lines);
  const drawn: { x: Point[]; y: Point[] }[] = [];
  const data = lines.map((series, index) => {
    const name = `series[${index}]`;
    checkOptions(`${owner}: ${name}`, series, ["name", "x", "y", "color"]);
    const { x, y } = seriesPoints(owner, name, series, axes);
    drawn.push({ x, y });
    return lineTrace(
      seriesName(series, index, lines.length),
      x,
      y,
      seriesColor(index, series.color),
      seriesDash(index),
    );
  });
  return new Figure({
    data,
    layout: {
      ...frameLayout(owner, options, {
        legend: data.length > 1 ? data : [],
        subtitle: belowLogText(axes, lines),
      }),
      ...axisLayouts(owner, axes, drawn),
    },
  });
}
