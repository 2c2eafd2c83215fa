/** What every plot has around its data: title, size, margins, legend. */
import { checkNumber, OptionError } from "../base/errors.js";
import { textExtent } from "../figure/fonts.js";
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

export interface Margin {
  l: number;
  r: number;
  t: number;
  b: number;
}

/** Left and right of the axes, with room for tick labels. */
const sides = { l: 80, r: 24 };

const titleSize = 16;

/**
 * Plotly's buttons, which stand over a figure's top right corner while a pointer is above it: a picture of it, zoom, pan,
 * back. What the others do, dragging and a double click do, too.
 */
const modeBar = {
  remove: ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
  /** Pixels that the buttons of Plotly 3 take, and a gap: `test/src/plot/mode-bar.test.ts` looks at it. */
  width: 128,
  height: 24,
};

/**
 * Plotly's layout without axes. The paper is white: dark text on it is legible in a light and in a dark theme.
 *
 * @param parts `legend`: the traces that it names; none by default. `subtitle`: a second line of the title. `margin`:
 * where it differs from that of most plots
 */
export function frameLayout(
  owner: string,
  options: FrameOptions,
  {
    legend = [],
    subtitle = "",
    margin = {},
  }: { legend?: readonly FigureAttributes[]; subtitle?: string; margin?: Partial<Margin> },
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
  const around: Margin = {
    ...sides,
    t: 16 + 22 * lines.length + (lines.length > 0 ? 8 : 0) + entries,
    b: 60,
    ...margin,
  };
  const below = roomForModeBar(title, width, around.l);
  return {
    width,
    height: height + roomForLegend(entries) + below,
    margin: { ...around, t: around.t + below },
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    font: { size: 13, color: "#1A1A1A" },
    ...(lines.length > 0 ? { title: titleLayout(lines, around.l / width, below) } : {}),
    modebar: { remove: modeBar.remove },
    showlegend: legend.length > 0,
    ...(legend.length > 0
      ? { legend: { orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom" } }
      : {}),
  };
}

/** What a figure of so high a legend is taller than others: rows beyond the third. */
export const roomForLegend = (height: number): number => Math.max(0, height - 26 - 3 * 20);

export const axesWidth = (width: number): number => width - sides.l - sides.r;

/** A title that reaches under the mode bar begins below it, and the figure is taller by as much. */
function roomForModeBar(title: string | undefined, width: number, left: number): number {
  if (!title) return 0;
  const end = left + textExtent(title, titleSize, "regular", "").right;
  return end > width - modeBar.width ? modeBar.height : 0;
}

/**
 * Above the left edge of the axes, as a share of the figure's width, but where long labels push that edge to the right: there
 * the title would end nobody knows where. Plotly counts the padding from the middle line of a title of two.
 */
function titleLayout(lines: readonly string[], left: number, below: number): FigureAttributes {
  return {
    text: lines.join("<br>"),
    font: { size: titleSize },
    x: left,
    xref: "container",
    xanchor: "left",
    y: 1,
    yanchor: "top",
    pad: { t: (lines.length > 1 ? 26 : 14) + below },
  };
}

/** Room for so many lines of title. */
export function marginTop(lines: number): number {
  return 16 + (lines > 0 ? 12 : 0) + 18 * lines;
}
