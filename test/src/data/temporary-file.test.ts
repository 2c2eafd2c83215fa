import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { csv, temporaryFile } from "../../../src/data/index.js";

describe("temporaryFile", () => {
  it("is where its content can be read, by its name", () => {
    const file = temporaryFile("two.csv", "width,species\n1,setosa\n2,virginica\n");
    expect(readFileSync(file, "utf8")).to.contain("setosa");
    expect(csv(file, { label: "species" }).size).to.equal(2);
    expect(temporaryFile("two.csv")).to.equal(file);
    temporaryFile("bytes", Uint8Array.of(0, 255));
    expect([...readFileSync(temporaryFile("bytes"))]).to.deep.equal([0, 255]);
  });

  it("is not made without a content", () => {
    expect(existsSync(temporaryFile("none"))).to.equal(false);
  });

  it("takes names without folders", () => {
    for (const name of ["", ".", "..", "a/b", "..\\b", "/a"])
      expect(() => temporaryFile(name), name).to.throw(/without folders/);
  });

  it("is nobody else's, and gone when the program has ended", () => {
    const module = pathToFileURL(new URL("../../../src/data/index.js", import.meta.url).pathname).href;
    const code = `const { temporaryFile } = await import(${JSON.stringify(module)});
      const { statSync } = await import("node:fs");
      const file = temporaryFile("one", "1");
      console.log(JSON.stringify({ file, size: statSync(file).size }));`;
    const program = () =>
      JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" }));
    const [first, second] = [program(), program()];
    expect(first.size).to.equal(1);
    expect(dirname(first.file)).to.not.equal(dirname(second.file));
    expect(existsSync(dirname(first.file))).to.equal(false);
    expect(statSync(dirname(temporaryFile("mine"))).mode & 0o077).to.equal(0);
  });
});
