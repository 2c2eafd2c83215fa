import * as path from "node:path";
import { expect } from "chai";
import { CellDiagnostics } from "../../../kernel/language/diagnostics.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { missingModuleHint } from "../../../kernel/node/missing-module.js";
import { platform } from "../../../kernel/node/platform.js";

const packageRoot = path.resolve(import.meta.dirname, "../../../..");

describe("messages of a refused cell", () => {
  const frontEnd = new FrontEnd(platform(packageRoot), nodeFiles);
  let cells = 0;
  beforeEach(() => {
    cells = 0;
    frontEnd.open("/nowhere", nodeFiles, { missingModuleHint });
  });
  after(() => frontEnd.close());

  /** `reached` counts the declaring statements that the cell came to. */
  const run = (code: string, reached = Number.POSITIVE_INFINITY) => {
    const number = ++cells;
    const compiled = frontEnd.compile(code, number, `Cell [${number}]`);
    frontEnd.declare(compiled, reached, reached === Number.POSITIVE_INFINITY);
  };
  const refused = (code: string) => {
    try {
      run(code);
    } catch (error) {
      if (error instanceof CellDiagnostics) return error.diagnostics[0];
      throw error;
    }
    throw new Error(`TypeScript had nothing against ${code}`);
  };

  it("has what TypeScript says of other places, with the cell", () => {
    run("function add(a: number, b: number) { return a + b }");
    expect(refused("add(1)").related).to.deep.equal([
      "An argument for 'b' was not provided. (Cell [1], line 1:25)",
    ]);
    run("async function later() { return [1] }");
    expect(refused("later().length").related).to.deep.equal(["Did you forget to use 'await'?"]);
    expect(refused("add(1)\nconst n = 1;").related).to.have.length(1);
  });

  it("names the cell that was refused, or ended too early", () => {
    refused("const lost: string = 1;\nfunction alsoLost() {}");
    expect(refused("lost + 1").message).to.equal(
      "Cannot find name 'lost'. Cell [1], which declares it, was refused.",
    );
    expect(refused("alsoLost()").message).to.contain("Cell [1], which declares it, was refused.");
    run("const early = 1;\nconst late = 2;", 1);
    run("early");
    expect(refused("late").message).to.equal(
      "Cannot find name 'late'. Cell [4] ended before it declared it.",
    );
    run("const lost = 's';");
    run("lost + 1");
  });

  it("says that there is no page here", () => {
    for (const name of ["document", "window", "alert", "localStorage"])
      expect(refused(`${name}.toString()`).message, name).to.match(
        /^Cannot find name '\w+'\. There is no page here/,
      );
  });

  it("says how to import what normlab or Node exports", () => {
    expect(refused("new Adam(0.1)").message).to.contain('To import it: import { Adam } from "normlab";');
    expect(refused("const t: Tensor | undefined = undefined;").message).to.contain(
      'import { Tensor } from "normlab";',
    );
    expect(refused("readFileSync('x')").message).to.contain('import { readFileSync } from "node:fs";');
  });

  it("suggests the nearest option, or says which there are", () => {
    run("function f(o: { learningRate?: number; epochs?: number } | { steps: number; seed?: number }) {}");
    expect(refused("f({ steps: 1, rate: 2 })").message).to.contain("Did you mean 'learningRate'?");
    expect(refused("f({ steps: 1, quite: 2 })").message).to.contain(
      "It takes 'learningRate', 'epochs', 'seed'.",
    );
    run("function g(o: { epochs?: number }) {}");
    expect(refused("g({ epoch: 2 })").message).to.contain("'epochs'?");
    run('import { mlp } from "normlab";');
    expect(refused("mlp({ inputs: 2, hiden: [3], classes: 2 })").message).to.contain("'hidden'");
  });

  it("hints at `as const` for a string from an array or an object", () => {
    run(
      'function use(norm: "none" | "batch") {}\nfunction all(o: { norm: "none" | "batch" }) {}\nfunction list(n: ("none" | "batch")[]) {}',
    );
    const hint = '["none", "batch"] as const';
    expect(refused('for (const norm of ["none", "batch"]) use(norm);').message).to.contain(hint);
    expect(refused('for (const norm of ["none", "batch"]) all({ norm });').message).to.contain(hint);
    expect(refused('const o = { norm: "none" }; all({ norm: o.norm })').message).to.contain(hint);
    expect(refused('const names = ["none", "batch"]; list(names)').message).to.contain(hint);
    expect(refused("use(1)").message).not.to.contain("as const");
    run('for (const norm of ["none", "batch"] as const) use(norm);');
  });

  it("refuses an index that gives nothing, and allows a key that is computed", () => {
    run(
      'import { tensor } from "normlab";\nconst x = tensor([[1, 2]]);\nconst key: string = "a", o = { a: 1 };',
    );
    expect(refused("x[0]").code).to.equal(7053);
    expect(refused("for (let i = 0; i < 2; i++) x[i]").code).to.equal(7053);
    expect(refused("o['b']").code).to.equal(7053);
    run("o[key]; x.data[0]; [1][0]; globalThis.nothing");
  });

  it("lets the body of an answer be used", () => {
    run("const answer = await (await fetch('http://localhost')).json();\nanswer.items.length");
  });

  it("says what to do about a module that is not there", () => {
    expect(refused('import { a } from "@scope/absent/deep";').message).to.equal(
      "Cannot find module '@scope/absent/deep'. Install it beside the notebook, in a terminal: npm install @scope/absent",
    );
    expect(refused('import x from "npm:chalk@5";').message).to.contain("npm install chalk@5");
    expect(refused('import x from "https://esm.sh/react";').message).to.contain("no URLs of the web");
    expect(refused('import x from "./absent";').message).to.contain("starts from the notebook's folder");
  });
});
