/** What every plot has around its data: title, size, margins, legend. */
import { checkNumber, OptionError } from "../base/errors.js";
import type { FigureAttributes, Layout } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { legendHeight } from "./legend.js";

/** Options of every plot. */
export interface FrameOptions {
  /** The question that the figure answers, or what it shows, in a few words. */
  title?: string;
  /** Pixels; 640 by default, which no notebook has to scroll. */
  width?: number;
  /** Pixels; 400 by default. A legend of more than three rows makes the figure taller, so that the axes keep their room. */
  height?: number;
}

export const frameKeys = ["title", "width", "height"] as const;

/** Left and right of the axes, with room for tick labels. */
const sides = { l: 80, r: 24 };

/**
 * Plotly's layout without axes. The paper is white: dark text on it is legible in a light and in a dark theme.
 *
 * @param parts `legend`: the traces that it names; none by default
 */
export function frameLayout(
  owner: string,
  options: FrameOptions,
  { legend = [], subtitle = "" }: { legend?: readonly FigureAttributes[]; subtitle?: string },
): Layout {
  const { title, width = 640 } = options;
  const { height = 400 } = options;
  if (title !== undefined && typeof title !== "string")
    throw new OptionError(`${owner}: title must be text; got ${String(title)}.`);
  checkNumber(
    owner,
    "width",
    width,
    "a number of pixels from 100 to 4000",
    (pixels) => pixels >= 100 && pixels <= 4000,
  );
  checkNumber(
    owner,
    "height",
    height,
    "a number of pixels from 100 to 4000",
    (pixels) => pixels >= 100 && pixels <= 4000,
  );
  const lines = [
    ...(title ? [escapeText(title)] : []),
    ...(subtitle === ""
      ? []
      : [`<span style="font-size: 12px; color: #555555">${escapeText(subtitle)}</span>`]),
  ];
  const entries = legendHeight(legend, axesWidth(width));
  return {
    width,
    height: height + roomForLegend(entries),
    margin: {
      ...sides,
      t: 16 + 22 * lines.length + (lines.length > 0 ? 8 : 0) + entries,
      b: 60,
    },
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    font: { size: 13, color: "#1A1A1A" },
    ...(lines.length > 0 ? { title: titleLayout(lines) } : {}),
    showlegend: legend.length > 0,
    ...(legend.length > 0
      ? { legend: { orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom" } }
      : {}),
  };
}

/** What a figure of so high a legend is taller than others: rows beyond the third. */
export const roomForLegend = (height: number): number => Math.max(0, height - 26 - 3 * 20);

export const axesWidth = (width: number): number => width - sides.l - sides.r;

/** Above the left edge of the axes. Plotly counts the padding from the middle line of a title of two. */
function titleLayout(lines: readonly string[]): FigureAttributes {
  return {
    text: lines.join("<br>"),
    font: { size: 16 },
    x: 0,
    xref: "paper",
    xanchor: "left",
    y: 1,
    yanchor: "top",
    pad: { t: lines.length > 1 ? 26 : 14 },
  };
}

/** Room for so many lines of title. */
export function marginTop(lines: number): number {
  return 16 + (lines > 0 ? 12 : 0) + 18 * lines;
}
