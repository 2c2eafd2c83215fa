import { escapeHtml } from "../base/escape-html.js";
import { digitsToTell } from "../figure/extent.js";
import type { Tensor } from "./tensor.js";

/** Longer tensors show their first and last rows or columns and "…" between. */
const MAX_ROWS = 10;
const MAX_COLUMNS = 10;
const leastDigits = 5;

/**
 * A tensor as a table in text: a heading with shape and dtype, then rows of right-aligned numbers with 5
 * significant digits, more where the tensor's numbers differ by less. A tensor of three or more dimensions shows its rows [d0·d1·…, last].
 */
export function tensorAsText(tensor: Tensor): string {
  const rows = tableOf(tensor);
  const columnCount = rows.length === 0 ? 0 : rows[0].length;
  const widths = Array.from({ length: columnCount }, (_, c) => Math.max(...rows.map((row) => row[c].length)));
  const lines = rows.map((row) => row.map((cell, c) => cell.padStart(widths[c])).join("  "));
  return [headingOf(tensor), ...lines].join("\n");
}

/** The same as an HTML table. */
export function tensorAsHTML(tensor: Tensor): string {
  const body = tableOf(tensor)
    .map(
      (row) =>
        `<tr>${row.map((cell) => `<td style="text-align:right">${escapeHtml(cell)}</td>`).join("")}</tr>`,
    )
    .join("");
  return `<table><caption>${escapeHtml(headingOf(tensor))}</caption><tbody>${body}</tbody></table>`;
}

function headingOf(tensor: Tensor): string {
  return `Tensor [${tensor.shape.join(", ")}] ${tensor.dtype}`;
}

/** The cells as text, cut to MAX_ROWS and MAX_COLUMNS. */
function tableOf(tensor: Tensor): string[][] {
  if (tensor.size === 0) return [];
  const columns = tensor.shape.length === 0 ? 1 : tensor.shape[tensor.shape.length - 1];
  const rows = tensor.size / columns;
  const digits = digitsToTell(tensor.data, leastDigits);
  return cut(rows, MAX_ROWS).map((row) =>
    cut(columns, MAX_COLUMNS).map((column) => {
      if (row === "…" || column === "…") return "…";
      return formatNumber(tensor.data[row * columns + column], digits);
    }),
  );
}

/** The indices 0 … length − 1, or the first and last ones with "…" between when there are more than `limit`. */
function cut(length: number, limit: number): (number | "…")[] {
  if (length <= limit) return Array.from({ length }, (_, index) => index);
  const half = Math.floor(limit / 2);
  const first = Array.from({ length: half }, (_, index) => index);
  return [...first, "…", ...first.map((index) => length - half + index)];
}

/** Significant digits without trailing zeros: 0.1, 3.1416, 1.2e-7. */
function formatNumber(value: number, digits: number): string {
  return Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(digits)));
}
