import { checkOptions } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import { type Axis, axisLayouts } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { lineTrace } from "./line-trace.js";
import { type ColorName, seriesColor, seriesDash } from "./palette.js";
import { checkSome, type Numbers, type Point, seriesPoints } from "./values.js";

/** One line. */
export interface LineSeries {
  name: string;
  /** 1, 2, 3, … by default: the first value is step 1. */
  x?: Numbers;
  /** A value that is not finite leaves a gap. */
  y: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface LineOptions extends FrameOptions {
  x: Axis;
  y: Axis;
  series: readonly LineSeries[];
}

/**
 * Lines, such as a loss over steps.
 *
 *     plot.line({
 *       title: "Which network learns faster?",
 *       x: { title: "step" },
 *       y: { title: "loss (nats)", scale: "log" },
 *       series: [{ name: "plain", y: plain.loss }, { name: "batch norm", y: normalized.loss }],
 *     })
 *
 * @throws ValueError when there is no series, x and y differ in length, or values are no numbers
 */
export function line(options: LineOptions): Figure {
  const owner = "plot.line";
  checkOptions(owner, options, [...frameKeys, "x", "y", "series"]);
  checkSome(owner, "series", options.series);
  const drawn: { x: Point[]; y: Point[] }[] = [];
  const data = options.series.map((series, index) => {
    const name = `series[${index}]`;
    checkOptions(`${owner}: ${name}`, series, ["name", "x", "y", "color"]);
    const { x, y } = seriesPoints(owner, name, series, options);
    drawn.push({ x, y });
    return lineTrace(series.name, x, y, seriesColor(index, series.color), seriesDash(index));
  });
  return new Figure({
    data,
    layout: {
      ...frameLayout(owner, options, { legend: data.length > 1 ? data : [] }),
      ...axisLayouts(owner, options, drawn),
    },
  });
}
