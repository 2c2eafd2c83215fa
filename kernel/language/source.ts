// One source of the project as a module: linked (its names are there), then evaluated, as the language says.
import { ModuleRecord } from "./evaluation.js";
import type { Host, RunningCell } from "./host.js";
import { commonJsNamespace, ModuleNamespace } from "./namespace.js";
import { isModulePackage } from "./package-type.js";
import { type CompiledModule, type CompiledScript, compileProjectFile } from "./project-file.js";
import type { LoopState } from "./transform/loops.js";
import type { TypeScript } from "./typescript.js";

/** Something that an import leads to. */
export abstract class Dependency extends ModuleRecord {
  /** Undefined for what the host loads. */
  abstract readonly source: Source | undefined;
  /** What `import * as` gives. Complete once it is evaluated. */
  abstract namespace(): object;
  /** Whether the names that it exports are known; those of a package are once it is evaluated. */
  abstract readonly areNamesKnown: boolean;
  /** What named imports read: the same names, without the namespace's price. */
  members(): object {
    return this.namespace();
  }
}

/** What sources ask of those that load them. */
export interface Surroundings {
  readonly host: Host;
  readonly options: () => TypeScript.CompilerOptions;
  readonly loops: LoopState;
  readonly addSource: (file: string, source: { text: string; map: string }) => void;
  dependency(specifier: string, from: string): Dependency;
  import(specifier: unknown, attributes: unknown, from: string): Promise<object>;
  requireFor(from: string): unknown;
  /** The source has failed: who asks for it again gets a new one. */
  forget(source: Source): void;
  /** Its evaluation may begin once this is settled. */
  suspending(linked: Promise<unknown>): void;
}

type Getters = Record<string, () => unknown>;

/** Where a name of a module comes from; two ways to the same binding are no conflict. */
interface Binding {
  readonly source: Source;
  readonly name: string;
  readonly get: () => unknown;
}

/** Where the binding behind a name was looked for. */
interface Search {
  readonly visited: Set<string>;
  isCycle: boolean;
}

const newSearch = (): Search => ({ visited: new Set(), isCycle: false });

/** A module's function; of an async one where it awaits. */
interface Body {
  next(given: readonly object[]): unknown;
}

export class Source extends Dependency {
  readonly source = this;
  /** Sources of the project that it has imported or required, for finding out what an edit makes stale. */
  readonly imports = new Set<string>();
  readonly #version: number | undefined;
  readonly #namespace = new ModuleNamespace();
  #cell: RunningCell | undefined;

  #compiled: CompiledModule | CompiledScript | undefined;
  #requests: readonly Dependency[] = [];
  #getters: Getters = {};
  /** Goes on behind the point where the module is linked. */
  #resume: () => Promise<void> | undefined = () => undefined;
  /** Whether its own code has begun to run. */
  #hasRun = false;
  /** Of a CommonJS module or JSON. */
  #module: { exports: unknown } | undefined;

  constructor(
    readonly file: string,
    private readonly surroundings: Surroundings,
  ) {
    super();
    this.#version = surroundings.host.files.stat(file)?.version;
  }

  /** Whether the file was edited since, or its evaluation waits for ever in a cell that was stopped. */
  isStale(): boolean {
    const isLeft = this.isEvaluating && this.#cell?.isStopped === true;
    return isLeft || this.surroundings.host.files.stat(this.file)?.version !== this.#version;
  }

  namespace(): object {
    if (this.#module) return commonJsNamespace(this.#module.exports);
    // Of a circle with packages in it.
    if (this.#hasRun && !this.#namespace.isSealed) this.expose();
    return this.#namespace.object;
  }

  override members(): object {
    return this.#module ? commonJsNamespace(this.#module.exports) : this.#namespace.members;
  }

  /** What `require` gives. */
  exports(): unknown {
    return this.#module ? this.#module.exports : this.#namespace.object;
  }

  // ---- linking

  /** Reads and compiles the file, and links it with what it imports. */
  link(): void {
    const { host, options, addSource } = this.surroundings;
    const { file } = this;
    const text = host.files.read(file) ?? "";
    if (file.endsWith(".json")) {
      this.#linkJson(text);
      return;
    }
    const compiled = compileProjectFile(file, text, {
      options: options(),
      isModulePackage: () => isModulePackage(host.files, file),
    });
    this.#compiled = compiled;
    addSource(file, { text, map: compiled.map });
    if (compiled.kind === "script") this.#linkScript(compiled);
    else this.#linkModule(compiled);
  }

  #linkJson(text: string): void {
    try {
      this.#module = { exports: JSON.parse(text) };
    } catch (error) {
      const name = this.file.slice(this.file.lastIndexOf("/") + 1);
      throw new SyntaxError(`${name} is not JSON: ${error instanceof Error ? error.message : error}`);
    }
    this.#hasRun = true;
    this.setEvaluated();
  }

  #linkScript({ script }: CompiledScript): void {
    const { surroundings, file } = this;
    const start = surroundings.host.runScript(script, file) as (...values: unknown[]) => void;
    const module = { exports: {} as unknown };
    this.#module = module;
    this.#resume = () => {
      const folder = file.slice(0, file.lastIndexOf("/"));
      const require = surroundings.requireFor(file);
      start.call(module.exports, module.exports, require, module, file, folder, ...this.#asked());
      return undefined;
    };
  }

  /** $import, $meta, $loops. */
  #asked(): unknown[] {
    const { surroundings, file } = this;
    return [
      (specifier: unknown, attributes: unknown) => surroundings.import(specifier, attributes, file),
      surroundings.host.modules.meta(file),
      surroundings.loops,
    ];
  }

  #linkModule({ requests, script, awaits }: CompiledModule): void {
    const { surroundings, file } = this;
    this.#requests = requests.map(({ specifier }) => surroundings.dependency(specifier, file));
    for (const { source } of this.#requests) if (source) this.imports.add(source.file);
    const start = surroundings.host.runScript(script, file) as (...values: unknown[]) => Body;
    const folder = file.slice(0, file.lastIndexOf("/"));
    const body = start(
      (made: Getters) => {
        this.#getters = made;
      },
      ...this.#asked(),
      surroundings.requireFor(file),
      file,
      folder,
      // Functions of a circle may be called before it is evaluated.
      ...this.#given((request) => request.source !== undefined),
    );
    // An async one is suspended a moment later, and goes on at once only then.
    const linked = body.next([]);
    if (awaits) surroundings.suspending(linked as Promise<unknown>);
    this.#resume = () => {
      const evaluated = body.next(this.#given(() => true));
      return awaits ? (evaluated as Promise<void>) : undefined;
    };
  }

  /** What code of the module reads of its requests: the names of each, then the namespaces that it asks for as wholes. */
  #given(isKnown: (request: Dependency) => boolean): object[] {
    if (this.#compiled?.kind !== "module") return [];
    const { wholes } = this.#compiled;
    const given = this.#requests.map((request) => (isKnown(request) ? request.members() : nothing));
    const isWhole = (index: number) => isKnown(this.#requests[index]);
    return [
      ...given,
      ...wholes.map((index) => (isWhole(index) ? this.#requests[index].namespace() : nothing)),
    ];
  }

  // ---- names

  /**
   * What the language refuses before anything is evaluated: a name that a module does not export, or that it has from two
   * others. In TypeScript a name without a value may be a type's, and its checker has looked at them.
   * @throws SyntaxError in V8's words
   */
  checkNames(): void {
    const compiled = this.#compiled;
    if (compiled?.kind !== "module") return;
    const isJavaScript = /\.m?jsx?$/.test(this.file);
    const check = (request: number, name: string): void => {
      const { source } = this.#requests[request];
      const search = newSearch();
      const binding = source ? source.#resolve(name, search) : undefined;
      const { specifier } = compiled.requests[request];
      if (binding === ambiguous)
        throw new SyntaxError(
          `The requested module '${specifier}' contains conflicting star exports for name '${name}'`,
        );
      if (!source || binding || !isJavaScript) return;
      throw new SyntaxError(
        search.isCycle
          ? `Detected cycle while resolving name '${name}' in '${specifier}'`
          : `The requested module '${specifier}' does not provide an export named '${name}'`,
      );
    };
    for (const { request, name } of compiled.imports) check(request, name);
    for (const binding of compiled.exports)
      if (binding.kind === "indirect" && binding.imported !== undefined)
        check(binding.request, binding.imported);
  }

  /**
   * Puts the names on the namespace that are known by now. Packages' names are known once these are evaluated, and with
   * them which of `export { T } from "package"` is a type.
   */
  expose(): void {
    if (this.#compiled?.kind !== "module") return;
    for (const name of [...this.#names(new Set())].sort()) {
      const binding = this.#resolve(name, newSearch());
      if (binding && binding !== ambiguous) this.#namespace.expose(name, binding.get);
      else this.#namespace.withdraw(name);
    }
    if (this.areNamesKnown) this.#namespace.seal();
  }

  get areNamesKnown(): boolean {
    return this.#knowsNames(new Set());
  }

  #knowsNames(visited: Set<Source>): boolean {
    if (visited.has(this)) return true;
    visited.add(this);
    if (this.#compiled?.kind !== "module") return this.#hasRun;
    return this.#compiled.exports.every((binding) => {
      if (binding.kind === "local") return true;
      if (binding.kind === "indirect" && binding.imported === undefined) return true;
      const request = this.#requests[binding.request];
      return request.source ? request.source.#knowsNames(visited) : request.areNamesKnown;
    });
  }

  #names(visited: Set<Source>): Set<string> {
    const names = new Set<string>();
    if (visited.has(this)) return names;
    visited.add(this);
    if (this.#compiled?.kind !== "module") {
      for (const name of Object.keys(this.namespace())) names.add(name);
      return names;
    }
    for (const binding of this.#compiled.exports) {
      if (binding.kind !== "star") names.add(binding.name);
      else {
        const request = this.#requests[binding.request];
        const { source } = request;
        const starred = source
          ? source.#names(visited)
          : request.areNamesKnown
            ? Object.keys(request.namespace())
            : [];
        for (const name of starred) if (name !== "default") names.add(name);
      }
    }
    return names;
  }

  /** The binding behind a name; undefined for none, such as that of a type. */
  #resolve(name: string, search: Search): Binding | typeof ambiguous | undefined {
    const key = `${this.file}\n${name}`;
    if (search.visited.has(key)) {
      search.isCycle = true;
      return undefined;
    }
    search.visited.add(key);
    if (this.#compiled?.kind !== "module") return this.#memberOf(this, name);
    const { exports } = this.#compiled;
    if (Object.hasOwn(this.#getters, name)) return { source: this, name, get: this.#getters[name] };
    const own = exports.find((binding) => binding.kind === "indirect" && binding.name === name);
    if (own?.kind === "indirect") {
      const request = this.#requests[own.request];
      const { source } = request;
      if (own.imported === undefined)
        return { source: source ?? this, name: "*", get: () => request.namespace() };
      return source ? source.#resolve(own.imported, search) : this.#memberOf(request, own.imported);
    }
    if (name === "default") return undefined;
    let found: Binding | undefined;
    for (const binding of exports) {
      if (binding.kind !== "star") continue;
      const request = this.#requests[binding.request];
      const { source } = request;
      const starred = source ? source.#resolve(name, search) : this.#memberOf(request, name);
      if (starred === ambiguous) return ambiguous;
      if (!starred) continue;
      if (found && (found.source !== starred.source || found.name !== starred.name)) return ambiguous;
      found = starred;
    }
    return found;
  }

  /** A name of what has no names of its own to look up; undefined when it is known that there is no such name. */
  #memberOf(request: Dependency, name: string): Binding | undefined {
    if (request.areNamesKnown && !(name in request.namespace())) return undefined;
    return {
      source: this,
      name: `${name} of a package`,
      get: () => Reflect.get(request.namespace(), name),
    };
  }

  // ---- evaluation

  protected get requested(): readonly Dependency[] {
    return this.#requests;
  }

  protected get awaits(): boolean {
    return this.#compiled?.kind === "module" && this.#compiled.awaits;
  }

  protected execute(): Promise<void> | undefined {
    this.#cell = this.surroundings.host.currentCell;
    this.#hasRun = true;
    // What packages export is known now.
    this.expose();
    return this.#resume();
  }

  protected override failed(): void {
    this.surroundings.forget(this);
  }
}

/** Until it is known. */
const nothing: object = Object.freeze({});

const ambiguous = Symbol("two bindings of one name");
