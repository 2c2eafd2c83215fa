import { utimesSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { Notebook } from "./notebook.js";

describe("imports of a cell", () => {
  let notebook: Notebook;
  before(() => {
    notebook = new Notebook({
      "node_modules/beside/package.json": '{ "name": "beside", "main": "index.js", "types": "index.d.ts" }',
      "node_modules/beside/index.js": "module.exports = { greet: (name) => 'hello ' + name };",
      "node_modules/beside/index.d.ts": "/** Greets. */ export function greet(name: string): string;",
      "../node_modules/above/package.json":
        '{ "name": "above", "type": "module", "exports": { "import": { "types": "./index.d.ts", "default": "./index.js" } } }',
      "../node_modules/above/index.js": "export default class Above { level = 1 }\nexport const up = 2;",
      "../node_modules/above/index.d.ts":
        "export default class Above { level: number }\nexport declare const up: number;",
      "../node_modules/awaiting/package.json":
        '{ "name": "awaiting", "type": "module", "exports": "./index.js" }',
      "../node_modules/awaiting/index.js": "export const ready = await Promise.resolve('ready');",
      "data.json": '{ "rows": [1, 2] }',
      "helper.ts":
        'import { scale } from "./scale.js";\nexport const apply = (x: number): number => scale * x;',
      "scale.ts": "export const scale = 2;",
      "plain.js": "export const plain = import.meta.url.endsWith('plain.js');",
      "circle-a.ts":
        'import { b } from "./circle-b";\nexport const a = () => "a";\nexport const both = () => a() + b();',
      "circle-b.ts": 'import { a } from "./circle-a";\nexport const b = () => "b" + a();',
      "classy.ts":
        "export function of() { class P { #p = 4; static s = new P().m(); m() { return this.#p } } return P.s }",
      "../src/index.ts":
        "export enum Kind { One = 1 }\nexport default function where(): string { return 'src' }",
    });
  });
  after(() => notebook.close());

  /** Writes a file so that its time of change differs, however coarse the file system's clock is. */
  let edits = 0;
  function edit(name: string, text: string): void {
    notebook.write(name, text);
    const later = new Date(Date.UTC(2030, 0, 1, 0, 0, ++edits));
    utimesSync(path.join(notebook.folder, name), later, later);
  }

  it("runs a project's classes as they are written", async () => {
    expect(await notebook.run('import { of } from "./classy";\nof()')).to.equal(4);
  });

  it("finds the exercises of the course, the same as normlab's", async () => {
    await notebook.run('import { check } from "normlab/course";\nimport { check as same } from "normlab";');
    expect(await notebook.run("check === same")).to.equal(true);
    expect(await notebook.run("typeof check.batchStatistics")).to.equal("function");
  });

  it("finds normlab with its types from any folder", async () => {
    await notebook.run('import { tensor, BatchNorm } from "normlab";\nconst x = tensor([[1, 2], [3, 4]]);');
    expect(await notebook.run("x.shape")).to.deep.equal([2, 2]);
    expect((await notebook.fail("const s: string = x.shape;")).evalue).to.contain("TS2322");
    expect((await notebook.fail("new BatchNorm('three')")).ename).to.equal("TypeScriptError");
    expect(await notebook.run("typeof BatchNorm")).to.equal("function");
  });

  it("finds packages beside the notebook and above it, ES modules only and awaiting ones too", async () => {
    expect(await notebook.run('import { greet } from "beside";\ngreet("you")')).to.equal("hello you");
    expect(await notebook.run('import Above, { up } from "above";\nnew Above().level + up')).to.equal(3);
    expect(await notebook.run('import * as all from "awaiting";\nall.ready')).to.equal("ready");
    expect((await notebook.fail("greet(3)")).evalue).to.contain("TS2345");
  });

  it("finds JSON, JavaScript and TypeScript files of the project", async () => {
    expect(
      await notebook.run('import data from "./data.json";\nconst n: number[] = data.rows; n'),
    ).to.deep.equal([1, 2]);
    expect(await notebook.run('import { plain } from "./plain.js";\nplain')).to.equal(true);
    expect(await notebook.run('import where, { Kind } from "../src";\n[where(), Kind.One]')).to.deep.equal([
      "src",
      1,
    ]);
    expect(await notebook.run('import { both } from "./circle-a.ts";\nboth()')).to.equal("aba");
  });

  it("reloads a file that was edited, and what imports it", async () => {
    const cell = 'import { apply } from "./helper.ts";\napply(3)';
    expect(await notebook.run(cell)).to.equal(6);
    edit("scale.ts", "export const scale = 5;");
    expect(await notebook.run(cell)).to.equal(15);
    edit("helper.ts", "export const apply = (x: string): string => x + '!';");
    expect((await notebook.fail(cell)).evalue).to.contain("TS2345");
    expect(await notebook.run('import { apply } from "./helper.ts";\napply("3")')).to.equal("3!");
    edit("data.json", '{ "rows": [7], "more": true }');
    expect(await notebook.run('import data from "./data.json";\n[data.rows, data.more]')).to.deep.equal([
      [7],
      true,
    ]);
  });

  it("finds a file that appears after it was missed", async () => {
    expect((await notebook.fail('import { late } from "./late";')).evalue).to.contain(
      "Cannot find module './late'",
    );
    notebook.write("late.ts", "export const late = 1;");
    expect(await notebook.run('import { late } from "./late";\nlate')).to.equal(1);
  });

  it("knows Node's modules and globals", async () => {
    expect(
      await notebook.run(
        'import { join } from "node:path";\nimport * as os from "os";\n[join("a", "b"), typeof os.EOL]',
      ),
    ).to.deep.equal(["a/b", "string"]);
    expect(await notebook.run("Buffer.from('a').toString('hex') + process.argv0.slice(0, 0)")).to.equal("61");
    expect((await notebook.fail("process.argv = 3")).evalue).to.contain("TS2322");
    expect(await notebook.run("[3, 1].findLast((x) => x > 2)")).to.equal(3);
  });

  it("knows Node's large modules too, once a cell imports them", async () => {
    expect(
      await notebook.run('import * as http2 from "node:http2";\nhttp2.constants.HTTP2_METHOD_GET'),
    ).to.equal("GET");
    expect((await notebook.fail("const n: string = http2.constants.HTTP_STATUS_OK;")).evalue).to.contain(
      "TS2322",
    );
    expect(
      await notebook.run(
        'import { Session } from "inspector";\nconst s: Session = new Session(); typeof s.post',
      ),
    ).to.equal("function");
    expect(await notebook.run('import test from "node:test";\ntypeof test.skip')).to.equal("function");
  });

  it("imports while it runs", async () => {
    expect(await notebook.run('const { up: higher } = await import("above");\nhigher')).to.equal(2);
    expect(await notebook.run('const file = await import("./late");\nfile.late')).to.equal(1);
    expect(await notebook.run('const { ready } = await import("awaiting");\nready')).to.equal("ready");
    expect(await notebook.run('(await import("node:path")).basename("a/b")')).to.equal("b");
  });

  it("has require and tslab's display functions", async () => {
    expect(await notebook.run('require("beside").greet("me")')).to.equal("hello me");
    expect(await notebook.run('import * as tslab from "tslab";\ntypeof tslab.display.html')).to.equal(
      "function",
    );
  });

  it("keeps what an import names for later cells, types too", async () => {
    await notebook.run(
      'import type { Tensor } from "normlab";\nimport { BatchNorm as Norm } from "normlab";',
    );
    expect(await notebook.run("const keep: Tensor | undefined = undefined; typeof Norm")).to.equal(
      "function",
    );
  });
});
