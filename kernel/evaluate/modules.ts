// What an import in a cell means when it runs: normlab itself, tslab's display functions, files of the project,
// Node's own modules, and packages in node_modules beside the notebook or above it.
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import * as vm from "node:vm";
import { missingModuleHint } from "./diagnostics.js";
import { findProjectFile, isProjectSource, ProjectFiles } from "./project-file.js";
import type { StackTraces } from "./stack.js";
import { type Compiler, tslabModule } from "./tslab.js";

/** A package or file that an import names and that is not there. */
export class ModuleNotFoundError extends Error {
  override name = "ModuleNotFoundError";
  readonly code = "MODULE_NOT_FOUND";

  constructor(specifier: string) {
    super(`Cannot find module '${specifier}'. ${missingModuleHint(specifier)}`);
  }
}

/** Node's codes for a package that `import` can load and `require` can not. */
const onlyImportable = new Set([
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_REQUIRE_ESM",
  "ERR_REQUIRE_ASYNC_MODULE",
]);
const notFound = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);

const codeOf = (error: unknown) =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;

export class Modules {
  private readonly files: ProjectFiles;
  private readonly normlab: string;
  /** The notebook has no file name here; imports of its cells start from this one in the working folder. */
  private readonly notebook: string;
  private readonly namespaces = new WeakMap<object, object>();
  private readonly importers = new Map<string, (specifier: string) => Promise<object>>();

  constructor(
    private readonly ts: Compiler,
    stacks: StackTraces,
    private readonly options: { cwd: string; packageRoot: string; check: () => void },
  ) {
    this.normlab = path.join(options.packageRoot, "dist/packed/index.js");
    this.notebook = path.join(options.cwd, "[notebook].ts");
    this.files = new ProjectFiles(ts, stacks, {
      require: (specifier, from) => this.require(specifier, from),
      import: (specifier, from) => this.import(specifier, from),
      check: options.check,
    });
  }

  /**
   * Loads what a cell imports, by specifier. A Promise only when one of them can not be loaded otherwise: an ES module
   * that awaits at its top, or a package that exports nothing to `require`.
   */
  load(specifiers: readonly string[]): Record<string, object> | Promise<Record<string, object>> {
    const loaded: Record<string, object> = {};
    const pending: Promise<void>[] = [];
    for (const specifier of specifiers) {
      try {
        loaded[specifier] = this.namespace(this.require(specifier));
      } catch (error) {
        if (!onlyImportable.has(codeOf(error) ?? "")) throw error;
        pending.push(
          this.importNatively(specifier, this.notebook).then((namespace) => {
            loaded[specifier] = namespace;
          }),
        );
      }
    }
    return pending.length > 0 ? Promise.all(pending).then(() => loaded) : loaded;
  }

  require = (specifier: string, from = this.notebook): unknown => {
    if (specifier === "normlab") return createRequire(from)(this.normlab);
    if (specifier === "tslab") return tslabModule(this.options.packageRoot, this.ts);
    if (specifier.startsWith("file:")) return this.require(fileURLToPath(specifier), from);
    if (
      /^\.{0,2}\//.test(specifier) ||
      specifier === "." ||
      specifier === ".." ||
      path.isAbsolute(specifier)
    ) {
      const file = findProjectFile(specifier, path.dirname(from));
      if (!file) throw new ModuleNotFoundError(specifier);
      return isProjectSource(file) ? this.files.load(file) : createRequire(from)(file);
    }
    const require = createRequire(from);
    try {
      // A package linked from the same project resolves to its sources.
      const file = require.resolve(specifier);
      return /\.[cm]?tsx?$/.test(file) && isProjectSource(file) ? this.files.load(file) : require(specifier);
    } catch (error) {
      throw this.explained(error, specifier);
    }
  };

  /** `await import(…)` in a cell or in a project's file. */
  import = async (specifier: string, from = this.notebook): Promise<object> => {
    const wanted = String(specifier);
    try {
      return this.namespace(this.require(wanted, from));
    } catch (error) {
      if (!onlyImportable.has(codeOf(error) ?? "")) throw error;
      return this.importNatively(wanted, from);
    }
  };

  private async importNatively(specifier: string, from: string): Promise<object> {
    let importer = this.importers.get(from);
    if (!importer) {
      const script = new vm.Script("(specifier) => import(specifier)", {
        filename: from,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      importer = script.runInThisContext() as (specifier: string) => Promise<object>;
      this.importers.set(from, importer);
    }
    try {
      return await importer(path.isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier);
    } catch (error) {
      throw this.explained(error, specifier);
    }
  }

  /** A missing package says how to get it; one missing inside another package keeps Node's own words. */
  private explained(error: unknown, specifier: string): unknown {
    if (!notFound.has(codeOf(error) ?? "") || error instanceof ModuleNotFoundError) return error;
    return (error as Error).message.includes(`'${specifier}'`) ||
      (error as Error).message.includes(`'${specifier}/`)
      ? new ModuleNotFoundError(specifier)
      : error;
  }

  /** The module as `import * as` sees it: CommonJS exports with `default` for all of them. */
  private namespace(exports: unknown): object {
    const isObject = (typeof exports === "object" && exports !== null) || typeof exports === "function";
    if (!isObject) return { default: exports };
    if (types.isModuleNamespaceObject(exports) || (exports as { __esModule?: boolean }).__esModule)
      return exports;
    const known = this.namespaces.get(exports);
    if (known) return known;
    const namespace: object = {};
    for (const key of Object.keys(exports)) {
      if (key === "default") continue;
      Object.defineProperty(namespace, key, {
        enumerable: true,
        get: () => exports[key as keyof typeof exports],
      });
    }
    Object.defineProperty(namespace, "default", { enumerable: true, value: exports });
    this.namespaces.set(exports, namespace);
    return namespace;
  }
}
