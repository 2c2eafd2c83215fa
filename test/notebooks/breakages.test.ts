// The comparison can fail: a true notebook passes, and each way of breaking it is told with notebook, cell and line.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { compareNotebooks } from "./compare.js";
import { codeNotebook, type Notebook, readNotebook } from "./notebook.js";
import { type Run, runNotebooks } from "./run.js";

const figure = `({ [Symbol.for("Jupyter.display")]: () => ({
  "application/vnd.plotly.v1+json": { data: [{ y: [1, 2] }], layout: {} },
  "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "text/plain": "Figure",
}) })`;
const sources = ["const x = 2;", 'console.log("one");\nconsole.log("two");', "x + 1", figure];

describe("a broken notebook", function () {
  this.timeout(120_000);
  let folder: string;
  let original: Notebook;
  /** The first execution of a true notebook and of three that fail. */
  let run: Run;

  const save = (name: string, notebook: Notebook) =>
    writeFileSync(join(folder, name), `${JSON.stringify(notebook, null, 1)}\n`);
  /** Compares the original, changed by `change`, with a re-execution that `changeExecuted` changed. */
  function compare(change: (notebook: Notebook) => void, changeExecuted?: (notebook: Notebook) => void) {
    const committed = structuredClone(original);
    change(committed);
    const executed = structuredClone(original);
    changeExecuted?.(executed);
    return compareNotebooks("broken.ipynb", JSON.stringify(committed, null, 1), executed);
  }
  const outputsOf = (notebook: Notebook, cell: number) => notebook.cells[cell - 1]?.outputs ?? [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "normlab-broken-"));
    save("true.ipynb", codeNotebook(sources));
    save("throws.ipynb", codeNotebook([...sources, 'const y = 1;\nthrow new TypeError("broken");', "x"]));
    save("types.ipynb", codeNotebook(['const words = "Cell [1], line 7";\nconst n: number = words;']));
    save("calls.ipynb", codeNotebook(["const f = () => {\n  throw new Error(`deep`);\n};", "1;\n2;\nf();"]));
    const files = ["true", "throws", "types", "calls"].map((name) => join(folder, `${name}.ipynb`));
    run = await runNotebooks([...files, "--output", join(folder, "first")]);
    assert.include(run.stdout, "true.ipynb: 4 cells", run.stderr);
    original = readNotebook(join(folder, "first", "true.ipynb"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is not seen in an untouched one, run again", async () => {
    const committed = join(folder, "first", "true.ipynb");
    const run = await runNotebooks([committed, "--output", join(folder, "second")]);
    assert.equal(run.exitCode, 0, run.stderr);
    const text = readFileSync(committed, "utf8");
    assert.equal(readFileSync(join(folder, "second", "true.ipynb"), "utf8"), text);
    assert.isEmpty(compareNotebooks("true.ipynb", text, readNotebook(committed)));
  });

  it("with a cell that throws ends the run, and names notebook, cell and line", () => {
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /throws\.ipynb, cell 5, line 2: TypeError: broken/);
    const partial = readNotebook(join(folder, "first", "throws.ipynb"));
    assert.deepEqual(outputsOf(partial, 2), outputsOf(original, 2));
    assert.equal(outputsOf(partial, 5)[0]?.ename, "TypeError");
    assert.isNull(partial.cells[5]?.execution_count);
  });

  it("with a cell whose types are wrong, or that calls what throws, names the line of that cell", () => {
    assert.match(run.stderr, /types\.ipynb, cell 1, line 2: TypeScriptError/);
    assert.match(run.stderr, /calls\.ipynb, cell 2, line 3: Error: deep/);
  });

  it("with a changed output is told, with the differing line", () => {
    const problems = compare((notebook) => {
      outputsOf(notebook, 2)[0].text = ["one\n", "twelve\n"];
    });
    assert.lengthOf(problems, 1);
    assert.match(
      problems[0],
      /^broken\.ipynb:\d+, cell 2, output 1, text, line 2: committed "twelve", re-executed "two"$/,
    );
    const line = Number(/:(\d+)/.exec(problems[0])?.[1]);
    const changed = structuredClone(original);
    outputsOf(changed, 2)[0].text = ["one\n", "twelve\n"];
    assert.include(JSON.stringify(changed, null, 1).split("\n")[line - 1], "twelve");
  });

  it("with one changed byte in a figure is told", () => {
    const problems = compare((notebook) => {
      const data = outputsOf(notebook, 4)[0].data ?? {};
      data["application/vnd.plotly.v1+json"] = { data: [{ y: [1, 3] }], layout: {} };
    });
    assert.match(problems.join("\n"), /cell 4, output 1, application\/vnd\.plotly\.v1\+json, line 6/);
  });

  it("with a deleted output is told", () => {
    const problems = compare((notebook) => outputsOf(notebook, 3).pop());
    assert.match(
      problems.join("\n"),
      /^broken\.ipynb:\d+, cell 3, output 1: re-execution shows text\/plain, the committed cell does not$/,
    );
  });

  it("whose figure is no longer drawn is told, also where only a tag expects it", () => {
    const lost = (notebook: Notebook) => outputsOf(notebook, 4).pop();
    const message = /^broken\.ipynb:\d+, cell 4: a figure is expected, and running the cell shows none$/;
    assert.match(compare(() => {}, lost).join("\n"), message);
    const tagged = (notebook: Notebook) => {
      lost(notebook);
      notebook.cells[3].metadata = { tags: ["figure"] };
    };
    assert.match(compare(tagged, lost).join("\n"), message);
  });

  it("with a cell that was never run is told", () => {
    const problems = compare((notebook) => {
      notebook.cells[0].execution_count = null;
    });
    assert.match(problems.join("\n"), /cell 1 has no execution count/);
  });
});

describe("npm run notebooks", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-notebooks-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const refused: [string, string[], RegExp][] = [
    ["a file that is not there", ["missing.ipynb"], /There is no file missing\.ipynb/],
    ["a file that is no notebook", ["LICENSE"], /LICENSE is not a notebook/],
    ["--update with --output", ["--update", "--output", "x"], /--output cannot be given/],
    ["an unknown option", ["--outptu", "x"], /--outptu/],
  ];
  for (const [what, args, message] of refused)
    it(`refuses ${what}`, async () => {
      const run = await runNotebooks(args);
      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, message);
      assert.notMatch(run.stderr, /\n\s+at /, "a stack is no help to the reader");
    });

  it("refuses JSON that is no notebook, an unknown kernel, and still runs and exports the others", async () => {
    const files = ["broken.ipynb", "kernel.ipynb", "good.ipynb"].map((name) => join(folder, name));
    writeFileSync(files[0], '{ "cells": 3 }');
    writeFileSync(files[1], JSON.stringify(codeNotebook(["1"], "unheard-of")));
    writeFileSync(files[2], JSON.stringify(codeNotebook(["1"])));
    const run = await runNotebooks([...files, "--html", "--output", join(folder, "out")]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /broken\.ipynb was not run: it holds no notebook/);
    assert.match(run.stderr, /kernel\.ipynb was not run: .*"?'unheard-of'/);
    assert.match(run.stdout, /good\.ipynb: 1 cells/);
    const pages = readdirSync(join(folder, "out")).filter((name) => name.endsWith(".html"));
    // One page needs no list.
    assert.sameMembers(pages, ["good.html"]);
  });

  it("refuses an output folder that would overwrite the notebook, and one that is a file", async () => {
    const file = join(folder, "own.ipynb");
    writeFileSync(file, JSON.stringify(codeNotebook(["1"])));
    const own = await runNotebooks([file, "--output", folder]);
    assert.equal(own.exitCode, 1);
    assert.match(own.stderr, /is the notebook itself/);
    const blocked = await runNotebooks([file, "--output", join(file, "below")]);
    assert.equal(blocked.exitCode, 1);
    assert.match(blocked.stderr, /cannot be written to/);
  });

  it("refuses to write back a notebook that is not the course's", async () => {
    const file = join(folder, "foreign.ipynb");
    writeFileSync(file, JSON.stringify(codeNotebook(["1"])));
    const run = await runNotebooks([file, "--update"]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /is not in notebooks\//);
  });

  it("refuses two notebooks that would be written to one place", async () => {
    const files = ["a", "b"].map((name) => join(folder, name, "same.ipynb"));
    for (const name of ["a", "b"]) mkdirSync(join(folder, name));
    for (const file of files) writeFileSync(file, JSON.stringify(codeNotebook(["1"])));
    const run = await runNotebooks([...files, "--output", join(folder, "out")]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /would both be written to/);
  });
});
