// npm run notebooks -- --html: one self-contained page for each executed notebook, and a page that lists them.
//
// nbconvert makes the page (export.py and kernel/template/normlab); this file puts in what comes from JavaScript
// packages: formulas (KaTeX, drawn here, not in the browser), plotly.js, and the licences of both. A content security
// policy lets only these scripts run and nothing be fetched, whatever a notebook's outputs hold.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { writeAtomically } from "./files.js";
import { root } from "./paths.js";
import { runPython } from "./python.js";

const require = createRequire(import.meta.url);
const template = join(root, "kernel", "template", "normlab");

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escapeHtml = (text) => text.replace(/[&<>"]/g, (character) => entities[character]);

const packageFolder = (name) => dirname(require.resolve(`${name}/package.json`));

/** KaTeX's style sheet with its fonts inside, in the one format that every browser with KaTeX's features reads. */
function formulaStyles() {
  const folder = join(packageFolder("katex"), "dist");
  const css = readFileSync(join(folder, "katex.min.css"), "utf8").replace(
    /url\(fonts\/([\w-]+\.woff2)\) format\("woff2"\)(?:,url\([^)]*\) format\("[a-z]+"\))*/g,
    (_all, font) =>
      `url(data:font/woff2;base64,${readFileSync(join(folder, "fonts", font)).toString("base64")}) format("woff2")`,
  );
  return `<style>${css}</style>`;
}

/** Draws a formula; one that KaTeX cannot read stays as text, in red, and is told. */
function drawFormula(katex, { tex, display }, complain) {
  const options = { displayMode: display, strict: "ignore", trust: false };
  try {
    return katex.renderToString(tex, options);
  } catch (error) {
    complain(`the formula ${tex.trim()} cannot be drawn: ${error.message}`);
    return katex.renderToString(tex, { ...options, throwOnError: false });
  }
}

let loadedPlotly;

/** plotly.js, and packed as pages hold it: 2.6 MB in place of 10, unpacked by the browser itself. */
function plotly() {
  if (!loadedPlotly) {
    const code = readFileSync(require.resolve("plotly.js-dist"), "utf8");
    loadedPlotly = { code, packed: gzipSync(code, { level: 9 }).toString("base64") };
  }
  return loadedPlotly;
}

const policy = (scripts) => {
  const hashes = scripts.map((code) => `'sha256-${createHash("sha256").update(code).digest("base64")}'`);
  const rules = [
    "default-src 'none'",
    `script-src ${hashes.join(" ") || "'none'"}`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join("; ")}">`;
};

function licences(packages) {
  const texts = packages.map((name) => {
    const folder = packageFolder(name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = escapeHtml(readFileSync(join(folder, file), "utf8").trim());
    return `<h2>${name} ${version}</h2>\n<pre>${text}</pre>`;
  });
  return texts.length === 0
    ? ""
    : `<details class="licences"><summary>Licences of the software in this file</summary>\n${texts.join("\n")}\n</details>`;
}

/** Fills nbconvert's page: every slot and formula is an element that carries the mark. */
function fill({ html, mark, complain, katex, links }) {
  const formulas = new RegExp(`<span data-${mark}="([^"]*)">[^<]*</span>`, "g");
  const hasFormulas = html.includes(`<span data-${mark}=`);
  const hasFigures = html.includes("<figure ");
  const figures = hasFigures ? readFileSync(join(template, "figures.js"), "utf8") : "";
  const slots = {
    links,
    policy: policy(hasFigures ? [plotly().code, figures] : []),
    styles: hasFormulas ? formulaStyles() : "",
    licences: licences([...(hasFigures ? ["plotly.js-dist"] : []), ...(hasFormulas ? ["katex"] : [])]),
    scripts: hasFigures
      ? `<script type="application/gzip" id="plotly">${plotly().packed}</script>\n<script>${figures}</script>`
      : "",
  };
  return html
    .replace(formulas, (_all, request) =>
      drawFormula(katex, JSON.parse(Buffer.from(request, "base64").toString()), complain),
    )
    .replace(new RegExp(`<meta data-${mark}="(\\w+)"/>`, "g"), (_all, name) => slots[name]);
}

const address = (path) => path.split(sep).map(encodeURIComponent).join("/");

function indexPage(entries, hasReference) {
  const items = entries.map(
    ({ title, summary, place }) =>
      `<li><a href="${address(place)}">${escapeHtml(title)}</a>` +
      `${summary ? `<br><span class="summary">${escapeHtml(summary)}</span>` : ""}</li>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${policy([])}
<title>normlab: notebooks</title>
<style>${readFileSync(join(template, "style.css"), "utf8")}</style>
</head>
<body>
<main>
<h1>Batch normalization, by running it</h1>
<ul class="course">
${items.join("\n")}
</ul>
${hasReference ? '<p><a href="reference/index.html">API reference</a></p>\n' : ""}</main>
</body>
</html>
`;
}

/**
 * Writes a page for each executed notebook, at its place below the output folder, and index.html.
 * @param notebooks { file, source, place }: the executed notebook, the one it was made from, whose folder holds the
 *   pictures that it shows, and its path below `output`
 * @param complain is told, in a sentence, about what could not be drawn
 * @param links gives more links for the top of a page, as HTML, from its place and those before and after it
 */
export async function exportPages(notebooks, output, complain, links = () => "") {
  // Loaded here: the scripts that import this file start before node_modules is there.
  const { default: katex } = await import("katex");
  const entries = notebooks.map(({ place }) => ({
    place: place.replace(/\.ipynb$/, ".html"),
    index: posix.join(...relative(dirname(place), ".").split(sep), "index.html"),
  }));
  const args = notebooks.flatMap(({ file, source }, at) => [file, dirname(source), entries[at].index]);
  const { mark, pages } = await runPython("export.py", args);
  for (const [at, { html }] of pages.entries()) {
    const tell = (message) => complain(`${notebooks[at].place}: ${message}`);
    const page = fill({
      html,
      mark,
      complain: tell,
      katex,
      links: links({
        place: notebooks[at].place,
        previous: notebooks[at - 1]?.place,
        next: notebooks[at + 1]?.place,
      }),
    });
    writeAtomically(join(output, entries[at].place), page);
  }
  const listed = entries.map((entry, at) => ({ ...entry, ...pages[at] }));
  // npm run reference has written it there, when it was asked to.
  const hasReference = existsSync(join(output, "reference", "index.html"));
  writeAtomically(join(output, "index.html"), indexPage(listed, hasReference));
}
