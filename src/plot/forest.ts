import { checkCount, checkNumber, checkOptions, OptionError, ValueError } from "../base/errors.js";
import { extentOf, padded } from "../figure/extent.js";
import { Figure } from "../figure/figure.js";
import type { FigureAttributes } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { altText } from "./alt-text.js";
import { type Axis, axisLayout, nameAxisLayout } from "./axis.js";
import { type FrameOptions, frameKeys, frameLayout, marginTop } from "./frame.js";
import { palette } from "./palette.js";
import { checkSome, indices, labelsOf } from "./values.js";

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
  x?: Axis;
  rows: readonly ForestRow[];
  /** The value that means "no effect"; by default 0, and 1 on a log axis. */
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
 *       rows: [{ name: "batch 4", effect: -1.48, low: -1.96, high: -1, n: 20 }],
 *     });
 *
 * A row whose effect is not finite says so. On a log axis a row whose lower limit is not above 0 is drawn from the left
 * edge, with the limit written there; so is its effect, when that is not above 0 either.
 *
 * @throws ValueError when there is no row, or an effect lies outside its interval
 */
export function forest(options: ForestOptions): Figure {
  const owner = "plot.forest";
  checkOptions(owner, options, [...frameKeys, "x", "rows", "reference", "interval"]);
  const { rows, x = {}, interval = "95 % intervals" } = options;
  const logarithmic = x.scale === "log";
  const { reference = logarithmic ? 1 : 0 } = options;
  checkSome(owner, "rows", rows);
  checkNumber(owner, "reference", reference, "a finite number", () => true);
  if (logarithmic && reference <= 0)
    throw new OptionError(`${owner}: reference must be above 0 on a log scale, such as 1; got ${reference}.`);
  for (const [index, row] of rows.entries()) checkRow(owner, row, index);
  const height = options.height ?? heightFor(rows.length);
  // The first row stands at the top.
  const place = (index: number) => rows.length - 1 - index;
  const drawn = indices(rows.length).filter((index) => isDrawn(rows[index]));
  const excludes = (row: ForestRow) => row.low > reference || row.high < reference;
  const range =
    x.range ??
    rangeOf(
      drawn.map((index) => rows[index]),
      reference,
      logarithmic,
    );
  const edge = Math.min(...range);
  const onAxis = (value: number) => (logarithmic && value <= 0 ? edge : value);
  const colorOf = (row: ForestRow) => (excludes(row) ? palette.blue : "#767676");
  return new Figure({
    alt: altText(
      options.title,
      `Effects with ${interval}${x.title === undefined ? "" : `, ${x.title}`}: ${rows.map(rowText).join("; ")}`,
    ),
    data: drawn.flatMap((index) => {
      const row = rows[index];
      const color = colorOf(row);
      if (logarithmic && row.high <= 0) return [];
      return {
        type: "scatter",
        mode: "lines+markers",
        x: [row.low, row.effect, row.high].map(onAxis),
        y: [place(index), place(index), place(index)],
        line: { color, width: 2.5 },
        marker: {
          color: excludes(row) ? color : "#FFFFFF",
          line: { color, width: 2 },
          symbol: [onAxis(row.low) === row.low ? "line-ns" : "triangle-left", "circle", "line-ns"],
          // An effect that the axis has no place for is told by words alone.
          size: [10, onAxis(row.effect) === row.effect ? 9 : 0, 10],
          opacity: 1,
        },
        name: escapeText(row.name),
        hovertemplate: "%{x}<extra></extra>",
      };
    }),
    layout: {
      ...frameLayout(
        owner,
        { ...options, height },
        { subtitle: interval, margin: { r: 56, t: marginTop(options.title ? 2 : 1), b: 56 } },
      ),
      xaxis: axisLayout(owner, "x", {
        range,
        ...x,
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
        ...(logarithmic && isDrawn(row) ? belowAxisNotes(row, place(index)) : []),
      ]),
    },
  });
}

const note = { xref: "paper", showarrow: false, font: { size: 12, color: "#555555" } } as const;

/** 34 pixels a row up to 1200, then at least as many as a line of text takes. */
function heightFor(rows: number): number {
  return Math.min(4000, Math.max(130 + 16 * rows, Math.min(1200, 130 + 34 * rows)));
}

/** What a logarithmic axis has no place for, written above the left end of its row. */
function belowAxisNotes(row: ForestRow, y: number): FigureAttributes[] {
  const [effect, low, high] = labelsOf([row.effect, row.low, row.high], 3);
  const parts = [
    ...(row.effect <= 0 ? [`effect ${effect}`] : []),
    ...(row.low <= 0 ? [`from ${low}`] : []),
    ...(row.high <= 0 ? [`to ${high}`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    {
      ...note,
      x: 0,
      xanchor: "left",
      y,
      yshift: row.high <= 0 ? 0 : 11,
      text: `${parts.join(", ")}: no place on the log axis`,
      font: { size: 11, color: palette.vermillion },
    },
  ];
}

/** From the lowest limit to the highest, the reference among them, with room on both sides. */
function rangeOf(rows: readonly ForestRow[], reference: number, logarithmic: boolean): [number, number] {
  const values = [reference, ...rows.flatMap(({ low, high }) => [low, high])];
  const extent = extentOf(logarithmic ? values.filter((value) => value > 0) : values);
  const { low, high } = extent ?? { low: reference, high: reference };
  if (!logarithmic) return padded({ low, high }, 16, 1);
  // Rows that come from beyond the axis have a piece of line on it.
  const room = values.some((value) => value <= 0) ? 1.6 : 1.1;
  return [Math.max(Number.MIN_VALUE, low / room), Math.min(Number.MAX_VALUE, high * 1.1)];
}

function rowText(row: ForestRow): string {
  const { name, n } = row;
  if (!isDrawn(row)) return `${name} not finite, n ${n}`;
  const [effect, low, high] = labelsOf([row.effect, row.low, row.high], 3);
  return `${name} ${effect} from ${low} to ${high}, n ${n}`;
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
