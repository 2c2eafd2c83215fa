import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CachedScript } from "../../../src/figure/worker/code-cache.js";

const source = "(() => 42)";

describe("Plotly's code cache", () => {
  let folder: string;
  const previous = process.env.XDG_CACHE_HOME;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-cache-"));
    process.env.XDG_CACHE_HOME = folder;
  });
  afterEach(() => {
    if (previous === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = previous;
    rmSync(folder, { recursive: true });
  });
  const files = (): string[] =>
    readdirSync(join(folder, "normlab")).map((name) => join(folder, "normlab", name));
  const run = (cached: CachedScript): number => (cached.script.runInThisContext() as () => number)();

  it("is used by the next process, and leaves no temporary file", () => {
    const first = new CachedScript(source, "source.js", "test");
    expect([run(first), first.script.cachedDataRejected]).to.deep.equal([42, undefined]);
    first.save();
    expect(files()).to.have.length(1);
    const second = new CachedScript(source, "source.js", "test");
    expect([run(second), second.script.cachedDataRejected]).to.deep.equal([42, false]);
  });

  it("is made again when a file is damaged", () => {
    new CachedScript(source, "source.js", "test").save();
    const [file] = files();
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    const next = new CachedScript(source, "source.js", "test");
    expect([run(next), next.script.cachedDataRejected]).to.deep.equal([42, undefined]);
  });

  it("is another one for another source", () => {
    new CachedScript(source, "source.js", "test").save();
    expect(run(new CachedScript("(() => 43)", "source.js", "test"))).to.equal(43);
  });

  it("does without where no folder can be made", () => {
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "file"), "");
    process.env.XDG_CACHE_HOME = join(folder, "file");
    const cached = new CachedScript(source, "source.js", "test");
    cached.save();
    expect(run(cached)).to.equal(42);
  });
});
