import { expect } from "chai";
import { Notebook } from "./notebook.js";

describe("editor help", () => {
  let notebook: Notebook;
  before(async () => {
    notebook = new Notebook();
    await notebook.run(
      [
        "/** Scales a value. */",
        "function scale(value: number, /** How much. */ by = 2): number { return value * by }",
        "interface Row { height: number; width: string }",
        "const row: Row = { height: 1, width: 'w' };",
        'import { BatchNorm } from "normlab";',
      ].join("\n"),
    );
  });
  after(() => notebook.close());

  const complete = (code: string) => {
    const cursor = code.indexOf("|");
    return notebook.evaluator.complete(code.replace("|", ""), cursor);
  };
  const inspect = (code: string) => {
    const cursor = code.indexOf("|");
    return notebook.evaluator.inspect(code.replace("|", ""), cursor, 0);
  };

  it("completes members, nearest first, in place of the word at the cursor", () => {
    expect(complete("row.|")).to.deep.include({ matches: ["height", "width"], start: 4, end: 4 });
    expect(complete("const n = row.wid|th + 1")).to.deep.include({ matches: ["width"], start: 14, end: 19 });
    expect(complete("[1].fla|").matches).to.deep.equal(["flat", "flatMap"]);
  });

  it("completes what earlier cells declared and imported, and what this one declares", () => {
    expect(complete("sca|").matches[0]).to.equal("scale");
    expect(complete("Batch|").matches).to.include("BatchNorm");
    expect(complete("const local = 1;\nloc|").matches[0]).to.equal("local");
    expect(complete("new BatchNorm(3).runningM|").matches).to.deep.equal(["runningMean"]);
    expect(complete("const r: Row = { hei|").matches).to.include("height");
  });

  it("gives the kind of each match", () => {
    const { metadata } = complete("row.hei|");
    expect(metadata).to.deep.equal({
      _jupyter_types_experimental: [{ start: 4, end: 7, text: "height", type: "property" }],
    });
  });

  it("inspects with documentation comments: an earlier cell's, normlab's, the library's", () => {
    const { found, data } = inspect("sc|ale(3)");
    expect(found).to.equal(true);
    expect(data["text/plain"]).to.match(
      /^function scale\(value: number, by\?: number.*\): number\n\nScales a value\./,
    );
    expect(data["text/markdown"]).to.contain("```typescript\nfunction scale");
    expect(inspect("new Batch|Norm(3)").data["text/plain"]).to.match(/BatchNorm\(.*\n\n\S/s);
    expect(inspect("[1].map|").data["text/plain"]).to.contain("Calls a defined callback function");
  });

  it("inspects the function whose arguments are being written", () => {
    expect(inspect("scale(3, |)").data["text/plain"]).to.contain("function scale");
    expect(inspect("scale(|").data["text/plain"]).to.contain("function scale");
  });

  it("finds nothing in white space or a comment", () => {
    expect(inspect("   |   ")).to.deep.equal({ found: false, data: {} });
  });

  it("declares nothing by looking", async () => {
    complete("const fresh = 1; fre|");
    expect((await notebook.fail("fresh")).ename).to.equal("TypeScriptError");
  });
});

describe("whether a text is complete", () => {
  let notebook: Notebook;
  before(() => {
    notebook = new Notebook();
  });
  after(() => notebook.close());

  const cases: [string, string, string?][] = [
    ["1 + 1", "complete"],
    ["await fetch('x')", "complete"],
    ["function f() { return 1 }", "complete"],
    ["", "complete"],
    ["function f() {", "incomplete", "  "],
    ["function f() {\n  if (x) {", "incomplete", "    "],
    ["const a = [1,", "incomplete", "  "],
    ["call(", "incomplete", "  "],
    ["const f = (x) =>", "incomplete", "  "],
    ["1 +", "incomplete", ""],
    ["`open", "incomplete", ""],
    ["/* open", "incomplete", ""],
    ["let x = ;", "invalid"],
    ["'open", "invalid"],
    ["}", "invalid"],
  ];
  for (const [code, status, indent] of cases) {
    it(`${JSON.stringify(code)} is ${status}`, () => {
      const expected = indent === undefined ? { status } : { status, indent };
      expect(notebook.evaluator.isComplete(code)).to.deep.equal(expected);
    });
  }
});
