// What a lesson's page does before its reader gets a first result: what it asks for, in which order, and what it leaves for
// later. Times depend on the machine and are told by visits.test.ts.
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { execute, labScripts, openNotebook, showFigure } from "./lite.js";
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
declare const document: {
  getElementById(id: string): { readonly textContent: string | null } | null;
};
declare function structuredClone<T>(value: T): T;

/** A page that gathers its settings as those of JupyterLite do: from the files of its folder and of those above. */
const jupyterLitePage = `<!DOCTYPE html>
<link id="jupyter-lite-main" rel="preload" href="../nothing.js" main="index" as="script">
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root="..">{}</script>
<script type="module" src="../config-utils.js"></script>`;

/** A page's settings when JupyterLab begins. */
async function settingsOf(page: Page): Promise<object> {
  const text = await page.evaluate(() => document.getElementById("jupyter-config-data")?.textContent ?? "");
  return JSON.parse(text);
}

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
    const site = await builtSite();
    host = await StaticHost.start(site, {
      pages: { "lite/other/index.html": jupyterLitePage, "lite/nothing.js": "" },
      folders: { "lite/other/jupyter-lite.json": join(site, "lite", "lab", "jupyter-lite.json") },
    });
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

  it("gets JupyterLab as three scripts: kernel/setup/lite-bundle.js names all parts of it that a lesson needs", () => {
    const scripts = first.filter((path) => /\/lite\/build\/.*\.js$/.test(path));
    expect(scripts).to.have.members(labScripts.map((path) => `/course/${path}`));
  });

  it("has all of the kernel when the notebook shows: only a cell's own data come after that", () => {
    const later = first
      .slice(shown.length)
      // Formulas, the look for a newer lesson, and what is kept for later ten seconds after the kernel's start.
      .filter((path) => !/\.woff2?$|\/lessons\.json$|\/plotly\.js$|\/keeper\.js$|\.gz$/.test(path));
    expect(later).to.deep.equal([]);
  });

  it("asks the host for the page, JupyterLab, the kernel, the lesson and a theme, and for nothing that the page knows", () => {
    const wanted = [
      /\/(?:index\.html|part-\d\.js|worker\.js|kernel-\w+\.js|typescript\.js|declarations\.js|service-worker\.js)$/,
      /\/normlab-\w+\/module\/[^/]+$/,
      /\/files\/01-normalization\.ipynb$/,
      /\/themes\/@jupyterlab\/theme-light-extension\/.*$/,
      // By the browser's own; later.
      /\.webmanifest$|\/(?:icon-120x120\.png|favicon\.ico)$/,
      /\.woff2?$|\/lessons\.json$|\/plotly\.js$|\/keeper\.js$/,
    ];
    expect(first.filter((path) => !wanted.some((kind) => kind.test(path)))).to.deep.equal([]);
  });

  it("has the settings that JupyterLite's own page would gather from eight files", async () => {
    const other = await page.context().newPage();
    await other.goto(`${host.address}lite/other/index.html`);
    await other.waitForFunction(
      () => (document.getElementById("jupyter-config-data")?.textContent ?? "").length > 100,
    );
    expect(await settingsOf(page)).to.deep.equal(await settingsOf(other));
    await other.close();
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

  it("keeps what a reader sets", async () => {
    const plugin = "@jupyterlab/notebook-extension:tracker";
    const registry = (change: string) =>
      page.evaluate(
        async ([id, value]) => {
          const token = jupyterapp.pluginRegistry._plugins.get("@normlab/kernel:settings")?.provides;
          if (token === undefined) throw new Error("the page has other settings");
          const settings = await jupyterapp.resolveOptionalService(token);
          if (value !== "") await settings.set(id, "defaultCell", value);
          return (settings.plugins[id].data.composite as Record<string, unknown>).defaultCell;
        },
        [plugin, change] as const,
      );
    expect(await registry("")).to.equal("code");
    await registry("markdown");
    await openNotebook(page, host.address, lesson);
    expect(await registry("")).to.equal("markdown");
    await registry("code");
  });

  it("shows a figure as the picture beside it until it is in sight, and then draws it", async () => {
    await showFigure(page);
    const figure = page.locator(".jp-RenderedPlotly").first();
    await figure.locator('img[src^="data:image/svg+xml,"]').waitFor();
    expect(await page.locator(".js-plotly-plot").count()).to.equal(0);
    await figure.locator(".js-plotly-plot .main-svg").first().waitFor();
    expect(await figure.locator("img").count()).to.equal(0);
  });

  it("starts its kernel before JupyterLab asks for anything, the next time", async () => {
    await openNotebook(page, host.address, lesson);
    const entries = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name, startTime }) => ({ name, startTime })),
    );
    const start = (script: RegExp) => entries.find(({ name }) => script.test(name))?.startTime ?? Number.NaN;
    expect(start(/\/worker\.js$/)).to.be.below(start(/\/theme-light-extension\/index\.css$/));
    expect(start(/\/files\/01-normalization\.ipynb$/)).to.be.below(
      start(/\/theme-light-extension\/index\.css$/),
    );
  });
});
