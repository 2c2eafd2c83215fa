// From a cell's TypeScript to its value or its error: all that a session knows of the language. It knows no wire and
// shows nothing; what it needs of Node or of a worker it asks of a Host (host.ts).
//
//   program.ts      one TypeScript program and checker for many cells      resolve.ts     where a specifier leads
//   scopes.ts       what earlier cells declared, newest first              modules.ts     what an import gives
//   transform/      from checked TypeScript to the JavaScript of a cell    project-file.ts  the project's own sources
//   runner.ts       the store, and cells that run over it                  completion.ts, inspection.ts, is-complete.ts
//   diagnostics.ts, stack.ts, traceback.ts   what is shown of errors
import type { Host, Platform, RunningCell } from "./host.js";

export interface CellValue {
  hasValue: boolean;
  value?: unknown;
}

/** What a front end shows of something thrown. */
export interface ThrownDescription {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Offsets are of UTF-16 units, as in JavaScript. */
export interface Completions {
  matches: string[];
  start: number;
  end: number;
  metadata?: object;
}

export interface Inspection {
  found: boolean;
  data: Record<string, string>;
}

export interface Completeness {
  status: "complete" | "incomplete" | "invalid" | "unknown";
  indent?: string;
}

export interface Evaluator {
  readonly typescriptVersion: string;
  /** What an interrupted cell throws; described as KeyboardInterrupt. */
  readonly interrupt: unknown;
  /** Does ahead what the first cell would wait for. */
  warm(): void;
  /**
   * Checks and runs a cell as part of `cell` (Host.runAs). Rejects with what the cell threw, or with CellDiagnostics when
   * TypeScript finds an error. What the cell declared before it threw or was stopped is the notebook's.
   */
  evaluate(code: string, cell: RunningCell): Promise<CellValue>;
  /**
   * The cell was interrupted (`cell.isStopped` is true by now): what it declared so far is there at once, for the next
   * cell, and nothing that it does from now on declares anything or changes a variable at its top.
   */
  stop(cell: RunningCell): void;
  describe(thrown: unknown): ThrownDescription;
  complete(code: string, cursor: number): Completions;
  inspect(code: string, cursor: number, detail: 0 | 1): Inspection;
  isComplete(code: string): Completeness;
  /** The value of one expression over the notebook's variables; it declares nothing. */
  expression(code: string, cell: RunningCell): Promise<unknown>;
  close(): void;
}

export interface EvaluatorOptions {
  host: Host;
  /** The notebook's folder: relative imports start there. */
  folder: string;
  /** Where this package is, so that stack traces leave out the kernel's own frames and name normlab's files. */
  packageRoot: string;
  /** One that was made ahead, with the library and normlab's declarations checked: from a start-up snapshot. */
  frontEnd?: FrontEnd;
}

/** All that is known of a notebook's TypeScript; it runs nothing. What it needs of files it is told when it opens. */
export interface FrontEnd {
  readonly platform: Platform;
}

/** See EvaluatorOptions. */
export type CreateEvaluator = (options: EvaluatorOptions) => Evaluator;

/**
 * A front end that has compiled `cells` and forgotten them, for a start-up snapshot: the library's declarations are
 * parsed, bound and checked as far as those cells go. `files` lists what was read for it.
 */
export type RehearseFrontEnd = (
  platform: Platform,
  files: Host["files"],
  cells: readonly string[],
  folder: string,
) => { frontEnd: FrontEnd; files: readonly string[] };
