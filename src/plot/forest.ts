import { checkCount, checkNumber, checkOptions, OptionError, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import { escapeText } from "../figure/text.js";
import { altText } from "./alt-text.js";
import { type Axis, axisLayout, nameAxisLayout } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout, marginTop } from "./frame.js";
import { palette } from "./palette.js";
import { checkSome, indices, labelOf } from "./values.js";

/** One effect with its interval. */
export interface ForestRow {
  name: string;
  effect: number;
  /** The interval's lower and upper limit. */
  low: number;
  high: number;
  /** How many samples the interval rests on. */
  n: number;
}

export interface ForestOptions extends FrameOptions {
  /** What the effect is, with its unit, such as "difference of test accuracy (points)". */
  x: Axis;
  rows: readonly ForestRow[];
  /** The value that means "no effect"; 0 by default. */
  reference?: number;
  /** What the intervals are; "95 % intervals" by default. */
  interval?: string;
}

/**
 * Effects with their intervals, one below the other, beside the line of no effect. An interval that excludes it is
 * blue with a full marker, one that holds it grey with an open marker; n stands at the right.
 *
 *     plot.forest({
 *       title: "Does batch norm generalize better?",
 *       x: { title: "difference of test accuracy (points)" },
 *       rows: [{ name: "batch 4", effect: -1.48, low: -1.96, high: -1, n: 20 }, …],
 *     })
 *
 * A row whose effect is not finite says so. @throws ValueError when there is no row, or an effect lies outside its interval
 */
export function forest(options: ForestOptions): Figure {
  const owner = "plot.forest";
  checkOptions(owner, options, [...frameKeys, "x", "rows", "reference", "interval"]);
  const { rows, reference = 0, interval = "95 % intervals" } = options;
  checkSome(owner, "rows", rows);
  checkNumber(owner, "reference", reference, "a finite number", () => true);
  if (options.x?.scale === "log" && reference <= 0)
    throw new OptionError(`${owner}: reference must be above 0 on a log scale, such as 1; got ${reference}.`);
  for (const [index, row] of rows.entries()) checkRow(owner, row, index);
  const height = options.height ?? Math.min(1200, 130 + 34 * rows.length);
  // The first row stands at the top.
  const place = (index: number) => rows.length - 1 - index;
  const drawn = indices(rows.length).filter((index) => isDrawn(rows[index]));
  const excludes = (row: ForestRow) => row.low > reference || row.high < reference;
  const colorOf = (row: ForestRow) => (excludes(row) ? palette.blue : "#767676");
  return new Figure({
    alt: altText(
      options.title,
      `Effects with ${interval}, ${options.x.title}: ${rows.map(rowText).join("; ")}`,
    ),
    data: drawn.map((index) => {
      const row = rows[index];
      const color = colorOf(row);
      return {
        type: "scatter",
        mode: "lines+markers",
        x: [row.low, row.effect, row.high],
        y: [place(index), place(index), place(index)],
        line: { color, width: 2.5 },
        marker: {
          color: excludes(row) ? color : "#FFFFFF",
          line: { color, width: 2 },
          symbol: ["line-ns", "circle", "line-ns"],
          size: [10, 9, 10],
          opacity: 1,
        },
        name: escapeText(row.name),
        hovertemplate: "%{x}<extra></extra>",
      };
    }),
    layout: {
      ...frameLayout(owner, { ...options, height }, { subtitle: interval }),
      xaxis: axisLayout(owner, "x", {
        range: rangeOf(
          drawn.map((index) => rows[index]),
          reference,
          options.x?.scale,
        ),
        ...options.x,
      }),
      yaxis: {
        ...nameAxisLayout(
          owner,
          "y",
          { title: "rows" },
          [...rows].reverse().map(({ name }) => name),
        ),
        title: { text: "" },
        range: [-0.6, rows.length - 0.4],
        ticks: "",
      },
      shapes: [
        {
          type: "line",
          x0: reference,
          x1: reference,
          y0: 0,
          y1: 1,
          yref: "paper",
          layer: "below",
          line: { color: "#1A1A1A", width: 1, dash: "dot" },
        },
      ],
      annotations: rows.flatMap((row, index) => [
        { ...note, x: 1, xanchor: "left", y: place(index), text: `n ${row.n}` },
        ...(isDrawn(row) ? [] : [{ ...note, x: 0.5, y: place(index), text: "not finite" }]),
      ]),
      margin: { l: 80, r: 56, t: marginTop(options.title ? 2 : 1), b: 56 },
    },
  });
}

const note = { xref: "paper", showarrow: false, font: { size: 12, color: "#555555" } } as const;

/** From the lowest limit to the highest, the reference among them, with room on both sides. */
function rangeOf(rows: readonly ForestRow[], reference: number, scale: Axis["scale"]): [number, number] {
  const low = Math.min(reference, ...rows.map((row) => row.low));
  const high = Math.max(reference, ...rows.map((row) => row.high));
  if (scale === "log") return low > 0 ? [low / 1.1, high * 1.1] : [reference / 10, reference * 10];
  const margin = high > low ? (high - low) / 16 : 1;
  return [low - margin, high + margin];
}

function rowText(row: ForestRow): string {
  const { name, effect, low, high, n } = row;
  if (!isDrawn(row)) return `${name} not finite, n ${n}`;
  return `${name} ${labelOf(effect, 3)} from ${labelOf(low, 3)} to ${labelOf(high, 3)}, n ${n}`;
}

function isDrawn(row: ForestRow): boolean {
  return Number.isFinite(row.effect) && Number.isFinite(row.low) && Number.isFinite(row.high);
}

function checkRow(owner: string, row: ForestRow, index: number): void {
  checkOptions(`${owner}: rows[${index}]`, row, ["name", "effect", "low", "high", "n"]);
  checkCount(`${owner}: rows[${index}]`, "n", row.n);
  for (const key of ["effect", "low", "high"] as const)
    if (typeof row[key] !== "number")
      throw new ValueError(`${owner}: rows[${index}].${key} must be a number; got ${String(row[key])}.`);
  if (isDrawn(row) && !(row.low <= row.effect && row.effect <= row.high))
    throw new ValueError(
      `${owner}: rows[${index}] has the effect ${row.effect} outside its interval from ${row.low} to ${row.high}.`,
    );
}
