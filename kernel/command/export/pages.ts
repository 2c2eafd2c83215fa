// Notebooks as self-contained pages: for normlab export, for npm run notebooks -- --html, and for the website's lessons.
//
// nbconvert makes the page (kernel/jupyter/export.py and kernel/template/normlab); this file puts in what comes from
// JavaScript packages: formulas (KaTeX, drawn here, not in the browser), plotly.js, and the licences of both. A content
// security policy lets only these scripts run and nothing be fetched, whatever a notebook's outputs hold.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { escapeHtml } from "../../display/html.js";
import { writeWhole } from "../files.js";
import { Problem } from "../problem.js";
import { ofJupyter, runPython } from "../scripts.js";
import { drawFormula, type Formula, formulaStyles } from "./formulas.js";
import { address, description, policy } from "./html.js";
import { licenceOfKatex, licenceOfPlotly, licencesAsHtml, plotly } from "./libraries.js";

export interface Exported {
  /** The executed notebook. */
  readonly file: string;
  /** The one that it was made from: its folder holds the pictures that it shows. */
  readonly source: string;
  /** Its path below the output folder. */
  readonly place: string;
}

/** The places of a notebook and of its neighbours. */
export interface Neighbours {
  readonly place: string;
  readonly previous?: string;
  readonly next?: string;
}

export interface ExportOptions {
  readonly packageRoot: string;
  /** A Python that has nbconvert. */
  readonly python: string;
  readonly notebooks: readonly Exported[];
  readonly output: string;
  /** Is told, in a sentence, about what could not be drawn. */
  readonly complain: (message: string) => void;
  /** More links for the top of a page, as HTML; also of the page that lists the others, "index.html". */
  readonly links?: (neighbours: Neighbours) => string;
  /** The heading of the page that lists the others. */
  readonly heading?: string;
  /** A list of one page, too. */
  readonly listsOne?: boolean;
  /** plotly.js as a file that all pages share, by its path from `output`. Without it each page holds its own. */
  readonly sharedPlotly?: string;
}

export interface Written {
  /** Its path below the output folder. */
  readonly page: string;
  readonly title: string;
  readonly summary: string;
}

/** What export.py answers: a page, or why there is none. */
interface Answer {
  readonly mark: string;
  readonly pages: readonly (Page | { readonly refused: string })[];
}

interface Page {
  readonly title: string;
  readonly summary: string;
  readonly html: string;
  readonly headings: readonly { readonly id: string; readonly text: string }[];
}

/** A page's name for a notebook's. */
export const pageOf = (place: string) => place.replace(/\.ipynb$/i, ".html");

/** A notebook of this name is the start page itself; else a list of all is. */
const startPage = "index.html";

/** Fills nbconvert's page: every slot and formula is an element that carries the mark. */
function fill(
  html: string,
  mark: string,
  slots: Readonly<Record<string, string>>,
  complain: (message: string) => void,
): string {
  const formulas = new RegExp(`<span data-${mark}="([^"]*)">[^<]*</span>`, "g");
  return html
    .replace(formulas, (_all, request: string) =>
      drawFormula(JSON.parse(Buffer.from(request, "base64").toString()) as Formula, complain),
    )
    .replace(new RegExp(`<meta data-${mark}="(\\w+)"/>`, "g"), (_all, name: string) => slots[name] ?? "");
}

/** Where a page is longer than a screen: its sections. */
function contents({ headings }: Page): string {
  if (headings.length < 3) return "";
  const items = headings.map(
    ({ id, text }) => `<li><a href="#${encodeURIComponent(id)}">${escapeHtml(text)}</a></li>`,
  );
  return `<details class="contents"><summary>Contents</summary>\n<nav aria-label="Contents"><ol>\n${items.join("\n")}\n</ol></nav></details>`;
}

/** The path from a page to another, both by their places. */
const from = (place: string, to: string) =>
  address(posix.join(...relative(dirname(place), ".").split(sep), to.split(sep).join("/")));

function neighbourLinks({ place, previous, next }: Neighbours, hasStartPage: boolean): string[] {
  const links: [string | undefined, string][] = [
    [hasStartPage ? startPage : undefined, "All notebooks"],
    [previous === undefined ? undefined : pageOf(previous), "Previous"],
    [next === undefined ? undefined : pageOf(next), "Next"],
  ];
  return links.flatMap(([to, title]) =>
    to === undefined || to === pageOf(place) ? [] : [`<a href="${from(place, to)}">${title}</a>`],
  );
}

function listPage(
  entries: readonly (Page & { place: string })[],
  { packageRoot, output, heading = "Notebooks", links = () => "" }: ExportOptions,
): string {
  const items = entries.map(
    ({ title, summary, place }) =>
      `<li><a href="${address(pageOf(place))}">${escapeHtml(title)}</a>` +
      `${summary ? `<br><span class="summary">${escapeHtml(summary)}</span>` : ""}</li>`,
  );
  const more = links({ place: startPage });
  // npm run reference has written it there, when it was asked to.
  const hasReference = existsSync(join(output, "reference", "index.html"));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${policy([])}${description(entries.map(({ title }) => title).join(", "))}
<title>${escapeHtml(heading)}</title>
<style>${readFileSync(join(template(packageRoot), "style.css"), "utf8")}</style>
</head>
<body>
${more === "" ? "" : `<header><nav aria-label="Notebooks">${more}</nav></header>\n`}<main>
<h1>${escapeHtml(heading)}</h1>
<ul class="course">
${items.join("\n")}
</ul>
${hasReference ? '<p><a href="reference/index.html">API reference</a></p>\n' : ""}</main>
</body>
</html>
`;
}

const template = (packageRoot: string) => join(packageRoot, "kernel", "template", "normlab");

/**
 * Writes a page for each notebook, at its place below the output folder, and index.html, which lists them where they are more
 * than one and none of them is called so. All are made before the first is written.
 * @returns what was written: the list first, then the notebooks in their order
 * @throws {Problem} that names each file that is no notebook
 */
export async function exportPages(options: ExportOptions): Promise<readonly Written[]> {
  const { packageRoot, python, notebooks, output, complain, links = () => "", sharedPlotly } = options;
  const request = {
    template: dirname(template(packageRoot)),
    notebooks: notebooks.map(({ file, source }) => ({ file, folder: dirname(source) })),
  };
  const answer = await runPython(python, ofJupyter(packageRoot, "export.py"), request);
  const { mark, pages } = answer as Answer;
  const refused = pages.flatMap((page, at) =>
    "refused" in page ? [`${notebooks[at].source}: ${page.refused}`] : [],
  );
  if (refused.length > 0) throw new Problem(`${refused.join("\n")}\nNothing was written.`);

  const made = pages as readonly Page[];
  const places = notebooks.map(({ place }) => pageOf(place));
  const hasList = (made.length > 1 || options.listsOne === true) && !places.includes(startPage);
  const hasStartPage = hasList || places.includes(startPage);
  const figures = readFileSync(join(template(packageRoot), "figures.js"), "utf8");
  const policyOfFigures =
    sharedPlotly === undefined
      ? policy([plotly(packageRoot).code, figures])
      : policy([figures], { ofSite: true });
  const plotlyFor = (place: string) =>
    sharedPlotly === undefined
      ? `<script type="application/gzip" id="plotly">${plotly(packageRoot).packed}</script>`
      : `<script src="${from(place, sharedPlotly)}" id="plotly"></script>`;
  const texts = made.map((page, at): [string, string] => {
    const { place } = notebooks[at];
    const neighbours = { place, previous: notebooks[at - 1]?.place, next: notebooks[at + 1]?.place };
    const hasFormulas = page.html.includes(`<span data-${mark}=`);
    const hasFigures = page.html.includes("<figure ");
    const slots = {
      links: [...neighbourLinks(neighbours, hasStartPage), links(neighbours)].join(" "),
      contents: contents(page),
      policy: (hasFigures ? policyOfFigures : policy([])) + description(page.summary),
      styles: hasFormulas ? formulaStyles() : "",
      licences: licencesAsHtml([
        ...(hasFigures ? [licenceOfPlotly(packageRoot)] : []),
        ...(hasFormulas ? [licenceOfKatex()] : []),
      ]),
      scripts: hasFigures ? `${plotlyFor(place)}\n<script>${figures}</script>` : "",
    };
    return [pageOf(place), fill(page.html, mark, slots, (message) => complain(`${place}: ${message}`))];
  });
  const written = made.map(({ title, summary }, at) => ({ page: places[at], title, summary }));
  if (hasList) {
    const entries = made.map((page, at) => ({ ...page, place: notebooks[at].place }));
    texts.push([startPage, listPage(entries, options)]);
    written.unshift({ page: startPage, title: options.heading ?? "Notebooks", summary: "" });
  }
  for (const [place, text] of texts) {
    const file = join(output, place);
    mkdirSync(dirname(file), { recursive: true });
    writeWhole(file, (unfinished) => writeFileSync(unfinished, text));
  }
  return written;
}
