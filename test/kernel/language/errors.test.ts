import { expect } from "chai";
import { Notebook } from "./notebook.js";

describe("errors of a cell", () => {
  let notebook: Notebook;
  before(() => {
    notebook = new Notebook({
      "../src/model.ts": [
        "interface Options { rate: number }",
        "",
        "export function step(options: Options | undefined): number {",
        "  if (!options) throw new RangeError('no options');",
        "  return options.rate;",
        "}",
      ].join("\n"),
    });
  });
  after(() => notebook.close());

  it("names the error, its message and the line of the cell, with a frame", async () => {
    const { ename, evalue, traceback } = await notebook.fail(
      "interface Options { a: number }\n\nconst n: number = 1;\nthrow new TypeError('wrong');\n",
    );
    expect(ename).to.equal("TypeError");
    expect(evalue).to.equal("wrong");
    expect(traceback).to.equal(
      [
        "TypeError: wrong",
        "Cell [1], line 4",
        "      2",
        "      3 const n: number = 1;",
        "----> 4 throw new TypeError('wrong');",
        "              ^",
        "      5",
        "    at Cell [1], line 4:7",
      ].join("\n"),
    );
  });

  it("goes through functions of earlier cells", async () => {
    await notebook.run("type N = number;\nfunction inner(x: N): N {\n  throw new Error(`bad ${x}`);\n}");
    await notebook.run("const outer = (x: number) => inner(x);");
    const { traceback } = await notebook.fail("\nouter(3)");
    expect(traceback).to.contain("Cell [2], line 3\n");
    expect(traceback).to.contain("----> 3   throw new Error(`bad ${x}`);");
    expect(traceback).to.match(
      /at inner \(Cell \[2\], line 3:9\)\n.*at outer \(Cell \[3\], line 1:30\)\n.*at Cell \[4\], line 2:1$/,
    );
  });

  it("goes through source files of the project, by their own lines", async () => {
    const { ename, traceback } = await notebook.fail(
      'import { step } from "../src/model.ts";\nstep(undefined)',
    );
    expect(ename).to.equal("RangeError");
    expect(traceback).to.match(/at step \(\.\.\/src\/model\.ts:4:\d+\)/);
    expect(traceback).to.contain("at Cell [5], line 2:1");
  });

  it("shows no frame of the kernel, of tslab or of Node", async () => {
    const { traceback } = await notebook.fail(
      "import { readFileSync } from 'fs';\nawait null;\n[1].map(() => readFileSync('not-there.txt'))",
    );
    expect(traceback).to.contain("Cell [6], line 3");
    expect(traceback).not.to.match(/node:|kernel|tslab|normlab-cell|trampoline/);
  });

  it("follows causes, and stops at a circle", async () => {
    const { traceback } = await notebook.fail(
      "const deep: Error = new SyntaxError('deep');\nconst top = new Error('top', { cause: deep });\ndeep.cause = top;\nthrow top;",
    );
    expect(traceback).to.match(/^Error: top\n/);
    expect(traceback).to.contain("Caused by SyntaxError: deep\nCell [7], line 1");
    expect(traceback).to.contain("Caused by [shown above]");
  });

  it("shows each error of an AggregateError", async () => {
    const { ename, traceback } = await notebook.fail(
      "await Promise.any([Promise.reject(new Error('first')), Promise.reject('second')])",
    );
    expect(ename).to.equal("AggregateError");
    expect(traceback).to.contain("[1 of 2] Error: first");
    expect(traceback).to.contain("[2 of 2] 'second'");
  });

  for (const [code, evalue] of [
    ["throw 'words'", "'words'"],
    ["throw undefined", "undefined"],
    ["throw { code: 3 }", "{ code: 3 }"],
  ]) {
    it(`describes what is no error: ${code}`, async () => {
      expect(await notebook.fail(code)).to.include({ ename: "Uncaught", evalue });
    });
  }

  it("calls an error by its class where it has no other name", async () => {
    const { ename } = await notebook.fail(
      "class ShapeError extends Error {}\nthrow new ShapeError('2 is not 3')",
    );
    expect(ename).to.equal("ShapeError");
  });

  it("words V8's messages with the names that the cell uses", async () => {
    await notebook.run("let callback: any = 3;");
    expect((await notebook.fail("callback()")).evalue).to.equal("callback is not a function");
    expect((await notebook.fail("callback.deep.er")).evalue).to.equal(
      "Cannot read properties of undefined (reading 'er')",
    );
  });

  it("maps the stack that user code prints itself", async () => {
    expect(await notebook.run("interface A {}\n\nnew Error('here').stack")).to.equal(
      "Error: here\n    at Cell [16], line 3:1",
    );
  });
});

describe("TypeScript's diagnostics of a cell", () => {
  let notebook: Notebook;
  before(() => {
    notebook = new Notebook({ "broken.ts": "export const n: number = 'text';\n" });
  });
  after(() => notebook.close());

  it("shows all of them with code, line and caret", async () => {
    const { ename, evalue, traceback } = await notebook.fail("const n: string = 12;\nconst m = n.lenght;");
    expect(ename).to.equal("TypeScriptError");
    expect(evalue).to.equal("TS2322: Type 'number' is not assignable to type 'string'. (line 1 and 1 more)");
    expect(traceback).to.equal(
      [
        "TypeScriptError: 2 errors in Cell [1]",
        "Cell [1], line 1:7 TS2322: Type 'number' is not assignable to type 'string'.",
        "----> 1 const n: string = 12;",
        "              ^",
        "      2 const m = n.lenght;",
        "Cell [1], line 2:13 TS2551: Property 'lenght' does not exist on type 'string'. Did you mean 'length'?",
        "      1 const n: string = 12;",
        "----> 2 const m = n.lenght;",
        "                    ^^^^^^",
        "  'length' is declared here.",
      ].join("\n"),
    );
  });

  it("reports a text that does not parse, and one that ends too early", async () => {
    expect((await notebook.fail("let = = 3")).ename).to.equal("TypeScriptError");
    const { traceback } = await notebook.fail("function f() {\n  return 1;");
    expect(traceback).to.match(/Cell \[3\], line 2:\d+ TS1005: '}' expected/);
  });

  it("reports errors in files of the project by their names", async () => {
    const { traceback } = await notebook.fail('import { n } from "./broken.ts";\nn');
    expect(traceback).to.contain("broken.ts:1:14 TS2322");
  });

  it("warns of null as strict TypeScript does, and lets parameters go without a type", async () => {
    notebook.warnings = [];
    expect(await notebook.run("const found = [1].find((x) => x > 1);\nfound + 1")).to.deep.equal(Number.NaN);
    expect(notebook.warnings).to.have.length(1);
    const [warning] = notebook.warnings;
    expect(warning).to.match(/^1 warning in Cell \[\d+\], which runs all the same\n/);
    expect(warning).to.match(/Cell \[\d+\], line 2:1 TS18048: 'found' is possibly 'undefined'\.\n/);
    expect(warning).to.match(/----> 2 found \+ 1\n {8}\^{5}\n/);
    const { evalue, traceback } = await notebook.fail("found + 1;\nconst wrong: string = 1;");
    expect(evalue).to.contain("TS18048");
    expect(traceback).to.contain("TS2322");
    expect(notebook.warnings).to.have.length(1);
    expect(await notebook.run("function twice(x) { return 2 * x }\ntwice(4)")).to.equal(8);
  });

  it("warns where something would do if it were not perhaps null, and refuses what would not", async () => {
    notebook.warnings = [];
    await notebook.run(
      "const word = ['a'].find((x) => x === 'a'); const length = (text: string) => text.length;",
    );
    expect(await notebook.run("length(word)")).to.equal(1);
    await notebook.run("const sure: string = word;");
    await notebook.run("let again = 'b'; again = word;");
    await notebook.run("function first(): string { return word }");
    await notebook.run("const entry: { text: string } = { text: word };");
    expect(notebook.warnings.map((text) => /TS[0-9]+/.exec(text)?.[0])).to.deep.equal([
      "TS2345",
      "TS2322",
      "TS2322",
      "TS2322",
      "TS2322",
    ]);
    for (const code of ["const n: number = word;", "length(Math.random() > 1 ? 1 : null)"])
      expect((await notebook.fail(code)).evalue).to.match(/TS2345|TS2322/);
  });

  it("warns of a function that takes less than it may be given, and refuses one that takes something else", async () => {
    notebook.warnings = [];
    await notebook.run(
      "const each = (call: (x: unknown) => string, more?: { key?: (parts: unknown[]) => string }) => call(1);",
    );
    await notebook.run("each((x: string) => `${x}`)");
    await notebook.run("each(String, { key([first]: [string]) { return first } })");
    await notebook.run("const taking: (x: string | number) => void = (x: string) => {};");
    expect(notebook.warnings.map((text) => /TS\d+/.exec(text)?.[0])).to.deep.equal([
      "TS2345",
      "TS2322",
      "TS2322",
    ]);
    await notebook.run("const numbers = (call: (x: number) => string) => call(1);");
    for (const code of [
      "numbers((x: string) => x)",
      "each((x: string) => 1)",
      "each((x: string, y: string) => x)",
      "const other: (x: number) => void = (x: string) => {};",
    ])
      expect((await notebook.fail(code)).evalue).to.match(/TS2345|TS2322/);
  });

  it("says how to get a package that is missing", async () => {
    const { evalue } = await notebook.fail('import { a } from "@scope/absent/deep";');
    expect(evalue).to.contain("Cannot find module '@scope/absent/deep'");
    expect(evalue).to.contain("npm install @scope/absent");
    const atRunTime = await notebook.fail('const name: string = "absent-package";\nawait import(name)');
    expect(atRunTime.ename).to.equal("ModuleNotFoundError");
    expect(atRunTime.evalue).to.contain("npm install absent-package");
  });
});
