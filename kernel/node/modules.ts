// What only Node can load, for cells and for sources of the project: its own modules, packages, normlab itself.
import { createRequire } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import * as vm from "node:vm";
import type { HostModules } from "../language/host.js";
import { commonJsNamespace } from "../language/namespace.js";

/** Node's codes for a module that `import` can load and `require` can not. */
const onlyImportable = new Set<unknown>([
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
  "ERR_REQUIRE_ESM",
  "ERR_REQUIRE_ASYNC_MODULE",
]);

const codeOf = (error: unknown) => (error instanceof Error ? Reflect.get(error, "code") : undefined);

export class NodeModules implements HostModules {
  readonly #requires = new Map<string, NodeJS.Require>();
  readonly #provided: Readonly<Record<string, string>>;
  readonly #importers = new Map<string, (specifier: string) => Promise<object>>();

  constructor(packageRoot: string) {
    this.#provided = {
      normlab: path.join(packageRoot, "dist/packed/index.js"),
      "normlab/course": path.join(packageRoot, "dist/packed/course.js"),
    };
  }

  import(specifier: string, from: string): object | Promise<object> {
    const wanted = this.#fileOf(specifier);
    try {
      const exports: unknown = this.#requireFor(from)(wanted);
      // Where `require` gives what an ES module chose to give it, `import` has the namespace.
      const isChosen = /\.mjs$/.test(wanted) && !types.isModuleNamespaceObject(exports);
      return isChosen ? this.#import(wanted, from) : commonJsNamespace(exports);
    } catch (error) {
      if (onlyImportable.has(codeOf(error)) || /^(data|https?):/.test(wanted))
        return this.#import(wanted, from);
      throw error;
    }
  }

  require(specifier: string, from: string): unknown {
    return this.#requireFor(from)(this.#fileOf(specifier));
  }

  resolve(specifier: string, from: string): string {
    return this.#requireFor(from).resolve(this.#fileOf(specifier));
  }

  get cache(): object {
    return createRequire(import.meta.url).cache;
  }

  meta(file: string): object {
    const resolve = (specifier: string) => {
      const found = this.resolve(specifier, file);
      return path.isAbsolute(found) ? pathToFileURL(found).href : `node:${found.replace(/^node:/, "")}`;
    };
    const meta = { dirname: path.dirname(file), filename: path.normalize(file), resolve };
    return Object.assign(Object.create(null), meta, { url: pathToFileURL(file).href });
  }

  #fileOf(specifier: string): string {
    return Object.hasOwn(this.#provided, specifier) ? this.#provided[specifier] : specifier;
  }

  #requireFor(from: string): NodeJS.Require {
    let require = this.#requires.get(from);
    if (!require) {
      require = createRequire(from);
      this.#requires.set(from, require);
    }
    return require;
  }

  /** Node's own `import()`, as if it stood in the file. */
  #import(specifier: string, from: string): Promise<object> {
    let importer = this.#importers.get(from);
    if (!importer) {
      const script = new vm.Script("(specifier) => import(specifier)", {
        filename: from,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      importer = script.runInThisContext() as (specifier: string) => Promise<object>;
      this.#importers.set(from, importer);
    }
    return importer(path.isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier);
  }
}
