// Runs a compiled cell over the notebook's store.
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as vm from "node:vm";
import type { Host, RunningCell } from "../language/host.js";
import type { CompiledCell } from "./front-end.js";
import { installStop } from "./loop-check.js";
import { Modules } from "./modules.js";
import type { StackTraces } from "./stack.js";
import type { Compiler } from "./tslab.js";

export interface StartedCell {
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

export class CellRunner {
  readonly store: object = new Store();
  private readonly modules: Modules;
  private readonly meta: { url: string; dirname: string };

  constructor(
    ts: Compiler,
    private readonly stacks: StackTraces,
    private readonly options: { cwd: string; packageRoot: string; interrupt: unknown; host: Host },
  ) {
    this.modules = new Modules(ts, stacks, { ...options, check: () => this.check() });
    this.meta = { url: pathToFileURL(path.join(options.cwd, "/")).href, dirname: options.cwd };
  }

  run(compiled: CompiledCell, cell: { cell: RunningCell; label: string; source: string }): StartedCell {
    const { id, map, script } = compiled;
    const filename = `normlab-cell-${id}`;
    this.stacks.add(filename, { label: cell.label, text: cell.source, map });
    installStop(this.options.host.stop.requested, this.options.interrupt);
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
    return { finished: this.options.host.runAs(cell.cell, start), reached: () => surroundings.reached };
  }

  private check(): void {
    if (this.options.host.currentCell?.isStopped) throw this.options.interrupt;
  }

  private breakable<T>(call: () => T): T {
    return this.options.host.interruptible(call, this.options.interrupt);
  }
}
