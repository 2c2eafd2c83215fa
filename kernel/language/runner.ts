// Runs a compiled cell over the notebook's store.
import type { CompiledCell, FrontEnd } from "./front-end.js";
import { FunctionTexts } from "./function-text.js";
import type { Host, RunningCell } from "./host.js";
import type { Loaded, Modules } from "./modules.js";
import { reword } from "./reword.js";
import { type StackTraces, trampolineName } from "./stack.js";
import { type PreparedNames, type Scope, Store } from "./store.js";

export interface CellResult {
  hasValue: boolean;
  value?: unknown;
}

export interface Run {
  readonly finished: Promise<CellResult>;
  /** How many of the cell's declaring statements have run. */
  readonly reached: number;
  /** Ends the cell's own part in the notebook, whatever still runs for it. */
  end(): void;
}

/** What the code of one cell reaches under `$cell`. */
interface CellState {
  reached: number;
  result: unknown;
  /** What the latest await at the cell's top gave. */
  awaited: unknown;
  /** Whether the cell was given up: it stops at its next await then, for ever. */
  isOver: boolean;
  readonly never: Promise<never>;
  /** Setters of names that may be read too early. */
  initial: object;
  /** Modules that the cell imports, for what TypeScript itself imports. */
  loaded: Record<string, object>;
  readonly constant: object;
  readonly ambient: object;
  readonly meta: object;
  import(specifier: unknown, options: unknown): Promise<object>;
  eval(text: unknown, call: number): unknown;
  /** Gives what was thrown the reader's words: in catch clauses, and on its way out of functions. */
  caught(thrown: unknown): unknown;
  check(): void;
  checkCell(): void;
}

type CellFunction = (
  scope: Scope,
  cell: CellState,
  stop: Int32Array,
  require: unknown,
  filename: string,
  dirname: string,
) => unknown;

const never = new Promise<never>(() => {});

export interface RunnerOptions {
  readonly host: Host;
  readonly frontEnd: FrontEnd;
  readonly modules: Modules;
  readonly stacks: StackTraces;
  readonly folder: string;
  /** The notebook as a file. */
  readonly notebook: string;
  readonly checks: Checks;
}

/** What loops call. */
export interface Checks {
  /** Throws when an interrupt is there. */
  check(): void;
  /** Throws as well when the cell that the code belongs to was stopped. */
  checkCell(): void;
}

export function createChecks(host: Host, interrupt: unknown): Checks {
  const check = () => {
    if (host.stop.isRequested()) throw interrupt;
  };
  return {
    check,
    checkCell: () => {
      if (host.stop.requested[0] !== 0) check();
      if (host.currentCell?.isStopped === true) throw interrupt;
    },
  };
}

export class CellRunner {
  readonly #options: RunnerOptions;
  readonly #store: Store;
  readonly #meta: object;
  readonly #texts = new FunctionTexts();
  readonly #restoreTexts: () => void;
  /** Calls a function from a script whose name stack traces know. */
  readonly #trampoline: (call: () => unknown) => unknown;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { host, notebook } = options;
    const global = host.runScript("globalThis", trampolineName) as object;
    this.#store = new Store((script) => host.runScript(script, trampolineName));
    this.#restoreTexts = this.#texts.install(global);
    this.#trampoline = host.runScript("(call) => call()", trampolineName) as (call: () => unknown) => unknown;
    this.#meta = host.modules.meta(notebook);
  }

  run(
    compiled: CompiledCell,
    cell: RunningCell,
    source: { label: string; text: string },
    interrupt: unknown,
  ): Run {
    const { host, modules, stacks } = this.#options;
    const { outline } = compiled;
    const name = `normlab-cell-${compiled.id}`;
    stacks.add(name, { ...source, map: compiled.map });
    this.#texts.add(compiled, source.text);
    const scope = this.#store.scope();
    const state = this.#state(compiled, scope);
    let names: PreparedNames | undefined;
    const call = (loaded: Record<string, Loaded>) => {
      names = this.#store.declare(outline);
      state.initial = names.initial;
      state.loaded = Object.fromEntries(
        Object.entries(loaded).map(([specifier, module]) => [specifier, module.members()]),
      );
      this.#bind(compiled, loaded);
      this.#store.extend(scope, outline.variables);
      return this.#call(compiled, scope, state, name, interrupt);
    };
    // Stack traces end at this name (stack.ts).
    const startCell = async (): Promise<CellResult> => {
      const loaded = this.#interruptible(() => modules.load(outline.imports), interrupt);
      const ready = loaded instanceof Promise ? await loaded : loaded;
      try {
        const done = call(ready);
        if (outline.awaits) await done;
      } catch (error) {
        throw state.caught(error);
      }
      const { result: value } = state;
      state.result = undefined;
      return value === undefined ? { hasValue: false } : { hasValue: true, value };
    };
    return {
      finished: host.runAs(cell, startCell),
      get reached() {
        return state.reached;
      },
      end: () => {
        state.isOver = true;
        names?.withhold(outline.steps.slice(state.reached).flat());
      },
    };
  }

  close(): void {
    this.#restoreTexts();
  }

  /** Every function of the cell keeps this alive, and so what its functions close over: the cell's checker is not among it. */
  #state({ outline, names }: CompiledCell, scope: Scope): CellState {
    const { modules, checks, frontEnd } = this.#options;
    const { evals, variables } = outline;
    return {
      reached: 0,
      result: undefined,
      awaited: undefined,
      isOver: false,
      never,
      initial: {},
      loaded: {},
      ...this.#store.views,
      meta: this.#meta,
      import: (specifier, options) => modules.import(specifier, options),
      eval: (text, call) => {
        if (typeof text !== "string") return text;
        const script = frontEnd.compileEval(text, { outline, names }, evals[call]);
        this.#store.extend(scope, variables);
        return script;
      },
      caught: (thrown) => reword(thrown, names.store),
      ...checks,
    };
  }

  #bind({ outline }: CompiledCell, loaded: Record<string, Loaded>): void {
    const { modules } = this.#options;
    for (const { local, specifier, exported, isRequired } of outline.bindings) {
      if (exported === undefined) {
        const module = isRequired ? modules.requireFor()(specifier) : loaded[specifier].namespace();
        this.#store.bind(local, () => module);
        continue;
      }
      const exports = loaded[specifier].members() as Readonly<Record<string, unknown>>;
      this.#store.bind(local, () => exports[exported]);
    }
  }

  #call({ script }: CompiledCell, scope: Scope, state: CellState, name: string, interrupt: unknown): unknown {
    const { host, modules, folder, notebook } = this.#options;
    const body = host.runScript(script, name) as CellFunction;
    const { requested } = host.stop;
    const require = modules.requireFor();
    return this.#interruptible(() => body(scope, state, requested, require, notebook, folder), interrupt);
  }

  #interruptible<T>(call: () => T, interrupt: unknown): T {
    // The trampoline gives back what it called.
    return this.#options.host.interruptible(() => this.#trampoline(call) as T, interrupt);
  }
}
