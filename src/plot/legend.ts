/** How much room Plotly's legend takes above a plot: where one row is too narrow for its entries, it takes more. */
import { textExtent } from "../figure/fonts.js";
import type { FigureAttributes } from "../figure/schema.js";
import { plainText } from "../figure/text.js";

const fontSize = 13;
/** What an entry has beside its name: a piece of line, and the gaps around it (Plotly's `itemwidth` and `itemGap`). */
const markWidth = 40;
/** Between one entry and the next. */
const gap = 5;
const rowHeight = 20;
/** Between rows of groups (Plotly's `tracegroupgap`). */
const groupGap = 10;

/**
 * Pixels between the title and the axes; 0 for no traces.
 *
 * @param traces those that the legend names
 * @param width of the axes, in pixels
 */
export function legendHeight(traces: readonly FigureAttributes[], width: number): number {
  const named = traces.filter(
    ({ name, showlegend }) => typeof name === "string" && name !== "" && showlegend !== false,
  );
  if (named.length === 0) return 0;
  const widths = named.map(
    ({ name }) => markWidth + textExtent(plainText(String(name)), fontSize, "regular", "").advance,
  );
  const grouped = named.some(({ legendgroup }) => legendgroup !== undefined);
  const further = grouped ? rowHeight + groupGap : rowHeight;
  return 26 + further * ((grouped ? rowsOfGroups(widths, width) : rowsOf(widths, width)) - 1);
}

/** Plotly's rule: all entries in one row if they fit, else in columns as wide as the widest of them. */
function rowsOf(widths: readonly number[], width: number): number {
  const together = widths.reduce((sum, each) => sum + each, 0) + (widths.length - 1) * gap;
  if (together < width) return 1;
  const columns = Math.ceil((width + gap) / (Math.max(...widths) + gap)) - 1;
  return Math.ceil(widths.length / Math.max(1, columns));
}

/** Groups, of one entry each here, follow each other as far as a row reaches. */
function rowsOfGroups(widths: readonly number[], width: number): number {
  let rows = 1;
  let end = 0;
  for (const each of widths) {
    if (end > 0 && end + each + gap > width) {
      rows++;
      end = 0;
    }
    end += each + gap;
  }
  return rows;
}
