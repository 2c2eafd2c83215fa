// The course's committed outputs are true: every notebook is re-executed and held against what it shows.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { compareNotebooks } from "./compare.js";
import { readNotebook } from "./notebook.js";
import { type Run, root, runNotebooks } from "./run.js";

const course = join(root, "notebooks");
const notebooks = existsSync(course)
  ? readdirSync(course, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ipynb") && !file.includes(".ipynb_checkpoints"))
      .map((file) => file.replaceAll("\\", "/"))
      .sort()
  : [];

describe("the course, re-executed", function () {
  this.timeout(900_000);
  let output: string;
  let run: Run;

  before(async () => {
    output = mkdtempSync(join(tmpdir(), "normlab-course-"));
    if (notebooks.length > 0) run = await runNotebooks(["--output", output]);
  });
  after(() => rmSync(output, { recursive: true }));

  for (const file of notebooks) {
    const name = `notebooks/${file}`;
    it(name, () => {
      const failures = run.stderr.split("\n").filter((line) => line.startsWith(name));
      assert.isEmpty(failures, failures.join("\n"));
      const executed = join(output, file);
      assert.isTrue(existsSync(executed), `${name} was not executed:\n${run.stderr}`);
      const problems = compareNotebooks(
        name,
        readFileSync(join(course, file), "utf8"),
        readNotebook(executed),
      );
      const advice = "If the new outputs are right, npm run notebooks -- --update writes them back.";
      assert.isEmpty(problems, `\n${problems.join("\n")}\n${advice}\n`);
    });
  }
});
