// Runs tests that the parent process names, one after the other: as a module of plain Node, as one cell, and with a cell
// a statement. A test that waits for what never comes is over as soon as nothing is left that could bring it; one that
// loops for ever is the parent's business: it ends this process.
import * as path from "node:path";
import ts from "typescript";
import { NotebookCells } from "../cells.js";
import { createRealm, finished, runAsModule } from "./realm.js";
import type { LanguageTest } from "./suite.js";

export interface WorkerTask {
  root: string;
  test: LanguageTest;
}

export type Stage = "module" | "whole" | "split";

export type WorkerReport =
  /** `failure` is undefined when it passed. */
  | { file: string; stage: Stage; failure?: string }
  /** A stage goes on; it has thousands of cells now and then. */
  | { file: string; stage: "going on" }
  | { file: string; stage: "end" };

const send = (report: WorkerReport) => process.send?.(report);

/** Tests leave promises behind that nobody awaits. */
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

/** Ends the stage that runs. */
let giveUp: ((why: Error) => void) | undefined;

/** Nothing goes on in this process any more: what the test waits for never comes. */
process.on("beforeExit", () => {
  if (!giveUp) return;
  giveUp(new Error("waits for what never comes"));
  // Whatever the next stage waits for, this is not the process's end.
  setImmediate(() => {});
});

async function attempt(run: () => Promise<void>): Promise<string | undefined> {
  const idle = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  process.channel?.unref();
  try {
    await Promise.race([run(), idle]);
    return undefined;
  } catch (error) {
    return describe(error);
  } finally {
    giveUp = undefined;
    process.channel?.ref();
  }
}

/** In one line; errors come from other realms. */
function describe(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return `thrown: ${String(thrown)}`;
  const { name, message } = thrown as Error;
  return `${name ?? thrown.constructor?.name ?? "Object"}: ${String(message).split("\n")[0].slice(0, 200)}`;
}

async function runAsCells(root: string, test: LanguageTest, cells: readonly string[]): Promise<void> {
  const { context, done } = createRealm(root, test);
  const notebook = new NotebookCells({
    folder: path.dirname(path.join(root, test.file)),
    context,
    // All that a test imports is a module, whatever its text looks like.
    files: { [path.join(root, "package.json")]: '{ "type": "module" }' },
  });
  try {
    for (const [index, cell] of cells.entries()) {
      await notebook.evaluate(`// @ts-nocheck\n${cell}`);
      if (index % 100 === 99) send({ file: test.file, stage: "going on" });
    }
    await finished(test, done);
  } finally {
    notebook.close();
  }
}

function statementsOf(text: string): string[] {
  const file = ts.createSourceFile("test.ts", text, ts.ScriptTarget.ES2022);
  return file.statements.map((statement) => text.slice(statement.getStart(file), statement.end));
}

process.on("message", async ({ root, test }: WorkerTask) => {
  const { file, text } = test;
  const stages = {
    module: () => runAsModule(root, test),
    whole: () => runAsCells(root, test, [text]),
    split: () => runAsCells(root, test, statementsOf(text)),
  } as const;
  for (const stage of ["module", "whole", "split"] as const satisfies Stage[]) {
    const failure = await attempt(stages[stage]);
    send({ file, stage, failure });
    if (stage === "module" && failure !== undefined) break;
  }
  send({ file, stage: "end" });
});

// TypeScript takes seconds to start; that is no test's fault.
const warm = new NotebookCells();
await warm.evaluate("1");
warm.close();
send({ file: "", stage: "end" });
