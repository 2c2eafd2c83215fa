import { checkCount, checkOptions, ValueError } from "../base/errors.js";
import { log } from "../base/math/index.js";
import { extentOf, padded } from "../figure/extent.js";
import { Figure } from "../figure/figure.js";
import type { Json, JsonObject } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import type { FigureParts } from "../figure/to-scale.js";
import { altText } from "./alt-text.js";
import { withoutLogTicks } from "./log-ticks.js";
import { checkSome, labelsOf } from "./values.js";

/** The figure at one step. */
export interface StepFrame {
  /** What the slider says: a step's number or a name. */
  at: number | string;
  figure: Figure;
}

export interface StepsOptions {
  /** What the slider moves over; "step" by default. */
  label?: string;
  /** Figures of the same kind with the same series, in their order. */
  frames: readonly StepFrame[];
  /** Milliseconds that the play button stays at a frame; 400 by default. */
  pace?: number;
}

/**
 * The same figure at several steps, with a slider and a play button; works in an exported page without a kernel. A
 * static picture shows the last step.
 *
 *     plot.steps({ label: "step", frames: [0, 10, 100].map((at) => ({ at, figure: plot.histogram([0, at, 2 * at]) })) });
 *
 * Axes without a range of their own get one that holds all frames, so that what moves is the data.
 *
 * @throws ValueError when there are fewer than two frames, or figures of different kinds
 */
export function steps(options: StepsOptions): Figure {
  const owner = "plot.steps";
  checkOptions(owner, options, ["label", "frames", "pace"]);
  const { frames, label = "step", pace = 400 } = options;
  checkCount(owner, "pace", pace);
  checkSome(owner, "frames", frames);
  if (frames.length < 2)
    throw new ValueError(`${owner} needs at least two frames; show a single figure as it is.`);
  frames.forEach(({ figure, ...rest }, index) => {
    checkOptions(`${owner}: frames[${index}]`, rest, ["at", "figure"]);
    if (!(figure instanceof Figure))
      throw new ValueError(
        `${owner}: frames[${index}].figure must be a Figure, such as plot.histogram({ … }).`,
      );
    if (kinds(figure) !== kinds(frames[0].figure))
      throw new ValueError(
        `${owner}: frames[${index}] draws ${kinds(figure)}, and frames[0] ${kinds(frames[0].figure)}; each frame needs the same series.`,
      );
  });

  // Names tell frames apart, also where two show the same words.
  const names = frames.map((_, index) => `frame ${index}`);
  const labels = labelsOf(frames.map(({ at }) => at));
  const parts = frames.map(({ figure }) => Figure.partsOf(figure));
  const last = parts[parts.length - 1];
  // What only some steps have leaves with them.
  const nothing = Object.fromEntries(
    ["annotations", "shapes"].flatMap((key) =>
      parts.some(({ layout }) => key in layout) ? [[key, []]] : [],
    ),
  );
  const ranges = Object.fromEntries(
    ["xaxis", "yaxis"].flatMap((axis) => {
      const range = commonRange(parts, axis);
      return range === undefined ? [] : [[axis, { ...withoutLogTicks(objectOf(last.layout[axis])), range }]];
    }),
  );
  const height = (typeof last.layout.height === "number" ? last.layout.height : 400) + sliderHeight;
  const margin = objectOf(last.layout.margin);
  return new Figure({
    alt: altText(
      undefined,
      `With a slider over ${frames.length} frames, ${label} ${frames[0].at} to ${frames[frames.length - 1].at}`,
      `The last: ${frames[frames.length - 1].figure.alt}`,
    ),
    data: last.data,
    layout: {
      ...last.layout,
      ...ranges,
      height,
      margin: { ...margin, b: (typeof margin.b === "number" ? margin.b : 56) + sliderHeight },
      sliders: [
        {
          active: frames.length - 1,
          x: 0.12,
          len: 0.88,
          y: 0,
          yanchor: "top",
          pad: { t: 48 },
          currentvalue: { prefix: `${escapeText(label)} `, xanchor: "right", font: { size: 12 } },
          steps: labels.map((label, index) => ({
            label: escapeText(label),
            method: "animate",
            args: [[names[index]], still],
          })),
        },
      ],
      updatemenus: [
        {
          type: "buttons",
          direction: "left",
          showactive: false,
          x: 0,
          xanchor: "left",
          y: 0,
          yanchor: "top",
          pad: { t: 64, r: 10 },
          buttons: [
            {
              label: "play",
              method: "animate",
              args: [null, { ...still, mode: "immediate", frame: { duration: pace, redraw: true } }],
            },
          ],
        },
      ],
    },
    frames: parts.map(({ data, layout }, index) => ({
      name: names[index],
      data,
      // Notes and shapes belong to their step; titles may tell it.
      layout: { ...nothing, ...pick(layout, ["annotations", "shapes", "title"]) },
    })),
  });
}

const sliderHeight = 76;
const still = {
  mode: "immediate",
  frame: { duration: 0, redraw: true },
  transition: { duration: 0 },
} as const;

function kinds(figure: Figure): string {
  return figure.json.data.map((trace) => String(trace.type ?? "scatter")).join(", ");
}

/** The range that holds all frames' values on a linear or logarithmic axis that has none of its own. */
function commonRange(frames: readonly FigureParts[], axis: string): [number, number] | undefined {
  const layouts = frames.map(({ layout }) => objectOf(layout[axis]));
  if (layouts.some((layout) => layout.range !== undefined)) return undefined;
  const logarithmic = layouts[0].type === "log";
  const values = frames
    .flatMap(({ data }) => data.flatMap((trace) => placesOf(trace, axis[0])))
    .filter((value): value is number => typeof value === "number" && (!logarithmic || value > 0))
    .map((value) => (logarithmic ? log(value) / Math.LN10 : value));
  const extent = extentOf(values);
  if (extent === undefined) return undefined;
  const [from, to] = padded(extent, 20, 0.5);
  const fromZero = layouts[0].rangemode === "tozero" && extent.low >= 0;
  return [fromZero ? 0 : from, to];
}

/** A trace's values on an axis, also where they are told by the first and the distance. */
function placesOf(trace: JsonObject, axis: string): Json[] {
  const { x0, dx } = trace;
  if (axis !== "x" || typeof x0 !== "number" || typeof dx !== "number") return listOf(trace[axis]);
  return [x0, x0 + dx * Math.max(0, listOf(trace.y).length - 1)];
}

function pick(layout: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (layout[key] === undefined ? [] : [[key, layout[key]]])));
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
