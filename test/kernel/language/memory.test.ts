// What a notebook holds on to. Oracle: V8's garbage collector.
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { createEvaluator } from "../../../kernel/language/evaluator.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { nodeFiles } from "../../../kernel/node/files.js";
import { NodeHost } from "../../../kernel/node/host.js";
import { platform } from "../../../kernel/node/platform.js";
import { packageRoot } from "./notebook.js";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

async function isCollected(held: WeakRef<object>): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    // A WeakRef that was looked at holds on until the turn ends.
    await delay(5);
    collect();
    if (held.deref() === undefined) return true;
  }
  return false;
}

describe("the memory of a notebook", function () {
  this.timeout(60_000);

  function open() {
    const frontEnd = new FrontEnd(platform(packageRoot), nodeFiles);
    const host = new NodeHost({
      platform: frontEnd.platform,
      packageRoot,
      stopRequested: new Int32Array(1),
      endProcesses: () => {},
    });
    const evaluator = createEvaluator({ host, folder: "/normlab-notebook", packageRoot, frontEnd });
    let cells = 0;
    const run = async (code: string) =>
      (await evaluator.evaluate(code, { number: ++cells, isStopped: false }, () => {})).value;
    return { frontEnd, evaluator, run };
  }

  it("lets a checker go that was replaced, though functions and classes of its cells live", async () => {
    const { frontEnd, evaluator, run } = open();
    await run("class C { v = 1 }; const f = () => [new C()]; let g = function* () { yield f; };");
    await run("setTimeout(() => f(), 1); const list = f().map(({ v }) => ({ v }));");
    const old = new WeakRef(frontEnd.check("1").program.getTypeChecker());
    frontEnd.program.renew();
    await run("const other = 2");
    expect(await isCollected(old)).to.equal(true);
    expect(await run("f()[0].v + other")).to.equal(3);
    evaluator.close();
  });

  it("lets the value that a cell showed go, though functions of the cell live", async () => {
    const { evaluator, run } = open();
    const shown = new WeakRef((await run("const f = () => 1; ({ large: new Array(10).fill(f) })")) as object);
    expect(await isCollected(shown)).to.equal(true);
    evaluator.close();
  });

  it("replaces a checker that cells made keep much, and none that they made keep little", async () => {
    const { frontEnd, evaluator, run } = open();
    const checker = () => frontEnd.check("1").program.getTypeChecker();
    const first = checker();
    for (let cell = 0; cell < 500; cell++) await run(`const v${cell} = ${cell};`);
    expect(checker() === first, "after 500 small cells").to.equal(true);
    const rich = (name: string) =>
      `class ${name} { a = 1 }; const of${name} = new Map([["x", [new ${name}()]]]); [...of${name}].map(([k, v]) => ({ k, v }));`;
    let cells = 0;
    while (checker() === first && cells < 1000) await run(rich(`C${++cells}`));
    expect(cells).to.be.within(20, 900);
    expect(await run("v499 + ofC1.size")).to.equal(500);
    evaluator.close();
  });
});
