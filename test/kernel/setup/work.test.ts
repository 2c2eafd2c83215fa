import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { setupModule } from "./modules.js";

interface Work {
  refreshCopy(from: string, to: string): string[];
}

describe("the reader's copy of the course", () => {
  let folder: string;
  let from: string;
  let to: string;
  let work: Work;
  const original = (text: string) => writeFileSync(join(from, "01.ipynb"), text);
  const copy = () => readFileSync(join(to, "01.ipynb"), "utf8");

  beforeEach(async () => {
    work = await setupModule<Work>("work.js");
    folder = mkdtempSync(join(tmpdir(), "normlab-work-"));
    from = join(folder, "notebooks");
    to = join(folder, "work");
    mkdirSync(from);
    original("one");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is made where there is none", () => {
    expect(work.refreshCopy(from, to)).to.deep.equal([]);
    expect(copy()).to.equal("one");
  });

  it("follows the original while the reader has not touched it", () => {
    work.refreshCopy(from, to);
    original("two");
    expect(work.refreshCopy(from, to)).to.deep.equal([]);
    expect(copy()).to.equal("two");
  });

  it("is never overwritten once the reader edited it, and says so when the original moved on", () => {
    work.refreshCopy(from, to);
    writeFileSync(join(to, "01.ipynb"), "mine");
    expect(work.refreshCopy(from, to)).to.deep.equal([]);
    original("two");
    expect(work.refreshCopy(from, to)).to.deep.equal(["01.ipynb"]);
    expect(copy()).to.equal("mine");
  });

  it("does not overwrite a file that was there before the first copy", () => {
    mkdirSync(to);
    writeFileSync(join(to, "01.ipynb"), "mine");
    expect(work.refreshCopy(from, to)).to.deep.equal(["01.ipynb"]);
    expect(copy()).to.equal("mine");
  });
});
