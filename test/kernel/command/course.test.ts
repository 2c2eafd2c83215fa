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
import { join } from "node:path";
import { expect } from "chai";
import { copyCourse } from "../../../kernel/command/course.js";

describe("normlab new", () => {
  let folder: string;
  let from: string;
  let to: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab neü "));
    from = join(folder, "notebooks");
    to = join(folder, "my", "course");
    mkdirSync(join(from, "results"), { recursive: true });
    mkdirSync(join(from, ".ipynb_checkpoints"));
    writeFileSync(join(from, ".ipynb_checkpoints", "01.ipynb"), "older");
    writeFileSync(join(from, "01.ipynb"), "one");
    writeFileSync(join(from, "results", "01.jsonl"), "{}");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("copies all files, and none that Jupyter or a copy that was cut off leaves", () => {
    expect(copyCourse(from, to)).to.deep.equal({
      folder: to,
      copied: ["01.ipynb", join("results", "01.jsonl")],
      kept: [],
    });
    expect(readdirSync(to).sort()).to.deep.equal(["01.ipynb", "results"]);
    expect(readFileSync(join(to, "01.ipynb"), "utf8")).to.equal("one");
  });

  it("never overwrites: it names what it left, and copies the rest", () => {
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, "01.ipynb"), "mine");
    const { copied, kept } = copyCourse(from, to);
    expect(kept).to.deep.equal(["01.ipynb"]);
    expect(copied).to.deep.equal([join("results", "01.jsonl")]);
    expect(readFileSync(join(to, "01.ipynb"), "utf8")).to.equal("mine");
    expect(copyCourse(from, to).copied).to.deep.equal([]);
  });

  it("says that the folder is a file", () => {
    writeFileSync(join(folder, "taken"), "");
    expect(() => copyCourse(from, join(folder, "taken"))).to.throw(/taken is a file: name a folder/);
    expect(() => copyCourse(from, join(folder, "taken", "below"))).to.throw(/a part of the path is a file/);
    expect(existsSync(join(folder, "taken"))).to.equal(true);
  });
});
