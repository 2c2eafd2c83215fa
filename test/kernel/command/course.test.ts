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
      copied: ["01.ipynb", join("results", "01.jsonl"), "package.json"],
      kept: [],
    });
    expect(readdirSync(to).sort()).to.deep.equal(["01.ipynb", "package.json", "results"]);
    expect(readFileSync(join(to, "01.ipynb"), "utf8")).to.equal("one");
  });

  it("never overwrites: it names what it left, and copies the rest", () => {
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, "01.ipynb"), "mine");
    const { copied, kept } = copyCourse(from, to);
    expect(kept).to.deep.equal(["01.ipynb"]);
    expect(copied).to.deep.equal([join("results", "01.jsonl"), "package.json"]);
    expect(readFileSync(join(to, "01.ipynb"), "utf8")).to.equal("mine");
    expect(copyCourse(from, to).copied).to.deep.equal([]);
  });

  it("leaves the solutions out for a class", () => {
    mkdirSync(join(from, "solutions"));
    writeFileSync(join(from, "solutions", "01.ipynb"), "solved");
    expect(copyCourse(from, to, { withoutSolutions: true }).copied).not.to.include(
      join("solutions", "01.ipynb"),
    );
    expect(existsSync(join(to, "solutions"))).to.equal(false);
    expect(copyCourse(from, to).copied).to.deep.equal([join("solutions", "01.ipynb")]);
  });

  it("gives the folder a package.json of its own, which takes what its reader installs", () => {
    copyCourse(from, to);
    const { private: isPrivate, name } = JSON.parse(readFileSync(join(to, "package.json"), "utf8"));
    expect({ isPrivate, name }).to.deep.equal({ isPrivate: true, name: undefined });
    writeFileSync(join(to, "package.json"), "{}");
    expect(copyCourse(from, to).kept).to.deep.equal(["package.json"]);
  });

  it("says that the folder is a file", () => {
    writeFileSync(join(folder, "taken"), "");
    expect(() => copyCourse(from, join(folder, "taken"))).to.throw(/taken is a file: name a folder/);
    expect(() => copyCourse(from, join(folder, "taken", "below"))).to.throw(/a part of the path is a file/);
    expect(existsSync(join(folder, "taken"))).to.equal(true);
  });
});
