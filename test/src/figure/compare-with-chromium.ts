/**
 * Holds our static pictures against Chromium's own:
 *
 *     node dist/test/src/figure/compare-with-chromium.js [--save FOLDER] [file.ipynb …]
 *
 * Without files: every picture of the tests and every figure in the outputs of notebooks/. Exit 1 when 0.5 % or more
 * of the pixels of a figure differ. --save writes the browser's picture, ours and the difference of each.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { Figure } from "../../../src/figure/figure.js";
import type { FigureJson } from "../../../src/figure/schema.js";
import { chromiumOptions, findChromium } from "../../browser/chromium.js";
import { ComparisonPage } from "./comparison-page.js";
import { figuresOf, notebooks } from "./notebook-figures.js";
import { allPictures } from "./pictures.js";

const limit = 0.005;

const { values, positionals } = parseArgs({ options: { save: { type: "string" } }, allowPositionals: true });
const program = findChromium();
if (program === undefined) {
  console.log("skipped: no Chromium is installed (CHROMIUM=PATH tells where one is)");
  process.exit(0);
}
const figures: [string, FigureJson][] = [];
if (positionals.length === 0) {
  for (const [name, draw] of Object.entries(await allPictures())) figures.push([name, draw().json]);
}
for (const file of positionals.length > 0 ? positionals.map((name) => resolve(name)) : notebooks()) {
  figures.push(...figuresOf(file));
}

const browser = await chromium.launch(chromiumOptions(program));
let worst = 0;
try {
  const page = await ComparisonPage.open(browser);
  for (const [name, figure] of figures) {
    const svg = await new Figure({ data: figure.data, layout: figure.layout }).toSVG();
    const { pixels, differing, images } = await page.compare(figure, svg);
    const share = differing / pixels;
    worst = Math.max(worst, share);
    console.log(`${share < limit ? "  " : "✗ "}${(100 * share).toFixed(3).padStart(7)} %  ${name}`);
    if (values.save === undefined) continue;
    mkdirSync(values.save, { recursive: true });
    for (const [i, kind] of ["browser", "ours", "difference"].entries()) {
      const data = images[i].slice(images[i].indexOf(",") + 1);
      writeFileSync(
        join(values.save, `${name.replace(/[^\w-]+/g, "-")}.${kind}.png`),
        Buffer.from(data, "base64"),
      );
    }
  }
} finally {
  await browser.close();
}
console.log(
  `${figures.length} figures, at most ${(100 * worst).toFixed(3)} % of the pixels differ from Chromium's`,
);
process.exitCode = worst < limit ? 0 : 1;
