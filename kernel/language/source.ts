// One source of the project as a module: linked (its names are there), then evaluated, as the language says.
import type { Host, RunningCell } from "./host.js";
import { commonJsNamespace, expose, liveNamespace } from "./namespace.js";
import { type CompiledModule, type CompiledScript, compileProjectFile } from "./project-file.js";
import type { LoopState } from "./transform/loops.js";
import type { TypeScript } from "./typescript.js";

/** Something that an import leads to. */
export interface Dependency {
  /** Undefined for what the host loads. */
  readonly source: Source | undefined;
  /** Complete once it is evaluated. */
  namespace(): object;
  /** Evaluates it if nobody has. A promise where it is not done at once; what it throws, or rejects with, is the module's. */
  evaluate(): Promise<void> | undefined;
}

/** What sources ask of those that load them. */
export interface Surroundings {
  readonly host: Host;
  readonly options: () => TypeScript.CompilerOptions;
  readonly loops: LoopState;
  readonly addSource: (file: string, source: { text: string; map: string }) => void;
  dependency(specifier: string, from: string): Dependency;
  import(specifier: unknown, from: string): Promise<object>;
  requireFor(from: string): unknown;
  /** The source has failed: who asks for it again gets a new one. */
  forget(source: Source): void;
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

interface Generator {
  next(namespaces: readonly object[]): unknown;
}

export class Source implements Dependency {
  readonly source = this;
  /** Sources of the project that it has imported or required, for finding out what an edit makes stale. */
  readonly imports = new Set<string>();
  readonly #version: number | undefined;
  #namespace = liveNamespace();
  #state: "new" | "linked" | "evaluating" | "evaluated" = "new";
  #cell: RunningCell | undefined;
  #pending: Promise<void> | undefined;

  #compiled: CompiledModule | CompiledScript | undefined;
  #requests: readonly Dependency[] = [];
  #getters: Getters = {};
  /** Goes on behind the point where the module is linked. */
  #resume: (namespaces: readonly object[]) => Promise<void> | undefined = () => undefined;
  /** Of a CommonJS module or JSON. */
  #module: { exports: unknown } | undefined;

  constructor(
    readonly file: string,
    private readonly surroundings: Surroundings,
  ) {
    this.#version = surroundings.host.files.stat(file)?.version;
  }

  /** Whether the file was edited since, or its evaluation waits for ever in a cell that was stopped. */
  isStale(): boolean {
    const isLeft =
      this.#pending !== undefined && this.#state === "evaluating" && this.#cell?.isStopped === true;
    return isLeft || this.surroundings.host.files.stat(this.file)?.version !== this.#version;
  }

  namespace(): object {
    return this.#module ? commonJsNamespace(this.#module.exports) : this.#namespace;
  }

  /** What `require` gives. */
  exports(): unknown {
    return this.#module ? this.#module.exports : this.#namespace;
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
    const compiled = compileProjectFile(file, text, options());
    this.#compiled = compiled;
    addSource(file, { text, map: compiled.map });
    if (compiled.kind === "script") this.#linkScript(compiled);
    else this.#linkModule(compiled);
    this.#state = "linked";
  }

  #linkJson(text: string): void {
    try {
      this.#module = { exports: JSON.parse(text) };
    } catch (error) {
      const name = this.file.slice(this.file.lastIndexOf("/") + 1);
      throw new SyntaxError(`${name} is not JSON: ${error instanceof Error ? error.message : error}`);
    }
    this.#state = "evaluated";
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
      (specifier: unknown) => surroundings.import(specifier, file),
      surroundings.host.modules.meta(file),
      surroundings.loops,
    ];
  }

  #linkModule({ requests, exports, script, awaits }: CompiledModule): void {
    const { surroundings, file } = this;
    this.#requests = requests.map(({ specifier }) => surroundings.dependency(specifier, file));
    for (const { source } of this.#requests) if (source) this.imports.add(source.file);
    const body = surroundings.host.runScript(script, file) as (...values: unknown[]) => unknown;
    const folder = file.slice(0, file.lastIndexOf("/"));
    let getters: Getters = {};
    const call = (namespaces: readonly (object | undefined)[]) =>
      body(
        (made: Getters) => {
          getters = made;
        },
        ...this.#asked(),
        surroundings.requireFor(file),
        file,
        folder,
        ...namespaces,
      );
    if (awaits) {
      for (const binding of exports) {
        if (binding.kind !== "local") continue;
        const { name } = binding;
        this.#getters[name] = () => {
          if (Object.hasOwn(getters, name)) return getters[name]();
          throw new ReferenceError(`Cannot access '${name}' before initialization`);
        };
      }
      this.#resume = (namespaces) => call(namespaces) as Promise<void>;
      return;
    }
    const generator = call(
      this.#requests.map((request) => request.source && request.namespace()),
    ) as Generator;
    generator.next([]);
    this.#getters = getters;
    this.#resume = (namespaces) => {
      generator.next(namespaces);
      return undefined;
    };
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
      const { source } = this.#request(request);
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

  /** Puts the names on the namespace that are known by now. Packages' names are known once these are evaluated. */
  expose(): void {
    if (this.#compiled?.kind !== "module") return;
    for (const name of [...this.#names(new Set())].sort()) {
      const binding = this.#resolve(name, newSearch());
      if (binding && binding !== ambiguous) expose(this.#namespace, name, binding.get);
      else Reflect.deleteProperty(this.#namespace, name);
    }
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
        const { source, namespace } = this.#request(binding.request);
        const starred = source ? source.#names(visited) : Object.keys(namespace());
        for (const name of starred) if (name !== "default") names.add(name);
      }
    }
    return names;
  }

  #request(index: number): { source: Source | undefined; namespace: () => object } {
    const request = this.#requests[index];
    return { source: request.source, namespace: () => request.namespace() };
  }

  /** The binding behind a name; undefined for none, such as that of a type. */
  #resolve(name: string, search: Search): Binding | typeof ambiguous | undefined {
    const key = `${this.file}\n${name}`;
    if (search.visited.has(key)) {
      search.isCycle = true;
      return undefined;
    }
    search.visited.add(key);
    if (this.#compiled?.kind !== "module") return memberOf(this, name, () => this.namespace());
    const { exports } = this.#compiled;
    if (Object.hasOwn(this.#getters, name)) return { source: this, name, get: this.#getters[name] };
    const own = exports.find((binding) => binding.kind === "indirect" && binding.name === name);
    if (own?.kind === "indirect") {
      const { source, namespace } = this.#request(own.request);
      if (own.imported === undefined) return { source: source ?? this, name: "*", get: namespace };
      return source ? source.#resolve(own.imported, search) : memberOf(this, own.imported, namespace);
    }
    if (name === "default") return undefined;
    let found: Binding | undefined;
    for (const binding of exports) {
      if (binding.kind !== "star") continue;
      const { source, namespace } = this.#request(binding.request);
      const starred = source ? source.#resolve(name, search) : memberOf(this, name, namespace);
      if (starred === ambiguous) return ambiguous;
      if (!starred) continue;
      if (found && (found.source !== starred.source || found.name !== starred.name)) return ambiguous;
      found = starred;
    }
    return found;
  }

  // ---- evaluation

  evaluate(): Promise<void> | undefined {
    // Evaluated, or one of a circle whose evaluation goes on further out, or on its way.
    if (this.#state !== "linked") return this.#pending;
    this.#state = "evaluating";
    this.#cell = this.surroundings.host.currentCell;
    const pending: Promise<void>[] = [];
    try {
      for (const request of this.#requests) {
        const promise = request.evaluate();
        if (promise) pending.push(promise);
      }
      if (pending.length === 0) this.#pending = this.#run();
    } catch (error) {
      for (const promise of pending) promise.catch(() => {});
      this.#fail();
      throw error;
    }
    if (pending.length > 0) this.#pending = Promise.all(pending).then(() => this.#run());
    this.#pending = this.#pending?.then(
      () => {
        this.#state = "evaluated";
        this.#pending = undefined;
      },
      (error) => {
        this.#fail();
        throw error;
      },
    );
    if (!this.#pending) this.#state = "evaluated";
    return this.#pending;
  }

  #run(): Promise<void> | undefined {
    // What packages export is known now.
    this.expose();
    this.#withdrawTypes();
    return this.#resume(this.#requests.map((request) => request.namespace()));
  }

  /** `export { T } from "package"` of a type, which only the package's module can tell from a value. */
  #withdrawTypes(): void {
    if (this.#compiled?.kind !== "module") return;
    for (const binding of this.#compiled.exports) {
      if (binding.kind !== "indirect" || binding.imported === undefined) continue;
      const { source, namespace } = this.#request(binding.request);
      if (!source && !(binding.imported in namespace()))
        Reflect.deleteProperty(this.#namespace, binding.name);
    }
  }

  #fail(): void {
    this.surroundings.forget(this);
  }
}

const ambiguous = Symbol("two bindings of one name");

/** A member of a namespace whose names are not known before it is evaluated. */
function memberOf(source: Source, name: string, namespace: () => object): Binding {
  return { source, name: `${name} of a package`, get: () => Reflect.get(namespace(), name) };
}
