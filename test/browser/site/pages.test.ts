// Every page of the site as its readers meet it: wide, on a phone, in the dark. NORMLAB_SCREENSHOTS=FOLDER keeps pictures.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { listen, startChromium } from "../chromium.js";
import { builtSite } from "./built.js";
import { StaticHost } from "./server.js";

const views = {
  wide: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
} as const;

/** Numbers of a page, and which of them are right. */
const look = `({
  "letters of the title": document.title.length,
  "letters of the description": (document.querySelector('meta[name="description"]')?.content ?? "").length,
  "headings of the first rank": document.querySelectorAll("h1").length,
  "a language": Number(document.documentElement.lang === "en"),
  "pictures without words": document.querySelectorAll("img:not([alt])").length,
  "fields without a label": document.querySelectorAll("input:not(label *, [aria-label]), select:not(label *, [aria-label])").length,
})`;
const wanted = {
  "letters of the title": (count: number) => count > 4,
  "letters of the description": (count: number) => count > 20,
  "headings of the first rank": (count: number) => count === 1,
  "a language": (is: number) => is === 1,
  "pictures without words": (count: number) => count === 0,
  "fields without a label": (count: number) => count === 0,
};

/** A page and what is not as it should be. */
type Fault = readonly [page: string, fault: string];

/** As of a lesson's page; with plotly.js in each it would be megabytes. */
const mostOfAPage = 1.5e6;

describe("the pages of the site", function () {
  this.timeout(300_000);
  let browser: Browser;
  let host: StaticHost;
  let site: string;
  let pages: string[];

  before(async function () {
    browser = await startChromium(this);
    site = await builtSite();
    host = await StaticHost.start(site);
    const lessons = readdirSync(join(site, "lessons")).filter((file) => file.endsWith(".html"));
    pages = [
      ...readdirSync(site).filter((file) => file.endsWith(".html")),
      ...lessons.map((file) => `lessons/${file}`),
    ];
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
  });

  it("say what they are, complain of nothing, and fit a phone", async () => {
    const faults: Fault[] = [];
    const page = await browser.newPage();
    for (const file of pages) {
      const heard = listen(page);
      await page.goto(host.address + file);
      const fault = (text: string) => faults.push([file, text]);
      const seen = (await page.evaluate(look)) as Record<keyof typeof wanted, number>;
      for (const [what, isRight] of Object.entries(wanted) as [
        keyof typeof wanted,
        (seen: number) => boolean,
      ][])
        if (!isRight(seen[what])) fault(`${what}: ${seen[what]}`);
      for (const [view, { viewport, colorScheme }] of Object.entries(views)) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const tooWide = Number(
          await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
        );
        if (tooWide > 0) fault(`${view}: ${tooWide} pixels wider than the window`);
        if (process.env.NORMLAB_SCREENSHOTS) {
          await page.waitForTimeout(1000);
          const name = `${file.replaceAll("/", "-").replace(".html", "")}-${view}.png`;
          await page.screenshot({ path: join(process.env.NORMLAB_SCREENSHOTS, name) });
        }
      }
      for (const error of heard.errors) fault(error);
      for (const address of heard.requests)
        if (!address.startsWith(host.address)) fault(`asks for ${address}`);
      page.removeAllListeners();
    }
    await page.close();
    expect(faults).to.deep.equal([]);
  });

  it("draw a lesson's figures by the plotly.js that all of them share", async () => {
    const page = await browser.newPage();
    const heard = listen(page);
    await page.goto(`${host.address}lessons/02-scale-and-shift.html`);
    const figures = await page.locator("figure[id]").count();
    await page
      .locator("figure .plot.drawn")
      .nth(figures - 1)
      .waitFor({ state: "attached" });
    expect(figures).to.be.above(0);
    expect(heard.errors).to.deep.equal([]);
    expect(heard.requests.filter((address) => address.endsWith("/plotly.js"))).to.have.length(1);
    const large = pages.filter((file) => statSync(join(site, file)).size > mostOfAPage);
    expect(large).to.deep.equal([]);
    await page.close();
  });
});
