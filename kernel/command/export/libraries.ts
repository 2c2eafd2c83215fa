// plotly.js as pages hold it, and the licences of what is in a page. The build packs Plotly for src/figure/, without comments;
// pages take the same file.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { escapeHtml } from "../../display/html.js";
import { katexFolder } from "./formulas.js";

export interface Plotly {
  readonly code: string;
  /** In base64 of gzip, which the browser itself unpacks: 2 MB in place of 4.8. */
  readonly packed: string;
}

let loaded: Plotly | undefined;

const libraries = (packageRoot: string) => join(packageRoot, "dist", "src", "figure", "libraries");

export function plotly(packageRoot: string): Plotly {
  if (loaded === undefined) {
    const code = readFileSync(join(libraries(packageRoot), "plotly.js"), "utf8");
    loaded = { code, packed: gzipSync(code, { level: 9 }).toString("base64") };
  }
  return loaded;
}

interface Licence {
  /** The package and its version. */
  readonly title: string;
  readonly text: string;
}

export function licenceOfPlotly(packageRoot: string): Licence {
  const texts = readFileSync(join(libraries(packageRoot), "LICENCES.txt"), "utf8").split(/^-{80}\n\n/m);
  const own = texts.find((text) => text.startsWith("plotly.js-dist ")) ?? "plotly.js-dist";
  const [title, ...lines] = own.split("\n");
  return { title, text: lines.join("\n").trim() };
}

export function licenceOfKatex(): Licence {
  const { version } = JSON.parse(readFileSync(join(katexFolder, "package.json"), "utf8"));
  const file = readdirSync(katexFolder).find((entry) => /^licen[cs]e/i.test(entry)) ?? "LICENSE";
  return { title: `katex ${version}`, text: readFileSync(join(katexFolder, file), "utf8").trim() };
}

export function licencesAsHtml(licences: readonly Licence[]): string {
  if (licences.length === 0) return "";
  const texts = licences.map(
    ({ title, text }) => `<h2>${escapeHtml(title)}</h2>\n<pre>${escapeHtml(text)}</pre>`,
  );
  return `<details class="licences"><summary>Licences of the software in this file</summary>\n${texts.join("\n")}\n</details>`;
}
