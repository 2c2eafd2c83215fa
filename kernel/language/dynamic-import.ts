// `import(specifier, options)` as code calls it: its promise and its TypeErrors are of the cells' own realm, and what is
// wrong with its arguments rejects the promise (https://tc39.es/ecma262/#sec-import-calls).
import type { Host } from "./host.js";
import { trampolineName } from "./stack.js";

/** Loads a module; `type` is that of `with: { type: "json" }`. */
export type Load = (specifier: string, type: string | undefined) => Promise<object>;

export type DynamicImport = (specifier: unknown, options: unknown, load: Load) => Promise<object>;

interface Realm {
  TypeError: TypeErrorConstructor;
  call(load: (specifier: string) => Promise<object>, specifier: unknown): Promise<object>;
}

/** The attributes that there are, each with its values. */
const supported: Readonly<Record<string, readonly string[]>> = { type: ["json"] };

export function createDynamicImport(host: Host): DynamicImport {
  // `${x}` is ToString of the specification, and throws for a symbol; `String(x)` does not.
  const code = "({ TypeError, call: async (load, specifier) => load(`${specifier}`) })";
  const { TypeError: CellTypeError, call } = host.runScript(code, trampolineName) as Realm;

  function typeOf(options: unknown): string | undefined {
    if (options === undefined) return undefined;
    if (!isObject(options)) throw new CellTypeError("The second argument of import() must be an object");
    const attributes: unknown = Reflect.get(options, "with");
    if (attributes === undefined) return undefined;
    if (!isObject(attributes))
      throw new CellTypeError("The 'with' of import()'s second argument must be an object");
    let type: string | undefined;
    const entries = Object.entries(attributes);
    for (const [key, value] of entries) {
      if (typeof value !== "string") throw new CellTypeError(`Import attribute "${key}" must be a string`);
    }
    for (const [key, value] of entries) {
      if (!Object.hasOwn(supported, key) || !supported[key].includes(value))
        throw new CellTypeError(`Import attribute "${key}" with value "${value}" is not supported`);
      type = value;
    }
    return type;
  }

  return (specifier, options, load) => call(async (name) => load(name, typeOf(options)), specifier);
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";
