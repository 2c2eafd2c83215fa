// Figures of Plotly in a notebook's outputs. plotly.js is the largest script of the page and takes a second to load: an
// output that has a picture beside its figure shows that, until the reader looks at it and the page has nothing else to do.
import { whenIdle } from "./idle.js";
import type { LuminoWidgets, MimeModel } from "./jupyterlite.js";

const mimeType = "application/vnd.plotly.v1+json";
const picture = "image/svg+xml";

/** How long a figure is in sight before it is drawn (ms). */
const glance = 1000;

interface Figure {
  readonly data: readonly object[];
  readonly layout?: { readonly width?: number; readonly height?: number };
  readonly config?: object;
  readonly frames?: readonly object[];
}

/** https://plotly.com/javascript/plotlyjs-function-reference/ */
interface Plotly {
  react(node: HTMLElement, figure: Figure): Promise<unknown>;
  purge(node: HTMLElement): void;
  readonly Plots: { resize(node: HTMLElement): Promise<unknown> };
}

const page = globalThis as { Plotly?: Plotly };

/** plotly.js is a script that leaves its functions at a global name. */
function load(address: URL): Promise<Plotly> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const failed = () => {
      script.remove();
      reject(new Error(`${address.href} could not be loaded.`));
    };
    script.onerror = failed;
    script.onload = () => (page.Plotly === undefined ? failed() : resolve(page.Plotly));
    script.src = address.href;
    document.head.append(script);
  });
}

function isFigure(value: unknown): value is Figure {
  return typeof value === "object" && value !== null && "data" in value && Array.isArray(value.data);
}

/** A notebook's file may have a text in lines. */
function textOf({ data }: MimeModel, type: string): string | undefined {
  const text = data[type];
  if (typeof text === "string") return text;
  return Array.isArray(text) ? text.join("") : undefined;
}

/** The extension that JupyterLab asks for renderers: IRenderMime.IExtension. */
export function createFigures({ Widget }: LuminoWidgets, address: URL): object {
  let loading: Promise<Plotly> | undefined;
  const plotly = (): Promise<Plotly> => {
    loading ??= load(address).catch((error: unknown) => {
      // The next figure asks again: the network may be back.
      loading = undefined;
      throw error;
    });
    return loading;
  };

  class RenderedFigure extends Widget {
    #model: MimeModel | undefined;
    #drawn: HTMLElement | undefined;
    /** One drawing after the other; the latest figure is drawn. */
    #drawing: Promise<void> = Promise.resolve();
    #sight: IntersectionObserver | undefined;

    constructor() {
      super();
      this.addClass("jp-RenderedPlotly");
      this.node.style.overflow = "auto";
    }

    /** Called again when the output changes. */
    async renderModel(model: MimeModel): Promise<void> {
      const hasBegun = this.#model !== undefined;
      this.#model = model;
      const still = textOf(model, picture);
      if (this.#drawn === undefined && still !== undefined) {
        this.#show(still, textOf(model, "text/plain") ?? "");
        if (!hasBegun) this.#drawInSight();
      } else await this.#draw();
    }

    override dispose(): void {
      if (this.isDisposed) return;
      this.#sight?.disconnect();
      if (this.#drawn !== undefined) page.Plotly?.purge(this.#drawn);
      super.dispose();
    }

    /** Called by Lumino when the widget's place changes its size. */
    protected onResize(): void {
      if (this.#drawn?.isConnected && this.#drawn.offsetWidth > 0)
        void page.Plotly?.Plots.resize(this.#drawn);
    }

    /** As an image, which runs no script. */
    #show(svg: string, description: string): void {
      const image = document.createElement("img");
      image.alt = description;
      image.src = `data:${picture},${encodeURIComponent(svg)}`;
      this.node.replaceChildren(image);
    }

    #drawInSight(): void {
      let isInSight = false;
      let isWaiting = false;
      const sight = new IntersectionObserver((entries) => {
        isInSight = entries.at(-1)?.isIntersecting === true;
        if (isInSight && !isWaiting) void wait();
      });
      // JupyterLab piles up cells that it has not measured yet: what was in sight for a moment was not looked at.
      const wait = async (): Promise<void> => {
        isWaiting = true;
        await new Promise((resolve) => setTimeout(resolve, glance));
        await whenIdle();
        isWaiting = false;
        if (!isInSight || this.isDisposed) return;
        sight.disconnect();
        // The picture stays where plotly.js cannot be had.
        await this.#draw().catch((error: unknown) => console.warn(error));
      };
      this.#sight = sight;
      sight.observe(this.node);
    }

    #draw(): Promise<void> {
      const drawing = this.#drawing.then(() => this.#drawLatest());
      this.#drawing = drawing.catch(() => {});
      return drawing;
    }

    async #drawLatest(): Promise<void> {
      const { react } = await plotly();
      const model = this.#model;
      const figure = model?.data[mimeType];
      if (this.isDisposed || model === undefined) return;
      if (!isFigure(figure)) throw new Error(`An output of type ${mimeType} has no list "data".`);
      const place = this.#drawn ?? document.createElement("div");
      if (this.#drawn === undefined) {
        this.#drawn = place;
        this.node.replaceChildren(place);
      }
      // It writes into what it is given; the output is the notebook's.
      await react(place, structuredClone(figure));
    }
  }

  return {
    id: "@normlab/kernel:figures",
    description: "Figures of Plotly.",
    rank: 0,
    dataType: "json",
    rendererFactory: {
      safe: true,
      mimeTypes: [mimeType],
      createRenderer: () => new RenderedFigure(),
    },
  };
}
