import { spawnSync } from "node:child_process";
import { inspect } from "node:util";
import { expect } from "chai";
import { Project } from "./project.js";

const failed = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing was thrown");
};

describe("sources of the project as modules", () => {
  const projects: Project[] = [];
  const project = (...given: ConstructorParameters<typeof Project>) => {
    const made = new Project(...given);
    projects.push(made);
    return made;
  };
  after(() => {
    for (const each of projects) each.close();
  });

  it("has live bindings, through re-exports too", async () => {
    const { import: load } = bound(
      project({
        "count.ts": "export let n = 0;\nexport function up(): void { n++; }\nexport { n as alias };",
        "again.ts":
          'export * from "./count.js";\nexport * as all from "./count.js";\nexport { up as more } from "./count";',
        "user.ts": 'import { n, more } from "./again.ts";\nexport const read = () => n;\nmore();',
      }),
    );
    const again = await load("./again.ts");
    expect(Object.keys(again)).to.deep.equal(["alias", "all", "more", "n", "up"]);
    expect(again.n).to.equal(0);
    const user = await load("./user.ts");
    expect([again.n, again.alias, (again.all as typeof again).n]).to.deep.equal([1, 1, 1]);
    (again.up as () => void)();
    expect((user.read as () => unknown)()).to.equal(2);
    expect(() => {
      again.n = 5;
    }).to.throw(TypeError);
  });

  it("calls what it imports without this, whatever the form of the call", async () => {
    const { import: load } = bound(
      project({
        "self.js": "export function self() { return this }\nexport const tag = self;",
        "user.js":
          'import { self, tag } from "./self.js";\nimport * as all from "./self.js";\nexport default [self(), tag`x`, self?.(), (self)(), { self }.self === self, all.self() === all];',
      }),
    );
    expect((await load("./user.js")).default).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
      true,
      true,
    ]);
  });

  it("has functions of a circle at once, and throws for names that have no value yet", async () => {
    const { import: load } = bound(
      project({
        "a.ts":
          'import { fromB } from "./b";\nexport function early() { return "early" }\nexport const late = 1;\nexport { fromB };',
        "b.ts":
          'import { early, late } from "./a";\nlet seen = "";\ntry { seen = String(late) } catch (error) { seen = (error as Error).message }\nexport const fromB = [early(), seen];',
      }),
    );
    expect((await load("./a.ts")).fromB).to.deep.equal([
      "early",
      "Cannot access 'late' before initialization",
    ]);
  });

  it("refuses what Node refuses: names that are not exported, or by two, or only in a circle", async () => {
    const files = {
      "package.json": '{ "type": "module" }',
      "one.js": "export const x = 1;",
      "two.js": "export const x = 2;",
      "both.js": 'export * from "./one.js";\nexport * from "./two.js";',
      "ambiguous.js": 'export { x } from "./both.js";',
      "missing.js": 'import { y } from "./one.js";\nconsole.log(y);',
      "round.js": 'export { a as b } from "./about.js";',
      "about.js": 'export { b as a } from "./round.js";',
      "unused.js": 'export * from "./one.js";\nexport * from "./two.js";\nexport const z = 3;',
    };
    const it = project(files);
    const { import: load } = bound(it);
    for (const file of Object.keys(files).filter((name) => name.endsWith(".js"))) {
      const { stdout } = spawnSync(
        process.execPath,
        [
          "--input-type=module",
          "--eval",
          `import("./${file}").then((m) => console.log(Object.keys(m).join()), (e) => console.log(e.name + ": " + e.message))`,
        ],
        { cwd: it.folder, encoding: "utf8" },
      );
      const ours = await load(`./${file}`).then(
        (namespace) => Object.keys(namespace).join(),
        (error: Error) => `${error.name}: ${error.message}`,
      );
      expect(ours, file).to.equal(stdout.trimEnd());
    }
  });

  it("awaits at the top, in what it imports and in circles, in the order of the language", async () => {
    const it = project({
      "log.ts": "export const log: string[] = [];",
      "slow.ts":
        'import { log } from "./log";\nlog.push("slow starts");\nawait new Promise((resolve) => setTimeout(resolve, 5));\nlog.push("slow ends");\nexport const slow = "slow";',
      "quick.ts": 'import { log } from "./log";\nlog.push("quick");\nexport {};',
      "main.ts":
        'import { slow } from "./slow";\nimport "./quick";\nimport { log } from "./log";\nlog.push("main " + slow);\nexport { log };\nfor await (const x of [1]) log.push(String(x));',
    });
    expect((await it.import("./main.ts")).log).to.deep.equal([
      "slow starts",
      "quick",
      "slow ends",
      "main slow",
      "1",
    ]);
    expect(() => it.modules.requireFor()("./slow")).not.to.throw();
    it.edit("slow.ts", "await 1;\nexport const slow = 2;");
    expect(() => it.modules.requireFor()("./slow")).to.throw("awaits at its top");
  });

  it("gives default exports their name, and classes and functions theirs", async () => {
    const { import: load } = bound(
      project({
        "f.ts": "export default function () { return 1 }",
        "c.ts": "export default class { n = 1 }",
        "e.ts": "export default () => 1;",
        "n.ts": "export default function named() { return named.name }",
        "names.ts":
          'import f from "./f";\nimport c from "./c";\nimport e from "./e";\nimport n from "./n";\nexport default [f.name, c.name, e.name, n()];',
      }),
    );
    expect((await load("./names.ts")).default).to.deep.equal(["default", "default", "default", "named"]);
  });

  it("knows require, __dirname, import.meta, and lets a file declare those names itself", async () => {
    const it = project({
      "data.json": '{ "rows": [1, 2] }',
      "own.ts":
        'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\nconst __dirname = "mine", module = 1, exports = 2;\nexport const $import = 3, import_1 = 4, $meta = 5, loops_1 = 6;\nexport default [require("./data.json").rows, __dirname, module, exports];',
      "given.ts":
        'import json, { rows } from "./data.json" with { type: "json" };\nexport default [__dirname === import.meta.dirname, __filename === import.meta.filename, import.meta.url, require("./data.json") === json, rows, require.resolve("./own"), typeof require("node:fs").readFileSync];',
      "old.cts": 'import fs = require("fs");\nclass Old { static at = typeof fs.statSync }\nexport = Old;',
      "plain.cjs":
        'exports.a = require("./old.cts").at;\nexports.self = this === exports;\nmodule.exports.name = __filename.slice(__dirname.length);',
      "uses.ts":
        'import Old from "./old.cts";\nimport plain, { a } from "./plain.cjs";\nexport default [Old.at, a, plain];',
    });
    expect((await it.import("./own.ts")).default).to.deep.equal([[1, 2], "mine", 1, 2]);
    expect((await it.import("./given.ts")).default).to.deep.equal([
      true,
      true,
      `file://${it.folder}/given.ts`,
      true,
      [1, 2],
      `${it.folder}/own.ts`,
      "function",
    ]);
    expect((await it.import("./uses.ts")).default).to.deep.equal([
      "function",
      "function",
      { a: "function", self: true, name: "/plain.cjs" },
    ]);
  });

  it("runs JSX, enums, namespaces, decorators and `using` as tsc compiles them", async () => {
    const { import: load } = bound(
      project({
        "react.ts":
          "export const createElement = (...all: unknown[]) => all;\nexport default { createElement };",
        "view.tsx":
          'import React from "./react";\ndeclare global { namespace JSX { interface IntrinsicElements { b: object } } }\nexport const view = <b id="x">{1 + 1}</b>;',
        "rest.ts":
          'export enum Kind { A = 2 }\nexport namespace N { export const v = Kind.A }\nconst log: string[] = [];\nfunction mark(value: unknown, context: ClassDecoratorContext) { log.push(String(context.name)) }\n@mark export class Marked {}\n{ using r = { [Symbol.dispose]() { log.push("disposed") } }; }\nexport { log };\nexport import v = N.v;',
      }),
    );
    expect((await load("./view.tsx")).view).to.deep.equal(["b", { id: "x" }, 2]);
    const rest = await load("./rest.ts");
    expect(rest.log).to.deep.equal(["Marked", "disposed"]);
    expect(rest.v).to.equal(2);
    expect((rest.N as { v: number }).v).to.equal(2);
  });

  it("elides types, also where one file alone cannot tell them from values", async () => {
    const { import: load } = bound(
      project({
        "types.ts": "export interface T { a: number }\nexport type U = T;\nexport class C {}",
        "barrel.ts":
          'export { T, U, C } from "./types";\nimport { T as Again } from "./types";\nexport { Again };',
        "never.ts": 'throw new Error("evaluated");\nexport type X = 1;',
        "user.ts": 'import { X } from "./never";\nimport type { T } from "./barrel";\nexport const x: X = 1;',
      }),
    );
    expect(Object.keys(await load("./barrel.ts"))).to.deep.equal(["C"]);
    expect((await load("./user.ts")).x).to.equal(1);
  });

  it("reloads what was edited and what imports it, circles too, and nothing else", async () => {
    const it = project({
      "once.ts": "export const made = {};",
      "a.ts": 'import "./b";\nimport { made } from "./once";\nexport { made };\nexport const v = 1;',
      "b.ts": 'import "./a";\nimport { c } from "./c";\nexport const double = () => 2 * c;',
      "c.ts": "export const c = 1;",
      "main.ts":
        'import { double } from "./b";\nimport { made } from "./a";\nexport default double();\nexport { made };',
    });
    const first = await it.import("./main.ts");
    expect(first.default).to.equal(2);
    expect(await it.import("./main.ts")).to.equal(first);
    it.edit("c.ts", "export const c = 4;");
    const second = await it.import("./main.ts");
    expect(second.default).to.equal(8);
    expect(second.made).to.equal(first.made);
  });

  it("throws what a file throws, each time, and runs it again once it is mended", async () => {
    const it = project({ "bad.ts": 'throw new RangeError("no");\nexport {};', "user.ts": 'import "./bad";' });
    for (let time = 0; time < 2; time++)
      expect((await failed(it.import("./user.ts"))).message).to.equal("no");
    it.edit("bad.ts", "export {};");
    await it.import("./user.ts");
    expect((await failed(it.import("./absent"))).message).to.contain("Cannot find module './absent'");
    it.write("absent.ts", "export const here = 1;");
    expect((await it.import("./absent")).here).to.equal(1);
  });

  it("resolves as TypeScript does: paths, imports and exports of a package.json, conditions, links", async () => {
    const it = project(
      {
        "lib/deep.ts": "export const deep = 1;",
        "package.json":
          '{ "name": "self", "exports": { "./x": "./lib/deep.ts" }, "imports": { "#in": "./lib/deep.ts" } }',
        "node_modules/dual/package.json":
          '{ "name": "dual", "exports": { "types": "./t.d.ts", "import": "./i.mjs", "require": "./r.cjs" } }',
        "node_modules/dual/i.mjs": 'export const how = "import";\nexport default "d";',
        "node_modules/dual/r.cjs": 'exports.how = "require";',
        "node_modules/dual/t.d.ts": "export const how: string;",
        "node_modules/old/package.json": '{ "name": "old", "main": "lib/main", "types": "x.d.ts" }',
        "node_modules/old/lib/main.js": "module.exports = class Old { static v = 1 };",
        "node_modules/old/x.d.ts": "export = Old; declare class Old { static v: number }",
        "node_modules/waits/package.json": '{ "name": "waits", "type": "module", "exports": "./index.js" }',
        "node_modules/waits/index.js": "export const ready = await Promise.resolve('ready');",
        "main.ts":
          'import { deep } from "@lib/deep";\nimport { deep as again } from "#in";\nimport * as self from "self/x";\nimport { how } from "dual";\nimport Old from "old";\nimport { ready } from "waits";\nexport default [deep, again, self.deep, how, require("dual").how, Old.v, ready];',
      },
      { paths: { "@lib/*": ["./lib/*"] } },
    );
    // As a program has it from the place of its tsconfig.json.
    expect((await it.import("./main.ts")).default).to.deep.equal([1, 1, 1, "import", "require", 1, "ready"]);
  });

  it("shows a namespace as Node does", async () => {
    const it = project({ "n.ts": "export const a = 1;\nexport function f() {}" });
    expect(inspect(await it.import("./n.ts"))).to.equal(
      "[Module: null prototype] { a: 1, f: [Function: f] }",
    );
  });

  it("takes a file without imports and exports for what the nearest package.json says", async () => {
    const it = project({
      "package.json": '{ "type": "module" }',
      "plain.js": "globalThis.seenThis = this; var a = 1;",
      "await.js": "{ await 1; }\nglobalThis.seenThis = 'awaited';",
      "twice.js": "var twice; function twice() {}",
      "old/package.json": "{}",
      "old/plain.js": "exports.isOld = this === exports;",
    });
    expect(Reflect.ownKeys(await it.import("./plain.js"))).to.deep.equal([Symbol.toStringTag]);
    expect(Reflect.get(globalThis, "seenThis")).to.equal(undefined);
    await it.import("./await.js");
    expect(Reflect.get(globalThis, "seenThis")).to.equal("awaited");
    Reflect.deleteProperty(globalThis, "seenThis");
    expect((await it.import("./old/plain.js")).isOld).to.equal(true);
    const error = await failed(it.import("./twice.js"));
    expect(`${error}`).to.equal("SyntaxError: Identifier 'twice' has already been declared");
  });

  it("evaluates what import() names after the code that asks, and all imports after they are linked", async () => {
    const it = project({
      "log.ts": "export const log: string[] = [];",
      "late.ts": 'import { log } from "./log";\nlog.push("late");\nexport {};',
      "broken.js": 'import { absent } from "./log";',
      "main.ts":
        'import { log } from "./log";\nexport const all = import("./late").then(() => log);\nlog.push("asked");',
      "both.ts": 'import "./late";\nimport "./broken.js";',
    });
    expect(await (await it.import("./main.ts")).all).to.deep.equal(["asked", "late"]);
    it.edit("late.ts", 'import { log } from "./log";\nlog.push("never");\nexport {};');
    await failed((async () => it.modules.load(["./late", "./broken.js"]))());
    await failed(it.import("./both.ts"));
    expect((await it.import("./log.ts")).log).to.deep.equal(["asked", "late"]);
  });

  it("looks at the attributes of import()", async () => {
    const it = project({ "a.json": "[1]", "a.ts": "export {};" });
    const load = (name: string, options?: unknown) => it.modules.import(name, options);
    expect(Reflect.get(await load("./a.json", { with: { type: "json" } }), "default")).to.deep.equal([1]);
    for (const [name, options] of [
      ["./a.ts", null],
      ["./a.ts", { with: 1 }],
      ["./a.json", { with: { type: 1 } }],
      ["./a.json", { with: { type: "css" } }],
      ["./a.json", { with: { other: "json" } }],
      ["./a.ts", { with: { type: "json" } }],
    ] as const)
      expect(await failed(load(name, options))).to.be.an.instanceOf(TypeError);
    expect(await failed(it.modules.import(Symbol("no name"), undefined))).to.be.an.instanceOf(TypeError);
  });

  it("imports while it runs, by names, paths and URLs", async () => {
    const it = project({
      "a.ts": "export const a = 1;",
      "main.ts":
        'const url = new URL("./a.ts", import.meta.url).href;\nexport default [(await import("./a")).a, (await import(url)).a, await import(url) === await import("./a.ts"), (await import("data:text/javascript,export default 3")).default];',
    });
    expect((await it.import("./main.ts")).default).to.deep.equal([1, 1, true, 3]);
  });
});

function bound(it: Project): { import: Project["import"] } {
  return { import: (specifier) => it.import(specifier) };
}
