// Oracle: the whole library. What the checker of a page has against a cell, makes of it, offers and says is the same whether it
// began with a part of the library or has read all of it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { drive, places, platform } from "../../../kernel/browser/platform.js";
import { complete } from "../../../kernel/language/completion.js";
import { isCellDiagnostics } from "../../../kernel/language/diagnostics.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import type { HostFiles } from "../../../kernel/language/host.js";
import { inspect } from "../../../kernel/language/inspection.js";
import { engineLibraries } from "../../../kernel/language/libraries.js";
import { ts } from "../../../kernel/language/typescript.js";
import { catalogueNotebooks, cataloguePrograms } from "./catalogue.js";
import { packageRoot } from "./notebook.js";

const full = process.env.NORMLAB_FULL === "1";

const built = pathToFileURL(join(packageRoot, "dist/browser-kernel/declarations.js")).href;
const { default: texts }: { default: Readonly<Record<string, string>> } = await import(built);

const page = platform(engineLibraries());
const { part } = page;
if (part === undefined) throw new Error("the platform of a page has a part of its library");
const library = `${places.library}/${part.of}`;
const limits = `${places.library}/${part.limits}`;
const { [limits]: _, ...withoutPart } = texts;

/** Files that never change. */
function filesOf(texts: Readonly<Record<string, string>>): HostFiles {
  const folders = new Set<string>();
  for (const file of Object.keys(texts))
    for (let folder = dirname(file); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  return {
    read: (file) => texts[file],
    stat: (path) => {
      if (Object.hasOwn(texts, path)) return { kind: "file", version: 0 };
      return folders.has(path) ? { kind: "folder", version: 0 } : undefined;
    },
    list: () => [],
    realPath: (path) => path,
  };
}

/** A notebook in a page, with these files of the reader's beside it. */
function notebook(packed: typeof texts, own: Readonly<Record<string, string>> = {}): FrontEnd {
  const readers = Object.entries(own).map(([name, text]) => [`${drive}/${name}`, text] as const);
  const files = filesOf({ ...packed, ...Object.fromEntries(readers) });
  const frontEnd = new FrontEnd(page, files);
  frontEnd.open(drive, files);
  return frontEnd;
}

const begun = (own?: Readonly<Record<string, string>>) => notebook(texts, own);
const whole = (own?: Readonly<Record<string, string>>) => notebook(withoutPart, own);

/** All that becomes of a cell before it runs. */
function outcome(frontEnd: FrontEnd, code: string): object {
  try {
    const cell = frontEnd.compile(code, 1, "Cell [1]");
    frontEnd.declare(cell, Number.POSITIVE_INFINITY, true);
    const { script, map, flowing, warnings } = cell;
    return { script, map: map.replaceAll(/\[cell \d+\]/g, ""), flowing, warnings };
  } catch (error) {
    if (!isCellDiagnostics(error)) throw error;
    return { refused: error.diagnostics };
  }
}

/** Stays with the part, and notes when it would not. */
class Kept {
  readonly frontEnd = begun();
  isEnough = true;

  constructor() {
    this.frontEnd.program.completeLibrary = () => {
      this.isEnough = false;
      return false;
    };
  }

  /** Undefined where the part is not enough. */
  outcome(code: string): object | undefined {
    this.isEnough = true;
    const found = outcome(this.frontEnd, code);
    return this.isEnough ? found : undefined;
  }
}

const codeCells = (file: string): string[] => {
  const { cells }: { cells: { cell_type: string; source: string | string[] }[] } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  return cells.filter((one) => one.cell_type === "code").map(({ source }) => [source].flat().join(""));
};

const lessons = ["notebooks", "notebooks/solutions"].flatMap((folder) =>
  readdirSync(join(packageRoot, folder))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => ({ name: `${folder}/${name}`, cells: codeCells(join(packageRoot, folder, name)) })),
);

const libraryFile = ts.createSourceFile(library, texts[library], ts.ScriptTarget.ES2022);
const names = [
  ...new Set(
    libraryFile.statements.flatMap((statement) =>
      ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map(({ name }) => name.getText(libraryFile))
        : "name" in statement && statement.name
          ? [(statement.name as { text: string }).text]
          : [],
    ),
  ),
];

/** Says 1 where a type has anywhere what only the part has. */
const probe =
  "type Stub<T> = T extends (...given: infer A) => infer R ? Stub<A[number]> | Stub<R> : T extends object ? (keyof T extends `only ${string}` ? 1 : never) : never;";
const probed = (type: string) => `const n: [Stub<${type}>] extends [never] ? 2 : 1 = 1;`;

describe("a part of a page's library", function () {
  this.timeout(full ? 600_000 : 120_000);
  const kept = new Kept();
  const known = whole();

  function same(cells: readonly string[]): number {
    kept.frontEnd.open(drive, filesOf(texts));
    known.open(drive, filesOf(withoutPart));
    let enough = 0;
    for (const code of cells) {
      const found = kept.outcome(code);
      if (found === undefined) break;
      expect(found, code).to.deep.equal(outcome(known, code));
      enough++;
    }
    return enough;
  }

  it("is small beside the whole, and enough for the lessons", () => {
    expect(names.length).to.be.greaterThan(800);
    const declarations = texts[`${places.library}/${part.declarations}`];
    expect(declarations.length).to.be.lessThan(texts[library].length / 50);
    const [first, ...others] = lessons;
    expect(same(first.cells), first.name).to.equal(first.cells.length);
    for (const { name, cells } of others)
      expect(same(full ? cells : cells.slice(0, 1)), name).to.be.greaterThan(0);
  });

  it("gives the lessons' cells the same whole notebooks through", () => {
    for (const { cells } of full ? lessons : lessons.filter(({ name }) => name.endsWith("sheet.ipynb"))) {
      const [started, known] = [begun(), whole()];
      for (const code of cells) expect(outcome(started, code), code).to.deep.equal(outcome(known, code));
    }
  });

  it("gives the catalogues' programs and notebooks the same", () => {
    const all = [
      ...cataloguePrograms().map(({ code }) => [code]),
      ...catalogueNotebooks().map(({ cells }) => cells.map(({ code }) => code)),
    ];
    const tried = full ? all : all.filter((_, index) => index % 16 === 0);
    const enough = tried.filter((cells) => same(cells) > 0).length;
    expect(enough).to.be.greaterThan(tried.length / 4);
  });

  it("says when it is not enough: every name of the library", () => {
    const mentioned = new Set(
      Object.values(JSON.parse(texts[limits])).flatMap((one) =>
        Array.isArray(one) ? one : Object.keys(one as object),
      ),
    );
    const isTried = (name: string, index: number, share: number) =>
      mentioned.has(name) || index % (full ? share / 40 : share) === 0;
    for (const name of names.filter((name, index) => isTried(name, index, 40)))
      for (const code of [
        `${name};`,
        `const x: typeof ${name} | undefined = undefined; x`,
        `let x: ${name} | undefined; x`,
        `export { ${name} };`,
        `// @ts-ignore\nconst x = new ${name}(); x.nothing`,
        `// @ts-nocheck\nconst x: ${name} = 1;`,
        `globalThis.${name};`,
        `const n: "${name}" extends keyof typeof globalThis ? 2 : 1 = 1;`,
        `const n: keyof ${name} extends \`only \${string}\` ? 1 : 2 = 1;`,
        `${probe} ${probed(name)}`,
        `${probe} ${probed(`typeof ${name}`)}`,
        `const ${name} = 1; ({ ${name}, a: { ${name}: 2 } }).a.${name} = 3;`,
      ])
        same([code]);
    // Each of these makes a program.
    for (const name of names.filter((name, index) => isTried(name, index, 200)))
      for (const code of [
        `declare global { interface ${name} { more: number } }`,
        `declare global { var ${name}: 1; }`,
      ])
        same([code]);
  });

  it("says when it is not enough: members", () => {
    const checker = known.check("1").program.getTypeChecker();
    const all = [
      "console",
      "performance",
      "new TextEncoder()",
      "new TextDecoder()",
      "new EventTarget()",
      "import.meta",
    ];
    for (const value of all) {
      const { program, file } = known.check(`const value = ${value};`);
      const at = program.getTypeChecker();
      const [statement] = file.statements;
      if (!ts.isVariableStatement(statement)) throw new Error("a variable");
      const type = at.getTypeAtLocation(statement.declarationList.declarations[0]);
      expect(checker.getPropertiesOfType(type).length, value).to.be.greaterThan(0);
      for (const { name } of checker.getPropertiesOfType(type))
        for (const code of [
          `const m = ${value}.${name}; ${probe} ${probed("typeof m")}`,
          `const { ${name} } = ${value}; ${probe} ${probed(`typeof ${name}`)}`,
          `const v = ${value}; const m = v.${name}; ${probe} ${probed("typeof m")}`,
          `const v = ${value}; ${probe} ${probed(`(typeof v)["${name}"]`)}`,
          `${value}["${name}"];`,
          `${value}.${name}();`,
          `${value}.${name}(1, 2);`,
          `${value}.${name}s;`,
          `const s: string = ${value}.${name}; s`,
        ])
          same([code]);
    }
    for (const type of [
      "typeof setTimeout",
      "typeof queueMicrotask",
      "typeof idx",
      'NonNullable<FitOptions["signal"]>',
    ])
      same(['import { type FitOptions, idx } from "normlab";', `${probe} ${probed(type)}`]);
  });

  it("says when it is not enough: mistakes, warnings, and what reaches all globals", () => {
    for (const code of [
      "consle.log(1)",
      "setTimout(() => {}, 1)",
      "performance.nwo()",
      "let x: AbortSignl",
      "const x: number = 'a'",
      "const x = ;",
      "type K = keyof typeof globalThis; const k: K = 'fetch';",
      "const g: typeof globalThis = globalThis; g.fetch",
      "self.postMessage(1)",
      "function f(x) { return x } f(fetch)",
      "function f(x) { return x } f(1)",
      "const signals = [new AbortController().signal]; signals[0].aborted",
      "import.meta.url.length",
      "import.meta.resolve(1)",
      'interface Person { name: string } const p: Person = { name: "a" }; const { name } = p; name.length',
      "name.length",
      "close()",
      "let found: string | undefined; found = [].pop(); found.length",
      "type T = typeof import('normlab'); let t: T",
      'import * as all from "normlab"; all.nothing',
      "eval('fetch')",
    ])
      same([code]);
  });

  it("gives way to the whole: files of the reader's", () => {
    const own = {
      "plain.ts": "export const double = (x: number) => 2 * x;",
      "url.ts":
        'export const address = new URL("https://a.example"); export const made = (u: URL) => u.href;',
      "ignored.ts": "// @ts-nocheck\nexport const later = new AbortController();",
      "script.js": 'export const address = new URL("https://a.example");',
      "types.d.ts": "export interface Seen { event: Event; headers: Headers }",
      "adds.ts": "declare global { interface Navigator { more: 1 } } export const more = navigator.more;",
      "data.json": '{ "size": 1, "URL": "Event" }',
    };
    const cells = [
      'import { double } from "./plain.ts"; double(2)',
      'import data from "./data.json"; data.size',
      'import { address, made } from "./url.ts"; const n: 1 = made(address);',
      'import { later } from "./ignored.ts"; later.signal.nothing',
      'import { address } from "./script.js"; address.nothing',
      'import type { Seen } from "./types.js"; let seen: Seen | undefined; seen?.headers.nothing;',
      'import { more } from "./adds.ts"; const n: 2 = more;',
    ];
    const known = whole(own);
    const started = begun(own);
    for (const code of cells.slice(0, 2)) expect(outcome(started, code)).to.deep.equal(outcome(known, code));
    expect(started.program.hasPart).to.equal(true);
    for (const code of cells.slice(2)) {
      const started = begun(own);
      for (const one of [code, "1 + 1"])
        expect(outcome(started, one), one).to.deep.equal(outcome(known, one));
      expect(started.program.hasPart, code).to.equal(false);
    }
  });

  it("gives way to the whole: completion and inspection", () => {
    const started = begun();
    const cells = [
      'import { digits } from "normlab"; const data = digits({ seed: 1 });',
      "fetch('a').then(1, 2, 3)",
    ];
    for (const ahead of [[], cells])
      for (const code of ["fet", "consol", "performance.", "new AbortS", "data.tr", "tens", "let s: Resp"]) {
        started.open(drive, filesOf(texts));
        known.open(drive, filesOf(withoutPart));
        for (const cell of ahead) expect(outcome(started, cell)).to.deep.equal(outcome(known, cell));
        const place = { files: filesOf(texts), folder: drive };
        const [offered, expected] = [started, known].map((one) =>
          complete(one.check(code), code, code.length, place),
        );
        expect(offered.matches, code).to.deep.equal(expected.matches);
      }
    const once = begun();
    for (const code of [
      "fetch",
      "console",
      "performance.mark",
      "new AbortController().signal",
      "const warm = 1",
    ]) {
      const [found, expected] = [once, known].map((one) => inspect(one.check(code), code.length - 1, 1));
      expect(found, code).to.deep.equal(expected);
    }
  });
});
