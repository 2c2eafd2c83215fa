// README's picture, the eight sentences in notebooks/README.md, and notebooks/scoreboard.md with all claims, taken from what
// the course's notebooks show: `npm run notebooks -- --update` renews them, and a test holds the files to them.
import { readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { filesBelow, writeAtomically } from "./files.js";
import { root } from "./paths.js";
import { Problem } from "./problem.js";

const claimType = "application/vnd.normlab.claim+json";

/** The part of notebooks/README.md that is written here stands between two comments. */
const begin = "<!-- scoreboard: written by npm run notebooks -- --update -->";
const end = "<!-- end of the scoreboard -->";

export const signs = {
  holds: "✓",
  small: "◐",
  "no effect": "○",
  undecided: "?",
  fails: "✗",
  exact: "=",
};

/** The claims that a notebook shows, in its order. */
export function claimsOf(notebook) {
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

/** What a claim's row says of its effect and of its interval. */
export function figuresOf({ effect, unit, interval, n }) {
  return {
    measured: [digits(effect), unit].filter((part) => part !== "").join(" "),
    certainty: interval ? `${digits(interval[0])} to ${digits(interval[1])}, n = ${n}` : "exact",
  };
}

function row(claim, lesson) {
  const { statement, verdict } = claim;
  const { measured, certainty } = figuresOf(claim);
  const link = `[${basename(lesson, ".ipynb")}](${lesson})`;
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

/**
 * The article's sentences, a row for each: what was found in plain words, and the verdicts of the claims that measure it.
 * @param sentences { sentence, found, claims: ids }
 * @throws {Problem} when no lesson makes one of the claims
 */
export function sentenceTable(sentences, lessons) {
  const claims = new Map(
    lessons.flatMap(({ place, notebook }) =>
      claimsOf(notebook).map((claim) => [claim.id, { ...claim, lesson: place }]),
    ),
  );
  const rows = sentences.map(({ sentence, found, claims: ids }) => {
    const measured = ids.map((id) => {
      const claim = claims.get(id);
      if (!claim)
        throw new Problem(`notebooks/sentences.json names the claim "${id}", which no lesson makes.`);
      return claim;
    });
    const verdictsOfIt = [...new Set(measured.map(({ verdict }) => `${signs[verdict]} ${verdict}`))];
    const [{ lesson }] = measured;
    const link = `[lesson ${Number.parseInt(basename(lesson), 10)}](${lesson})`;
    return `| ${inCell(sentence)} | ${inCell(found)} | ${verdictsOfIt.join(", ")} | ${link} |`;
  });
  return ["| the article says | measured here | verdicts | |", "|---|---|---|---|", ...rows].join("\n");
}

/** notebooks/scoreboard.md */
export function scoreboardPage(lessons) {
  return `# All claims of the course

Written by \`npm run notebooks -- --update\` from what the lessons show. Each lesson says what was compared, and its cards say how the verdict
follows. **holds**: the interval is beyond what counts. **small**: there is an effect, maybe less than counts. **no effect**: whatever there is, it is less
than counts. **undecided**: the interval is too wide to say. **fails**: the contrary. **exact**: an identity.

${scoreboard(lessons)}
`;
}

/**
 * The course's README with another table of sentences.
 * @throws {Problem} when it lacks the two comments that the table stands between
 */
export function withScoreboard(readme, table) {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from)
    throw new Problem(
      `notebooks/README.md lacks the lines\n${begin}\n${end}\nbetween which its scoreboard stands.`,
    );
  const before = readme.slice(0, from + begin.length);
  return `${before}\n${table === "" ? "" : `\n${table}\n\n`}${readme.slice(to)}`;
}

/**
 * What a lesson is about and what it needs is said in the course's README, by whoever writes the lesson.
 * @throws {Problem} when a lesson has no row there under its own title
 */
export function checkLessonRows(readme, lessons) {
  for (const { place, notebook } of lessons) {
    const [title] = [notebook.cells[0].source].flat().join("").split("\n");
    if (!/^# \d+ · ./.test(title))
      throw new Problem(`${place} has to start with a heading such as "# 1 · Normalization".`);
    const row = `| [${inCell(title.slice(2))}](${place}) |`;
    if (!readme.includes(`\n${row}`))
      throw new Problem(
        `The table of lessons in notebooks/README.md lacks a row that starts with\n${row}\nWrite it: what the lesson asks, and which lessons it needs.`,
      );
  }
}

const course = join(root, "notebooks");

/** Lessons are numbered; other notebooks, such as the cheat sheet, make no claims of the course. */
const isLesson = (file) => /^\d\d-.*\.ipynb$/.test(basename(file));

function lessonsOfCourse() {
  return filesBelow(course, [".ipynb_checkpoints", "solutions"])
    .filter(isLesson)
    .map((file) => ({
      place: relative(course, file).split(sep).join("/"),
      notebook: JSON.parse(readFileSync(file, "utf8")),
    }));
}

const courseReadme = join(course, "README.md");

/** notebooks/README.md as it should be, from the lessons beside it. */
export function readmeFromCourse() {
  const lessons = lessonsOfCourse();
  const sentences = JSON.parse(readFileSync(join(course, "sentences.json"), "utf8"));
  const readme = readFileSync(courseReadme, "utf8");
  checkLessonRows(readme, lessons);
  return withScoreboard(readme, sentenceTable(sentences, lessons));
}

export const scoreboardFile = join(course, "scoreboard.md");

export const scoreboardFromCourse = () => scoreboardPage(lessonsOfCourse());

/** The picture on top of README.md: the figure of a lesson, by the words its title starts with. */
const picture = {
  file: join(root, "test", "pictures", "readme.svg"),
  lesson: "04-training-speed.ipynb",
  title: "Figure 1b",
};

/** @throws {Problem} when the lesson shows no such figure */
export function pictureFromCourse({ lesson, title } = picture) {
  const { cells } = JSON.parse(readFileSync(join(course, lesson), "utf8"));
  const figure = cells
    .flatMap((cell) => cell.outputs ?? [])
    .find(({ data }) => data?.["application/vnd.plotly.v1+json"]?.layout.title?.text.startsWith(title));
  if (!figure)
    throw new Problem(
      `${lesson} shows no figure whose title starts with "${title}", which README.md has as its picture: name another one in kernel/setup/scoreboard.js.`,
    );
  return [figure.data["image/svg+xml"]].flat().join("");
}

export function updateScoreboard() {
  writeAtomically(courseReadme, readmeFromCourse());
  writeAtomically(scoreboardFile, scoreboardFromCourse());
  writeAtomically(picture.file, pictureFromCourse());
}
