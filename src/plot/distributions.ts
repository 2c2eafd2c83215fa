import { checkOptions, OptionError, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import type { FigureAttributes, Trace } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { quantileOfSorted } from "../statistics/quantile.js";
import { altText } from "./alt-text.js";
import { type Axis, axisLayout, nameAxisLayout } from "./axis.js";
import { bandTraces } from "./band-traces.js";
import { density, logDensity } from "./density.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { type ColorName, palette, seriesColor, translucent } from "./palette.js";
import {
  checkNumbers,
  checkSome,
  indices,
  isListOfLists,
  labelsOf,
  type Numbers,
  type Point,
  sortedFinite,
  type Values,
  withValues,
} from "./values.js";

/** The shares of Ioffe & Szegedy 2015, figure 1. */
const shares = [0.15, 0.5, 0.85] as const;
/** More groups than this are drawn as lines of percentiles: their shapes would have no room. */
const shapesAtMost = 12;
/** Half the width of a shape, where neighbours are 1 apart. */
const halfWidth = 0.42;

/** The values at one step or in one layer. */
export interface DistributionGroup {
  /** The step (a number) or the layer (a name). */
  at: number | string;
  /** The values; those that are not finite are left out and counted in the figure. */
  values: Numbers;
}

export interface DistributionsOptions extends FrameOptions {
  x?: Axis;
  y?: Axis;
  groups: readonly DistributionGroup[];
  /** The colour's name in the palette; "blue" by default. */
  color?: ColorName;
}

/**
 * How a distribution moves over steps or layers: the 15th, 50th and 85th percentile as in figure 1 of
 * Ioffe & Szegedy 2015, and behind them, for up to 12 groups, the shape of each distribution.
 *
 *     plot.distributions([[1, 2, 4], [2, 3, 7]]);
 *     plot.distributions({
 *       title: "What reaches the last sigmoid",
 *       x: { title: "step" },
 *       y: { title: "pre-activation" },
 *       groups: [{ at: 0, values: [0, 1, 2] }, { at: 1000, values: [2, 4, 9] }],
 *     });
 *
 * The shapes are kernel densities, each as wide as the others at its peak, from the smallest value to the largest.
 * Steps whose groups have shapes stand at equal distances; more than 12 stand at their values, as lines. The percentiles
 * of named groups are marked without lines between them. Percentiles are those of all finite values; on a log axis those
 * that are not above 0 are left out, and the figure says how many values are not.
 *
 * @throws ValueError when there is no group, or values are no numbers
 */
export function distributions(given: DistributionsOptions | Values): Figure {
  const owner = "plot.distributions";
  const options = withValues<DistributionsOptions>(given, (values) => ({
    groups: (isListOfLists(values) ? values : [values]).map((each, index) => ({
      at: index + 1,
      values: each,
    })),
  }));
  checkOptions(owner, options, [...frameKeys, "x", "y", "groups", "color"]);
  const { groups, x = {}, y = {} } = options;
  const logarithmic = y.scale === "log";
  checkSome(owner, "groups", groups);
  const sorted = groups.map((group, index) => {
    checkOptions(`${owner}: groups[${index}]`, group, ["at", "values"]);
    checkNumbers(owner, `groups[${index}].values`, group.values);
    return sortedFinite(group.values);
  });
  const named = groups.some((group) => typeof group.at !== "number");
  if (named && groups.length > 4 * shapesAtMost)
    throw new ValueError(`${owner} has room for ${4 * shapesAtMost} named groups; got ${groups.length}.`);
  const shapes = named || groups.length <= shapesAtMost;
  if (shapes && x.scale !== undefined)
    throw new OptionError(
      `${owner}: x.scale has no effect on ${shapesAtMost} groups or fewer: they stand at equal distances.`,
    );

  const color = seriesColor(0, options.color);
  const at = shapes ? indices(groups.length) : groups.map((group) => group.at as number);
  // Names have no way between them that a line could follow.
  const mode = named ? "markers" : shapes ? "lines+markers" : "lines";
  const ofShare = (share: number): Point[] =>
    sorted.map((values) => {
      if (values.length === 0) return null;
      const value = quantileOfSorted(values, share);
      return logarithmic && value <= 0 ? null : value;
    });
  const [low, middle, high] = shares.map(ofShare);
  const percentiles = [
    percentileTrace(at, high, { ...looks.high, name: "85th percentile" }, mode),
    percentileTrace(at, middle, { ...looks.middle, name: "50th", color }, mode),
    percentileTrace(at, low, { ...looks.low, name: "15th" }, mode),
  ];
  return new Figure({
    alt: altText(
      options.title,
      `Distributions of ${y.title ?? "values"} by ${x.title ?? "group"}, with percentiles 15, 50 and 85`,
      ...[0, groups.length - 1].map(
        (index) => `At ${groups[index].at}: ${percentilesText([low, middle, high], index)}`,
      ),
    ),
    data: [
      ...(shapes
        ? sorted.flatMap((values, index) => shapeTrace(values, index, color, logarithmic))
        : bandTraces(at, low, high, color)),
      ...percentiles,
    ],
    layout: {
      ...frameLayout(owner, options, { legend: percentiles }),
      xaxis: {
        ...(shapes
          ? nameAxisLayout(
              owner,
              "x",
              x,
              groups.map((group) => String(group.at)),
            )
          : axisLayout(owner, "x", x)),
        ...(shapes ? { range: [-0.6, groups.length - 0.4] } : {}),
      },
      yaxis: axisLayout(owner, "y", y),
      annotations: groups.flatMap((group, index) =>
        missingNote(at[index], group.values.length, sorted[index], logarithmic),
      ),
    },
  });
}

function percentilesText(lines: readonly Point[][], index: number): string {
  const values = lines.map((line) => line[index] ?? "none");
  return labelsOf(values, 3).join(", ");
}

interface Look {
  name: string;
  color: string;
  dash: string;
  symbol: string;
}

const looks = {
  high: { color: palette.black, dash: "dot", symbol: "triangle-up" },
  middle: { dash: "solid", symbol: "circle" },
  low: { color: palette.black, dash: "dash", symbol: "triangle-down" },
} as const;

function percentileTrace(x: number[], y: Point[], { name, color, dash, symbol }: Look, mode: string): Trace {
  return {
    type: "scatter",
    mode,
    x,
    y,
    name,
    line: { color, width: 2, dash },
    marker: { color, symbol, size: 7 },
  };
}

/** The closed outline of a density, symmetric about its group's place. */
function shapeTrace(values: Float64Array, place: number, color: string, logarithmic: boolean): Trace[] {
  const shape = logarithmic ? logDensity(values) : density(values);
  if (shape === undefined) return [];
  const right = shape.height.map((height) => place + halfWidth * height);
  const left = shape.height.map((height) => place - halfWidth * height).reverse();
  return [
    {
      type: "scatter",
      mode: "lines",
      x: [...right, ...left],
      y: [...shape.at, ...[...shape.at].reverse()],
      fill: "toself",
      fillcolor: translucent(color, 0.25),
      line: { color: translucent(color, 0.6), width: 1 },
      hoverinfo: "skip",
      showlegend: false,
    },
  ];
}

/** What the axis has no place for, at its head. */
function missingNote(
  place: number,
  count: number,
  sorted: Float64Array,
  logarithmic: boolean,
): FigureAttributes[] {
  const missing = count - sorted.length;
  const below = logarithmic ? sorted.filter((value) => value <= 0).length : 0;
  const lines = [
    ...(count === 0 ? ["empty"] : []),
    ...(missing > 0 ? [sorted.length > 0 ? `${missing} not finite` : "none finite"] : []),
    ...(below > 0 ? [`${below} ≤ 0`] : []),
  ];
  if (lines.length === 0) return [];
  return [
    {
      x: place,
      y: 1,
      yref: "paper",
      yanchor: "top",
      text: lines.map(escapeText).join("<br>"),
      showarrow: false,
      font: { size: 11, color: palette.vermillion },
    },
  ];
}
