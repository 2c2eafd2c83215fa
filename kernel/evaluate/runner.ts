// Runs a compiled cell over the notebook's store.
import { AsyncLocalStorage } from "node:async_hooks";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as vm from "node:vm";
import type { CompiledCell } from "./front-end.js";
import { ensureStop } from "./loop-check.js";
import { Modules } from "./modules.js";
import { type StackTraces, trampolineFile } from "./stack.js";
import type { Compiler } from "./tslab.js";

export interface RunningCell {
  finished: Promise<{ hasValue: boolean; value?: unknown }>;
  /** How many of the cell's declaring statements have run. */
  reached(): number;
}

/** What the code of one cell reaches under `$cell`. */
interface CellSurroundings {
  reached: number;
  result: unknown;
  modules: Record<string, object>;
  meta: { url: string; dirname: string };
  import(specifier: string): Promise<object>;
  check(): void;
}

type CellFunction = (store: object, cell: CellSurroundings, require: unknown) => unknown;

/**
 * The notebook's variables. A class without a prototype of its own keeps V8's fast properties, which
 * `Object.create(null)` does not have: with them a top-level loop costs three times a local variable's, without
 * them fifty times.
 */
class Store {}
Object.setPrototypeOf(Store.prototype, null);
Object.freeze(Store.prototype);

const trampolineKey = Symbol.for("normlab.evaluate");
/** Signals break into scripts only, not into functions called later: so the cell's function is called by a script. */
const trampoline = new vm.Script(`globalThis[Symbol.for("normlab.evaluate")]()`, {
  filename: trampolineFile,
});

export class CellRunner {
  readonly store: object = new Store();
  private readonly modules: Modules;
  private readonly stopped = new Set<number>();
  /** The number of the cell that the running code belongs to, through timers, promises and functions of other cells. */
  private readonly cell = new AsyncLocalStorage<number>();
  private readonly meta: { url: string; dirname: string };

  constructor(
    ts: Compiler,
    private readonly stacks: StackTraces,
    private readonly options: { cwd: string; packageRoot: string; interrupt: unknown },
  ) {
    this.modules = new Modules(ts, stacks, { ...options, check: () => this.check() });
    this.meta = { url: pathToFileURL(path.join(options.cwd, "/")).href, dirname: options.cwd };
  }

  stop(cell: number): void {
    this.stopped.add(cell);
  }

  run(compiled: CompiledCell, cell: { number: number; label: string; source: string }): RunningCell {
    const { id, map, script } = compiled;
    const filename = `normlab-cell-${id}`;
    this.stacks.add(filename, { label: cell.label, text: cell.source, map });
    this.stopped.delete(cell.number);
    ensureStop(this.options.interrupt);
    const surroundings: CellSurroundings = {
      reached: 0,
      result: undefined,
      modules: {},
      meta: this.meta,
      import: this.modules.import,
      check: () => this.check(),
    };
    const start = async () => {
      const loaded = this.breakable(() => this.modules.load(compiled.outline.imports));
      surroundings.modules = loaded instanceof Promise ? await loaded : loaded;
      const body = new vm.Script(script, { filename, lineOffset: -1 }).runInThisContext({
        displayErrors: false,
      }) as CellFunction;
      await this.breakable(() => body(this.store, surroundings, this.modules.require));
      const { result } = surroundings;
      return result === undefined ? { hasValue: false } : { hasValue: true, value: result };
    };
    return { finished: this.cell.run(cell.number, start), reached: () => surroundings.reached };
  }

  private check(): void {
    const cell = this.cell.getStore();
    if (cell !== undefined && this.stopped.has(cell)) throw this.options.interrupt;
  }

  /** Calls a function so that SIGINT ends it; the interrupt is thrown then. */
  private breakable<T>(call: () => T): T {
    const global = globalThis as { [trampolineKey]?: () => T };
    global[trampolineKey] = call;
    try {
      return trampoline.runInThisContext({ breakOnSigint: true, displayErrors: false }) as T;
    } catch (error) {
      const interrupted =
        (error as NodeJS.ErrnoException | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
      throw interrupted ? this.options.interrupt : error;
    } finally {
      delete global[trampolineKey];
    }
  }
}
