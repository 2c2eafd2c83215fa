// Oracle: a program that has read all of the host's types from the start.
import { expect } from "chai";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { type TypeScript, ts } from "../../../kernel/language/typescript.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { platform } from "../../../kernel/node/platform.js";
import { packageRoot } from "./notebook.js";

describe("the host's own modules", () => {
  const node = platform(packageRoot);
  const folder = "/normlab-notebook";
  const whole = ts.createProgram({
    rootNames: [`${node.typeRoots[0]}/node/index.d.ts`],
    options: { lib: [...node.libraries], types: [], skipLibCheck: true, target: ts.ScriptTarget.ES2022 },
  });
  const declared = whole
    .getTypeChecker()
    .getAmbientModules()
    .map(({ name }) => name.slice(1, -1))
    .filter((name) => !name.includes("*"));

  function open(): FrontEnd {
    const frontEnd = new FrontEnd(node, nodeFiles);
    frontEnd.open(folder, nodeFiles);
    return frontEnd;
  }

  const exportsOf = (checker: TypeScript.TypeChecker, module: TypeScript.Symbol) =>
    checker.getExportsOfModule(module).map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const place = target.declarations?.[0];
      const type = place
        ? checker.typeToString(
            checker.getTypeOfSymbolAtLocation(target, place),
            undefined,
            ts.TypeFormatFlags.NoTruncation,
          )
        : "";
      // A union's order is that in which a program met its parts.
      return `${symbol.name}: ${type.split(/\W+/).sort().join(" ")}`;
    });

  it("have every export and type of theirs, once a cell imports them", function () {
    this.timeout(120_000);
    expect(declared.length).to.be.greaterThan(100);
    const frontEnd = open();
    for (const name of declared) {
      const cell = frontEnd.compile(`import * as m from ${JSON.stringify(name)}; void m;`, 1, "Cell [1]");
      const found = cell.checker.getAmbientModules().find((module) => module.name === `"${name}"`);
      const expected = whole
        .getTypeChecker()
        .getAmbientModules()
        .find((module) => module.name === `"${name}"`);
      if (!found || !expected) throw new Error(`${name} is not there`);
      const [there, wanted] = [exportsOf(cell.checker, found), exportsOf(whole.getTypeChecker(), expected)];
      expect(
        wanted.filter((one) => !there.includes(one)),
        name,
      ).to.deep.equal([]);
    }
  });

  it("are left unread before: globals alone are there", () => {
    const { checker } = open().compile("process.pid", 1, "Cell [1]");
    const read = new Set(checker.getAmbientModules().map(({ name }) => name.slice(1, -1)));
    expect(read.has("node:http2"), "http2").to.equal(false);
    expect(read.has("node:inspector"), "inspector").to.equal(false);
    expect(read.has("node:buffer"), "buffer").to.equal(true);
  });

  const typed: [string, string][] = [
    ["getBuiltinModule", 'const a: number = process.getBuiltinModule("node:http2").constants.HTTP_STATUS_OK'],
    ["an import type", 'let a: import("node:zlib").Gzip | number = 1; a = 2'],
    ["import = require", 'import z = require("zlib"); const a: number = z.constants.Z_BEST_SPEED'],
    ["import()", 'const a: string = (await import("node:os")).EOL'],
  ];
  for (const [what, source] of typed) {
    it(`are read for ${what}`, () => {
      expect(() => open().compile(source, 1, "Cell [1]")).not.to.throw();
      const wrong = source.replace(/: (number|string)\b/, ": boolean[]");
      if (wrong !== source) expect(() => open().compile(wrong, 1, "Cell [1]")).to.throw("TS2322");
    });
  }

  it("are offered by name though nobody has imported them", () => {
    expect(() => open().compile("createGzip()", 1, "Cell [1]"))
      .to.throw()
      .and.satisfy((error: { diagnostics: { message: string }[] }) =>
        error.diagnostics.some(({ message }) => message.includes('from "node:zlib"')),
      );
  });
});
