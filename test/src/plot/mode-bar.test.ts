/** Plotly's buttons and a figure's title, as Chromium lays them out: they stand clear of each other. */
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { FigureJson } from "../../../src/figure/schema.js";
import { Figure, plot } from "../../../src/index.js";
import { startChromium } from "../../browser/chromium.js";
import { figuresOf, notebooks } from "../figure/notebook-figures.js";
import { openPlotlyPage } from "../figure/plotly-page.js";
import pictures from "./plot.pictures.js";

describe("Plotly's buttons over a figure", () => {
  let browser: Browser;
  let page: Page;

  before(async function () {
    this.timeout(60_000);
    browser = await startChromium(this);
    page = await openPlotlyPage(browser);
  });
  after(() => browser?.close());

  /** The buttons that cover letters of a title, of so many figures. */
  async function covered(figures: readonly [string, FigureJson][]): Promise<string[]> {
    const found: string[] = [];
    for (const [name, { data, layout, config }] of figures) {
      const overlap = await page.evaluate(
        `(async (figure) => {
          const place = document.getElementById("figure");
          Plotly.purge(place);
          place.style.width = place.style.height = "";
          await Plotly.newPlot(place, figure.data, figure.layout, { ...figure.config, displayModeBar: true });
          const title = place.querySelector(".gtitle");
          if (title === null) return "";
          const letters = title.getBoundingClientRect();
          const buttons = [...place.querySelectorAll(".modebar-group")].map((group) => group.getBoundingClientRect());
          if (buttons.length === 0) return "no buttons";
          const over = buttons.filter((group) =>
            group.left < letters.right && letters.left < group.right && group.top < letters.bottom && letters.top < group.bottom);
          return over.length === 0 ? "" : over.length + " groups of buttons over " + title.textContent;
        })(${JSON.stringify({ data, layout, config })})`,
      );
      if (overlap !== "") found.push(`${name}: ${overlap}`);
    }
    return found;
  }

  it("keep a figure here: none sends it to a server", async () => {
    await covered([["a figure", new Figure({ data: [{ y: [1, 3, 2] }] }).json]]);
    const buttons = await page.evaluate(
      '[...document.querySelectorAll(".modebar-btn")].map((button) => button.dataset.title)',
    );
    expect(buttons).to.include("Download plot as a PNG");
    expect(String(buttons)).not.to.match(/share|cloud|edit/i);
  });

  it("cover no title, however long it is", async () => {
    const titled = (title: string) => plot.line({ title, y: [1, 3, 2] }).json;
    const titles = Array.from({ length: 70 }, (_, length) => "Wide enough? ".repeat(6).slice(0, length + 1));
    const figures = titles.map((title): [string, FigureJson] => [title, titled(title)]);
    expect(await covered(figures)).to.deep.equal([]);
    const narrow = titles
      .slice(0, 20)
      .map((title): [string, FigureJson] => [
        `${title}, narrow`,
        plot.imageGrid({ title, images: [[1, 0, 0, 1]], shape: [2, 2] }).json,
      ]);
    expect(await covered(narrow)).to.deep.equal([]);
  }).timeout(60_000);

  it("cover no title of any kind of plot", async () => {
    const figures = Object.entries(pictures).map(([name, draw]): [string, FigureJson] => [name, draw().json]);
    expect(await covered(figures)).to.deep.equal([]);
  }).timeout(60_000);

  it("cover no title of the course", async () => {
    const figures = notebooks().flatMap(figuresOf);
    expect(figures).not.to.be.empty;
    expect(await covered(figures)).to.deep.equal([]);
  }).timeout(60_000);
});
