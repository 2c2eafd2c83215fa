import type { Element, HTMLElement, Window } from "happy-dom";
import { host } from "#host";
import type { FigureJson, Json } from "../schema.js";
import { canvasAdapter } from "./canvas.js";
import { CachedScript } from "./code-cache.js";
import { loadDom } from "./dom.js";
import { installGeometry } from "./geometry.js";

/** An axis as Plotly has laid it out. */
export interface PlotlyAxis {
  /** Pixels from the plot's left or top edge of a calculated coordinate. */
  c2p(value: number): number;
  readonly _length: number;
}

/** A trace with every default set. */
export interface CalculatedTrace {
  readonly index: number;
  readonly uid: string;
  readonly xaxis: string;
  readonly yaxis: string;
  readonly marker: { readonly color: Json };
}

/** A point of a trace as Plotly has calculated it; the first one holds the trace. */
export interface CalculatedPoint {
  readonly x: number;
  readonly y: number;
  readonly trace?: CalculatedTrace;
}

/** The element that Plotly has drawn in, with what it has worked out. */
export interface GraphElement extends HTMLElement {
  readonly calcdata: readonly (readonly CalculatedPoint[])[];
  readonly _fullLayout: Readonly<Record<string, unknown>>;
}

interface PlotlyLibrary {
  newPlot(graph: HTMLElement, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(graph: HTMLElement): void;
  Snapshot: { toSVG(graph: HTMLElement, format: "svg"): string };
}

/** What Plotly's script finds around it; the names are its function's parameters. */
function globalsOf(window: Window): Record<string, unknown> {
  return {
    window,
    self: window,
    document: window.document,
    navigator: window.navigator,
    location: window.location,
    getComputedStyle: (element: Element) => window.getComputedStyle(element as never),
    requestAnimationFrame: (callback: (time: number) => void) => setTimeout(() => callback(0), 0),
    cancelAnimationFrame: clearTimeout,
    matchMedia: (query: string) => window.matchMedia(query),
    DOMParser: window.DOMParser,
    HTMLElement: window.HTMLElement,
    Element: window.Element,
    Node: window.Node,
    Image: window.Image,
    // Without them the browsers' offscreen drawing of maps is not looked for.
    OffscreenCanvas: undefined,
    Worker: undefined,
  };
}

/** A page without a browser, with Plotly in it. */
export class Page {
  readonly window: Window;
  readonly plotly: PlotlyLibrary;
  private readonly code: CachedScript;
  private drawn: Element | null = null;

  static async load(): Promise<Page> {
    const { Window } = await loadDom();
    const settings = { canvasAdapter: canvasAdapter as never, enableJavaScriptEvaluation: false };
    return new Page(new Window({ url: "about:blank", settings }));
  }

  private constructor(window: Window) {
    this.window = window;
    installGeometry(this.window);
    const globals = globalsOf(this.window);
    const page = this;
    // Plotly serializes its picture through here; ours is written from the element itself.
    const capture = class {
      serializeToString(svg: Element): string {
        page.drawn = svg;
        return "";
      }
    };
    Object.defineProperty(this.window, "XMLSerializer", { value: capture });
    // Heatmaps are then pictures of one pixel a cell, enlarged by whoever shows them.
    Object.defineProperty(this.window, "CSS", {
      value: { supports: (property: string) => property === "image-rendering" },
    });
    const { file, source } = host.plotly();
    const names = [...Object.keys(globals), "module", "exports", "define"];
    const text = `(function(${names.join(",")}){${source}\n})`;
    this.code = new CachedScript(text, file, "plotly");
    const module = { exports: {} };
    const run = this.code.script.runInThisContext() as (...values: unknown[]) => void;
    run.call(this.window, ...Object.values(globals), module, module.exports, undefined);
    this.plotly = module.exports as PlotlyLibrary;
  }

  /** Draws a figure in an element of its own, hands it over, and leaves nothing behind. */
  async draw<Result>(
    figure: FigureJson,
    use: (graph: GraphElement) => Result | Promise<Result>,
  ): Promise<Result> {
    const { document } = this.window;
    const graph = document.createElement("div") as unknown as HTMLElement;
    document.body.appendChild(graph as never);
    try {
      const config = { ...figure.config, staticPlot: true, displayModeBar: false };
      await this.plotly.newPlot(graph, figure.data, figure.layout, config);
      return await use(graph as GraphElement);
    } finally {
      this.plotly.purge(graph);
      graph.remove();
    }
  }

  /** The picture's element, complete as Plotly hands it to a serializer. */
  snapshot(graph: GraphElement): Element {
    this.drawn = null;
    this.plotly.Snapshot.toSVG(graph, "svg");
    if (!this.drawn) throw new Error("Plotly's snapshot no longer goes through XMLSerializer.");
    return this.drawn;
  }

  /** Keeps the compiled code for the next process, with the functions that the figures so far have used. */
  saveCode(): void {
    this.code.save();
  }
}
