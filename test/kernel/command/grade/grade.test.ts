// normlab grade on what students hand in: solved, untouched, renamed, broken, endless, hostile.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { csvRow } from "../../../../kernel/command/grade/csv.js";
import { packageRoot } from "../../../../kernel/command/package.js";
import { codeCell } from "../../../browser/fixtures.js";
import { type Cell, readNotebook } from "../../../notebooks/notebook.js";
import { python } from "../../../notebooks/run.js";
import { normlab } from "../program.js";

const exercises = ["01-22", "01-23", "01-24"];

/** The cells of lesson 1's exercises, as shipped or as solved, with what they need before them. */
function cellsOf(place: string): Cell[] {
  const { cells } = readNotebook(join(packageRoot, "notebooks", place));
  const chosen = cells
    .filter(
      ({ cell_type, source }) => cell_type === "code" && /^check\.\w+\(/m.test([source].flat().join("")),
    )
    .map((cell, index) => ({ ...cell, id: exercises[index] }));
  return [codeCell("import", 'import { check, notSolved } from "normlab";', []), ...chosen].map((cell) => ({
    ...cell,
    outputs: [],
    execution_count: null,
  }));
}

describe("normlab grade", function () {
  this.timeout(300_000);

  let folder: string;
  const at = (...names: string[]) => join(folder, ...names);
  const handIn = (place: string, cells: readonly Cell[], kernel = "normlab") => {
    mkdirSync(dirname(at(place)), { recursive: true });
    const kernelspec = { name: kernel, display_name: kernel, language: "typescript" };
    writeFileSync(
      at(place),
      JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }),
    );
  };
  const run = (...args: string[]) => normlab(["grade", ...args, "--python", python], folder);
  /** Submission, exercise's place or name, and status. */
  const rowsOf = (table: string) =>
    table
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) =>
        /^([^,]*),([^,]*),(.*?),(solved|not right yet|not solved yet|missing|failed),/.exec(row)?.slice(1, 5),
      );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab grade nö "));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("finds what is solved and what is not, whatever the file is called and whichever kernel it names", () => {
    handIn("anna/01-normalization.ipynb", cellsOf("solutions/01-normalization.ipynb"));
    handIn("ben/meine Lösung (2).ipynb", cellsOf("01-normalization.ipynb"), "tslab");
    const { status, stdout, stderr } = run("anna", "ben", "--keep", "executed");
    expect(stdout.split("\n")[0]).to.equal("submission,notebook,exercise,status,message");
    const rows = rowsOf(stdout);
    expect(rows.map((row) => row?.[0])).to.deep.equal(["anna", "anna", "anna", "ben", "ben", "ben"]);
    expect(rows.map((row) => row?.[3])).to.deep.equal([
      ...Array(3).fill("solved"),
      ...Array(3).fill("not solved yet"),
    ]);
    expect(stderr).to.contain("anna: 3 of 3 solved\n").and.to.contain("ben: 0 of 3 solved\n");
    expect(status).to.equal(1);
    expect(readNotebook(at("executed", "anna", "01-normalization.ipynb")).cells[1].outputs).to.have.length(1);
    expect(readdirSync(at("anna"))).to.deep.equal(["01-normalization.ipynb"]);
    expect(run("anna", "--output", "grades.csv")).to.include({ status: 0, stdout: "" });
    expect(rowsOf(readFileSync(at("grades.csv"), "utf8"))).to.have.length(3);
  });

  it("goes on behind an error and a loop that does not end, misses what was taken out, and changes nothing", () => {
    const [imports, first, second, third] = cellsOf("solutions/01-normalization.ipynb");
    const hostile =
      'import { writeFileSync, existsSync } from "node:fs";\nwriteFileSync("results/new.txt", "x"); writeFileSync("stays.txt", "x"); existsSync("results/04-speed-relu.jsonl")';
    handIn("cem/01-normalization.ipynb", [
      imports,
      codeCell("broken", 'throw new Error("=2+2")', []),
      codeCell("endless", "while (true) {}", []),
      first,
      codeCell("writes", hostile, []),
      { ...third, source: [third.source, "; noSuchName"].flat().join("") },
      { ...second, source: "// deleted" },
    ]);
    handIn("cem/solutions/01-normalization.ipynb", cellsOf("solutions/01-normalization.ipynb"));
    handIn("cem/notes.ipynb", [codeCell("own", "1 + 1", [])]);
    const { status, stdout } = run("cem", "--timeout", "15", "--keep", "executed");
    expect(rowsOf(stdout).map((row) => row?.[3])).to.deep.equal(["solved", "missing", "missing"]);
    expect(stdout).to.match(/,missing,No checker spoke of it\.\n/);
    expect(stdout).to.match(
      /,missing,.*its cell ended with TypeScriptError: TS2304: Cannot find name 'noSuchName'/,
    );
    expect(status).to.equal(1);
    expect(readdirSync(at("cem")).sort()).to.deep.equal([
      "01-normalization.ipynb",
      "notes.ipynb",
      "solutions",
    ]);
    const { cells } = readNotebook(at("executed", "cem", "01-normalization.ipynb"));
    expect(cells[4].outputs?.[0]?.data?.["text/plain"]).to.deep.equal(["true"]);
    expect(existsSync(join(packageRoot, "notebooks", "results", "new.txt"))).to.equal(false);
  });

  it("says of each notebook that could not be graded why", () => {
    const [imports, first] = cellsOf("solutions/01-normalization.ipynb");
    handIn("dora/ends.ipynb", [imports, codeCell("end", 'process.kill(process.pid, "SIGKILL")', []), first]);
    mkdirSync(at("emil"));
    mkdirSync(at("fay"));
    writeFileSync(at("fay", "broken.ipynb"), '{ "cells": [null] }');
    const { status, stdout } = run("dora", "emil", "fay");
    expect(rowsOf(stdout)).to.deep.include(["emil", "", "", "missing"]);
    expect(rowsOf(stdout)).to.deep.include(["fay", "broken.ipynb", "", "failed"]);
    expect(rowsOf(stdout)).to.deep.include(["dora", "ends.ipynb", "", "failed"]);
    expect(status).to.equal(1);
  });

  for (const [what, args, status, words] of [
    ["no folder", ["none"], 1, /^normlab: There is no folder .*none\.\n$/],
    ["a file", ["file"], 1, /^normlab: .*file is a file: name the folder that was handed in/],
    [
      "no time",
      [".", "--timeout", "soon"],
      2,
      /^normlab: --timeout takes seconds, such as 120, and soon are none\./,
    ],
  ] as const)
    it(`refuses ${what}`, () => {
      writeFileSync(at("file"), "");
      const said = run(...args);
      expect(said.stderr).to.match(words);
      expect(said.status).to.equal(status);
      expect(said.stdout).to.equal("");
    });

  it("writes fields that a spreadsheet takes as they are", () => {
    expect(csvRow(["a,b", 'say "x"', "=1+1", "two\nlines", "ö"])).to.equal(
      '"a,b","say ""x""",\'=1+1,"two\nlines",ö\n',
    );
  });
});
