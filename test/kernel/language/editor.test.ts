import * as path from "node:path";
import { expect } from "chai";
import { complete } from "../../../kernel/language/completion.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { inspect } from "../../../kernel/language/inspection.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { platform } from "../../../kernel/node/platform.js";

const packageRoot = path.resolve(import.meta.dirname, "../../../..");

describe("editor help", () => {
  const frontEnd = new FrontEnd(platform(packageRoot), nodeFiles);
  let cells = 0;
  const run = (code: string) => {
    const number = ++cells;
    frontEnd.declare(frontEnd.compile(code, number, `Cell [${number}]`), Number.POSITIVE_INFINITY, true);
  };
  before(() => {
    frontEnd.open("/nowhere", nodeFiles);
    run(
      [
        "/**",
        " * Scales a value.",
        " * @param value What is scaled.",
        " * @param by - How much.",
        " * @returns The product.",
        " */",
        "function scale(value: number, by = 2): number { return value * by }",
        "interface Row { height: number; width: string }",
        "const row: Row = { height: 1, width: 'w' };",
        'import { BatchNorm } from "normlab";',
        "/** A box. */",
        "class Box<T> {\n  /** @param inside What is in it. */\n  constructor(readonly inside: T) {}\n}",
        "const twice = (x: number) => 2 * x;",
        "let maybe: string | undefined = [''].find((x) => x === 'a');",
        "function pick(mode: 'none' | 'cross-entropy' | 'batch'): void {}",
      ].join("\n"),
    );
  });
  after(() => frontEnd.close());

  const at = (code: string) => [code.replace("|", ""), code.indexOf("|")] as const;
  const completed = (marked: string) => {
    const [code, cursor] = at(marked);
    return complete(frontEnd.check(code), code, cursor, { files: nodeFiles, folder: import.meta.dirname });
  };
  /** The text after the first match was taken. */
  const taken = (marked: string) => {
    const [code] = at(marked);
    const { matches, start, end } = completed(marked);
    return code.slice(0, start) + matches[0] + code.slice(end);
  };
  const inspected = (marked: string, detail: 0 | 1 = 0) => {
    const [code, cursor] = at(marked);
    return inspect(frontEnd.check(code), cursor, detail);
  };
  const kinds = (marked: string) =>
    Object.fromEntries(
      (
        completed(marked).metadata as {
          _jupyter_types_experimental: { text: string; type: string }[];
        }
      )._jupyter_types_experimental.map(({ text, type }) => [text, type]),
    );

  it("completes members, nearest first, in place of the word at the cursor", () => {
    expect(completed("row.|")).to.deep.include({ matches: ["height", "width"], start: 4, end: 4 });
    expect(completed("const n = row.wid|th + 1")).to.deep.include({ matches: ["width"], start: 14, end: 19 });
    expect(completed("[1].fla|").matches).to.deep.equal(["flat", "flatMap"]);
  });

  it("completes what earlier cells declared and imported, and what this one declares", () => {
    expect(completed("sca|").matches[0]).to.equal("scale");
    expect(completed("Batch|").matches).to.include("BatchNorm");
    expect(completed("const local = 1;\nloc|").matches[0]).to.equal("local");
    expect(completed("new BatchNorm(3).runningM|").matches).to.deep.equal(["runningMean"]);
    expect(completed("const r: Row = { hei|").matches).to.include("height");
    expect(completed("const r: Ro|").matches).to.include("Row");
  });

  it("completes strings that are expected, hyphens and all, and members of what may be undefined", () => {
    expect(completed("pick('|')").matches).to.deep.equal(["batch", "cross-entropy", "none"]);
    expect(taken("pick('cross-en|')")).to.equal("pick('cross-entropy')");
    expect(taken("maybe.toUpp|")).to.equal("maybe?.toUpperCase");
  });

  it("completes the names of modules and the paths of files", () => {
    expect(taken("import x from 'nor|'")).to.equal("import x from 'normlab'");
    expect(completed("import x from './|'").matches).to.include("editor.test");
    expect(completed("import x from '../|'").matches).to.include("language");
    expect(taken("import x from '../langu|'")).to.equal("import x from '../language'");
  });

  it("puts what the notebook declares before what the library does", () => {
    expect(completed("|").matches.slice(0, 3)).to.deep.equal(["BatchNorm", "Box", "maybe"]);
  });

  it("gives the kind of each match", () => {
    expect(completed("row.hei|").metadata).to.deep.equal({
      _jupyter_types_experimental: [{ start: 4, end: 7, text: "height", type: "property" }],
    });
    expect(kinds("BatchN|")).to.include({ BatchNorm: "class" });
    expect(kinds("twi|")).to.include({ twice: "function" });
    expect(kinds("sca|")).to.include({ scale: "function" });
    expect(kinds("ro|")).to.include({ row: "const" });
    expect(kinds("Ma|")).to.include({ Map: "class", Math: "var" });
    expect(kinds("const r: Ro|")).to.include({ Row: "interface" });
    expect(kinds("whi|")).to.include({ while: "keyword" });
  });

  it("offers names to import where the notebook has none, and adds the import", () => {
    expect(taken("const a = 1;\nnew Adam|")).to.equal(
      'import { Adam } from "normlab";\nconst a = 1;\nnew Adam',
    );
    expect(taken("// A comment.\nnew Adam|(0.1)")).to.equal(
      '// A comment.\nimport { Adam } from "normlab";\nnew Adam(0.1)',
    );
    expect(taken('import { mlp } from "normlab";\nmlp; Adam|')).to.equal(
      'import { mlp } from "normlab";\nimport { Adam } from "normlab";\nmlp; Adam',
    );
    expect(taken("  new Adam|")).to.equal('import { Adam } from "normlab";\n  new Adam');
    expect(taken("readFileSy|")).to.equal('import { readFileSync } from "node:fs";\nreadFileSync');
    expect(completed("BatchNor|").matches).to.deep.equal(["BatchNorm"]);
    expect(completed("row.Adam|").matches).to.deep.equal([]);
    expect(completed("const Adam| = 1").matches).to.deep.equal([]);
    expect(completed("'Adam|'").matches).to.deep.equal([]);
  });

  it("inspects with comments, parameters apart: an earlier cell's, normlab's, the library's", () => {
    expect(inspected("sc|ale(3)")).to.deep.equal({
      found: true,
      data: {
        "text/plain":
          "function scale(value: number, by?: number): number\n\nScales a value.\n\nParameters:\n  value  What is scaled.\n  by     How much.\n\nReturns: The product.",
        "text/markdown":
          "```typescript\nfunction scale(value: number, by?: number): number\n```\n\nScales a value.\n\n**Parameters**\n\n- `value` What is scaled.\n- `by` How much.\n\n**Returns** The product.",
      },
    });
    expect(inspected("[1].map|").data["text/plain"]).to.contain("Calls a defined callback function");
    expect(inspected("ro|w").data["text/plain"]).to.equal("const row: Row");
    expect(inspected("const r: Row = { hei|ght: 1, width: '' }").data["text/plain"]).to.contain(
      "(property) Row.height: number",
    );
  });

  it("shows how a class is constructed", () => {
    for (const code of ["Bo|x", "new Bo|x(1)", "class Big extends Bo|x<1> {}"]) {
      const shown = inspected(code).data["text/plain"];
      expect(shown, code).to.match(/constructor Box<?.*inside: /);
      expect(shown, code).to.contain("A box.");
      expect(shown, code).to.match(/Parameters:\n {2}inside {2}What is in it\./);
    }
    expect(inspected("Batch|Norm").data["text/plain"]).to.match(/class BatchNorm.*\nconstructor BatchNorm\(/);
  });

  it("inspects the function whose arguments are being written", () => {
    expect(inspected("scale(3, |)").data["text/plain"]).to.contain("function scale");
    expect(inspected("scale(|").data["text/plain"]).to.contain("function scale");
  });

  it("finds nothing in white space, a comment or a number", () => {
    for (const code of ["   |   ", "// sc|ale", "1|2"])
      expect(inspected(code), code).to.deep.equal({ found: false, data: {} });
  });

  it("declares nothing by looking, and adds nothing to the global scope", () => {
    completed("const fresh = 1; fre|");
    completed("declare global { interface Array<T> { never: T } }\n[1].nev|");
    expect(() => run("fresh")).to.throw("TS2304");
    expect(() => run("[1].never")).to.throw("TS2551");
  });
});
