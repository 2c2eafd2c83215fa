// README's table of claims, taken from what the course's notebooks show: `npm run notebooks -- --update` renews it, and
// a test holds README to it.
import { readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { filesBelow, writeAtomically } from "./files.js";
import { root } from "./paths.js";
import { Problem } from "./problem.js";

const claimType = "application/vnd.normlab.claim+json";
const begin = "<!-- scoreboard: written by npm run notebooks -- --update -->";
const end = "<!-- end of the scoreboard -->";

const signs = { holds: "✓", partly: "◐", "not here": "○", fails: "✗" };

/** The claims that a notebook shows, in its order. */
function claimsOf(notebook) {
  return notebook.cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.data?.[claimType])
    .filter((claim) => claim !== undefined);
}

/** Three digits, as on the claim's card. */
function digits(value) {
  const size = Math.abs(value);
  const text = size >= 1e-3 && size < 100 ? value.toPrecision(3) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/** Text in a cell of a Markdown table. */
const inCell = (text) => text.replace(/[\\`*_[\]<>|]/g, "\\$&").replace(/\s+/g, " ");

function row({ statement, verdict, effect, unit, interval, n }, lesson) {
  const measured = [digits(effect), unit].filter((part) => part !== "").join(" ");
  const certainty = interval ? `${digits(interval[0])} to ${digits(interval[1])}, n = ${n}` : "exact";
  const link = `[${basename(lesson, ".ipynb")}](notebooks/${lesson})`;
  const cells = [inCell(statement), `${signs[verdict]} ${verdict}`, inCell(measured), certainty, link];
  return `| ${cells.join(" | ")} |`;
}

/**
 * The table in Markdown, a row for each claim.
 * @param lessons { place, notebook }: a notebook and its path below notebooks/
 * @throws {Problem} when two claims have the same id
 */
export function scoreboard(lessons) {
  const lessonOf = new Map();
  const rows = lessons.flatMap(({ place, notebook }) =>
    claimsOf(notebook).map((claim) => {
      const other = lessonOf.get(claim.id);
      if (other)
        throw new Problem(`${other} and ${place} both make the claim "${claim.id}": give one another id.`);
      lessonOf.set(claim.id, place);
      return row(claim, place);
    }),
  );
  if (rows.length === 0) return "";
  return ["| claim | verdict | measured | 95 % interval | lesson |", "|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

/** @throws {Problem} when the text lacks the two comments that the table stands between */
export function withScoreboard(readme, table) {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from)
    throw new Problem(`README.md lacks the lines\n${begin}\n${end}\nbetween which the claims are listed.`);
  return `${readme.slice(0, from + begin.length)}\n${table === "" ? "" : `\n${table}\n\n`}${readme.slice(to)}`;
}

/** README.md as it should be, from the notebooks in notebooks/. */
export function readmeFromCourse() {
  const course = join(root, "notebooks");
  const lessons = filesBelow(course, [".ipynb_checkpoints", "solutions"])
    .filter((file) => file.endsWith(".ipynb"))
    .map((file) => ({
      place: relative(course, file).split(sep).join("/"),
      notebook: JSON.parse(readFileSync(file, "utf8")),
    }));
  return withScoreboard(readFileSync(join(root, "README.md"), "utf8"), scoreboard(lessons));
}

export function updateReadme() {
  writeAtomically(join(root, "README.md"), readmeFromCourse());
}
