// Which cells the language remembers, and that looking at a text leaves nothing behind.
import { expect } from "chai";
import { CellDiagnostics } from "../../../kernel/language/diagnostics.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { platform } from "../../../kernel/node/platform.js";
import { packageRoot } from "./notebook.js";

describe("the cells that are remembered", () => {
  const frontEnd = new FrontEnd(platform(packageRoot), nodeFiles);
  let cells = 0;
  const run = (code: string) =>
    frontEnd.declare(frontEnd.compile(code, ++cells, `Cell [${cells}]`), Number.POSITIVE_INFINITY, true);
  const refusal = (code: string) => {
    try {
      run(code);
    } catch (error) {
      if (error instanceof CellDiagnostics) return error.diagnostics.map(({ code: number }) => number);
      throw error;
    }
    return undefined;
  };
  beforeEach(() => {
    cells = 0;
    frontEnd.open("/nowhere", nodeFiles);
  });
  after(() => frontEnd.close());

  it("are one of a cell that is run again and again, whatever it declares", () => {
    for (let i = 0; i < 30; i++) {
      run(
        "import { join } from 'node:path'; let best = null; best = join('a'); type T = string; interface I { t: T } class K { i?: I } enum E { A } namespace N { export const n = 1 } function f() { return best }",
      );
      run("best = best + f(); N.n");
    }
    expect(frontEnd.remembered).to.equal(1);
  });

  it("stay while another cell's types are made of them", () => {
    run("interface Point { x: number }");
    run("const make = (x: number): Point => ({ x });");
    run("interface Point { y: string }");
    expect(frontEnd.remembered).to.equal(3);
    expect(refusal("make(1).x.toFixed(); const p: Point = { y: 's' };")).to.equal(undefined);
    run("const make = 1;");
    run("const p = 2;");
    expect(frontEnd.remembered).to.equal(3);
    expect(refusal("const q: Point = { x: 1 };")).to.deep.equal([2353]);
  });

  it("stay for the meanings of a name that no later cell has taken", () => {
    run("type Both = { q: number }");
    run("const Both = 5;");
    expect(refusal("const both: Both = { q: Both };")).to.equal(undefined);
    run("interface Both { other: string }");
    expect(refusal("const again: Both = { other: Both.toFixed(1) };")).to.equal(undefined);
  });

  it("are none of those that an editor asked about", () => {
    run("const known = 1;");
    frontEnd.check(
      "declare global { interface Array<T> { neverRun(): T } var neverThere: number }\nlet looked = known;",
    );
    frontEnd.check("import * as zlib from 'node:zlib'; let best = null; best = known;");
    expect(refusal("[1].neverRun()")).to.deep.equal([2339]);
    expect(refusal("neverThere")).to.deep.equal([2304]);
    expect(refusal("looked")).to.deep.equal([2304]);
    expect(frontEnd.remembered).to.equal(1);
  });
});
