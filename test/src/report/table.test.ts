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

  it("makes columns of the rows of a matrix", () => {
    expect(table([[1, 2.5], new Float32Array([3, 4])]).toString()).to.equal("0      1\n1  2.500\n3  4");
  });

  it("makes a row of each result: what varies, how it ended, and its last loss and accuracy", () => {
    const result = (norm: string, seed: number, status: string, loss: number | null) => ({
      key: `${norm}${seed}`,
      spec: { data: { set: "moons" }, network: { hidden: [8], norm }, seed },
      status,
      steps: 40,
      evaluations: { test: { loss: [1.5, loss], accuracy: [0.5, 0.75] } },
      finally: { "train mode": { loss: 0.25, accuracy: 1 } },
    });
    const text = table([
      result("none", 0, "finished", 0.5),
      result("batch", 0, "finished", 0.125),
      result("batch", 1, "diverged", null),
    ]).toString();
    expect(text.split("\n").map((line) => line.trim().split(/ {2,}/))).to.deep.equal([
      [
        "network.norm",
        "seed",
        "status",
        "steps",
        "test loss",
        "test accuracy",
        "train mode loss",
        "train mode accuracy",
      ],
      ["none", "0", "finished", "40", "0.5000", "0.7500", "0.2500", "1"],
      ["batch", "0", "finished", "40", "0.1250", "0.7500", "0.2500", "1"],
      ["batch", "1", "diverged", "40", "0.7500", "0.2500", "1"],
    ]);
  });

  it("writes as many digits as tell the numbers of a column apart", () => {
    expect(table([{ a: 1000.01 }, { a: 1000.02 }, { a: 1000.03 }]).toString()).to.match(
      /1000\.010*\n *1000\.020*\n *1000\.030*$/,
    );
  });

  it("names a slip in an option and refuses what are no records", () => {
    expect(() => table([{ a: 1 }], { rowz: 3 } as never)).to.throw(
      'table has no option "rowz". Did you mean "rows"?',
    );
    expect(() => table([1, 2] as never)).to.throw("table needs an array of records");
  });
});
