import { checkCount, checkOptions, OptionError, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import type { Json, JsonObject } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import type { FigureParts } from "../figure/to-scale.js";
import { altText } from "./alt-text.js";
import { axesWidth, type FrameOptions, frameKeys, frameLayout, roomForLegend } from "./frame.js";
import { legendHeight } from "./legend.js";
import { withoutLogTicks } from "./log-ticks.js";
import { checkSome } from "./values.js";

/** One of the figures side by side. */
export interface Panel {
  title: string;
  figure: Figure;
}

export interface SmallMultiplesOptions extends FrameOptions {
  panels: readonly Panel[];
  /** Panels a row; 3 by default, 2 where that fills the rows better. */
  columns?: number;
  /** Which axes are the same in all panels; both by default, so that panels can be compared at sight. */
  shared?: "both" | "x" | "y" | "none";
}

/**
 * Figures of the same kind side by side with shared axes: the reader compares them without reading numbers.
 *
 *     plot.smallMultiples({
 *       title: "What does depth change?",
 *       panels: [
 *         { title: "depth 2", figure: plot.gradientFlow([0.3, 0.1]) },
 *         { title: "depth 4", figure: plot.gradientFlow([0.01, 0.03, 0.1, 0.1]) },
 *       ],
 *     });
 *
 * Each panel keeps its own traces and notes; titles, sizes and legends of the figures are left out, and series of the
 * same name share one entry of the legend.
 *
 * @throws ValueError when there is no panel, or a figure has more than one pair of axes
 */
export function smallMultiples(options: SmallMultiplesOptions): Figure {
  const owner = "plot.smallMultiples";
  checkOptions(owner, options, [...frameKeys, "panels", "columns", "shared"]);
  const { panels, shared = "both" } = options;
  checkSome(owner, "panels", panels);
  const { columns = Math.min(panels.length, panels.length === 4 ? 2 : 3) } = options;
  checkCount(owner, "columns", columns);
  if (!["both", "x", "y", "none"].includes(shared))
    throw new OptionError(
      `${owner}: shared must be "both", "x", "y" or "none"; got ${JSON.stringify(shared)}.`,
    );
  panels.forEach((panel, index) => {
    checkOptions(`${owner}: panels[${index}]`, panel, ["title", "figure"]);
    if (!(panel.figure instanceof Figure))
      throw new ValueError(`${owner}: panels[${index}].figure must be a Figure, such as plot.line({ … }).`);
    if (axisCount(panel.figure.json.layout) > 1)
      throw new ValueError(`${owner}: panels[${index}].figure has several pairs of axes; a panel takes one.`);
  });

  const rows = Math.ceil(panels.length / columns);
  const parts = panels.map(({ figure }) => Figure.partsOf(figure));
  const legend = parts.some(({ layout }) => layout.showlegend === true);
  const { width = columns > 2 ? 760 : 640 } = options;
  const height = options.height ?? Math.min(4000, 110 + 210 * rows);
  const layout: Record<string, Json> = {};
  const data: JsonObject[] = [];
  const annotations: Json[] = [];
  const shapes: Json[] = [];
  const named = new Set<string>();
  const scale = colorRange(parts);
  const ranges = { x: commonRange(parts, "xaxis"), y: commonRange(parts, "yaxis") };
  panels.forEach(({ title }, index) => {
    const at = { row: Math.floor(index / columns), column: index % columns };
    const json = parts[index];
    const suffix = index === 0 ? "" : String(index + 1);
    for (const trace of json.data) data.push(panelTrace(trace, suffix, named, scale));
    for (const axis of ["x", "y"] as const) {
      const isShared = shared === "both" || shared === axis;
      const gap = shared === "both" || shared === "y" ? 0.06 : 0.1;
      const [from, to] =
        axis === "x" ? span(at.column, columns, gap) : span(rows - 1 - at.row, rows, 0.16 / Math.sqrt(rows));
      // The lowest panel of a column has no panel of the next row below it.
      const outer = axis === "x" ? index + columns >= panels.length : at.column === 0;
      layout[`${axis}axis${suffix}`] = {
        ...(isShared
          ? withoutLogTicks(objectOf(json.layout[`${axis}axis`]))
          : objectOf(json.layout[`${axis}axis`])),
        domain: [from, to],
        anchor: `${axis === "x" ? "y" : "x"}${suffix}`,
        ...(outer ? {} : { title: { text: "" } }),
        ...(isShared && !outer ? { showticklabels: false } : {}),
        ...(isShared ? sharedRange(ranges[axis], index === 0 ? undefined : axis) : {}),
      };
    }
    annotations.push({
      ...panelHeading,
      text: `<b>${escapeText(title)}</b>`,
      xref: `x${suffix} domain`,
      yref: `y${suffix} domain`,
    });
    for (const note of listOf(json.layout.annotations)) annotations.push(inPanel(note, suffix));
    for (const shape of listOf(json.layout.shapes)) shapes.push(inPanel(shape, suffix));
  });
  const entries = legend ? data : [];
  const entriesHeight = legendHeight(entries, axesWidth(width));
  const margin = { t: (options.title ? 58 : 34) + entriesHeight, b: 56 };
  const frame = frameLayout(owner, { ...options, width, height }, { legend: entries, margin });
  const axesHeight = height + roomForLegend(entriesHeight) - margin.t - margin.b;
  const { barmode, bargap, plot_bgcolor } = parts[0].layout;
  return new Figure({
    alt: altText(options.title, ...panels.map(({ title, figure }) => `${title}: ${figure.alt}`)),
    data,
    layout: {
      ...frame,
      barmode,
      bargap,
      plot_bgcolor,
      ...layout,
      ...(legend
        ? {
            legend: {
              ...objectOf(frame.legend as Json),
              y: 1 + headingHeight / axesHeight,
            },
          }
        : {}),
      annotations,
      shapes,
    },
  });
}

const headingHeight = 22;
const panelHeading = {
  x: 0,
  y: 1,
  xanchor: "left",
  yanchor: "bottom",
  showarrow: false,
  font: { size: 13 },
} as const;

/**
 * The same range for all: a given one, or Plotly's own of the axis that this one matches. Never both, for Plotly then
 * forgets the automatic range of the other axis.
 */
function sharedRange(range: [number, number] | undefined, matches: string | undefined): JsonObject {
  if (range !== undefined) return { range };
  return matches === undefined ? {} : { matches };
}

/** The share of the width (or height) that the panel at `index` of `count` takes. */
function span(index: number, count: number, gap: number): [number, number] {
  const size = (1 - gap * (count - 1)) / count;
  return [index * (size + gap), index * (size + gap) + size];
}

function panelTrace(trace: JsonObject, suffix: string, named: Set<string>, scale: JsonObject): JsonObject {
  const { name } = trace;
  const moved: JsonObject = { ...trace, xaxis: `x${suffix}`, yaxis: `y${suffix}` };
  if (hasColorBar(trace)) return { ...moved, ...scale, showscale: suffix === "" };
  if (typeof name !== "string" || trace.showlegend === false) return moved;
  if (name === "") return { ...moved, showlegend: false };
  const first = !named.has(name);
  named.add(name);
  return { ...moved, legendgroup: name, showlegend: first };
}

function hasColorBar(trace: JsonObject): boolean {
  return trace.type === "heatmap" && trace.colorbar !== undefined;
}

/** One scale for the heatmaps of all panels: they share the first one's colour bar. */
function colorRange(panels: readonly FigureParts[]): JsonObject {
  const maps = panels.flatMap(({ data }) => data.filter(hasColorBar));
  return {
    zmin: Math.min(...maps.map((map) => Number(map.zmin))),
    zmax: Math.max(...maps.map((map) => Number(map.zmax))),
  };
}

/** The range that holds the panels' own ones, in their direction; undefined where none has one. */
function commonRange(panels: readonly FigureParts[], axis: string): [number, number] | undefined {
  const own = panels.flatMap(({ layout }) => {
    const { range } = objectOf(layout[axis]);
    return Array.isArray(range) ? [range.map(Number)] : [];
  });
  if (own.length === 0) return undefined;
  const low = Math.min(...own.flat());
  const high = Math.max(...own.flat());
  return own[0][0] > own[0][1] ? [high, low] : [low, high];
}

/** A note or shape moved from the axes (or the paper) of its figure to those of its panel. */
function inPanel(item: JsonObject, suffix: string): JsonObject {
  const moved = { ...item };
  for (const axis of ["x", "y"]) {
    const key = `${axis}ref`;
    moved[key] = item[key] === "paper" ? `${axis}${suffix} domain` : `${axis}${suffix}`;
    if (item[`a${key}`] === axis) moved[`a${key}`] = `${axis}${suffix}`;
  }
  return moved;
}

function axisCount(layout: JsonObject): number {
  return Object.keys(layout).filter((key) => /^xaxis\d*$/.test(key)).length;
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
