import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { Figure } from "../../../src/figure/figure.js";
import { listen, startChromium } from "../../browser/chromium.js";

const hostile =
  '</script><img src=x onerror="window.hostile = 1"><a href="javascript:window.hostile=1">link</a>';

describe("A figure's own page", () => {
  let browser: Browser;
  let folder: string;

  before(async function () {
    this.timeout(60_000);
    browser = await startChromium(this);
    folder = mkdtempSync(join(tmpdir(), "normlab-page-"));
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  async function addressOf(figure: Figure): Promise<string> {
    const file = join(folder, "figure.html");
    writeFileSync(file, await figure.toHTML());
    return pathToFileURL(file).href;
  }

  it("draws it without a network, runs nothing of its texts, and has a text for those who do not see it", async () => {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const heard = listen(page);
    const data = [{ y: [1, 3, 2], name: hostile, text: [hostile], mode: "lines+markers+text" }];
    const figure = new Figure({
      data,
      layout: { title: { text: hostile } },
      alt: "A line that rises and falls",
    });
    const address = await addressOf(figure);
    await page.goto(address);
    await page.waitForSelector("#figure .main-svg .point");
    expect(await page.locator("#figure").getAttribute("aria-label")).to.equal("A line that rises and falls");
    expect(await page.evaluate("window.hostile")).to.equal(undefined);
    expect(await page.locator('a[href^="javascript"], #figure img').count()).to.equal(0);
    expect({ ...heard, requests: heard.requests.filter((url) => url !== address) }).to.deep.equal({
      errors: [],
      requests: [],
      dialogs: [],
    });
    await context.close();
  });

  it("shows the picture where no script runs", async () => {
    const context = await browser.newContext({ offline: true, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(
      await addressOf(new Figure({ data: [{ y: [1, 3, 2] }], layout: { title: { text: "still" } } })),
    );
    expect(await page.locator("noscript svg[role=img]").isVisible()).to.equal(true);
    await context.close();
  });

  it("has a picture whose texts are in the fonts that the layout names, as Chromium reads it", async () => {
    const page = await browser.newPage();
    const figure = new Figure({
      data: [{ y: [1, 3, 2] }],
      layout: {
        title: { text: "T", font: { family: "Courier New, monospace" } },
        xaxis: { title: { text: "x" } },
      },
    });
    await page.setContent(await figure.toSVG());
    const families = await page.evaluate(
      "Object.fromEntries([...document.querySelectorAll('text')].map((text) => [text.textContent, getComputedStyle(text).fontFamily]))",
    );
    expect(families).to.include({
      T: '"Courier New", monospace',
      x: 'Arial, "Liberation Sans", sans-serif',
      "1.5": 'Arial, "Liberation Sans", sans-serif',
    });
    await page.close();
  });
});
