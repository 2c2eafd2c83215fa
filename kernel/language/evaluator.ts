// From a cell's TypeScript to its value or its error: all that a session knows of the language. It knows no wire and
// shows nothing; what it needs of Node or of a worker it asks of a Host (host.ts).
//
//   program.ts      one TypeScript program and checker for many cells      resolve.ts     where a specifier leads
//   scopes.ts       what earlier cells declared, newest first              modules.ts     what an import gives
//   transform/      from checked TypeScript to the JavaScript of a cell    project-file.ts  the project's own sources
//   runner.ts       the store, and cells that run over it                  completion.ts, inspection.ts, is-complete.ts
//   diagnostics.ts, stack.ts, traceback.ts   what is shown of errors
//   ambient-modules.ts, library-part.ts      declarations that are read when a cell needs them
import { complete } from "./completion.js";
import { type CompiledCell, FrontEnd } from "./front-end.js";
import type { Host, HostFiles, Platform, RunningCell } from "./host.js";
import { inspect } from "./inspection.js";
import { isComplete } from "./is-complete.js";
import { Modules } from "./modules.js";
import { posix } from "./path.js";
import { CellRunner, createChecks } from "./runner.js";
import { StackTraces } from "./stack.js";
import { describeThrown, describeWarnings } from "./traceback.js";
import { createTslab } from "./tslab.js";
import { ts } from "./typescript.js";

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
  /** Nobody waits: does ahead what completion, or a cell with a mistake, would wait for. */
  rest(): void;
  /**
   * Checks and runs a cell as part of `cell` (Host.runAs). Rejects with what the cell threw, or with CellDiagnostics when
   * TypeScript finds an error. What the cell declared before it threw or was stopped is the notebook's. `warn` is called
   * before the cell runs with what TypeScript says against it that does not keep it from running.
   */
  evaluate(code: string, cell: RunningCell, warn?: (text: string) => void): Promise<CellValue>;
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
  /**
   * One that was made ahead, with the library and normlab's declarations checked: from a start-up snapshot, or from an
   * evaluator that was closed. It forgets the cells that it knew.
   */
  frontEnd?: FrontEnd;
}

/** A front end that has compiled `cells` and forgotten them, and the files that it has read, for a start-up snapshot. */
export function rehearseFrontEnd(
  platform: Platform,
  files: HostFiles,
  cells: readonly string[],
  folder: string,
): { frontEnd: FrontEnd; files: readonly string[] } {
  const frontEnd = new FrontEnd(platform, files);
  frontEnd.rehearse(cells, folder, files);
  // No completion: it sorts by the rules of a language, and Node cannot save those in a snapshot.
  // A name of the cell's own: others have doc comments, which are read when somebody asks for them.
  // Not with a part of the library, which an inspection would put an end to.
  if (!frontEnd.program.hasPart) inspect(frontEnd.check("const warm = 1"), 8, 0);
  return { frontEnd, files: frontEnd.program.filesRead() };
}

export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const { host } = options;
  // Without a separator at the end, as stack traces compare them.
  const folder = posix.join(options.folder.replaceAll("\\", "/"));
  const packageRoot = posix.join(options.packageRoot.replaceAll("\\", "/"));
  const notebook = posix.join(folder, "[notebook].ts");
  const interrupt = new Error("the cell was interrupted");
  const frontEnd = options.frontEnd ?? new FrontEnd(host.platform, host.files);
  frontEnd.open(folder, host.files, host);
  const stacks = new StackTraces({ files: host.files, folder, packageRoot });
  const restoreStacks = stacks.install();
  const checks = createChecks(host, interrupt);
  const tslab = createTslab(host.platform.runtime ?? "");
  const modules = new Modules({
    host,
    resolver: frontEnd.program.resolver,
    notebook,
    provided: { tslab },
    options: () => frontEnd.program.options,
    loops: { stop: host.stop.requested, ...checks },
    addSource: (file, source) => stacks.add(file, source),
  });
  const runner = new CellRunner({ host, frontEnd, modules, stacks, folder, notebook, checks });
  /** What ends a cell before it has finished. */
  const ending = new Map<RunningCell, () => void>();
  let evaluations = 0;

  async function evaluate(
    code: string,
    cell: RunningCell,
    { keeps, warn }: { keeps: boolean; warn?: ((text: string) => void) | undefined },
  ): Promise<CellValue> {
    const id = ++evaluations;
    const label = `Cell [${cell.number}]`;
    let compiled: CompiledCell;
    try {
      compiled = host.interruptible(() => frontEnd.compile(code, id, label), interrupt);
    } catch (error) {
      // Whatever the checker was in the middle of is not to be gone on with.
      if (error === interrupt) frontEnd.program.renew();
      throw error;
    }
    if (compiled.warnings.length > 0) warn?.(describeWarnings(compiled.warnings, label));
    const run = runner.run(compiled, cell, { label, text: code }, interrupt);
    let isEnded = false;
    const end = (isWhole: boolean) => {
      if (isEnded) return;
      isEnded = true;
      if (!isWhole) run.end();
      if (keeps) frontEnd.declare(compiled, run.reached, isWhole);
    };
    const stopped = new Promise<never>((_, reject) => {
      ending.set(cell, () => {
        end(false);
        reject(interrupt);
      });
    });
    try {
      const result = await Promise.race([run.finished, stopped]);
      end(true);
      return result;
    } catch (error) {
      end(false);
      throw error;
    } finally {
      ending.delete(cell);
    }
  }

  return {
    typescriptVersion: ts.version,
    interrupt,
    warm: () => {
      frontEnd.compile("1 + 1", ++evaluations, "Cell [0]");
    },
    rest: () => {
      if (frontEnd.program.completeLibrary()) frontEnd.program.renew();
    },
    evaluate: (code, cell, warn) => evaluate(code, cell, { keeps: true, warn }),
    stop: (cell) => ending.get(cell)?.(),
    describe: (thrown) => describeThrown(thrown, { inspect: host.inspect.bind(host), interrupt, stacks }),
    complete: (code, cursor) => complete(frontEnd.check(code), code, cursor, { files: host.files, folder }),
    inspect: (code, cursor, detail) => inspect(frontEnd.check(code), cursor, detail),
    isComplete,
    expression: async (code, cell) => (await evaluate(`(${code})`, cell, { keeps: false })).value,
    close: () => {
      restoreStacks();
      runner.close();
      // One that was given is its owner's, who may open it for another notebook.
      if (options.frontEnd === undefined) frontEnd.close();
    },
  };
}
