// The course's table of sentences and its list of claims say what the notebooks say, and every README links to what is there.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { assert } from "chai";
import type { ClaimRecord } from "../../src/index.js";
import { codeNotebook, type Notebook } from "./notebook.js";
import { root } from "./run.js";

interface Scoreboard {
  scoreboard(lessons: { place: string; notebook: Notebook }[]): string;
  sentenceTable(
    sentences: { sentence: string; found: string; claims: string[] }[],
    lessons: { place: string; notebook: Notebook }[],
  ): string;
  scoreboardFile: string;
  scoreboardFromCourse(): string;
  withScoreboard(readme: string, table: string): string;
  checkLessonRows(readme: string, lessons: { place: string; notebook: Notebook }[]): void;
  readmeFromCourse(): string;
  pictureFromCourse(figure?: { lesson: string; title: string }): string;
}

describe("the scoreboard of claims", () => {
  let module: Scoreboard;
  before(async () => {
    const file = join(root, "kernel", "setup", "scoreboard.js");
    module = (await import(pathToFileURL(file).href)) as Scoreboard;
  });

  /** A lesson that shows one claim with this id. */
  function lesson(place: string, id: string): { place: string; notebook: Notebook } {
    const record: ClaimRecord = {
      id,
      statement: "Training is faster | by <b>far</b>.",
      source: ["Ioffe & Szegedy 2015"],
      effect: -2.5,
      unit: "times fewer steps",
      interval: [-3, -2.1235],
      n: 12,
      verdict: "small",
      rule: "the interval is below 0",
      note: "",
      enough: -4,
      population: "seeds",
      newImages: null,
      rates: [],
      holm: null,
    };
    const notebook = codeNotebook(["claim"]);
    const data = { "application/vnd.normlab.claim+json": record };
    notebook.cells[0].outputs = [{ output_type: "display_data", data }];
    return { place, notebook };
  }

  it("in notebooks/README.md is the one that the notebooks give (npm run notebooks -- --update renews it)", () => {
    assert.equal(readFileSync(join(root, "notebooks", "README.md"), "utf8"), module.readmeFromCourse());
  });

  it("has all claims on a page of its own, which is the one that the notebooks give", () => {
    assert.equal(readFileSync(module.scoreboardFile, "utf8"), module.scoreboardFromCourse());
  });

  it("has a row for each sentence of the article, with the verdicts of its claims", () => {
    const lessons = [lesson("04-speed.ipynb", "faster")];
    const of = (claims: string[]) =>
      module.sentenceTable([{ sentence: "It is faster.", found: "Yes, | twice.", claims }], lessons);
    assert.equal(
      of(["faster"]).split("\n")[2],
      "| It is faster. | Yes, \\| twice. | ◐ small | [lesson 4](04-speed.ipynb) |",
    );
    assert.throws(() => of(["slower"]), /names the claim "slower", which no lesson makes/);
  });

  it("needs a row for each lesson, under its title", () => {
    const { place, notebook } = lesson("04-speed.ipynb", "faster");
    notebook.cells = [{ ...notebook.cells[0], cell_type: "markdown", source: ["# 4 · Speed\n", "text"] }];
    module.checkLessonRows("# Course\n| [4 · Speed](04-speed.ipynb) | how fast | 1 |", [{ place, notebook }]);
    assert.throws(
      () => module.checkLessonRows("| [4 · Haste](04-speed.ipynb) | how fast | 1 |", [{ place, notebook }]),
      /lacks a row that starts with\n\| \[4 · Speed\]\(04-speed\.ipynb\) \|/,
    );
    notebook.cells[0].source = ["Speed"];
    assert.throws(() => module.checkLessonRows("", [{ place, notebook }]), /has to start with a heading/);
  });

  it("is as true as README's picture, which a lesson shows", () => {
    const picture = readFileSync(join(root, "test", "pictures", "readme.svg"), "utf8");
    assert.equal(picture, module.pictureFromCourse());
    assert.include(readFileSync(join(root, "README.md"), "utf8"), "](test/pictures/readme.svg)");
    const missing = { lesson: "04-training-speed.ipynb", title: "No such figure" };
    assert.throws(
      () => module.pictureFromCourse(missing),
      /shows no figure whose title starts with "No such figure"/,
    );
  });

  for (const page of [
    "README.md",
    "kernel/README.md",
    "kernel/teaching.md",
    "src/README.md",
    "src/experiments/README.md",
    "notebooks/README.md",
  ])
    it(`is reached by links that lead to what is there: ${page}`, () => {
      const folder = dirname(page);
      const readme = readFileSync(join(root, page), "utf8");
      const links = Array.from(readme.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g), ([, link]) => link);
      const missing = links.filter((link) => !existsSync(join(root, folder, link)));
      assert.deepEqual(missing, []);
    });

  it("has a row for each claim, with effect, interval, n and verdict", () => {
    const [, , row] = module.scoreboard([lesson("04-speed.ipynb", "faster")]).split("\n");
    assert.equal(
      row,
      "| Training is faster \\| by \\<b\\>far\\</b\\>. | ◐ small | −2.50 times fewer steps | −3.00 to −2.12, n = 12 | [04-speed](04-speed.ipynb) |",
    );
  });

  it("takes the place of the old one, and nothing else", () => {
    const readme = module.withScoreboard(
      readFileSync(join(root, "notebooks", "README.md"), "utf8"),
      "| old |",
    );
    const renewed = module.withScoreboard(readme, "| new |");
    assert.equal(renewed, readme.replace("| old |", "| new |"));
    assert.throws(
      () => module.withScoreboard("# Without", "| new |"),
      /lacks the lines[\s\S]*its scoreboard stands/,
    );
  });

  it("refuses two claims with one id", () => {
    const twice = [lesson("01-a.ipynb", "same"), lesson("02-b.ipynb", "same")];
    assert.throws(() => module.scoreboard(twice), /01-a\.ipynb and 02-b\.ipynb both make the claim "same"/);
  });
});
