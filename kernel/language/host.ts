// What the language asks of the place it runs in. kernel/language/ knows TypeScript, and neither Node nor a page: it
// reaches files, modules, time, scripts and interrupts through a Host.
//
//   kernel/node/host.ts                    Node: fs, vm, Node's own module loader, AsyncLocalStorage
//   kernel/browser/worker/host.ts          a worker of a page: files that the page has, eval, messages
//   test/kernel/language/test-host.ts      this process, for tests that run thousands of cells
//
// Paths are absolute and have forward slashes, on Windows too ("C:/course/a.ts"), as TypeScript has them.

/** Files, as the checker and the resolver of modules look at them. Nothing here throws for what is not there. */
export interface HostFiles {
  read(file: string): string | undefined;
  stat(path: string): FileStat | undefined;
  /** What lies in a folder; empty when there is no such folder. */
  list(folder: string): readonly FolderEntry[];
  /** The path without links; the path itself where the host has none. */
  realPath(path: string): string;
}

export interface FileStat {
  readonly kind: "file" | "folder";
  /** Differs whenever the content may: milliseconds of the last change on disk, a counter in memory. */
  readonly version: number;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
}

/** What the checker takes for granted wherever a notebook is. Plain data: a start-up snapshot holds it. */
export interface Platform {
  /** The folder of TypeScript's lib.*.d.ts. */
  readonly library: string;
  /** What the running engine has of ECMAScript, as file names: ["lib.es2023.d.ts", "lib.esnext.collection.d.ts"]. */
  readonly libraries: readonly string[];
  /**
   * A part of one of these, which is read in its place until a cell needs more: see library-part.ts. Names of files in the
   * library's folder; the part is not used where they are not there.
   */
  readonly part?: { readonly of: string; readonly declarations: string; readonly limits: string };
  /** Packages of global declarations ("node") and the folders they are in. */
  readonly types: readonly string[];
  readonly typeRoots: readonly string[];
  /** Modules that are there wherever a notebook is, by specifier, with the declaration file of each: normlab, tslab. */
  readonly provided: Readonly<Record<string, string>>;
  /** Declarations that every cell sees without an import, such as that of `display`; undefined for none. */
  readonly globals?: string;
  /** Names of modules of the host itself, without their scheme; empty where there are none. */
  readonly builtins: readonly string[];
  /** What their names may begin with, and do in stacks; undefined where there are none. */
  readonly builtinScheme?: string;
  /** The version of what runs the cells, as Node has it in process.version; none in a page. */
  readonly runtime?: string;
}

/** Modules that are not sources of the project: the host's own, packages, and what else only it can load. */
export interface HostModules {
  /**
   * Loads what `import` in `from` (an absolute path) would, and gives its namespace: for CommonJS the exports with
   * `default` for all of them. A Promise only when the module cannot be loaded otherwise: an ES module that awaits at its
   * top, or a package that exports nothing to `require`. `specifier` may be an absolute path.
   * @throws what loading throws; an error with code MODULE_NOT_FOUND or ERR_MODULE_NOT_FOUND when nothing is there.
   */
  import(specifier: string, from: string): object | Promise<object>;
  /** What `require` in `from` would give. Throws where the host has no such thing. */
  require(specifier: string, from: string): unknown;
  /** What `require.resolve` in `from` would give. */
  resolve(specifier: string, from: string): string;
  /** What `require.cache` is. */
  readonly cache?: object;
  /** `import.meta` of the notebook or of a file: url, filename, dirname, resolve. */
  meta(file: string): object;
}

/** A cell that runs or has run. The session makes one for each; the language only looks at it. */
export interface RunningCell {
  /** The number in `Cell [4]`. */
  readonly number: number;
  /** From when it was interrupted on: loops of its code that await end, and it declares nothing any more. */
  readonly isStopped: boolean;
}

/** How loops learn that they are to end. */
export interface HostStop {
  /** A cell begins: no interrupt is there for it yet. */
  begin(): void;
  /** Loops read `requested[0]` each turn, or now and then, and ask `isRequested` when it is not 0. */
  readonly requested: Int32Array;
  /** Whether an interrupt is there. It may look no closer than every so often, and may take its time. */
  isRequested(): boolean;
}

export interface Host {
  readonly platform: Platform;
  readonly files: HostFiles;
  readonly modules: HostModules;
  readonly stop: HostStop;
  /** Milliseconds, for durations. */
  now(): number;
  /**
   * Runs a script in the global scope of the notebook, and gives the value of its last statement. `name` is what stack
   * traces call it. The cells' scripts are function expressions: the language calls the function itself.
   */
  runScript(code: string, name: string): unknown;
  /** Calls a function so that an interrupt ends it wherever it is, where the host can; `interrupt` is thrown then. */
  interruptible<T>(call: () => T, interrupt: unknown): T;
  /** Runs a function as part of a cell: timers, promises and listeners that it starts belong to the cell, too. */
  runAs<T>(cell: RunningCell, code: () => T): T;
  /** The cell that the running code belongs to, as far as the host can tell. */
  readonly currentCell: RunningCell | undefined;
  /** A value as text for a reader, as Node's util.inspect has it. */
  inspect(value: unknown, options?: { colors?: boolean }): string;
  /** What is to be known of `import "npm:x"` and its kin here; undefined for what says nothing to this host. */
  missingModuleHint?(specifier: string): string | undefined;
}
