import { checkOptions, ValueError } from "../base/errors.js";
import { between, extentOf, padded } from "../figure/extent.js";
import { Figure } from "../figure/figure.js";
import type { Trace } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { type Axis, axisLayouts, axisOf, belowLogText } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { type ColorName, seriesColor, translucent } from "./palette.js";
import {
  checkSome,
  indices,
  isListOfLists,
  type Numbers,
  onlySeries,
  type Point,
  seriesName,
  seriesPoints,
  type Values,
  withValues,
} from "./values.js";

/** Points of one kind, such as a class. */
export interface ScatterGroup {
  /** What the legend says; "series 1", "series 2" … by default. */
  name?: string;
  /** 1, 2, 3, … by default. */
  x?: Numbers;
  y: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface ScatterOptions extends FrameOptions {
  /** The axis; or the places of the points that `y` holds. */
  x?: Axis | Numbers;
  /** The axis; or the heights of the points of the only group. */
  y?: Axis | Numbers;
  /** Left out where `x` and `y` hold the points. */
  groups?: readonly ScatterGroup[];
  /**
   * The decision regions: called once with points [x, y] of a grid over the axes, it returns for each the index of the
   * group that it belongs to. Without it there are none.
   */
  regions?: (points: [number, number][]) => ArrayLike<number>;
}

type Axes = { x: Axis; y: Axis };

/** Points a side of the grid that shows decision regions. */
const gridSide = 80;
/** More points than this lie over each other: they are small then, without an outline, and show through. */
const pointsApart = 1500;
const symbols = ["circle", "diamond", "square", "triangle-up", "cross", "star", "pentagon"];

/**
 * Points in the plane by class, with the regions that a classifier decides for.
 *
 *     plot.scatter({ x: [0, 1, 2], y: [0.1, 0.9, 2.2] });
 *     plot.scatter({
 *       title: "Which side?",
 *       x: { title: "x₁" },
 *       y: { title: "x₂" },
 *       groups: [{ name: "left", x: [-2, -1], y: [0, 1] }, { name: "right", x: [1, 2], y: [1, 0] }],
 *       regions: (points) => points.map(([x]) => (x < 0 ? 0 : 1)),
 *     });
 *
 * plot.decision(network, split) draws the regions of a network.
 *
 * A point with a coordinate that is not finite is left out. @throws ValueError when lengths differ, or `regions` returns
 * something else than one group's index for each point
 */
export function scatter(given: ScatterOptions | Values): Figure {
  const owner = "plot.scatter";
  const options = withValues<ScatterOptions>(given, (values) =>
    isListOfLists(values) ? { groups: values.map((y) => ({ y })) } : { y: values },
  );
  checkOptions(owner, options, [...frameKeys, "x", "y", "groups", "regions"]);
  const { regions } = options;
  const axes = { x: axisOf(options.x), y: axisOf(options.y) };
  const groups: readonly ScatterGroup[] | undefined = onlySeries(owner, "groups", options) ?? options.groups;
  checkSome(owner, "groups", groups);
  const drawn = groups.map((group, index) => {
    checkOptions(`${owner}: groups[${index}]`, group, ["name", "x", "y", "color"]);
    return seriesPoints(owner, `groups[${index}]`, group, axes);
  });
  const layouts = axisLayouts(owner, axes, drawn);
  const colors = groups.map(({ color }, index) => seriesColor(index, color));
  const field = regions === undefined ? [] : regionTraces(owner, regions, colors, axes, drawn);
  const count = drawn.reduce((sum, { x }) => sum + x.length, 0);
  const look =
    count > pointsApart ? { size: 3, opacity: 0.6 } : { size: 7, line: { color: "#FFFFFF", width: 1 } };
  const points = groups.map((group, index) => ({
    type: "scatter",
    mode: "markers",
    name: escapeText(seriesName(group, index, groups.length)),
    ...drawn[index],
    marker: { color: colors[index], symbol: symbolOf(index), ...look },
  }));
  return new Figure({
    data: [...field.map(({ trace }) => trace), ...points],
    layout: {
      ...frameLayout(owner, options, {
        legend: groups.length > 1 ? points : [],
        subtitle: belowLogText(axes, groups),
      }),
      xaxis: { ...layouts.xaxis, ...(field.length > 0 ? { range: field[0].xRange, showgrid: false } : {}) },
      yaxis: { ...layouts.yaxis, ...(field.length > 0 ? { range: field[0].yRange, showgrid: false } : {}) },
    },
  });
}

/** Colours and symbols repeat after as many; the symbols of the next round are moved by one, so that pairs differ. */
function symbolOf(index: number): string {
  return symbols[(index + Math.floor(index / symbols.length)) % symbols.length];
}

interface Field {
  trace: Trace;
  xRange: [number, number];
  yRange: [number, number];
}

function regionTraces(
  owner: string,
  regions: NonNullable<ScatterOptions["regions"]>,
  colors: readonly string[],
  axes: Axes,
  drawn: readonly { x: Point[]; y: Point[] }[],
): Field[] {
  if (axes.x.scale === "log" || axes.y.scale === "log")
    throw new ValueError(`${owner} draws regions on linear axes only; leave out scale: "log".`);
  const xRange = gridRange(
    axes.x,
    drawn.map(({ x }) => x),
  );
  const yRange = gridRange(
    axes.y,
    drawn.map(({ y }) => y),
  );
  const [xs, ys] = [centres(xRange), centres(yRange)];
  const found = regions(ys.flatMap((y) => xs.map((x): [number, number] => [x, y])));
  if (found?.length !== gridSide * gridSide)
    throw new ValueError(
      `${owner}: regions must return one group index for each of the ${gridSide * gridSide} points; got ${found?.length ?? String(found)}.`,
    );
  const wrong = Array.from(found).find(
    (index) => !(Number.isInteger(index) && index >= 0 && index < colors.length),
  );
  if (wrong !== undefined)
    throw new ValueError(
      `${owner}: regions must return indices from 0 to ${colors.length - 1}; got ${String(wrong)}.`,
    );
  const classes = colors.length;
  // Two stops a class make a scale of steps.
  const colorscale = colors.flatMap((color, index) => [
    [index / classes, translucent(color, 0.22)],
    [(index + 1) / classes, translucent(color, 0.22)],
  ]);
  return [
    {
      xRange,
      yRange,
      trace: {
        type: "heatmap",
        x: xs,
        y: ys,
        z: ys.map((_, row) =>
          Array.from({ length: gridSide }, (_, column) => found[row * gridSide + column]),
        ),
        zmin: -0.5,
        zmax: classes - 0.5,
        colorscale,
        showscale: false,
        hoverinfo: "skip",
      },
    },
  ];
}

/** The middles of the grid's cells along a range. */
function centres([low, high]: [number, number]): number[] {
  return indices(gridSide).map((index) => between({ low, high }, index + 0.5, gridSide));
}

/** The axis's own range, or the points' with a twentieth on each side. */
function gridRange(axis: Axis, lists: readonly Point[][]): [number, number] {
  if (axis.range !== undefined) return [axis.range[0], axis.range[1]];
  const extent = extentOf(lists.flat());
  return extent === undefined ? [-1, 1] : padded(extent, 20, 1);
}
