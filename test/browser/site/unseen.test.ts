// A lesson's page leaves parts of JupyterLab for later, and does some once that JupyterLab does again and again
// (kernel/browser/lite/{later,settings,unseen}.ts, kernel/setup/lite-bundle.js). What a reader gets is what JupyterLab's own
// parts give: a page beside it has these, and both are compared when they have come to rest.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { labScripts, openNotebook, scrollTo, shownCells } from "./lite.js";
import { StaticHost } from "./server.js";

interface KeyBinding {
  readonly command: string;
  readonly keys: readonly string[];
  readonly selector: string;
  readonly args: object;
}
declare const jupyterapp: {
  readonly commands: { readonly keyBindings: readonly KeyBinding[]; listCommands(): string[] };
  readonly shell: {
    readonly currentWidget: {
      readonly content: {
        readonly widgets: readonly {
          isPlaceholder(): boolean;
          readonly node: {
            querySelectorAll(selector: string): ArrayLike<{ readonly outerHTML: string }>;
          };
        }[];
      };
    };
  };
  isPluginActivated(id: string): boolean;
};
declare const document: {
  readonly body: object;
  querySelectorAll(selector: string): ArrayLike<{ readonly innerHTML: string; readonly className: string }>;
};
declare const location: { readonly origin: string };
declare function getComputedStyle(element: object): { getPropertyValue(name: string): string };

const lesson = "01-normalization.ipynb";
const elementOfConfig = /(<script id="jupyter-config-data" type="application\/json">)(.*?)(<\/script>)/;

/** Ours, which stand in for JupyterLab's or start others later. */
const ours = ["settings", "later", "html", "text"].map((name) => `@normlab/kernel:${name}`);

/**
 * A lesson's page with JupyterLab's own parts, and the script that makes a palette for each element that asks and loads
 * MathJax for any text.
 */
function withOwnParts(site: string): Record<string, string> {
  const page = readFileSync(join(site, "lite", "lab", "index.html"), "utf8");
  const scripts = labScripts.map((path) => readFileSync(join(site, path), "utf8"));
  const changes = [
    ["(en.kept[[e.r,e.g,e.b]]??=ec.from(e))", "ec.from(e)"],
    ["/[$\\\\]/.test(", "/(?:)/.test("],
  ] as const;
  for (const [change] of changes) expect(scripts.join("")).to.include(change);
  return {
    "lite/lab/index.html": page.replace(elementOfConfig, (_, begin: string, text: string, end: string) => {
      const [all, app] = JSON.parse(text);
      const later: readonly string[] = app.normlabLaterPlugins;
      const own = [...later, "@jupyterlab/apputils-extension:settings"];
      const disabledExtensions = all.disabledExtensions.filter((id: string) => !own.includes(id));
      const settings = { ...all, disabledExtensions: [...disabledExtensions, ...ours] };
      return begin + JSON.stringify([settings, app]) + end;
    }),
    ...Object.fromEntries(
      labScripts.map((path, at) => [
        path,
        changes.reduce((code, [change, own]) => code.replace(change, own), scripts[at]),
      ]),
    ),
  };
}

/** All that can be asked of a page at rest. */
async function shownBy(page: Page): Promise<Record<string, unknown>> {
  const parts = await page.evaluate(() => {
    const { commands } = jupyterapp;
    const html = (selector: string) =>
      Array.from(document.querySelectorAll(selector), ({ innerHTML }) => innerHTML);
    const classes = (selector: string) =>
      Array.from(document.querySelectorAll(selector), ({ className }) => className);
    const style = getComputedStyle(document.body);
    const tokens = ["accent-fill-rest", "neutral-fill-rest", "neutral-foreground-rest", "focus-stroke-outer"];
    return {
      shortcuts: commands.keyBindings
        .map(({ command, keys, selector, args }) => JSON.stringify([command, keys, selector, args]))
        .sort(),
      commands: commands.listCommands().sort(),
      status: html(".jp-StatusBar-Widget .jp-StatusBar-TextItem").sort(),
      items: classes(".jp-NotebookPanel-toolbar > *"),
      colors: tokens.map((name) => style.getPropertyValue(`--${name}`)),
    };
  });
  return { ...parts, outputs: await outputsOf(page) };
}

/** What each cell of the notebook shows beside its code, when it is in sight. */
async function outputsOf(page: Page): Promise<string[]> {
  const shown: string[] = [];
  const { length } = await shownCells(page);
  for (let cell = 0; cell < length; cell++) {
    await scrollTo(page, cell);
    // MathJax takes a moment.
    await page.waitForTimeout(150);
    shown.push(
      ...(await page.evaluate((at) => {
        const { widgets } = jupyterapp.shell.currentWidget.content;
        const parts = widgets[at].node.querySelectorAll(".jp-RenderedHTMLCommon, .jp-RenderedText");
        return Array.from(parts, ({ outerHTML }) => outerHTML.replaceAll(location.origin, ""));
      }, cell)),
    );
  }
  return shown;
}

describe("what a lesson's page leaves for later", function () {
  this.timeout(180_000);
  let browser: Browser;
  let host: StaticHost;
  let ownHost: StaticHost;
  let page: Page;

  async function opened({ address }: StaticHost): Promise<Page> {
    const one = await (await browser.newContext()).newPage();
    one.setDefaultTimeout(120_000);
    await openNotebook(one, address, lesson);
    return one;
  }

  const untilActive = (one: Page) =>
    one.waitForFunction(
      () => jupyterapp.isPluginActivated("@jupyterlab/notebook-extension:metadata-editor"),
      undefined,
      { polling: 200 },
    );

  before(async function () {
    browser = await startChromium(this);
    const site = await builtSite();
    host = await StaticHost.start(site);
    ownHost = await StaticHost.start(site, { pages: withOwnParts(site) });
    page = await opened(host);
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
    await ownHost?.stop();
  });

  it("draws the cells in sight, and measures the others when it has rested", async () => {
    const drawn = () =>
      page.evaluate(() => {
        const { widgets } = jupyterapp.shell.currentWidget.content;
        return { of: widgets.length, here: widgets.filter((cell) => !cell.isPlaceholder()).length };
      });
    const { of, here } = await drawn();
    expect(of).to.be.above(20);
    expect(here).to.be.below(12);
    await page.waitForFunction(
      () => jupyterapp.shell.currentWidget.content.widgets.every((cell) => !cell.isPlaceholder()),
      undefined,
      { polling: 200 },
    );
  });

  it("draws a menu when it is opened, with all that it has", async () => {
    expect(await page.locator(".lm-Menu").count()).to.equal(0);
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    const entries = await page.locator(".lm-Menu .lm-Menu-itemLabel").allInnerTexts();
    expect(entries).to.include.members(["Run Selected Cell", "Run All Cells"]);
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".lm-Menu .lm-Menu-itemLabel").allInnerTexts()).to.include("Restart Kernel…");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  });

  it("is the same as with JupyterLab's own parts, a few seconds later", async () => {
    const own = await opened(ownHost);
    await Promise.all([page, own].map(untilActive));
    // The last of what is left for later waits for an idle moment, three seconds at most.
    await page.waitForTimeout(4000);
    const [found, wanted] = [await shownBy(page), await shownBy(own)];
    expect(wanted.outputs).to.have.length.above(5);
    expect(wanted.shortcuts).to.have.length.above(100);
    for (const [part, value] of Object.entries(wanted)) expect(found[part], part).to.deep.equal(value);
    await own.context().close();
  });

  it("lets the tab key reach the toolbar's items", async () => {
    const tabIndexes = await page
      .locator(".jp-NotebookPanel-toolbar jp-button")
      .evaluateAll((all: readonly { readonly tabIndex: number }[]) => all.map(({ tabIndex }) => tabIndex));
    expect(tabIndexes).to.have.length.above(5);
    expect(tabIndexes.some((index) => index === 0)).to.equal(true);
  });
});
