import { expect } from "chai";
import { Notebook } from "./notebook.js";

describe("what a cell imports", () => {
  let notebook: Notebook;
  before(() => {
    notebook = new Notebook({
      "lib/counter.ts":
        'export let count = 0;\nexport function up() { return ++count }\nexport default class Counter { n = count }\nexport type Mode = "a" | "b";\nexport namespace N { export const M = { deep: 1 } }',
      "lib/unrelated.ts": 'export const broken: number = "text";',
      "lib/node.ts":
        'import { createServer } from "node:http";\nimport * as threads from "node:worker_threads";\nimport test from "node:test";\nimport * as http2 from "http2";\nexport const kinds = [typeof createServer, threads.isMainThread, typeof test, typeof http2.connect];',
      "lib/waits.ts":
        "export const waited: number = await Promise.resolve(7);\nfor await (const one of [waited]) globalThis.seen = one;\ndeclare global { var seen: number }",
      "lib/view.tsx":
        'const React = { createElement: (...all: unknown[]) => all };\ndeclare global { namespace JSX { interface IntrinsicElements { b: { id: string } } } }\nexport const view = <b id="1">x</b>;',
      "lib/stack.ts":
        "interface A { a: 1 }\n\nexport const fail = (a?: A) => {\n  throw new RangeError('deep');\n};",
      "lib/uses.ts": 'import { fail } from "./stack";\nawait null;\nexport const call = () => fail();',
      "data.json": '{ "rows": [1, 2], "name": "d" }',
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
    });
  });
  after(() => notebook.close());

  it("is live, in later cells too", async () => {
    await notebook.run(
      'import Counter, { count, up, N, type Mode } from "./lib/counter";\nconst mode: Mode = "a";',
    );
    expect(await notebook.run("up(); up();\n[count, new Counter().n]")).to.deep.equal([2, 2]);
    expect(await notebook.run("const see = () => count;\nup(); [see(), count]")).to.deep.equal([3, 3]);
    expect((await notebook.fail("count = 5")).evalue).to.contain("TS2632");
  });

  it("may be part of a namespace, or required", async () => {
    expect(await notebook.run("import M = N.M;\nM.deep")).to.equal(1);
    expect(await notebook.run('import fs = require("fs");\ntypeof fs.readFileSync')).to.equal("function");
    expect(
      await notebook.run(
        'import { createRequire } from "node:module";\nconst required = createRequire(import.meta.url);\nrequired("./data.json").name',
      ),
    ).to.equal("d");
    expect(await notebook.run('require.resolve("./lib/counter")')).to.equal(
      `${notebook.folder}/lib/counter.ts`,
    );
    expect(await notebook.run('require("./lib/counter").up === up')).to.equal(true);
    expect(await notebook.run("[typeof require.cache, require.main]")).to.deep.equal(["object", undefined]);
  });

  it("has the types of what it asks for: a package may give require another module", async () => {
    const json = {
      name: "dual",
      exports: {
        import: { types: "./i.d.mts", default: "./i.mjs" },
        require: { types: "./r.d.cts", default: "./r.cjs" },
      },
    };
    notebook.write("node_modules/dual/package.json", JSON.stringify(json));
    notebook.write("node_modules/dual/i.mjs", 'export const how = "import";');
    notebook.write("node_modules/dual/i.d.mts", 'export declare const how: "import";');
    notebook.write("node_modules/dual/r.cjs", 'exports.how = "require";');
    notebook.write("node_modules/dual/r.d.cts", 'export declare const how: "require";');
    expect(await notebook.run('import asked = require("dual");\nconst r: "require" = asked.how; r')).to.equal(
      "require",
    );
    expect(
      await notebook.run('import { how } from "dual";\nconst i: "import" = how; [i, asked.how]'),
    ).to.deep.equal(["import", "require"]);
    expect((await notebook.fail('const wrong: "import" = asked.how;')).evalue).to.contain("TS2322");
    expect(
      (await notebook.fail('import again = require("dual"); const w: "import" = again.how;')).evalue,
    ).to.contain("TS2322");
    notebook.write("asks.cts", 'import dual = require("dual");\nexport const how: "require" = dual.how;');
    expect(await notebook.run('import { how as asks } from "./asks.cjs"; asks')).to.equal("require");
  });

  it("knows where the notebook is", async () => {
    expect(
      await notebook.run(
        "[import.meta.dirname === __dirname, import.meta.filename === __filename, import.meta.url.startsWith('file:///'), __dirname, new URL('data.json', import.meta.url).pathname]",
      ),
    ).to.deep.equal([true, true, true, notebook.folder, `${notebook.folder}/data.json`]);
  });

  it("is JSON with or without attributes", async () => {
    expect(
      await notebook.run(
        'import data, { rows } from "./data.json" with { type: "json" };\nimport again from "./data.json";\n[data.name, rows, again === data]',
      ),
    ).to.deep.equal(["d", [1, 2], true]);
    expect((await notebook.fail("data.nothing")).evalue).to.contain("TS2339");
  });

  it("may import any of Node's modules, await at its top, be JSX", async () => {
    expect(await notebook.run('import { kinds } from "./lib/node";\nkinds')).to.deep.equal([
      "function",
      true,
      "function",
      "function",
    ]);
    expect(await notebook.run('import { waited } from "./lib/waits";\n[waited, seen]')).to.deep.equal([7, 7]);
    expect(await notebook.run('import { view } from "./lib/view";\nview')).to.deep.equal([
      "b",
      { id: "1" },
      "x",
    ]);
  });

  it("is found and checked by the same rules, those of tsconfig.json too", async () => {
    expect(await notebook.run('import { up as mapped } from "@lib/counter";\nmapped === up')).to.equal(true);
    expect(await notebook.run('(await import("@lib/counter")).up === up')).to.equal(true);
    expect((await notebook.fail('import { a } from "@lib/counter";')).evalue).to.contain("TS2614");
    expect((await notebook.fail('import { broken } from "@lib/unrelated";')).traceback).to.contain(
      "lib/unrelated.ts:1:14 TS2322",
    );
    // Not reached from here.
    expect(await notebook.run('import { up as still } from "@lib/counter";\nstill === up')).to.equal(true);
  });

  it("shows the lines of its sources in errors", async () => {
    const { traceback } = await notebook.fail('import { call } from "./lib/uses";\ncall()');
    expect(traceback).to.match(
      /at fail \(lib\/stack\.ts:4:9\)\n.*at call \(lib\/uses\.ts:3:\d+\)\n.*Cell \[\d+\], line 2:1/,
    );
  });

  it("says what to do about specifiers of other programs, and of files that are not there", async () => {
    expect((await notebook.fail('import x from "npm:chalk@5";')).evalue).to.contain("npm install chalk@5");
    expect((await notebook.fail('import x from "jsr:@std/path";')).evalue).to.contain(
      "npx jsr add @std/path",
    );
    expect((await notebook.fail('import x from "https://esm.sh/react";')).evalue).to.contain(
      "URLs of the web",
    );
    const name = "const name: string = ";
    expect((await notebook.fail(`${name}"./absent"; await import(name)`)).evalue).to.contain("No such file");
    expect((await notebook.fail(`${name}"npm:chalk"; await import(name)`)).evalue).to.contain(
      "npm install chalk",
    );
    expect((await notebook.fail(`${name}"./absent"; require(name)`)).evalue).to.contain("No such file");
  });

  it("leaves names such as require to the reader", async () => {
    expect(
      await notebook.run(
        'const require = 5, module = 1, exports = 2, __dirname = "mine";\n[require + 1, module, exports, __dirname]',
      ),
    ).to.deep.equal([6, 1, 2, "mine"]);
    expect(await notebook.run("[require, __dirname]")).to.deep.equal([5, "mine"]);
  });
});
