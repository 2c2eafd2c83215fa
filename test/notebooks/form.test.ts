// The form that all lessons have: 15 to 30 cells, three exercises, and claims at the end.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { type Cell, joined, readNotebook } from "./notebook.js";
import { root } from "./run.js";

const folder = join(root, "notebooks");
const lessons = readdirSync(folder).filter((file) => /^\d\d-.*\.ipynb$/.test(file));

const shows = (what: "check" | "claim", { outputs = [] }: Cell) =>
  outputs.some(({ data = {} }) => `application/vnd.normlab.${what}+json` in data);

describe("the form of the lessons", () => {
  it("is that of eleven", () => assert.lengthOf(lessons, 11));

  for (const file of lessons)
    it(`notebooks/${file}`, () => {
      const { cells } = readNotebook(join(folder, file));
      assert.isAtLeast(cells.length, 15, "too few cells");
      assert.isAtMost(cells.length, 30, "too many cells for 15 minutes");
      assert.lengthOf(
        cells.filter((cell) => shows("check", cell)),
        3,
        "exercises",
      );
      assert.isTrue(shows("claim", cells[cells.length - 1]), "the last cell shows the claims");
      const words = cells.map(({ source }) => joined(source)).join("\n");
      assert.match(
        words,
        /\*\*Predict\*\*|\bpredict\.(number|choice)\(/,
        "the reader is asked before being told",
      );
      assert.include(words, "SoulPage", "the article's publisher");
    });
});
