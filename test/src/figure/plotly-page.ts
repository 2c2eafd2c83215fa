/** A page with plotly.js in it and a place for one figure, `#figure`; it reaches no network. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";

export async function openPlotlyPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1200 }, offline: true });
  const page = await context.newPage();
  await page.setContent(
    '<!DOCTYPE html><body style="margin:0"><div id="figure" style="display:inline-block"></div></body>',
  );
  const plotly = createRequire(import.meta.url).resolve("plotly.js-dist");
  await page.addScriptTag({ content: readFileSync(plotly, "utf8") });
  return page;
}
