import { checkOptions, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import type { Trace } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { type Axis, axisLayouts } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { type ColorName, seriesColor, translucent } from "./palette.js";
import { checkSome, indices, type Numbers, type Point, seriesPoints } from "./values.js";

/** Points of one kind, such as a class. */
export interface ScatterGroup {
  name: string;
  x: Numbers;
  y: Numbers;
  /** The colour's name in the palette; the next free one by default. */
  color?: ColorName;
}

export interface ScatterOptions extends FrameOptions {
  x: Axis;
  y: Axis;
  groups: readonly ScatterGroup[];
  /**
   * The decision regions: called once with points [x, y] of a grid over the axes, it returns for each the index of the
   * group that it belongs to. Without it there are none.
   */
  regions?: (points: [number, number][]) => ArrayLike<number>;
}

/** Points a side of the grid that shows decision regions. */
const gridSide = 80;
/** More points than this lie over each other: they are small then, without an outline, and show through. */
const pointsApart = 1500;
const symbols = ["circle", "diamond", "square", "triangle-up", "cross", "star", "pentagon"];

/**
 * Points in the plane by class, with the regions that a classifier decides for.
 *
 *     plot.scatter({
 *       title: "What does the network decide?",
 *       x: { title: "x₁" },
 *       y: { title: "x₂" },
 *       groups: [{ name: "class 0", x: […], y: […] }, { name: "class 1", x: […], y: […] }],
 *       regions: (points) => classesOf(network.forward(tensor(points))),
 *     })
 *
 * A point with a coordinate that is not finite is left out. @throws ValueError when lengths differ, or `regions` returns
 * something else than one group's index for each point
 */
export function scatter(options: ScatterOptions): Figure {
  const owner = "plot.scatter";
  checkOptions(owner, options, [...frameKeys, "x", "y", "groups", "regions"]);
  const { groups, regions } = options;
  checkSome(owner, "groups", groups);
  const drawn = groups.map((group, index) => {
    checkOptions(`${owner}: groups[${index}]`, group, ["name", "x", "y", "color"]);
    return seriesPoints(owner, `groups[${index}]`, group, options);
  });
  const axes = axisLayouts(owner, options, drawn);
  const colors = groups.map(({ color }, index) => seriesColor(index, color));
  const field = regions === undefined ? [] : regionTraces(owner, regions, colors, options, drawn);
  const count = drawn.reduce((sum, { x }) => sum + x.length, 0);
  const look =
    count > pointsApart ? { size: 3, opacity: 0.6 } : { size: 7, line: { color: "#FFFFFF", width: 1 } };
  const points = groups.map(({ name }, index) => ({
    type: "scatter",
    mode: "markers",
    name: escapeText(name),
    ...drawn[index],
    marker: { color: colors[index], symbol: symbols[index % symbols.length], ...look },
  }));
  return new Figure({
    data: [...field.map(({ trace }) => trace), ...points],
    layout: {
      ...frameLayout(owner, options, { legend: groups.length > 1 ? points : [] }),
      xaxis: { ...axes.xaxis, ...(field.length > 0 ? { range: field[0].xRange, showgrid: false } : {}) },
      yaxis: { ...axes.yaxis, ...(field.length > 0 ? { range: field[0].yRange, showgrid: false } : {}) },
    },
  });
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
  options: ScatterOptions,
  drawn: readonly { x: Point[]; y: Point[] }[],
): Field[] {
  if (options.x.scale === "log" || options.y.scale === "log")
    throw new ValueError(`${owner} draws regions on linear axes only; leave out scale: "log".`);
  const xRange = gridRange(
    options.x,
    drawn.map(({ x }) => x),
  );
  const yRange = gridRange(
    options.y,
    drawn.map(({ y }) => y),
  );
  const xs = indices(gridSide).map(
    (index) => xRange[0] + ((index + 0.5) / gridSide) * (xRange[1] - xRange[0]),
  );
  const ys = indices(gridSide).map(
    (index) => yRange[0] + ((index + 0.5) / gridSide) * (yRange[1] - yRange[0]),
  );
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

/** The axis's own range, or the points' with a twentieth on each side. */
function gridRange(axis: Axis, lists: readonly Point[][]): [number, number] {
  if (axis.range !== undefined) return [axis.range[0], axis.range[1]];
  const present = lists.flat().filter((value): value is number => value !== null);
  if (present.length === 0) return [-1, 1];
  const low = present.reduce((least, value) => Math.min(least, value));
  const high = present.reduce((most, value) => Math.max(most, value));
  const margin = high > low ? (high - low) / 20 : 1;
  return [low - margin, high + margin];
}
