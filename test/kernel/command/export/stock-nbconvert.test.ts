// What an exported page shows of outputs that anybody's kernel may have left: the same as nbconvert's own page of them does.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Random } from "../../../../src/base/random.js";
import { type Bundle, codeCell, markdownCell, saveNotebook, shown } from "../../../browser/fixtures.js";
import type { Output } from "../../../notebooks/notebook.js";
import { python } from "../../../notebooks/run.js";
import { normlab } from "../program.js";

/** A text of each type that a page can show, around a word that is nowhere else. */
const kinds: Record<string, (word: string) => unknown> = {
  "text/plain": (word) => `[ '${word}', <b>not bold</b> & so on ]`,
  "text/html": (word) => `<table><tr><td><b>${word}</b></td></tr></table>`,
  "text/markdown": (word) => `**${word}** and \`code\``,
  "text/latex": (word) => `$\\text{${word}}$`,
  "image/svg+xml": (word) =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>${word}</text></svg>`,
  "application/json": (word) => ({ [word]: 1 }),
  "application/x-nobody-knows": (word) => word,
};

describe("an exported page beside nbconvert's own", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-stock-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("shows the same of each output: streams, errors, and bundles of any types", () => {
    const random = new Random(1958);
    let words = 0;
    const word = () => `word${(words++).toString(36).padStart(3, "0")}q`;
    const colored = () => `\u001b[31m${word()}\u001b[0m <i>${word()}</i>\n`;
    const bundle = (): Bundle =>
      Object.fromEntries(
        Object.entries(kinds).flatMap(([type, make]) =>
          random.uniform() < 0.4 ? [[type, make(word())]] : [],
        ),
      );
    const outputs = (): Output[] => [
      shown(bundle()),
      { output_type: "execute_result", execution_count: 1, metadata: {}, data: bundle() },
      { output_type: "stream", name: random.uniform() < 0.5 ? "stdout" : "stderr", text: colored() },
      ...(random.uniform() < 0.3
        ? [{ output_type: "error" as const, ename: "Error", evalue: "x", traceback: [colored(), colored()] }]
        : []),
    ];
    const cells = Array.from({ length: 60 }, (_, index) => [
      markdownCell(`text-${index}`, `## ${word()}\n\n- ${word()} *${word()}*\n\n> ${word()}`),
      codeCell(`code-${index}`, `const ${word()} = "${word()}"; // <${word()}>`, outputs()),
    ]).flat();
    saveNotebook(join(folder, "any.ipynb"), cells);

    const stock = spawnSync(python, ["-m", "nbconvert", "--to", "html", "--output", "stock", "any.ipynb"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stock.status, stock.stderr).to.equal(0);
    const own = normlab(["export", "any.ipynb", "--output", "own", "--python", python], folder);
    expect(own.status, own.stderr).to.equal(0);
    // A picture of ours has the text beside it in its bundle as what stands for it where it cannot be seen.
    const wordsOf = (...path: string[]) =>
      new Set(
        readFileSync(join(folder, ...path), "utf8")
          .replaceAll(/ (?:alt|aria-label)="[^"]*"/g, "")
          .match(/word\w{3}q/g),
      );
    const [theirs, ours] = [wordsOf("stock.html"), wordsOf("own", "any.html")];
    expect(theirs.size).to.be.within(words / 2, words - 60);
    expect([...theirs].filter((each) => !ours.has(each))).to.deep.equal([]);
    expect([...ours].filter((each) => !theirs.has(each))).to.deep.equal([]);
  });
});
