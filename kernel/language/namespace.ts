// Module namespaces: what `import * as m` gives. Those of the project's sources are made here as the language has them;
// those of CommonJS modules are objects with live accessors, since what such a module exports may still change. An ES
// module that the host loads has its own.

/** Node asks an object by this symbol how it is shown. */
const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");

type Inspect = (value: unknown, options: object) => string;

/** As Node shows a namespace, and not as an object of getters. */
function shown(members: object, options: object, inspect: Inspect): string {
  const plain: object = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } });
  for (const name of Object.keys(members)) {
    let value: unknown;
    try {
      value = Reflect.get(members, name);
    } catch {
      value = { [inspectSymbol]: () => "<uninitialized>" };
    }
    Object.defineProperty(plain, name, { value, enumerable: true });
  }
  return inspect(plain, options).replace("[Object: null prototype] [Module]", "[Module: null prototype]");
}

/** Adds or replaces an export. */
function expose(members: object, name: string, get: () => unknown): void {
  Object.defineProperty(members, name, { get, enumerable: true, configurable: true });
}

/**
 * The names that a source of the project exports, twice: `members` has an accessor for each, which is what named imports
 * read, at an accessor's price; `object` is the namespace that programs see, an exotic object of the specification
 * (https://tc39.es/ecma262/#sec-module-namespace-exotic-objects) made of proxies, which costs several times as much.
 */
export class ModuleNamespace {
  readonly members: object = Object.create(null);
  readonly object: object;
  /** What engines check the proxy's answers against. */
  readonly #target: object = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } });
  #isSealed = false;

  constructor() {
    // Node's inspect looks at what is behind a proxy, and finds this one, which says how the namespace is shown.
    const inspectable = new Proxy(this.#target, {
      get: (target, key) =>
        key === inspectSymbol
          ? (_depth: number, options: object, inspect: Inspect) => shown(this.members, options, inspect)
          : Reflect.get(target, key),
    });
    this.object = new Proxy(inspectable, this.#handler());
  }

  get isSealed(): boolean {
    return this.#isSealed;
  }

  expose(name: string, get: () => unknown): void {
    if (!this.#isSealed) expose(this.members, name, get);
  }

  withdraw(name: string): void {
    if (!this.#isSealed) Reflect.deleteProperty(this.members, name);
  }

  /** All names are known: from now on there are no others. */
  seal(): void {
    if (this.#isSealed) return;
    this.#isSealed = true;
    // Writable, so that an engine takes any value for the property's.
    for (const name of this.#names())
      Object.defineProperty(this.#target, name, { value: undefined, writable: true, enumerable: true });
    Object.preventExtensions(this.#target);
  }

  /** In the order of their code units, numbers too. */
  #names(): string[] {
    return Object.keys(this.members).sort();
  }

  #handler(): ProxyHandler<object> {
    const { members } = this;
    const target = this.#target;
    const toStringTag = Symbol.toStringTag;
    const own = (name: string): PropertyDescriptor | undefined =>
      Object.hasOwn(members, name)
        ? {
            value: Reflect.get(members, name),
            writable: true,
            enumerable: true,
            // An engine refuses a fixed property that the target does not have yet.
            configurable: !this.#isSealed,
          }
        : undefined;
    return {
      get: (_, key) => {
        if (typeof key === "string") return Reflect.get(members, key);
        return key === toStringTag ? "Module" : undefined;
      },
      has: (_, key) => (typeof key === "string" ? Object.hasOwn(members, key) : key === toStringTag),
      set: () => false,
      deleteProperty: (_, key) =>
        typeof key === "string" ? !Object.hasOwn(members, key) : key !== toStringTag,
      ownKeys: () => [...this.#names(), toStringTag],
      getOwnPropertyDescriptor: (_, key) =>
        typeof key === "string" ? own(key) : Reflect.getOwnPropertyDescriptor(target, key),
      defineProperty: (_, key, wanted) => {
        if (typeof key === "symbol")
          return key === toStringTag && Reflect.defineProperty(target, key, wanted);
        const known = own(key);
        if (!known || (wanted.configurable ?? false) || wanted.get || wanted.set) return false;
        if (wanted.enumerable === false || wanted.writable === false || !this.#isSealed) return false;
        return !("value" in wanted) || Object.is(wanted.value, known.value);
      },
      preventExtensions: () => this.#isSealed,
      setPrototypeOf: (_, prototype) => prototype === null,
    };
  }
}

/** The namespace of what is no ES module: its names are read where they are kept, each time. */
function liveNamespace(): object {
  return Object.create(null, {
    [Symbol.toStringTag]: { value: "Module" },
    [inspectSymbol]: {
      value(this: object, _depth: number, options: object, inspect: Inspect) {
        return shown(this, options, inspect);
      },
    },
  });
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

const commonJs = new WeakMap<object, object>();

/**
 * The exports of a CommonJS module as `import * as` sees them: all of them as `default`, and each under its name. A module
 * that was compiled from `export default` says so by `__esModule` and keeps its own default, as TypeScript has it.
 */
export function commonJsNamespace(exports: unknown): object {
  if (!isObject(exports)) return sealedNamespace(exports);
  if (isModuleNamespace(exports)) return exports;
  if (Reflect.get(exports, "__esModule") === true) return exports;
  const known = commonJs.get(exports);
  const namespace = known ?? liveNamespace();
  // What a module of a circle exports later is there when it is asked for again.
  for (const name of Object.keys(exports)) {
    if (name !== "default" && !Object.hasOwn(namespace, name))
      expose(namespace, name, () => Reflect.get(exports, name));
  }
  if (!known) {
    expose(namespace, "default", () => exports);
    commonJs.set(exports, namespace);
  }
  return namespace;
}

function sealedNamespace(value: unknown): object {
  const namespace = liveNamespace();
  expose(namespace, "default", () => value);
  return namespace;
}

/** One of the engine's own, or one of ours. */
function isModuleNamespace(value: object): boolean {
  const tag = Object.getOwnPropertyDescriptor(value, Symbol.toStringTag);
  return tag?.value === "Module" && Object.getPrototypeOf(value) === null;
}
