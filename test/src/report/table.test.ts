import { expect } from "chai";
import { jupyterDisplay } from "../../../src/base/kernel.js";
import { numberText, table } from "../../../src/report/table.js";

function html(records: Record<string, unknown>[], options = {}): string {
  return String(table(records, options)[jupyterDisplay]()["text/html"]);
}

describe("table", () => {
  it("aligns numbers at the decimal point and text at the left", () => {
    const text = table([
      { method: "plain", steps: 90, accuracy: 0.964 },
      { method: "batch norm", steps: 1040, accuracy: 0.97314 },
    ]).toString();
    expect(text.split("\n")).to.deep.equal([
      "method      steps  accuracy",
      "plain          90    0.9640",
      "batch norm   1040    0.9731",
    ]);
  });

  it("pads shorter decimals in HTML, where each character has its own width", () => {
    expect(html([{ value: 12.5 }, { value: 3 }]))
      .to.contain('text-align: right">12.50<')
      .and.contain(">3\u2007\u2007\u2007<");
  });

  it("cuts a long table in the middle and says how many rows there are", () => {
    const records = Array.from({ length: 1000 }, (_, step) => ({ step }));
    const lines = table(records, { rows: 4 }).toString().split("\n");
    expect(lines.map((line) => line.trim())).to.deep.equal([
      "step",
      "0",
      "1",
      "…",
      "998",
      "999",
      "1000 rows, 4 shown",
    ]);
    expect(html(records, { rows: 4 }).match(/<tr>/g)).to.have.length(6);
  });

  it("leaves a cell empty where a record lacks the key", () => {
    expect(
      table([{ a: 1 }, { b: "x" }])
        .toString()
        .split("\n"),
    ).to.deep.equal(["a  b", "1", "   x"]);
  });

  it("shows hostile names and values as text", () => {
    const shown = html([{ "<script>alert(1)</script>": '<img src=x onerror="alert(1)">' }], { title: "<b>" });
    expect(shown).to.not.match(/<(script|img|b)\b/);
    expect(shown).to.contain("&lt;script&gt;").and.contain("&lt;img").and.contain("&lt;b&gt;");
  });

  it("writes numbers that are not finite, tiny and huge", () => {
    expect(
      [Number.NaN, 1 / 0, -1 / 0, 0, -0.5, 1e-9, 1234567.8, 12345.678, 3].map((value) => numberText(value)),
    ).to.deep.equal(["NaN", "∞", "−∞", "0", "−0.5000", "1.000e-9", "1.235e+6", "12346", "3"]);
  });

  it("takes the columns, their order and the digits", () => {
    const text = table([{ a: 1.23456, b: 2, c: 3 }], { columns: ["b", "a"], digits: 2 }).toString();
    expect(text).to.equal("b    a\n2  1.2");
  });

  it("shows an empty list as a table without rows", () => {
    expect(table([], { columns: ["seed", "loss"] }).toString()).to.equal("seed  loss");
  });

  it("names a slip in an option and refuses what are no records", () => {
    expect(() => table([{ a: 1 }], { rowz: 3 } as never)).to.throw(
      'table has no option "rowz". Did you mean "rows"?',
    );
    expect(() => table([1, 2] as never)).to.throw("table needs an array of records");
  });
});
