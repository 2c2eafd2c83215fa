import { expect } from "chai";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { platform } from "../../../kernel/node/platform.js";
import { Notebook, packageRoot } from "./notebook.js";

describe("a stopped cell", () => {
  let notebook: Notebook;
  beforeEach(() => {
    notebook = new Notebook({
      "poll.ts":
        "export async function poll(turn: () => void): Promise<never> { while (true) { turn(); await null; } }",
    });
  });
  afterEach(() => notebook.close());

  /** Runs a cell that stops itself after some turns of a loop which would go on for ever. */
  async function stopped(code: string): Promise<void> {
    let turns = 0;
    (globalThis as { turn?: () => void }).turn = () => {
      if (++turns === 5) notebook.cell.isStopped = true;
      if (turns > 1000) throw new Error("the loop runs on");
    };
    expect(await notebook.fail(code)).to.include({ ename: "KeyboardInterrupt" });
    expect(turns).to.equal(5);
  }

  for (const [what, code] of Object.entries({
    "while with an await": "while (true) { (globalThis as any).turn(); await null }",
    "for with an await": "for (;;) { (globalThis as any).turn(); await new Promise((r) => setImmediate(r)) }",
    "do with an await": "do { (globalThis as any).turn(); await null } while (true)",
    "for await":
      "async function* all() { while (true) yield 1 }\nfor await (const _ of all()) (globalThis as any).turn()",
  })) {
    it(`throws the interrupt in ${what}`, async () => {
      await notebook.run("1");
      await stopped(code);
      expect(await notebook.run("'next'")).to.equal("next");
    });
  }

  it("stops in a loop that an earlier cell or a file of the project wrote", async () => {
    await notebook.run("async function train(turn: () => void) { for (;;) { turn(); await null } }");
    await stopped("await train((globalThis as any).turn)");
    notebook.close();
    notebook = new Notebook({
      "poll.ts":
        "export async function poll(turn: () => void): Promise<never> { while (true) { turn(); await null; } }",
    });
    await notebook.run("1");
    await stopped('import { poll } from "./poll.ts";\nawait poll((globalThis as any).turn)');
  });

  it("counts turns where a loop only computes, and looks at each turn where it does not", () => {
    const frontEnd = new FrontEnd(platform(packageRoot), nodeFiles);
    let cells = 0;
    const checksIn = (code: string) => {
      const { script } = frontEnd.compile(code, ++cells, "Cell [1]");
      return [script.match(/\+\+turns\w*/g)?.length ?? 0, script.match(/\$stop\[0\]/g)?.length ?? 0];
    };
    expect(
      checksIn(
        "(x: number[]) => { let s = 0; for (let i = 0; i < x.length; i++) s += Math.sqrt(x[i]); return s }",
      ),
    ).to.deep.equal([1, 1]);
    expect(
      checksIn("() => { for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) i + j; }"),
    ).to.deep.equal([2, 2]);
    expect(checksIn("(f: () => void) => { for (let i = 0; i < 3; i++) f(); }")).to.deep.equal([0, 1]);
    expect(checksIn("() => { outer: while (true) for (;;) continue outer; }")).to.deep.equal([2, 2]);
    expect(checksIn("async () => { for (;;) await null; }")).to.deep.equal([0, 0]);
  });
});
