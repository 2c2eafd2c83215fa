// The site's own pages: start, playground, lessons, scoreboard. Each has the strictest content security policy that it works
// with: scripts, styles and connections of this site alone, no code from text, nothing from elsewhere. Loaded after a build: the
// lessons' pages are made by what normlab export runs.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { address } from "../../dist/kernel/command/export/html.js";
import { exportPages } from "../../dist/kernel/command/export/pages.js";
import { escapeHtml as escaped } from "../../dist/kernel/display/html.js";
import { filesBelow, hashOf, readIfThere } from "./files.js";
import { packSite } from "./pack.js";
import { root, venvProgram } from "./paths.js";
import { claimsOf, figuresOf, signs } from "./scoreboard.js";
import { runsInPage } from "./site-notebooks.js";

/** A page starts workers that are files of the site; these compile WebAssembly. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const menu = [
  ["index.html", "Start"],
  ["playground.html", "Playground"],
  ["lessons/index.html", "Lessons"],
  ["scoreboard.html", "Scoreboard"],
  ["lite/repl/index.html?kernel=normlab&amp;toolbar=1", "REPL"],
];

function navigation(current, entries) {
  const items = entries.map(
    ([address, title]) =>
      `<a href="${address}"${address === current ? ' aria-current="page"' : ""}>${title}</a>`,
  );
  return `<header><nav aria-label="Site">${items.join("\n")}</nav></header>`;
}

function page({ file, title, description, body, assets, menu, scripts = [] }) {
  const tags = scripts.map((script) => `<script type="module" src="${assets}/${script}"></script>`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="description" content="${escaped(description)}">
<title>${escaped(title)}</title>
<link rel="icon" href="${assets}/icon.svg">
<link rel="stylesheet" href="${assets}/uplot.css">
<link rel="stylesheet" href="${assets}/site.css">
</head>
<body>
${navigation(file, menu)}
<main>
${body}
</main>
<footer>
<p>normlab: batch normalization, taught by running it. MIT licence. This site sets no cookies, counts nobody, and asks no other host for anything.</p>
</footer>
<script src="offline.js"></script>
${tags.join("\n")}
</body>
</html>
`;
}

const surfaces = ["plain", "normalized"]
  .map(
    (name) => `<figure>
<h3 class="${name}">${name === "plain" ? "Plain" : "Normalized"}: <span id="accuracy-${name}">…</span></h3>
<canvas class="surface" id="surface-${name}" width="440" height="440" role="img" aria-label="What the ${name} network decides"></canvas>
</figure>`,
  )
  .join("\n");

const lossChart = `<figure><h3>Loss, by step</h3><div id="loss" role="img" aria-label="The loss of both networks over the steps"></div></figure>`;

const placeOf = (assets, lite) =>
  `id="playground" data-module="${lite}/module/index.js" data-worker="${assets}/trainer.js"`;

/** The claims of all lessons, each with the page of its lesson. */
const claimsOfAll = (lessons) =>
  lessons.flatMap(({ place, notebook }) =>
    claimsOf(notebook).map((claim) => ({
      ...claim,
      lesson: `lessons/${place.replace(/\.ipynb$/, ".html")}`,
    })),
  );

const verdictOf = ({ verdict }) => `${signs[verdict] ?? ""} ${escaped(verdict)}`;

function claimTable(lessons) {
  const rows = claimsOfAll(lessons).map((claim) => {
    const { measured, certainty } = figuresOf(claim);
    const { statement, lesson } = claim;
    return `<tr><td>${escaped(statement)}</td><td class="verdict">${verdictOf(claim)}</td><td>${escaped(measured)}</td><td>${escaped(certainty)}</td><td><a href="${lesson}">${escaped(basename(lesson, ".html"))}</a></td></tr>`;
  });
  return `<div class="table"><table>
<thead><tr><th scope="col">Claim</th><th scope="col">Verdict</th><th scope="col">Measured</th><th scope="col">95 % interval</th><th scope="col">Lesson</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

/** The article's sentences, what was found, and the verdicts of the claims that measure it. */
function sentenceTable(lessons, sentences) {
  const claims = claimsOfAll(lessons);
  const rows = JSON.parse(sentences).map(({ sentence, found, claims: ids }) => {
    const measured = claims.filter(({ id }) => ids.includes(id));
    const verdicts = measured.map((claim) => `<a href="${claim.lesson}">${verdictOf(claim)}</a>`);
    return `<tr><td>${escaped(sentence)}</td><td>${escaped(found)}</td><td class="verdict">${verdicts.join("<br>")}</td></tr>`;
  });
  return `<div class="table"><table><thead><tr><th scope="col">The article says</th><th scope="col">Measured here</th><th scope="col">Verdicts</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

/** Where a notebook opens, with the kernel. */
const inLite = (place) => `lite/lab/index.html?path=${encodeURIComponent(place)}`;

/** Of a teacher's folder: its notebooks, to read and to run. */
function folderPage({ assets, title, lessons, pages, menu }) {
  const items = pages.map(({ page: place, title: name, summary }, at) => {
    const { place: notebook, notebook: content } = lessons[at];
    const read = `<a href="lessons/${address(place)}">${escaped(name)}</a>`;
    const run = runsInPage(content) ? ` <a href="${inLite(notebook)}">Run it here</a>` : "";
    return `<li>${read}${run}${summary ? `<br><span class="soft">${escaped(summary)}</span>` : ""}</li>`;
  });
  return page({
    file: "index.html",
    title,
    description: `${title}: ${pages.length} notebooks to read, and to run in your browser.`,
    assets,
    menu,
    body: `<h1>${escaped(title)}</h1>
<p class="lead">Notebooks to read, and to run: cells of TypeScript are checked and run in this page, with nothing to install, also offline after the first visit.</p>
<ul>
${items.join("\n")}
</ul>`,
  });
}

function startPage(context) {
  const { assets, lite, lessons, first, sentences, menu } = context;
  if (sentences === undefined) return folderPage(context);
  const run = first ? `<a class="button" href="${inLite(first)}">Run the first lesson</a>` : "";
  return page({
    file: "index.html",
    title: "normlab: batch normalization, by running it",
    description:
      "What batch normalization does, shown by training networks in your browser: a playground, lessons as notebooks with checked TypeScript cells, and a verdict on each sentence of the article.",
    assets,
    menu,
    scripts: ["playground.js"],
    body: `<h1>Batch normalization, by running it</h1>
<p class="lead">Two networks start from the same weights and see the same batches. One has batch normalization between its layers. They train now, in this page:</p>
<div ${placeOf(assets, lite)}>
<div class="pair">
${surfaces}
${lossChart}
</div>
<p id="happened" aria-live="off">…</p>
</div>
<div class="actions">
<a class="button first" href="playground.html">Change everything in the playground</a>
${run}
<a class="button" href="lessons/index.html">Read the lessons</a>
</div>
<h2>What the article says, and what holds here</h2>
<p>The lessons measure the sentences of Ioffe and Szegedy (2015) over many seeds. A rule that stood before any result gives each its verdict.</p>
${sentenceTable(lessons, sentences)}
<h2>On your own machine</h2>
<p>The lessons are Jupyter notebooks with TypeScript cells: checked as you run them, stopped when you want, drawn by Plotly. In a clone of the repository, with Node.js and Python:</p>
<pre>npm start   # opens the course in JupyterLab
npm test    # every check, every notebook re-executed</pre>
<p>Nothing needs to be installed to try it: <a href="lite/lab/index.html">the whole course runs in this site</a>, also offline after the first visit. A snippet of your own: <a href="lite/repl/index.html?kernel=normlab&amp;toolbar=1">the REPL</a>; <code>?kernel=normlab&amp;code=…</code> in its address runs one.</p>`,
  });
}

const choice = (name, title, values) =>
  `<label>${title}<select name="${name}">${values.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")}</select></label>`;
const number = (name, title, attributes) =>
  `<label>${title}<input name="${name}" type="number" ${attributes}></label>`;

function playgroundPage({ assets, lite, menu }) {
  const controls = [
    choice("data", "Data", [
      ["moons", "moons"],
      ["spirals", "spirals"],
      ["digits", "digits"],
    ]),
    number("depth", "Hidden layers", 'min="1" max="12" step="1"'),
    number("width", "Units of each", 'min="2" max="64" step="1"'),
    choice("activation", "Activation", [
      ["relu", "ReLU"],
      ["sigmoid", "sigmoid"],
      ["tanh", "tanh"],
    ]),
    choice("norm", "Norm", [
      ["batch", "batch norm"],
      ["layer", "layer norm"],
    ]),
    choice("place", "Norm and activation", [
      ["before", "norm first"],
      ["after", "norm last"],
    ]),
    number("rate", "Learning rate", 'min="0.0001" max="100" step="any"'),
    number("scale", "Scale of the start", 'min="0.01" max="100" step="any"'),
    number("batch", "Batch size", 'min="2" max="256" step="1"'),
    number("seed", "Seed", 'min="0" max="999999" step="1"'),
    choice("mode", "The surface in", [
      ["eval", "eval mode"],
      ["train", "training mode"],
    ]),
  ];
  return page({
    file: "playground.html",
    title: "Playground: batch normalization",
    description:
      "Train a plain and a normalized network side by side in your browser: depth, width, activation, rate, batch size; decision surface, loss, distributions, gradients. Each link gives the same bits.",
    assets,
    menu,
    scripts: ["playground.js"],
    body: `<h1>Playground</h1>
<p>Both networks start from the same weights and see the same batches. The second one has the norm. They are trained by normlab's own kernels, in a worker of this page.</p>
<form class="settings" id="settings" autocomplete="off">
${controls.join("\n")}
</form>
<div class="actions">
<button class="first" id="play" type="button">Play</button>
<button id="step" type="button">Step</button>
<button id="replay" type="button">Replay</button>
<button id="reset" type="button">Reset</button>
<button id="copy" type="button">Copy link</button><span id="copied" role="status"></span>
</div>
<p class="state soft"><span>Step <b id="steps">0</b></span><span id="speed">paused</span><span>Hash of all weights: <code id="hash">…</code></span></p>
<p id="happened" role="status">…</p>
<div ${placeOf(assets, lite)}>
<div class="pair">
${surfaces}
</div>
<div class="charts">
${lossChart}
<figure><h3>Pre-activations, by layer</h3><div id="activations" role="img" aria-label="5th, 50th and 95th percentile of each layer's pre-activations"></div></figure>
<figure><h3>Gradients, by layer</h3><div id="gradients" role="img" aria-label="The norm of the gradient of each layer's weights"></div></figure>
<figure><h3>Running means (line) and the batch's (dots)</h3><div id="statistics" role="img" aria-label="The first batch norm's running means, and those of the training examples"></div></figure>
</div>
</div>
<p class="soft">Keys: space plays and pauses, s makes one step, r resets. The address holds the whole state: who opens it trains to the same step and sees the same hash. Digits have 64 features: their surface is the plane through a 0, a 1 and an 8.</p>`,
  });
}

function scoreboardPage({ assets, lessons, menu }) {
  return page({
    file: "scoreboard.html",
    title: "Scoreboard: what holds of the article's sentences",
    description:
      "Each claim of the course with its effect, its interval over seeds, and a verdict by a rule that stood before the results.",
    assets,
    menu,
    body: `<h1>Scoreboard</h1>
<p>${Object.entries(signs)
      .map(([verdict, sign]) => `${sign} ${verdict}`)
      .join(
        ", ",
      )}. Each lesson measures its claims over seeds; the thresholds of the verdicts stand in the specs of the experiments, beside the results.</p>
${claimTable(lessons)}`,
  });
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#2166ac"/><path d="M4 24c7 0 8-16 12-16s5 16 12 16" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;

/** Assets of the pages, in a folder named after their content. */
async function writeAssets(output) {
  const staging = join(output, "site-assets");
  await packSite(staging);
  const require = createRequire(import.meta.url);
  cpSync(
    join(dirname(require.resolve("uplot/package.json")), "dist", "uPlot.min.css"),
    join(staging, "uplot.css"),
  );
  cpSync(join(root, "kernel", "browser", "site", "site.css"), join(staging, "site.css"));
  writeFileSync(join(staging, "icon.svg"), icon);
  const name = `normlab-${hashOf(...filesBelow(staging).map((file) => readFileSync(file))).slice(0, 12)}`;
  cpSync(staging, join(output, name), { recursive: true });
  cpSync(join(staging, "offline.js"), join(output, "offline.js"));
  rmSync(staging, { recursive: true });
  return name;
}

/**
 * Writes the pages into `output`.
 * @param notebooks a folder as site-notebooks.js reads it
 * @param lite the folder of the worker, the module and plotly.js, in lite/
 */
export async function writePages(output, notebooks, lite) {
  mkdirSync(output, { recursive: true });
  const assets = await writeAssets(output);
  const { lessons, title } = notebooks;
  const links = ({ place }) => {
    const up = "../".repeat(place.split("/").length);
    const lesson = lessons.find((each) => each.place === place);
    const run = `<a href="${up}${inLite(place)}">Run this lesson here</a> `;
    const runs = lesson !== undefined && runsInPage(lesson.notebook);
    return `${runs ? run : ""}<a href="${up}index.html">Start page</a>`;
  };
  const written = await exportPages({
    packageRoot: root,
    python: venvProgram("python"),
    notebooks: lessons,
    output: join(output, "lessons"),
    complain: (message) => console.error(message),
    links,
    heading: "Lessons",
    listsOne: true,
    sharedPlotly: `../lite/${lite}/plotly.js`,
  });
  const context = {
    assets,
    lite: `lite/${lite}`,
    lessons,
    title,
    pages: written.slice(-lessons.length),
    first: lessons.find(({ notebook }) => runsInPage(notebook))?.place,
    sentences: readIfThere(join(notebooks.folder, "sentences.json")),
    menu: claimsOfAll(lessons).length > 0 ? menu : menu.filter(([file]) => file !== "scoreboard.html"),
  };
  writeFileSync(join(output, "index.html"), startPage(context));
  writeFileSync(join(output, "playground.html"), playgroundPage(context));
  if (context.menu === menu) writeFileSync(join(output, "scoreboard.html"), scoreboardPage(context));
}
