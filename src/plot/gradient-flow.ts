import { checkOptions, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import type { FigureAttributes } from "../figure/schema.js";
import { type Axis, axisLayout, nameAxisLayout } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { lineTrace } from "./line-trace.js";
import { type ColorName, palette, seriesColor, seriesDash } from "./palette.js";
import {
  checkNumbers,
  checkSome,
  indices,
  isListOfLists,
  type Numbers,
  points,
  seriesName,
  type Values,
  withValues,
} from "./values.js";

/** The gradient norms of one network, first layer first. */
export interface GradientFlowSeries {
  /** What the legend says; "series 1", "series 2" … by default. */
  name?: string;
  norms: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface GradientFlowOptions extends FrameOptions {
  /** { title: "layer" } by default. */
  x?: Axis;
  /** { title: "gradient norm" } by default; always logarithmic. */
  y?: Axis;
  /** Names of the layers; 1, 2, 3, … by default. */
  layers?: readonly string[];
  series: readonly GradientFlowSeries[];
}

/**
 * Gradient norms by layer on a logarithmic axis: where gradients vanish or explode.
 *
 *     plot.gradientFlow({
 *       title: "Do gradients reach the first layer?",
 *       series: [{ name: "plain", norms: [1e-9, 1e-6, 1e-3] }, { name: "batch norm", norms: [0.3, 0.4, 0.5] }],
 *     });
 *
 * A norm of 0 has no place on the axis and is written at its foot; one that is not finite at its top.
 *
 * @throws ValueError when there is no series, a norm is negative, or lengths and layers don't fit
 */
export function gradientFlow(given: GradientFlowOptions | Values): Figure {
  const owner = "plot.gradientFlow";
  const options = withValues<GradientFlowOptions>(given, (values) => ({
    series: (isListOfLists(values) ? values : [values]).map((norms) => ({ norms })),
  }));
  checkOptions(owner, options, [...frameKeys, "x", "y", "layers", "series"]);
  const { x = { title: "layer" }, y = { title: "gradient norm" }, layers, series } = options;
  checkSome(owner, "series", series);
  series.forEach(({ norms, ...rest }, index) => {
    checkOptions(`${owner}: series[${index}]`, rest, ["name", "norms", "color"]);
    checkNumbers(owner, `series[${index}].norms`, norms);
    if (layers !== undefined && norms.length !== layers.length)
      throw new ValueError(
        `${owner}: series[${index}].norms has ${norms.length} values for ${layers.length} layers.`,
      );
    if (Array.prototype.some.call(norms, (norm: number) => norm < 0))
      throw new ValueError(`${owner}: series[${index}].norms has a negative value; a norm is 0 or more.`);
  });
  const places = (norms: Numbers) =>
    indices(norms.length).map((index) => (layers === undefined ? index + 1 : index));
  const data = series.map(({ name, norms, color }, index) =>
    lineTrace(
      seriesName({ name }, index, series.length),
      places(norms),
      points(norms, "log"),
      seriesColor(index, color),
      seriesDash(index),
    ),
  );
  return new Figure({
    data,
    layout: {
      ...frameLayout(owner, options, { legend: series.length > 1 ? data : [] }),
      xaxis: layers === undefined ? axisLayout(owner, "x", x) : nameAxisLayout(owner, "x", x, layers),
      yaxis: axisLayout(
        owner,
        "y",
        { ...y, scale: "log" },
        series.flatMap(({ norms }) => points(norms, "log")),
      ),
      annotations: series.flatMap(({ norms }, index) => offAxisNotes(places(norms), norms, index)),
    },
  });
}

/** Words for the norms that a logarithmic axis can't show, those of later series beside those of earlier ones. */
function offAxisNotes(places: readonly number[], norms: Numbers, series: number): FigureAttributes[] {
  return places.flatMap((x, index) => {
    const norm = norms[index];
    if (Number.isFinite(norm) && norm > 0) return [];
    return [
      {
        x,
        y: norm === 0 ? 0 : 1,
        yref: "paper",
        yanchor: norm === 0 ? "bottom" : "top",
        yshift: (norm === 0 ? 14 : -14) * series,
        text: norm === 0 ? "0" : Number.isNaN(norm) ? "NaN" : "∞",
        showarrow: false,
        font: { size: 12, color: seriesColor(series) },
        bordercolor: palette.vermillion,
      },
    ];
  });
}
