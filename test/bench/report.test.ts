import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { Report, withPart } from "./report.js";

describe("the benchmarks' page", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "normlab-report-"));
    file = join(folder, "RESULTS.md");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function reportOn(part: string): Report {
    const report = new Report(part, `npm run bench -- ${part}`);
    report.version("peer", "1.2.3");
    report.compare({
      title: "Start",
      unit: "ms",
      better: "less",
      own: ["normlab"],
      sides: new Map([
        ["normlab", [10, 20, 30]],
        ["quick", [5, 20, 12]],
        ["slow", [40, 40, 40]],
        ["broken", []],
      ]),
    });
    return report;
  }

  it("has each side's median and spread, and the median of the rounds' ratios", () => {
    const text = reportOn("kernel").text();
    assert.include(text, "`npm run bench -- kernel` on ");
    assert.include(text, ", peer 1.2.3.");
    assert.include(text, "|  | ms, median of 3 | least to most | normlab is … times as good |");
    assert.include(text, "| normlab | 20 | 10 to 30 |  |");
    assert.include(text, "| quick | 12 | 5 to 20 | 0.5 (0.4 to 1) |");
    assert.include(text, "| slow | 40 | 40 to 40 | 2 (1.33 to 4) |");
    assert.include(text, "| broken | failed | — | — |");
  });

  it("takes speeds for better when they are more", () => {
    const report = new Report("trainer", "npm run bench -- trainer");
    const sides = new Map([
      ["normlab", [200]],
      ["other", [100]],
    ]);
    report.compare({ title: "N1", unit: "steps/s", better: "more", own: ["normlab"], sides });
    assert.include(report.text(), "| other | 100 | 100 to 100 | 2 (2 to 2) |");
    assert.include(report.text(), "Nowhere in this run.");
  });

  it("says where normlab loses", () => {
    const [, lost] = reportOn("kernel").text().split("### Where normlab loses (kernel)\n\n");
    assert.equal(lost, "- Start: normlab is 0.5 (0.4 to 1) times as good as quick.");
  });

  it("renews the part that ran and leaves the others", () => {
    reportOn("kernel").write(file);
    const first = readFileSync(file, "utf8");
    assert.lengthOf(first.match(/Not measured yet/g) ?? [], 5);
    new Report("figures", "npm run bench -- figures").write(file);
    const second = readFileSync(file, "utf8");
    assert.lengthOf(second.match(/Not measured yet/g) ?? [], 4);
    assert.include(second, "| slow | 40 |");
    assert.throws(() => withPart("# Another page", "kernel", ""), /lacks the lines/);
  });
});
