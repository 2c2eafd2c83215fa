// normlab export, as somebody without a checkout runs it: the command, on notebooks of their own.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { codeCell, markdownCell, saveNotebook, shown } from "../../../browser/fixtures.js";
import { python } from "../../../notebooks/run.js";
import { normlab } from "../program.js";

describe("normlab export", function () {
  this.timeout(120_000);

  let folder: string;
  const at = (...names: string[]) => join(folder, ...names);
  const notebook = (place: string, title: string, more: string[] = []) => {
    mkdirSync(join(at(place), ".."), { recursive: true });
    const cells = [title, ...more].map((text, index) => markdownCell(`text-${index}`, text));
    saveNotebook(at(place), [...cells, codeCell("code", "1 + 1", [shown({ "text/plain": "2" })])]);
  };
  function run(...args: string[]): { status: number | null; said: string } {
    const { status, stdout, stderr } = normlab(["export", ...args, "--python", python], folder);
    return { status, said: stdout + stderr };
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab expört "));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("makes a page of each, a list of them, links between neighbours, and a page's contents", () => {
    notebook("eins.ipynb", "# Eins & zwei", ["## First\n\ntext", "## Second `code`", "## Third <b>one</b>"]);
    notebook("teil/größe 2.ipynb", "# Größe", ["Back to [one](../eins.ipynb)."]);
    const { status, said } = run("eins.ipynb", "teil/größe 2.ipynb", "eins.ipynb", "--output", "seiten");
    expect(said).to.match(/^2 pages written to .*seiten: open seiten\/index\.html in a browser\.\n$/);
    expect(status).to.equal(0);
    expect(readdirSync(at("seiten")).sort()).to.deep.equal(["eins.html", "größe 2.html", "index.html"]);
    const list = readFileSync(at("seiten", "index.html"), "utf8");
    expect(list)
      .to.contain('<a href="eins.html">Eins &amp; zwei</a>')
      .and.to.contain("gr%C3%B6%C3%9Fe%202.html");
    const first = readFileSync(at("seiten", "eins.html"), "utf8");
    expect(first).to.contain('<a href="gr%C3%B6%C3%9Fe%202.html">Next</a>').and.not.to.contain("Previous");
    const sections = Array.from(first.matchAll(/<li><a href="#([^"]*)">([^<]*)</g), ([, id, text]) => [
      id,
      text,
    ]);
    expect(sections.map(([, text]) => text)).to.deep.equal(["First", "Second code", "Third one"]);
    for (const [id] of sections) expect(first).to.contain(` id="${decodeURIComponent(id)}"`);
    const second = readFileSync(at("seiten", "größe 2.html"), "utf8");
    expect(second).to.contain('<a href="eins.html">Previous</a>').and.not.to.contain('class="contents"');
  });

  it("makes one page of one, without a list, and renews what it made", () => {
    notebook("one.ipynb", "# Old");
    expect(run("one.ipynb", "--output", ".").status).to.equal(0);
    notebook("one.ipynb", "# New");
    expect(run("one.ipynb", "--output", ".").status).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(["one.html", "one.ipynb"]);
    expect(readFileSync(at("one.html"), "utf8")).to.contain("<title>New</title>");
  });

  it("lets a notebook named index be the start page", () => {
    notebook("index.ipynb", "# Start");
    notebook("other.ipynb", "# Other");
    expect(run("index.ipynb", "other.ipynb", "--output", "out").status).to.equal(0);
    expect(readFileSync(at("out", "index.html"), "utf8")).to.contain("<title>Start</title>");
    expect(readFileSync(at("out", "other.html"), "utf8")).to.contain(
      '<a href="index.html">All notebooks</a>',
    );
  });

  it("takes what others made: format 3, no ids, another language, no outputs", () => {
    writeFileSync(
      at("old.ipynb"),
      JSON.stringify({
        nbformat: 3,
        nbformat_minor: 0,
        metadata: { name: "" },
        worksheets: [
          {
            cells: [
              { cell_type: "heading", level: 1, source: "Old", metadata: {} },
              { cell_type: "code", language: "python", input: "print(1)", outputs: [], collapsed: false },
            ],
          },
        ],
      }),
    );
    const code = (source: string) => ({
      cell_type: "code",
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    });
    writeFileSync(
      at("python.ipynb"),
      `\uFEFF${JSON.stringify({
        nbformat: 4,
        nbformat_minor: 2,
        metadata: {
          kernelspec: { name: "python3", display_name: "Python 3" },
          language_info: { name: "python" },
        },
        cells: [code("def f(): pass"), code("f()")],
      })}`,
    );
    const { status, said } = run("old.ipynb", "python.ipynb", "--output", "out");
    expect(said).to.match(/^2 pages/);
    expect(status).to.equal(0);
    expect(readFileSync(at("out", "old.html"), "utf8")).to.contain("<title>Old</title>");
    expect(readFileSync(at("out", "python.html"), "utf8"))
      .to.contain('<span class="k">def</span>')
      .and.to.contain('id="cell-cell-2"');
  });

  it("says what is wrong, of each file, and writes nothing", () => {
    notebook("good.ipynb", "# Good");
    writeFileSync(at("text.ipynb"), "no JSON");
    writeFileSync(at("binary.ipynb"), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(at("json.ipynb"), '{ "a": 1 }');
    writeFileSync(at("cells.ipynb"), '{ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7 }');
    const { status, said } = run(
      "good.ipynb",
      "text.ipynb",
      "binary.ipynb",
      "json.ipynb",
      "cells.ipynb",
      "--output",
      "out",
    );
    expect(said).to.match(/text\.ipynb: it is not a notebook, which is JSON in UTF-8\.\n/);
    expect(said).to.match(/binary\.ipynb: it is not a notebook, which is JSON in UTF-8\.\n/);
    expect(said).to.match(
      /json\.ipynb: it cannot be read as a notebook \(.+\)\. Open it in Jupyter and save it again\.\n/,
    );
    expect(said).to.match(/cells\.ipynb: it cannot be read as a notebook \(.+\)/);
    expect(said)
      .to.match(/\nNothing was written\.\n$/)
      .and.not.to.contain("good.ipynb")
      .and.not.to.contain("Traceback");
    expect(status).to.equal(1);
    expect(readdirSync(at("out"))).to.deep.equal([]);
  });

  for (const [what, files, words] of [
    ["no file", ["none.ipynb"], /^normlab: There is no file none\.ipynb\.\n$/],
    [
      "a folder",
      ["part"],
      /^normlab: part is a folder: name the notebooks in it, such as part\/\*\.ipynb\.\n$/,
    ],
    [
      "no notebook",
      ["notes.txt"],
      /^normlab: notes\.txt is not a notebook: a file that ends in \.ipynb is needed\.\n$/,
    ],
    [
      "two of one name",
      ["a.ipynb", "part/A.ipynb"],
      /a\.ipynb and .*A\.ipynb would both become A\.html: rename one, or export them to two folders/,
    ],
  ] as const)
    it(`refuses ${what}`, () => {
      notebook("a.ipynb", "# A");
      notebook("part/A.ipynb", "# A");
      writeFileSync(at("notes.txt"), "");
      const { status, said } = run(...files, "--output", "out");
      expect(said).to.match(words);
      expect(status).to.equal(1);
      expect(existsSync(at("out"))).to.equal(false);
    });

  it("refuses a folder that is a file, may not be written, or holds another's page", () => {
    notebook("a.ipynb", "# A");
    writeFileSync(at("file"), "mine");
    expect(run("a.ipynb", "--output", "file").said).to.equal(
      "normlab: file is a file: name a folder for the pages, new or not.\n",
    );
    expect(run("a.ipynb", "--output", "file/below").said).to.match(
      /cannot be written to file\/below: a part of the path is a file/,
    );
    mkdirSync(at("theirs"));
    writeFileSync(at("theirs", "a.html"), "<title>mine</title>");
    const { status, said } = run("a.ipynb", "--output", "theirs");
    expect(said).to.match(/theirs\/a\.html is there already and was not made by normlab: it stays as it is/);
    expect(status).to.equal(1);
    expect(readFileSync(at("theirs", "a.html"), "utf8")).to.equal("<title>mine</title>");
  });

  it("asks for --output, and for a Jupyter where there is none", function () {
    notebook("a.ipynb", "# A");
    expect(run("a.ipynb")).to.deep.equal({
      status: 2,
      said: "normlab: export needs --output DIR.\nnormlab export --help says what there is.\n",
    });
    if (process.platform === "win32") this.skip();
    const bare = at("bare");
    writeFileSync(bare, `#!/bin/sh\nexec "${python}" -S "$@"\n`);
    chmodSync(bare, 0o755);
    const { status, stderr } = normlab(["export", "a.ipynb", "--output", "out", "--python", bare], folder);
    expect(stderr).to.match(
      /has no nbconvert, which belongs to Jupyter: install it \(.* -m pip install jupyterlab\), or name another Python/,
    );
    expect(status).to.equal(1);
  });
});
