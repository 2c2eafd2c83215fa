// Module namespaces: what `import * as m` gives. Those of the project's sources are made here, with live bindings; those
// of CommonJS modules, too. An ES module that the host loads has its own.

/** Node asks an object by this symbol how it is shown. */
const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");

type Inspect = (value: unknown, options: object) => string;

/** As Node shows a namespace, and not as an object of getters. */
function shown(this: object, _depth: number, options: object, inspect: Inspect): string {
  const plain: object = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } });
  for (const name of Object.keys(this)) {
    let value: unknown;
    try {
      value = Reflect.get(this, name);
    } catch {
      value = { [inspectSymbol]: () => "<uninitialized>" };
    }
    Object.defineProperty(plain, name, { value, enumerable: true });
  }
  return inspect(plain, options).replace("[Object: null prototype] [Module]", "[Module: null prototype]");
}

/** A namespace whose names are read where they are declared, each time. */
export function liveNamespace(): object {
  return Object.create(null, {
    [Symbol.toStringTag]: { value: "Module" },
    [inspectSymbol]: { value: shown },
  });
}

/** Adds or replaces an export. */
export function expose(namespace: object, name: string, get: () => unknown): void {
  Object.defineProperty(namespace, name, { get, enumerable: true, configurable: true });
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
