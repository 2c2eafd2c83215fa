// A reader's copy of a lesson beside the site's: reset, and the offer of a newer one.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { change, notifications, openNotebook, savedCells, shownCells } from "./lite.js";
import { StaticHost } from "./server.js";

const lesson = "01-normalization.ipynb";

describe("a lesson of the site, and the reader's copy of it", function () {
  this.timeout(180_000);
  let browser: Browser;
  let host: StaticHost;
  let context: BrowserContext;
  let folder: string;

  before(async function () {
    browser = await startChromium(this);
    const site = await builtSite();
    folder = mkdtempSync(join(tmpdir(), "normlab-newer-"));
    cpSync(join(site, "lite", "files"), join(folder, "files"), { recursive: true });
    cpSync(join(site, "lite", "lessons.json"), join(folder, "lessons.json"));
    host = await StaticHost.start(site, {
      folders: { "lite/files/": join(folder, "files"), "lite/lessons.json": join(folder, "lessons.json") },
    });
    context = await browser.newContext();
    context.setDefaultTimeout(90_000);
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  /** The site gets a lesson whose first cell is `text`. */
  function publish(text: string): void {
    const file = join(folder, "files", lesson);
    const notebook = JSON.parse(readFileSync(file, "utf8"));
    notebook.cells[0].source = text;
    notebook.metadata.normlab.shipped = text;
    writeFileSync(file, JSON.stringify(notebook));
    writeFileSync(join(folder, "lessons.json"), JSON.stringify({ [lesson]: text }));
  }

  /** Opens the lesson, and waits until it has been looked at whether there is a newer one. */
  async function open(): Promise<Page> {
    const page = await context.newPage();
    await openNotebook(page, host.address, lesson);
    await page.locator(".jp-Toolbar").getByText("Reset lesson").waitFor({ state: "attached" });
    return page;
  }

  const isOffered = async (page: Page) => /newer version/.test((await notifications(page)).join());

  async function becomes(page: Page, text: string): Promise<void> {
    for (;;) {
      const [first] = await shownCells(page);
      if (first === text) return;
      await page.waitForTimeout(50);
    }
  }

  it("is what the site ships after a reset, keeps the changed one where that is asked for, and stays as it is without a yes", async () => {
    const page = await open();
    const [shipped] = await shownCells(page);
    expect(await isOffered(page)).to.equal(false);
    await change(page, "# Mine");
    await page.locator(".jp-Toolbar").getByText("Reset lesson").click();
    await page.getByRole("button", { name: "Reset, keep a copy" }).click();
    await becomes(page, shipped);
    expect((await savedCells(page, lesson))[0]).to.equal(shipped);
    expect((await savedCells(page, "01-normalization (my copy).ipynb"))[0]).to.equal("# Mine");
    await change(page, "# Mine again");
    await page.locator(".jp-Toolbar").getByText("Reset lesson").click();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect((await shownCells(page))[0]).to.equal("# Mine again");
    await page.close();
  });

  it("is not put in a newer one's place silently: the newer one is offered, and the copy is kept", async () => {
    publish("# Second edition");
    const page = await open();
    expect((await shownCells(page))[0]).to.equal("# Mine again");
    await page.getByRole("button", { name: "Open the new one" }).click();
    await becomes(page, "# Second edition");
    expect((await savedCells(page, "01-normalization (my copy 2).ipynb"))[0]).to.equal("# Mine again");
    await page.close();
    const later = await open();
    expect(await isOffered(later)).to.equal(false);
    await later.close();
  });

  it("stays the reader's who wants it so, until there is yet another", async function () {
    if (process.env.NORMLAB_FULL !== "1") return this.skip();
    publish("# Third edition");
    const page = await open();
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.waitForFunction(() => {
      const { jupyterapp } = globalThis as unknown as {
        jupyterapp: {
          shell: {
            currentWidget: { context: { model: { dirty: boolean; getMetadata(key: string): unknown } } };
          };
        };
      };
      const { model } = jupyterapp.shell.currentWidget.context;
      return !model.dirty && JSON.stringify(model.getMetadata("normlab")).includes("Third");
    });
    await page.close();
    const later = await open();
    expect(await isOffered(later)).to.equal(false);
    expect((await shownCells(later))[0]).to.equal("# Second edition");
    await later.close();
    publish("# Fourth edition");
    const last = await open();
    expect(await isOffered(last)).to.equal(true);
    await last.close();
  });

  it("is not reset when the site cannot be reached, and says so", async function () {
    if (process.env.NORMLAB_FULL !== "1") return this.skip();
    const page = await open();
    await change(page, "# Written without a network");
    rmSync(join(folder, "files", lesson));
    await page.locator(".jp-Toolbar").getByText("Reset lesson").click();
    await page.getByRole("button", { name: "Reset", exact: true }).click();
    await page.getByText(`${lesson} stays as it is`).first().waitFor();
    expect((await shownCells(page))[0]).to.equal("# Written without a network");
    await page.close();
  });
});
