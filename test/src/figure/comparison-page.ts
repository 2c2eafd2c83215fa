/** Figures drawn by a real browser, to hold ours against: Plotly in Chromium, the network off. */
import type { Browser, Page } from "playwright-core";
import type { FigureJson } from "../../../src/figure/schema.js";
import { openPlotlyPage } from "./plotly-page.js";

/** What a comparison found. */
export interface Comparison {
  pixels: number;
  differing: number;
  /** The browser's picture, ours, and a third with what differs in red: data URLs of PNG. */
  images: [browser: string, ours: string, difference: string];
}

/** Difference of a colour channel (of 255) that counts: less is antialiasing, which nobody sees. */
const visible = 32;

/** A page with Plotly in it that draws a figure and our picture of it, and counts the pixels that differ. */
export class ComparisonPage {
  private constructor(private readonly page: Page) {}

  static async open(browser: Browser): Promise<ComparisonPage> {
    return new ComparisonPage(await openPlotlyPage(browser));
  }

  async compare(figure: FigureJson, svg: string): Promise<Comparison> {
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    const layout = { ...figure.layout, width: Number(width), height: Number(height) };
    const browser = await this.shot(`(async () => {
      const place = document.getElementById("figure");
      place.replaceChildren();
      const { data, layout } = ${JSON.stringify({ data: figure.data, layout })};
      await Plotly.newPlot(place, data, layout, { staticPlot: true });
    })()`);
    const ours = await this.shot(`(async () => {
      const place = document.getElementById("figure");
      Plotly.purge(place);
      const image = new Image();
      image.style.display = "block";
      image.src = "data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}";
      await image.decode();
      place.replaceChildren(image);
    })()`);
    const counted = await this.page.evaluate(`(async () => {
      const load = async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(image, 0, 0);
        return { canvas, context, pixels: context.getImageData(0, 0, image.width, image.height) };
      };
      const [a, b] = [await load("${browser}"), await load("${ours}")];
      if (a.canvas.width !== b.canvas.width || a.canvas.height !== b.canvas.height) {
        throw new Error("sizes differ: " + [a.canvas.width, a.canvas.height, b.canvas.width, b.canvas.height]);
      }
      let differing = 0;
      for (let i = 0; i < a.pixels.data.length; i += 4) {
        let largest = 0;
        for (let k = 0; k < 3; k++) largest = Math.max(largest, Math.abs(a.pixels.data[i + k] - b.pixels.data[i + k]));
        const differs = largest > ${visible};
        if (differs) differing++;
        const grey = 200 + b.pixels.data[i] * 0.2;
        a.pixels.data.set(differs ? [255, 0, 0, 255] : [grey, grey, grey, 255], i);
      }
      a.context.putImageData(a.pixels, 0, 0);
      return { pixels: a.pixels.data.length / 4, differing, image: a.canvas.toDataURL() };
    })()`);
    const { pixels, differing, image } = counted as { pixels: number; differing: number; image: string };
    return { pixels, differing, images: [browser, ours, image] };
  }

  private async shot(script: string): Promise<string> {
    await this.page.evaluate(script);
    const png = await this.page.locator("#figure").screenshot({ animations: "disabled" });
    return `data:image/png;base64,${png.toString("base64")}`;
  }
}
