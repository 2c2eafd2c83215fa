// From a cell's TypeScript to its value or its error. The session knows nothing of TypeScript; it meets this file:
//   front-end.ts (check, compile)  ->  modules.ts (imports)  ->  runner.ts (run over the store)  ->  traceback.ts (errors)
import * as path from "node:path";
import type { CellValue, Evaluator } from "../language/evaluator.js";
import type { Host, RunningCell } from "../language/host.js";
import { CellRunner } from "./runner.js";
import { takeFrontEnd } from "./snapshot.js";
import { StackTraces } from "./stack.js";
import { describeThrown } from "./traceback.js";
import { quietWarnings } from "./warnings.js";

export function createEvaluator(options: { host: Host; folder: string; packageRoot: string }): Evaluator {
  const { host } = options;
  // Without a separator at the end, as the snapshot and stack traces compare them.
  const cwd = path.resolve(options.folder);
  const packageRoot = path.resolve(options.packageRoot);
  const interrupt = new Error("the cell was interrupted");
  const stacks = new StackTraces({ cwd, packageRoot });
  const frontEnd = takeFrontEnd(packageRoot);
  frontEnd.open(cwd);
  const runner = new CellRunner(frontEnd.ts, stacks, { cwd, packageRoot, interrupt, host });
  const restoreStacks = stacks.install();
  const restoreWarnings = quietWarnings();
  let evaluations = 0;

  async function evaluate(code: string, cell: RunningCell, keep: boolean): Promise<CellValue> {
    const { number } = cell;
    const id = ++evaluations;
    const label = `Cell [${number}]`;
    const compiled = frontEnd.compile(code, id, label);
    const run = runner.run(compiled, { cell, label, source: code });
    try {
      return await run.finished;
    } finally {
      if (keep) frontEnd.declare(compiled, run.reached());
    }
  }

  return {
    typescriptVersion: frontEnd.ts.version,
    interrupt,
    warm: () => {
      frontEnd.compile("1 + 1", ++evaluations, "Cell [0]");
    },
    evaluate: (code, cell) => evaluate(code, cell, true),
    describe: (thrown) => describeThrown(thrown, interrupt, stacks),
    complete: (code, cursor) => frontEnd.complete(code, cursor),
    inspect: (code, cursor, detail) => frontEnd.inspect(code, cursor, detail),
    isComplete: (code) => frontEnd.isComplete(code),
    expression: async (code, cell) => (await evaluate(`(${code})`, cell, false)).value,
    stop: () => {},
    close: () => {
      restoreStacks();
      restoreWarnings();
      frontEnd.close();
    },
  };
}
