import { host } from "#host";
import { consoleInspect } from "../base/console-inspect.js";
import { checkOptions } from "../base/errors.js";
import { jupyterDisplay, runningKernel } from "../base/kernel.js";
import { checkDrawable } from "./drawable.js";
import { pageOf } from "./html.js";
import type { Picture, RenderRequest } from "./protocol.js";
import { canDraw, sharedRenderer } from "./renderer.js";
import type { FigureJson, Frame, JsonObject, Layout, Trace } from "./schema.js";
import { describeFigure, plainText } from "./text.js";
import { toJson } from "./to-json.js";
import { type FigureParts, toScale } from "./to-scale.js";

export interface FigureOptions {
  /** The traces. */
  data: readonly Trace[];
  /** Title, axes, legend, size. Default: Plotly's own, in Arial. */
  layout?: Layout;
  /** Steps of an animation. A static picture shows `data`, the first state. */
  frames?: readonly Frame[];
  /** What stands for the figure where it cannot be seen. Default: a sentence of its title, marks, axes and names. */
  alt?: string;
}

/** What Jupyter shows of a figure: https://jupyter-client.readthedocs.io/en/stable/messaging.html#display-data */
export interface FigureBundle {
  "application/vnd.plotly.v1+json": FigureJson;
  /** Absent in a browser, which draws the figure itself. */
  "image/svg+xml"?: string;
  "text/plain": string;
}

/** Arial's widths are known where the picture is drawn; Liberation Sans has the same ones. */
const fontFamily = "Arial, Liberation Sans, sans-serif";

function withFont(layout: JsonObject): JsonObject {
  const { font = {} } = layout;
  const given = typeof font === "object" && font !== null && !Array.isArray(font) ? font : {};
  return { ...layout, font: { family: fontFamily, ...given } };
}

/**
 * A figure in Plotly's schema. It is a value: it copies what it is given and never changes, and as the last
 * expression of a cell it shows itself, interactive where scripts run and as a picture elsewhere.
 *
 * Numbers keep 5 significant digits (integers stay), and more where an axis spans less than its numbers are large: a
 * 10,000th of what it shows. An axis whose numbers Plotly could not tell apart or place (1e9 + 0.1, 1e308) shows them
 * moved and scaled, and its title says how. NaN and the infinities are gaps. Plotly reads labels as pseudo-HTML (`<b>`,
 * `<i>`, `<br>`, `<sup>`); text from data goes through {@link escapeText} to show as it is.
 *
 * @throws TypeError when data or layout hold what is not a number, string, boolean, list or plain object
 */
export class Figure {
  /** The figure as it is saved. */
  readonly json: FigureJson;
  /** What stands for the figure where it cannot be seen. */
  readonly alt: string;
  /** What the figure was made of, for figures that are made of it: numbers with all their digits, axes without units. */
  readonly #parts: FigureParts;
  private svg: Promise<string> | null = null;

  constructor(options: FigureOptions) {
    checkOptions("Figure", options, ["data", "layout", "frames", "alt"]);
    const { data, layout = {}, frames, alt } = options;
    if (!Array.isArray(data)) {
      throw new TypeError("A figure needs data, a list of traces: new Figure({ data: [{ x, y }], layout }).");
    }
    this.#parts = {
      data: toJson(data, "data") as JsonObject[],
      layout: withFont(toJson(layout, "layout") as JsonObject),
      ...(frames === undefined ? {} : { frames: toJson(frames, "frames") as JsonObject[] }),
    };
    const { data: traces, layout: around, frames: states } = toScale(this.#parts);
    this.json = {
      data: traces,
      layout: around,
      // Plotly would add a button that sends the figure, with its data, to its maker's server.
      config: { responsive: true, displaylogo: false, showSendToCloud: false },
      ...(states === undefined ? {} : { frames: states }),
    };
    this.alt = alt ?? describeFigure(this.json);
  }

  /** What `figure` was made of, to make another figure of it; all its numbers have all their digits. */
  static partsOf(figure: Figure): FigureParts {
    return figure.#parts;
  }

  /**
   * The figure as a static SVG picture: no script, no fonts or addresses asked for, and the same bytes each time.
   *
   * @throws FigureError for traces that need WebGL or a server, or when the picture takes too long
   */
  async toSVG(): Promise<string> {
    this.svg ??= sharedRenderer().render(this.request("svg")).then(String);
    return this.svg;
  }

  /** {@link toSVG} for callers that cannot wait: blocks until the picture is drawn. */
  toSVGSync(): string {
    const svg = String(sharedRenderer().renderSync(this.request("svg")));
    this.svg = Promise.resolve(svg);
    return svg;
  }

  /**
   * The figure as a PNG picture, written in the font that comes with normlab.
   *
   * @param scale pixels of the picture per pixel of the layout. Default 2, for dense screens
   */
  async toPNG({ scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
    const picture: Picture = await sharedRenderer().render(this.request("png", scale));
    if (typeof picture === "string") throw new TypeError("The renderer answered a PNG request with text.");
    return picture;
  }

  /** The figure as a page of its own, interactive without a network: Plotly is inside, and the SVG in noscript. */
  async toHTML(): Promise<string> {
    return pageOf(this.json, this.alt, await this.toSVG());
  }

  /**
   * What a notebook shows. The stock tslab kernel closes a cell without waiting, so that there the picture is drawn
   * before this returns.
   */
  [jupyterDisplay](): FigureBundle | Promise<FigureBundle> {
    if (!canDraw()) return this.bundle();
    if (runningKernel() === undefined && host.newStockDisplay() !== undefined)
      return this.bundle(this.toSVGSync());
    return this.toSVG().then((svg) => this.bundle(svg));
  }

  /**
   * What the console shows: the text. The stock tslab kernel prints a cell's last value by this way and knows no
   * other, so that there the picture is shown first.
   */
  [consoleInspect](): string {
    if (runningKernel() === undefined) host.newStockDisplay()?.raw("image/svg+xml", this.toSVGSync());
    return `Figure: ${this.alt}`;
  }

  private bundle(svg?: string): FigureBundle {
    return {
      "application/vnd.plotly.v1+json": this.json,
      ...(svg !== undefined && { "image/svg+xml": svg }),
      "text/plain": this.alt,
    };
  }

  private request(format: "svg" | "png", scale = 1): RenderRequest {
    checkDrawable(this.json);
    const { title } = this.json.layout;
    const text = typeof title === "object" && title !== null && !Array.isArray(title) ? title.text : title;
    const plain = typeof text === "string" ? plainText(text) : "";
    return { format, figure: this.json, title: plain || "Figure", description: this.alt, scale };
  }
}

// A notebook that imports the module will show figures: Plotly loads while the reader's next cell is checked. A script
// may draw none, and waits when it does.
if (canDraw() && (runningKernel() !== undefined || host.newStockDisplay() !== undefined))
  sharedRenderer().warm();
