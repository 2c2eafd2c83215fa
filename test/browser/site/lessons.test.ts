// The kernel in JupyterLite, in headless Chromium, from a plain static host below a subfolder.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { compareNotebooks } from "../../notebooks/compare.js";
import type { Cell, Notebook } from "../../notebooks/notebook.js";
import { listen, startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { complete, execute, inspect, openNotebook, restart, runAll, showFigure } from "./lite.js";
import { StaticHost } from "./server.js";

const course = fileURLToPath(new URL("../../../../notebooks/", import.meta.url));

/**
 * A page draws figures itself: the kernel puts no static picture into their bundles, which is what a cell with this tag is
 * held to, and JupyterLab's extension for Plotly puts one of its own beside what it has drawn.
 */
function withoutPictures(cells: readonly Cell[]): void {
  for (const { outputs = [], metadata } of cells) {
    metadata.tags = metadata.tags?.filter((tag) => tag !== "figure");
    for (const { data } of outputs)
      if (data?.["application/vnd.plotly.v1+json"]) {
        delete data["image/svg+xml"];
        delete data["image/png"];
      }
  }
}

/** What differs between the committed outputs of a notebook and those that it gave in the page. */
function differences(name: string, cells: Cell[]): string[] {
  const committed = JSON.parse(readFileSync(course + name, "utf8")) as Notebook;
  withoutPictures(committed.cells);
  withoutPictures(cells);
  return compareNotebooks(name, JSON.stringify(committed, null, 1), { ...committed, cells });
}

/** Lesson 1 runs always, the others with NORMLAB_FULL=1: together they take minutes. */
const first = "01-normalization.ipynb";
const others =
  process.env.NORMLAB_FULL === "1"
    ? readdirSync(course, { recursive: true, encoding: "utf8" })
        .map((file) => file.replaceAll("\\", "/"))
        .filter((file) => /(?<!\.ipynb_checkpoints\/.*)\.ipynb$/.test(file) && file !== first)
        .sort()
    : [];

describe("the course in JupyterLite", function () {
  this.timeout(180_000);
  let browser: Browser;
  let host: StaticHost;
  let page: Page;
  let heard: ReturnType<typeof listen>;

  before(async function () {
    browser = await startChromium(this);
    host = await StaticHost.start(await builtSite());
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(120_000);
    heard = listen(page);
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
  });

  it("runs lesson 1 to the committed outputs", async () => {
    await openNotebook(page, host.address, first);
    expect(differences(first, await runAll(page))).to.deep.equal([]);
  });

  it("draws figures that have no picture beside them", async () => {
    await showFigure(page);
    await page.locator(".jp-RenderedPlotly .js-plotly-plot .main-svg").first().waitFor();
  });

  it("refuses a cell with a type error and says where", async () => {
    const { status, shown } = await execute(page, 'const wrong: number = "text";');
    expect(status).to.equal("error");
    expect(shown.join("\n")).to.match(
      /TypeScriptError: TS2322: Type 'string' is not assignable to type 'number'/,
    );
  });

  it("ends an endless loop when it is interrupted, and keeps what was declared", async () => {
    expect((await execute(page, "let kept = 41;")).status).to.equal("ok");
    const loop = await execute(page, "while (true) {}", { interruptAfter: 300 });
    expect(loop.status).to.equal("error");
    expect(loop.shown.join()).to.match(/KeyboardInterrupt/);
    expect(await execute(page, "kept + 1")).to.deep.equal({ status: "ok", shown: ["result 42"] });
  });

  it("asks for input", async () => {
    const code =
      'const who = await (globalThis as any)[Symbol.for("normlab.kernel")].input("name? "); `hello ${who}`';
    expect(await execute(page, code, { input: "Ada" })).to.deep.equal({
      status: "ok",
      shown: ["asks: name? ", "result 'hello Ada'"],
    });
  });

  it("completes and inspects, with documentation", async () => {
    expect(await complete(page, 'import { BatchNorm } from "normlab"; new BatchNorm(3).run')).to.include(
      "runningMean",
    );
    expect(await inspect(page, 'import { BatchNorm } from "normlab"; BatchNorm')).to.match(
      /class BatchNorm[\s\S]*normaliz/i,
    );
  });

  it("forgets on restart", async () => {
    await restart(page);
    expect((await execute(page, "typeof kept")).shown.join()).to.match(/TS2304|undefined/);
  });

  for (const notebook of others)
    it(`runs ${notebook} to the committed outputs`, async function () {
      this.timeout(900_000);
      // A context of its own: JupyterLab opens again what was open in its storage.
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      await openNotebook(page, host.address, notebook);
      expect(differences(notebook, await runAll(page))).to.deep.equal([]);
      await context.close();
    });

  it("asks no other host for anything", () => {
    expect(
      heard.requests.filter((url) => !url.startsWith(host.address.replace("course/", ""))),
    ).to.deep.equal([]);
  });
});
