// Arrays of records as tables: text/html for notebooks, aligned text for everything else.
import { escapeHtml } from "./html.js";
import type { Inspect } from "./text.js";

const maxRows = 30;
const maxColumns = 20;
const maxCell = 80;

type Row = Record<string, unknown>;

/** Whether a value is an array of plain objects, with at least one key among them. */
export function isTable(value: unknown): value is Row[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(isRecord) &&
    value.some((row) => Object.keys(row).length > 0)
  );
}

function isRecord(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

interface Cells {
  readonly columns: string[];
  readonly rows: string[][];
  readonly numeric: boolean[];
  /** What was left out, or "". */
  readonly note: string;
}

export function tableBundle(records: Row[], inspect: Inspect): Record<string, string> {
  const cells = layOut(records, inspect);
  return { "text/html": tableHtml(cells), "text/plain": tableText(cells) };
}

function layOut(records: Row[], inspect: Inspect): Cells {
  const all = [...new Set(records.flatMap((row) => Object.keys(row)))];
  const columns = all.slice(0, maxColumns);
  const shown = records.slice(0, maxRows);
  const note = [
    records.length > maxRows ? `${records.length - maxRows} more rows` : "",
    all.length > maxColumns ? `${all.length - maxColumns} more columns` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
  return {
    columns,
    rows: shown.map((row) =>
      columns.map((column) => (Object.hasOwn(row, column) ? cellText(row[column], inspect) : "")),
    ),
    numeric: columns.map((column) =>
      shown.every((row) => row[column] === undefined || typeof row[column] === "number"),
    ),
    note: note === "" ? "" : `… ${note}`,
  };
}

/** A table is read by eye: numbers have six significant digits, as tensors do. */
function cellText(value: unknown, inspect: Inspect): string {
  if (typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value))
    return String(Number(value.toPrecision(6)));
  const text =
    typeof value === "string" ? value : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return text.length > maxCell ? `${text.slice(0, maxCell - 1)}…` : text;
}

function tableHtml({ columns, rows, numeric, note }: Cells): string {
  const align = (column: number) => ` style="text-align: ${numeric[column] ? "right" : "left"}"`;
  const head = columns.map((name, column) => `<th${align(column)}>${escapeHtml(name)}</th>`).join("");
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((text, column) => `<td${align(column)}>${escapeHtml(text)}</td>`).join("")}</tr>`,
    )
    .join("\n");
  const foot = note === "" ? "" : `\n<p>${escapeHtml(note)}</p>`;
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>${foot}`;
}

function tableText({ columns, rows, numeric, note }: Cells): string {
  const flat = rows.map((row) => row.map((text) => text.replace(/\n/g, "⏎")));
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...flat.map((row) => row[column].length)),
  );
  const line = (texts: string[]) =>
    texts
      .map((text, column) => (numeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])))
      .join("  ")
      .trimEnd();
  const lines = [line(columns), widths.map((width) => "─".repeat(width)).join("  "), ...flat.map(line)];
  return [...lines, ...(note === "" ? [] : [note])].join("\n");
}
