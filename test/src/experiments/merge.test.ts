// normlab merge: the parts of a sweep give the file that the whole sweep gives, and nothing wrong gets through.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { DataError } from "../../../src/data/index.js";
import { type ExperimentSpec, grid, sweep } from "../../../src/experiments/index.js";
import { mergeResults } from "../../../src/experiments/merge.js";
import { sweepRuns } from "../../../src/experiments/sweep-runs.js";

const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [8], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 20,
};
const specs = grid(base, { steps: [10, 20, 40], seed: [0, 1, 2] });
const command = fileURLToPath(new URL("../../../kernel/command/main.js", import.meta.url));

describe("merge", function () {
  this.timeout(60_000);
  let folder: string;
  let out: string;
  const place = (name: string) => join(folder, name);
  const read = (name: string) => readFileSync(place(name), "utf8");
  const parts = () => [1, 2, 3].map((index) => place(`R.${index}.jsonl`));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "normlab-merge-"));
    out = place("R.jsonl");
    for (const [at, file] of parts().entries())
      await sweepRuns(specs, { workers: 1, progress: false, out: file, shard: { index: at + 1, count: 3 } });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Changes a line of a file, the first being 1. */
  function change(name: string, line: number, edit: (text: string) => string): void {
    const lines = read(name).split("\n");
    lines[line - 1] = edit(lines[line - 1]);
    writeFileSync(place(name), lines.join("\n"));
  }

  it("gives the file of the whole sweep, byte for byte, whatever the order of the files, and again", async () => {
    await sweep(specs, { workers: 1, progress: false, out: place("whole.jsonl") });
    for (let time = 0; time < 2; time++) {
      const merged = mergeResults(parts().toReversed(), out);
      expect(merged).include({ results: 9, missing: 0 });
      expect(read("R.jsonl")).equal(read("whole.jsonl"));
    }
    expect(readdirSync(folder)).not.include("R.jsonl.lock");
  });

  it("says which parts and which runs are missing, and keeps what there is", () => {
    const [, , last] = read("R.2.jsonl").split("\n");
    change("R.2.jsonl", 3, () => "");
    const { key } = JSON.parse(last);
    const merged = mergeResults(parts().slice(0, 2), out);
    const own = JSON.parse(read("R.3.jsonl").split("\n")[0]).shard.own.length;
    expect(merged.missing).equal(own + 1);
    expect(merged.notes).lengthOf(2);
    expect(merged.notes[0])
      .match(/^part 2 of 3, .*R\.2\.jsonl: 1 of its \d runs \(/)
      .contain(key);
    expect(merged.notes[1]).equal("part 3 of 3: no file.");
    expect(mergeResults(parts(), out).missing).equal(1);
  });

  it("leaves out a line that is being written, and says so", () => {
    writeFileSync(place("R.1.jsonl"), read("R.1.jsonl").slice(0, -50));
    const { missing, notes } = mergeResults(parts(), out);
    expect(missing).equal(1);
    expect(notes[0]).contain("R.1.jsonl: its last line is cut off");
  });

  it("takes equal results from several files, and refuses different ones by naming both places", () => {
    writeFileSync(place("R.copy.jsonl"), `${read("R.1.jsonl").split("\n")[1]}\n`);
    expect(mergeResults([...parts(), place("R.copy.jsonl")], out)).include({ results: 9, repeated: 1 });
    rmSync(out);
    change("R.copy.jsonl", 1, (line) =>
      line.replace(/("hash":")(.)/, (_, name, digit) => name + (digit === "0" ? "1" : "0")),
    );
    expect(() => mergeResults([...parts(), place("R.copy.jsonl")], out)).throw(
      DataError,
      /R\.copy\.jsonl, line 1: the run \w{16} has another result \(hash .*R\.1\.jsonl, line 2 \(hash /,
    );
    expect(existsSync(out) && read("R.jsonl") !== "").equal(false);
  });

  it("refuses a result whose key is not that of its spec", () => {
    change("R.3.jsonl", 2, (line) => line.replace(/"seed":\d/, '"seed":77'));
    expect(() => mergeResults(parts(), out)).throw(
      DataError,
      /R\.3\.jsonl, line 2: the key of the result is/,
    );
  });

  it("refuses parts of different sweeps", async () => {
    const other = { workers: 1, progress: false, out: place("R.4.jsonl"), shard: { index: 1, count: 3 } };
    await sweepRuns(grid(base, { seed: [0, 1, 2, 3] }), other);
    expect(() => mergeResults([...parts(), place("R.4.jsonl")], out)).throw(
      DataError,
      /R\.4\.jsonl: it is a part of 3 of a sweep of 4 runs/,
    );
    await sweepRuns(grid(base, { seed: [0, 1, 2, 3, 4, 5, 6, 7, 8] }), { ...other, out: place("R.5.jsonl") });
    expect(() => mergeResults([...parts(), place("R.5.jsonl")], out)).throw(DataError, "different sweeps");
  });

  it("is a command with exit codes: 0 whole, 1 with missing runs or wrong files, 2 a wrong command line", () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [command, "merge", ...args], { encoding: "utf8" });
    const whole = run(...parts(), "--out", out);
    expect(whole).include({ status: 0, stdout: `9 results in ${out}\n`, stderr: "" });
    rmSync(out);
    const without = run(...parts().slice(1), "--out", out);
    expect(without.status).equal(1);
    expect(without.stderr).match(
      /^normlab merge: \d runs are missing.\n {2}part 1 of 3: no file.\nRun these/,
    );
    expect(run(place("R.9.jsonl"), "--out", out)).include({ status: 1 });
    expect(run(...parts())).include({ status: 2 });
    expect(run("--out", out)).include({ status: 2 });
  });
});
