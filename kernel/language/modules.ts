// What an import gives when it runs. Sources of the project are modules of this file's making, linked and evaluated as
// the language says (circles, live bindings, `await` at the top), and made anew when they or what they import was edited.
// Packages and the host's own modules come from the host.
//
//   load, import, requireFor   ->   #dependency (resolve.ts: where to)   ->   source.ts (project) or the host

import { createDynamicImport, type DynamicImport } from "./dynamic-import.js";
import { ModuleRecord } from "./evaluation.js";
import type { Host } from "./host.js";
import { ModuleNotFoundError } from "./missing-module.js";
import { commonJsNamespace } from "./namespace.js";
import type { Asking, Resolver, Target } from "./resolve.js";
import { Dependency, Source, type Surroundings } from "./source.js";
import type { LoopState } from "./transform/loops.js";
import { type TypeScript, ts } from "./typescript.js";

export interface ModulesOptions {
  readonly host: Host;
  readonly resolver: Resolver;
  /** The notebook as a file: relative specifiers of its cells start from there. */
  readonly notebook: string;
  /** Modules that the language itself provides, by name: tslab. */
  readonly provided: Readonly<Record<string, object>>;
  /** Options of the project's tsconfig.json, as far as they say what a text means. */
  readonly options: () => TypeScript.CompilerOptions;
  /** What loops look at. */
  readonly loops: LoopState;
  /** Tells of a script under the name that stack traces have it by. */
  readonly addSource: (file: string, source: { text: string; map: string }) => void;
}

/** What `require` is in a cell and in a file. */
export interface Require {
  (specifier: string): unknown;
  resolve(specifier: string): string;
  /** The host's: sources of the project are not in it, they are renewed when they change. */
  readonly cache: object;
  readonly main: undefined;
}

const codeOf = (error: unknown) => (error instanceof Error ? Reflect.get(error, "code") : undefined);
const notFound = new Set<unknown>(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);

export class Modules {
  readonly #options: ModulesOptions;
  readonly #surroundings: Surroundings;
  readonly #sources = new Map<string, Source>();
  readonly #requires = new Map<string, Require>();
  /** Sources that were found to be as they are on disk, since the outermost load began. */
  readonly #fresh = new Set<string>();
  /** Loads that are going on, one within the other. */
  #depth = 0;
  /** Sources that are being linked: the first, and what it leads to. Their names are known when all of them are. */
  #linking: Source[] = [];
  #resolutions: TypeScript.ModuleResolutionCache | undefined;
  /** Sources that were linked just now and are not ready to be evaluated. */
  readonly #suspending = new Set<Promise<unknown>>();
  readonly #dynamicImport: DynamicImport;

  constructor(options: ModulesOptions) {
    this.#options = options;
    this.#dynamicImport = createDynamicImport(options.host);
    this.#surroundings = {
      ...options,
      dependency: (specifier, from) => this.#dependency(specifier, from, "import"),
      import: (specifier, attributes, from) => this.import(specifier, attributes, from),
      requireFor: (from) => this.requireFor(from),
      forget: (source) => {
        if (this.#sources.get(source.file) === source) this.#sources.delete(source.file);
      },
      suspending: (linked) => {
        const settled: Promise<unknown> = linked.finally(() => this.#suspending.delete(settled));
        this.#suspending.add(settled);
      },
    };
  }

  /**
   * What a cell imports, by specifier: all of it is linked before any of it is evaluated, as the language has it for a
   * module. A promise only when one awaits.
   */
  load(
    specifiers: readonly string[],
    from = this.#options.notebook,
  ): Record<string, Loaded> | Promise<Record<string, Loaded>> {
    const dependencies = this.#session(() =>
      specifiers.map((specifier) => [specifier, this.#dependency(specifier, from, "import")] as const),
    );
    const importer = new Importer(dependencies.map(([, dependency]) => dependency));
    const loaded = (): Record<string, Loaded> => Object.fromEntries(dependencies);
    const evaluate = () => {
      const pending = this.#session(() => importer.evaluate());
      return pending ? pending.then(loaded) : loaded();
    };
    return this.#suspending.size > 0 ? this.#suspended().then(evaluate) : evaluate();
  }

  /** `import(specifier, options)` in a cell or in a file. Nothing is evaluated before the code that asks has gone on. */
  import(specifier: unknown, options: unknown, from = this.#options.notebook): Promise<object> {
    return this.#dynamicImport(specifier, options, async (name, type) => {
      const dependency = this.#session(() => this.#dependency(name, from, "import"));
      if (type === "json" && dependency.source?.file.endsWith(".json") !== true)
        throw new TypeError(`Module "${name}" is not of type "json"`);
      await this.#suspended();
      await this.#session(() => dependency.evaluate());
      return dependency.namespace();
    });
  }

  async #suspended(): Promise<void> {
    await Promise.all(this.#suspending);
  }

  requireFor(from = this.#options.notebook): Require {
    let require = this.#requires.get(from);
    if (!require) {
      require = Object.assign((specifier: string) => this.#require(specifier, from), {
        resolve: (specifier: string) => this.#resolve(specifier, from),
        cache: this.#options.host.modules.cache ?? {},
        main: undefined,
      });
      this.#requires.set(from, require);
    }
    return require;
  }

  #require(specifier: string, from: string): unknown {
    const { host, provided } = this.#options;
    if (typeof specifier !== "string")
      throw new TypeError(`require takes the name of a module, not ${host.inspect(specifier)}`);
    return this.#session(() => {
      const target = this.#target(specifier, from, "require");
      if (target?.kind === "project") return this.#requireSource(this.#source(target.file), specifier, from);
      if (target?.kind === "provided" && Object.hasOwn(provided, target.name)) return provided[target.name];
      const wanted = target?.kind === "host" ? target.specifier : specifier;
      return this.#explaining(specifier, () => host.modules.require(wanted, from));
    });
  }

  #requireSource(source: Source, specifier: string, from: string): unknown {
    this.#sources.get(from)?.imports.add(source.file);
    const pending = source.evaluate();
    if (!pending) return source.exports();
    pending.catch(() => {});
    const message = `'${specifier}' awaits at its top, so it cannot be required. Use await import("${specifier}").`;
    throw Object.assign(new Error(message), { code: "ERR_REQUIRE_ASYNC_MODULE" });
  }

  #resolve(specifier: string, from: string): string {
    const target = this.#target(specifier, from, "require");
    if (target?.kind === "project") return target.file;
    const wanted = target?.kind === "host" ? target.specifier : specifier;
    return this.#explaining(specifier, () => this.#options.host.modules.resolve(wanted, from));
  }

  // ---- from specifiers to modules

  /** Within one load, files and folders are looked at once. */
  #session<T>(load: () => T): T {
    if (this.#depth === 0) {
      this.#fresh.clear();
      this.#resolutions = undefined;
    }
    this.#depth++;
    try {
      return load();
    } finally {
      this.#depth--;
    }
  }

  #target(specifier: string, from: string, asking: Asking): Target | undefined {
    const { host, resolver } = this.#options;
    this.#resolutions ??= ts.createModuleResolutionCache("/", (name) => name, resolver.runtimeOptions());
    const wanted = specifier.startsWith("file:") ? pathOf(specifier) : specifier;
    const target = resolver.target(wanted, from, asking, this.#depth > 0 ? this.#resolutions : undefined);
    if (!target && /^\.{0,2}\//.test(wanted)) throw new ModuleNotFoundError(specifier, host);
    return target;
  }

  /** What an import leads to, not yet evaluated. */
  #dependency(specifier: string, from: string, asking: Asking): Dependency {
    const { host, provided } = this.#options;
    const target = this.#target(specifier, from, asking);
    if (target?.kind === "project") return this.#source(target.file);
    if (target?.kind === "provided" && Object.hasOwn(provided, target.name))
      return new HostDependency(() => commonJsNamespace(provided[target.name]));
    const wanted = target?.kind === "host" ? target.specifier : specifier;
    return new HostDependency(() => this.#explaining(specifier, () => host.modules.import(wanted, from)));
  }

  /** A source of the project, linked with all that it imports; the one that is there already where nothing changed. */
  #source(file: string): Source {
    this.#forgetStale(file);
    const known = this.#sources.get(file);
    if (known) return known;
    const source = new Source(file, this.#surroundings);
    this.#sources.set(file, source);
    this.#fresh.add(file);
    const isOutermost = this.#linking.length === 0;
    this.#linking.push(source);
    try {
      source.link();
      if (isOutermost) {
        for (const linked of this.#linking) linked.checkNames();
        for (const linked of this.#linking) linked.expose();
      }
    } catch (error) {
      if (isOutermost) for (const linked of this.#linking) this.#sources.delete(linked.file);
      throw error;
    } finally {
      if (isOutermost) this.#linking = [];
    }
    return source;
  }

  /** Lets go of the sources that `file` leads to which changed on disk, and of those that import them. */
  #forgetStale(file: string): void {
    const reached = new Set<Source>();
    const collect = (name: string): void => {
      const source = this.#sources.get(name);
      if (!source || reached.has(source) || this.#fresh.has(name)) return;
      reached.add(source);
      for (const imported of source.imports) collect(imported);
    };
    collect(file);
    const stale = new Set([...reached].filter((source) => source.isStale()));
    for (let before = -1; before !== stale.size; ) {
      before = stale.size;
      for (const source of reached) {
        const importsStale = [...source.imports].some((name) => {
          const imported = this.#sources.get(name);
          return imported === undefined || stale.has(imported);
        });
        if (importsStale) stale.add(source);
      }
    }
    for (const source of reached) {
      if (stale.has(source)) this.#sources.delete(source.file);
      else this.#fresh.add(source.file);
    }
  }

  /** A missing package says how to get it; one missing inside another package keeps the host's own words. */
  #explaining<T>(specifier: string, load: () => T): T {
    const { host } = this.#options;
    const explained = (error: unknown): unknown => {
      if (!notFound.has(codeOf(error)) || !(error instanceof Error) || error instanceof ModuleNotFoundError)
        return error;
      const isIt = error.message.includes(`'${specifier}'`) || error.message.includes(`'${specifier}/`);
      return isIt ? new ModuleNotFoundError(specifier, host) : error;
    };
    try {
      const loaded = load();
      if (!(loaded instanceof Promise)) return loaded;
      return loaded.catch((error: unknown) => {
        throw explained(error);
      }) as T;
    } catch (error) {
      throw explained(error);
    }
  }
}

/** What code reads of something that was imported. */
export type Loaded = Pick<Dependency, "members" | "namespace">;

/** A cell, as a module that imports. */
class Importer extends ModuleRecord {
  protected readonly awaits = false;

  constructor(protected readonly requested: readonly Dependency[]) {
    super();
  }

  protected execute(): undefined {
    return undefined;
  }
}

/** A module that the host loads when it is evaluated. */
class HostDependency extends Dependency {
  readonly source = undefined;
  protected readonly awaits = true;
  protected readonly requested = [];
  #namespace: object | undefined;

  constructor(private readonly load: () => object | Promise<object>) {
    super();
  }

  get areNamesKnown(): boolean {
    return this.#namespace !== undefined;
  }

  namespace(): object {
    return this.#namespace ?? {};
  }

  protected execute(): Promise<void> | undefined {
    const loaded = this.load();
    if (loaded instanceof Promise) {
      return loaded.then((namespace) => {
        this.#namespace = namespace;
      });
    }
    this.#namespace = loaded;
    return undefined;
  }
}

/** The path of a file: URL. */
function pathOf(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}
