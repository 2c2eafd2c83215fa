// Files that a spec names by path and SHA-256.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { OptionError } from "../../../src/base/errors.js";
import { DataError } from "../../../src/data/index.js";
import { type ExperimentSpec, runExperiment } from "../../../src/experiments/index.js";
import { sweepRuns } from "../../../src/experiments/sweep-runs.js";
import { caught } from "../../caught.js";

describe("a file of data in a spec", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-files-"));
    path = join(folder, "points.csv");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const rows = (shift: number) =>
    `x,y,label\n${Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * shift) % 5},${i % 2}`).join("\n")}\n`;
  const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
  const spec = (file: string | { path: string; sha256: string }): ExperimentSpec => ({
    data: { set: "csv", file },
    network: { hidden: [4] },
    optimizer: { kind: "sgd", learningRate: 0.1 },
    steps: 3,
  });

  it("is read where it has the SHA-256 that the spec names, to the same bits as by its path alone", async () => {
    writeFileSync(path, rows(3));
    const named = await runExperiment(spec({ path, sha256: digestOf(rows(3)) }));
    const plain = await runExperiment(spec(path));
    expect(named.hash).equal(plain.hash);
    expect(named.key).not.equal(plain.key);
  });

  it("is looked at in every run: another one in its place is refused, here and in the threads of a sweep", async () => {
    const named = spec({ path, sha256: digestOf(rows(3)) });
    const runs = [named, { ...named, seed: 2 }];
    writeFileSync(path, rows(3));
    await runExperiment(named);
    await sweepRuns(runs, { workers: 2, progress: false });
    writeFileSync(path, rows(4));
    const here = await caught(runExperiment(named));
    expect(here).instanceOf(DataError);
    const inThreads = await caught(sweepRuns(runs, { workers: 2, progress: false }));
    expect((inThreads as Error).message).contain(`its SHA-256 is ${digestOf(rows(4))}`);
  });

  it("is named by the error when it is missing, or another one", async () => {
    const sha256 = digestOf(rows(3));
    const missing = await caught(runExperiment(spec({ path, sha256 })));
    expect(missing).instanceOf(DataError);
    expect((missing as Error).message)
      .contain("points.csv: there is no such file")
      .and.contain(sha256);
    writeFileSync(path, rows(4));
    const other = await caught(runExperiment(spec({ path, sha256 })));
    expect(other).instanceOf(DataError);
    expect((other as Error).message)
      .contain(`points.csv: its SHA-256 is ${digestOf(rows(4))}, and the spec names ${sha256}`)
      .and.contain("Put the right one there");
    const short = await caught(runExperiment(spec({ path, sha256: "abc" })));
    expect(short).instanceOf(OptionError);
  });

  it("needs its SHA-256 on several machines; the error says it", async () => {
    writeFileSync(path, rows(3));
    const shard = { index: 1, count: 2 };
    const error = await caught(sweepRuns([spec(path)], { workers: 1, progress: false, shard }));
    expect(error).instanceOf(OptionError);
    expect((error as Error).message)
      .contain("specs[0].data.file: on several machines a file needs its SHA-256")
      .and.contain(digestOf(rows(3)));
  });
});
