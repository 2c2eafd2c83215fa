/** Records as a table: one row a record, numbers aligned at the decimal point, long ones cut with a count. */
import { checkCount, checkOptions, ValueError } from "../base/errors.js";
import { escapeHtml } from "../base/escape-html.js";
import { digitsToTell } from "../figure/extent.js";
import { Rendered } from "./rendered.js";
import { isRunResult, type RunResult, runRecords } from "./run-records.js";

/** A row of a table: values by the name of their column. */
export type TableRecord = Readonly<Record<string, unknown>>;

export interface TableOptions {
  /** The columns in their order; by default every key of the records, in the order they come. */
  columns?: readonly string[];
  /** How many rows are shown at most: the first ones and the last; 20 by default. */
  rows?: number;
  /**
   * Significant digits of numbers that are not integers; 4 by default, or what tells the numbers of a column apart where
   * they are 1000 or more: 1000.01 and 1000.02 are not both 1000.
   */
  digits?: number;
  /** A line above the table; none by default. */
  title?: string;
}

/** A table that shows itself as HTML in a notebook and as aligned text in a console. */
export class Table extends Rendered {}

/**
 * A table of records, of the rows of a matrix, or of the results of experiments: one row a run with the options that
 * vary, how it ended, and the last loss and accuracy on each part of the data.
 *
 *     table([{ method: "plain", accuracy: 0.964 }, { method: "batch norm", accuracy: 0.973 }]);
 *     table([[1, 2], [3, 4]]);
 *     table(await sweep(grid(spec, { "network.norm": ["none", "batch"], seed: [0, 1] }), { progress: false }));
 *
 * Numbers have 4 significant digits and are aligned right; other values are aligned left; a key that a record lacks
 * leaves an empty cell. More than `rows` records are cut in the middle, and a line says how many there are.
 *
 * @throws ValueError when `values` is not an array of objects or of rows
 */
export function table(
  values: readonly TableRecord[] | readonly ArrayLike<number>[] | readonly RunResult[],
  options: TableOptions = {},
): Table {
  checkOptions("table", options, ["columns", "rows", "digits", "title"]);
  const { rows = 20, title } = options;
  checkCount("table", "rows", rows, 2);
  if (options.digits !== undefined) checkCount("table", "digits", options.digits);
  const records = recordsOf(values);
  if (records === undefined)
    throw new ValueError(
      'table needs an array of records or of rows, such as [{ method: "plain", accuracy: 0.96 }] or [[1, 2], [3, 4]].',
    );

  const columns = options.columns ?? [...new Set(records.flatMap((record) => Object.keys(record)))];
  const cut = records.length > rows;
  const head = cut ? records.slice(0, Math.ceil(rows / 2)) : records;
  const tail = cut ? records.slice(records.length - Math.floor(rows / 2)) : [];
  const digits = columns.map((column) => options.digits ?? digitsOf(numbersIn([...head, ...tail], column)));
  const cells = [...head, ...tail].map((record) =>
    columns.map((column, place) => cellText(record[column], digits[place])),
  );
  const numeric = columns.map((column) => isNumericColumn(records, column));
  columns.forEach((_, column) => {
    if (numeric[column]) alignDecimals(cells, column);
  });
  const layout: TableLayout = {
    columns,
    cells,
    numeric,
    title,
    gapAfter: cut ? head.length : undefined,
    footer: cut ? `${records.length} rows, ${head.length + tail.length} shown` : undefined,
  };
  return new Table({ "text/html": tableHtml(layout), "text/plain": tableText(layout) });
}

const defaultDigits = 4;

function digitsOf(numbers: readonly number[]): number {
  return numbers.some((value) => Math.abs(value) >= 1000)
    ? digitsToTell(numbers, defaultDigits)
    : defaultDigits;
}

/** The table that display() makes of a value: of a non-empty array of plain objects or of rows of numbers. */
export function tableOf(value: unknown): Table | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const records = recordsOf(value);
  return records === undefined ? undefined : table(records);
}

/** The rows of a table; undefined for what makes none. */
function recordsOf(values: unknown): readonly TableRecord[] | undefined {
  if (!Array.isArray(values)) return undefined;
  if (values.length > 0 && values.every(isRunResult)) return runRecords(values);
  if (values.length > 0 && values.every(isRow))
    return values.map((row) =>
      Object.fromEntries(Array.from(row, (value, column) => [String(column), value])),
    );
  return values.every(isRecord) ? values : undefined;
}

function isRow(value: unknown): value is ArrayLike<number> {
  if (ArrayBuffer.isView(value)) return !(value instanceof DataView);
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

function numbersIn(records: readonly TableRecord[], column: string): number[] {
  return records.flatMap((record) => {
    const value = record[column];
    return typeof value === "number" && !Number.isInteger(value) ? [value] : [];
  });
}

interface TableLayout {
  columns: readonly string[];
  cells: string[][];
  numeric: boolean[];
  title: string | undefined;
  /** After how many rows the omitted ones are; undefined when all are shown. */
  gapAfter: number | undefined;
  footer: string | undefined;
}

function isRecord(value: unknown): value is TableRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype.constructor?.name === "Object";
}

function isNumericColumn(records: readonly TableRecord[], column: string): boolean {
  const present = records
    .map((record) => record[column])
    .filter((value) => value !== undefined && value !== null);
  return (
    present.length > 0 && present.every((value) => typeof value === "number" || typeof value === "bigint")
  );
}

function cellText(value: unknown, digits: number): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return numberText(value, digits);
  if (ArrayBuffer.isView(value)) return listText(Array.from(value as unknown as ArrayLike<unknown>), digits);
  if (Array.isArray(value)) return listText(value, digits);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function listText(values: readonly unknown[], digits: number): string {
  const shown = values.slice(0, 6).map((value) => cellText(value, digits));
  return `[${shown.join(", ")}${values.length > shown.length ? `, … ${values.length} values` : ""}]`;
}

/** Integers in full; others with so many significant digits; powers of ten from 1e6 up and below 1e-4. */
export function numberText(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text =
    (Number.isInteger(value) && size < 1e15) || size === 0
      ? String(size)
      : size >= 1e6 || size < 1e-4
        ? size.toExponential(digits - 1)
        : size.toPrecision(Math.max(digits, String(Math.trunc(size)).length));
  return value < 0 ? `−${text}` : text;
}

/** Pads the column's numbers on the right so that their decimal points stand below each other. */
function alignDecimals(cells: string[][], column: number): void {
  const tailLength = (text: string) => {
    const point = text.search(/[.e]/);
    return point < 0 ? 0 : text.length - point;
  };
  const longest = Math.max(0, ...cells.map((row) => tailLength(row[column])));
  // A figure space is as wide as a digit, in HTML too.
  for (const row of cells) row[column] += "\u2007".repeat(longest - tailLength(row[column]));
}

function tableText({ columns, cells, numeric, title, gapAfter, footer }: TableLayout): string {
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column].length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => (numeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])))
      .join("  ")
      .replaceAll("\u2007", " ")
      .trimEnd();
  const lines = [line(columns), ...cells.map(line)];
  if (gapAfter !== undefined) lines.splice(1 + gapAfter, 0, "…");
  if (title !== undefined) lines.unshift(title);
  if (footer !== undefined) lines.push(footer);
  return lines.join("\n");
}

function tableHtml({ columns, cells, numeric, title, gapAfter, footer }: TableLayout): string {
  const align = (column: number) => `text-align: ${numeric[column] ? "right" : "left"}`;
  const header = columns
    .map((name, column) => `<th style="${align(column)}">${escapeHtml(name)}</th>`)
    .join("");
  const rows = cells.map(
    (row) =>
      `<tr>${row.map((text, column) => `<td style="${align(column)}">${escapeHtml(text)}</td>`).join("")}</tr>`,
  );
  if (gapAfter !== undefined)
    rows.splice(gapAfter, 0, `<tr><td colspan="${columns.length}" style="text-align: center">…</td></tr>`);
  const caption =
    title === undefined
      ? ""
      : `<caption style="text-align: left; font-weight: bold">${escapeHtml(title)}</caption>`;
  const below = footer === undefined ? "" : `<div style="font-size: 12px">${escapeHtml(footer)}</div>`;
  return `<div><table>${caption}<thead><tr>${header}</tr></thead><tbody>${rows.join("")}</tbody></table>${below}</div>`;
}
