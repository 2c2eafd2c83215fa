// What a lesson's page does before its reader gets a first result: what it asks for, in which order, and what it leaves for
// later. Times depend on the machine and are told by visits.test.ts.
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { execute, openNotebook, showFigure } from "./lite.js";
import { StaticHost } from "./server.js";

const lesson = "01-normalization.ipynb";

/** Of JupyterLab's application and its settings, what functions that are sent to the page see. */
interface Plugin {
  readonly id: string;
  readonly raw: string;
  readonly schema: object;
  data: { composite?: object };
}
interface Validator {
  validateData(plugin: Plugin): object[] | null;
}
interface Registry {
  readonly plugins: Readonly<Record<string, Plugin>>;
  readonly connector: object;
  readonly validator: Validator;
  set(plugin: string, name: string, value: string): Promise<void>;
  readonly constructor: new (options: { connector: object }) => Registry;
}
declare const jupyterapp: {
  resolveOptionalService(token: object): Promise<Registry>;
  readonly pluginRegistry: { readonly _plugins: ReadonlyMap<string, { readonly provides: object }> };
};
declare const performance: {
  getEntriesByType(type: "resource"): readonly { readonly name: string; readonly startTime: number }[];
};
declare function structuredClone<T>(value: T): T;

describe("the start of a lesson's page", function () {
  this.timeout(180_000);
  let browser: Browser;
  let host: StaticHost;
  let page: Page;
  /** What was asked for until the notebook showed, and until the first result. */
  let shown: string[];
  let first: string[];

  before(async function () {
    browser = await startChromium(this);
    host = await StaticHost.start(await builtSite());
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(120_000);
    await openNotebook(page, host.address, lesson);
    shown = host.sent.map(({ path }) => path);
    const code = 'import { digits } from "normlab"; digits({ seed: 1 }).train.size';
    expect((await execute(page, code)).status).to.equal("ok");
    first = host.sent.map(({ path }) => path);
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
  });

  it("asks for nothing twice", () => {
    const paths = host.sent
      .filter(({ status }) => status === 200)
      .map(({ path }) => path)
      // JupyterLite looks into its pages for settings: without the query that names the notebook, another address.
      .filter((path) => !path.endsWith("/index.html"));
    expect(paths).to.deep.equal([...new Set(paths)]);
  });

  it("gets JupyterLab as one script: kernel/setup/lite-bundle.js names all parts of it that a lesson needs", () => {
    const scripts = first.filter((path) => /\/lite\/build\/.*\.js$/.test(path));
    expect(scripts).to.deep.equal(["/course/lite/build/lab/bundle.js"]);
  });

  it("has all of the kernel when the notebook shows: only a cell's own data come after that", () => {
    const later = first
      .slice(shown.length)
      // Formulas, the look for a newer lesson, and what is kept for later ten seconds after the kernel's start.
      .filter((path) => !/\.woff2?$|\/lessons\.json$|\/plotly\.js$|\/keeper\.js$|\.gz$/.test(path));
    expect(later).to.deep.equal([]);
  });

  it("fills in the settings' defaults as JupyterLab's own validator does", async () => {
    const found = await page.evaluate(async () => {
      const token = jupyterapp.pluginRegistry._plugins.get("@normlab/kernel:settings")?.provides;
      if (token === undefined) throw new Error("the page has other settings");
      const registry = await jupyterapp.resolveOptionalService(token);
      const { validator: strict } = new registry.constructor({ connector: registry.connector });
      const composite = (by: Validator, plugin: Plugin) => {
        const copy: Plugin = { ...plugin, raw: "{}", data: {} };
        const errors = by.validateData(copy);
        return errors === null ? structuredClone(copy.data.composite) : errors;
      };
      return Object.values(registry.plugins).map((plugin) => ({
        id: plugin.id,
        ours: composite(registry.validator, plugin),
        theirs: composite(strict, plugin),
      }));
    });
    expect(found.length).to.be.above(50);
    for (const { id, ours, theirs } of found) expect(ours, id).to.deep.equal(theirs);
  });

  it("still checks what a reader sets", async () => {
    const refusals = await page.evaluate(async () => {
      const token = jupyterapp.pluginRegistry._plugins.get("@normlab/kernel:settings")?.provides;
      if (token === undefined) throw new Error("the page has other settings");
      const registry = await jupyterapp.resolveOptionalService(token);
      const set = (value: string) =>
        registry.set("@jupyterlab/notebook-extension:tracker", "windowingMode", value).then(
          () => "",
          (error: unknown) => String(error),
        );
      return [await set("nonsense"), await set("full")];
    });
    expect(refusals[0]).to.match(/windowingMode|oneOf|valid/i);
    expect(refusals[1]).to.equal("");
  });

  it("shows a figure as the picture beside it until it is in sight, and then draws it", async () => {
    await showFigure(page);
    const figure = page.locator(".jp-RenderedPlotly").first();
    await figure.locator('img[src^="data:image/svg+xml,"]').waitFor();
    expect(await page.locator(".js-plotly-plot").count()).to.equal(0);
    await figure.locator(".js-plotly-plot .main-svg").first().waitFor();
    expect(await figure.locator("img").count()).to.equal(0);
  });

  it("starts its kernel before any other script, the next time", async () => {
    await openNotebook(page, host.address, lesson);
    const entries = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name, startTime }) => ({ name, startTime })),
    );
    const start = (script: RegExp) => entries.find(({ name }) => script.test(name))?.startTime ?? Number.NaN;
    expect(start(/\/worker\.js$/)).to.be.below(start(/\/remoteEntry\.\w+\.js$/));
    expect(start(/\/worker\.js$/)).to.be.below(start(/\/schemas\/all\.json$/));
  });
});
