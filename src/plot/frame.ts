/** What every plot has around its data: title, size, margins, legend. */
import { checkNumber, OptionError } from "../errors.js";
import type { FigureAttributes, Layout } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";

/** Options of every plot. */
export interface FrameOptions {
  /** The question that the figure answers, or what it shows, in a few words. */
  title?: string;
  /** Pixels; 640 by default, which no notebook has to scroll. */
  width?: number;
  /** Pixels; 400 by default. */
  height?: number;
}

export const frameKeys = ["title", "width", "height"] as const;

/** Plotly's layout without axes. The paper is white: dark text on it is legible in a light and in a dark theme. */
export function frameLayout(
  owner: string,
  options: FrameOptions,
  { legend = false, subtitle = "" }: { legend?: boolean; subtitle?: string },
): Layout {
  const { title, width = 640, height = 400 } = options;
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
  return {
    width,
    height,
    margin: {
      l: 80,
      r: 24,
      t: 16 + 22 * lines.length + (lines.length > 0 ? 8 : 0) + (legend ? 26 : 0),
      b: 60,
    },
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    font: { size: 13, color: "#1A1A1A" },
    ...(lines.length > 0 ? { title: titleLayout(lines) } : {}),
    showlegend: legend,
    ...(legend ? { legend: { orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom" } } : {}),
  };
}

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

/** Room for so many lines of title, and a legend below them. */
export function marginTop(lines: number, legend: boolean): number {
  return 16 + (lines > 0 ? 12 : 0) + 18 * lines + (legend ? 26 : 0);
}
