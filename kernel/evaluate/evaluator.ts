// From a cell's TypeScript to its value or its error. The session knows nothing of TypeScript; it meets this file:
//   front-end.ts (check, compile)  ->  modules.ts (imports)  ->  runner.ts (run over the store)  ->  traceback.ts (errors)
import * as path from "node:path";
import type { Completions, Inspection } from "./editor.js";
import type { Completeness } from "./is-complete.js";
import { CellRunner } from "./runner.js";
import { takeFrontEnd } from "./snapshot.js";
import { StackTraces } from "./stack.js";
import { describeThrown, type ThrownDescription } from "./traceback.js";
import { quietWarnings } from "./warnings.js";

export interface CellIdentity {
  /** The number in `Cell [4]`. */
  number: number;
  silent: boolean;
}

export interface CellValue {
  hasValue: boolean;
  value?: unknown;
}

export interface Evaluator {
  readonly typescriptVersion: string;
  /** What an interrupted cell throws; described as KeyboardInterrupt. */
  readonly interrupt: unknown;
  /** Does ahead what the first cell would wait for. */
  warm(): void;
  /** Rejects with what the cell threw, or with CellDiagnostics when TypeScript finds an error. */
  evaluate(code: string, cell: CellIdentity): Promise<CellValue>;
  describe(thrown: unknown): ThrownDescription;
  /** Positions are UTF-16 offsets. */
  complete(code: string, cursor: number): Completions;
  inspect(code: string, cursor: number, detail: 0 | 1): Inspection;
  isComplete(code: string): Completeness;
  /** The value of one expression over the notebook's variables; it declares nothing. */
  expression(code: string): Promise<unknown>;
  /** From now on the loops of this cell that await throw the interrupt. */
  stop(cell: number): void;
  close(): void;
}

export function createEvaluator(options: { cwd: string; packageRoot: string }): Evaluator {
  // Without a separator at the end, as the snapshot and stack traces compare them.
  const cwd = path.resolve(options.cwd);
  const packageRoot = path.resolve(options.packageRoot);
  const interrupt = new Error("the cell was interrupted");
  const stacks = new StackTraces({ cwd, packageRoot });
  const frontEnd = takeFrontEnd(packageRoot);
  frontEnd.open(cwd);
  const runner = new CellRunner(frontEnd.ts, stacks, { cwd, packageRoot, interrupt });
  const restoreStacks = stacks.install();
  const restoreWarnings = quietWarnings();
  let evaluations = 0;

  async function evaluate(code: string, { number }: CellIdentity, keep: boolean): Promise<CellValue> {
    const id = ++evaluations;
    const label = `Cell [${number}]`;
    const compiled = frontEnd.compile(code, id, label);
    const run = runner.run(compiled, { number, label, source: code });
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
    expression: async (code) => (await evaluate(`(${code})`, { number: 0, silent: true }, false)).value,
    stop: (cell) => runner.stop(cell),
    close: () => {
      restoreStacks();
      restoreWarnings();
      frontEnd.close();
    },
  };
}
