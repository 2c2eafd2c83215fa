// "Run these cells, give the printed lines or the error": all that the oracles know of the kernel's evaluator.
import { tmpdir } from "node:os";
import type { Context } from "node:vm";
import { isCellDiagnostics } from "../../../kernel/language/diagnostics.js";
import { createEvaluator, type Evaluator } from "../../../kernel/language/evaluator.js";
import { FrontEnd } from "../../../kernel/language/front-end.js";
import { nameOfThrown, type Outcome, printed } from "./outcome.js";
import { packageRoot, platform, testHost } from "./test-host.js";

/** One for all: it has read TypeScript's libraries, and each notebook opens it anew. */
let frontEnd: FrontEnd | undefined;

export interface NotebookOptions {
  folder?: string;
  /** The realm of the cells; without one they share that of the test. */
  context?: Context;
  /** Files that are there, or differ from those on disk, by path. */
  files?: Readonly<Record<string, string>>;
}

/** A notebook of one's own. There is one at a time: it has the front end that all of them use. */
export class NotebookCells {
  private readonly evaluator: Evaluator;
  private count = 0;

  constructor({ folder = tmpdir(), context, files }: NotebookOptions = {}) {
    const host = testHost(context, files);
    frontEnd ??= new FrontEnd(platform, host.files);
    this.evaluator = createEvaluator({ host, folder, packageRoot, frontEnd });
  }

  /** Rejects with what the cell throws, or with what TypeScript has against it. */
  async evaluate(code: string): Promise<void> {
    await this.evaluator.evaluate(code, { number: ++this.count, isStopped: false });
  }

  run(code: string): Promise<Outcome> {
    return printed(async () => {
      try {
        await this.evaluate(code);
        return undefined;
      } catch (thrown) {
        return isCellDiagnostics(thrown)
          ? `refused ${thrown.diagnostics.map(({ code }) => code).join(" ")}`
          : nameOfThrown(thrown);
      }
    });
  }

  close(): void {
    this.evaluator.close();
  }
}

/** Runs cells in a notebook of their own, up to the first that fails. */
export async function runCells(cells: readonly string[]): Promise<Outcome> {
  const notebook = new NotebookCells();
  const all: string[] = [];
  try {
    for (const cell of cells) {
      const { lines, error } = await notebook.run(cell);
      all.push(...lines);
      if (error !== undefined) return { lines: all, error };
    }
    return { lines: all };
  } finally {
    notebook.close();
  }
}
