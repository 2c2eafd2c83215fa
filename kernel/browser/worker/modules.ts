// What only the worker can load: normlab's own module.
import type { HostModules } from "../../language/host.js";

export class WorkerModules implements HostModules {
  readonly #addresses: Readonly<Record<string, string>>;
  readonly #loaded = new Map<string, object | Promise<object>>();

  /** `folder` is where the module is. */
  constructor(folder: URL) {
    this.#addresses = {
      normlab: new URL("index.js", folder).href,
      "normlab/course": new URL("course.js", folder).href,
    };
  }

  /** Loads ahead what cells will import. */
  warm(): void {
    // Whoever imports it is told of a failure.
    void this.#load("normlab")?.then(undefined, () => {});
  }

  import(specifier: string): object | Promise<object> {
    return this.#loaded.get(specifier) ?? this.#load(specifier) ?? this.#missing(specifier);
  }

  require(specifier: string): unknown {
    const loaded = this.#loaded.get(specifier);
    if (loaded !== undefined && !(loaded instanceof Promise)) return loaded;
    if (Object.hasOwn(this.#addresses, specifier))
      throw new Error(`A page has no require for ${specifier}: import it, or await import("${specifier}").`);
    return this.#missing(specifier);
  }

  resolve(specifier: string): string {
    return Object.hasOwn(this.#addresses, specifier) ? this.#addresses[specifier] : this.#missing(specifier);
  }

  meta(file: string): object {
    const dirname = file.slice(0, file.lastIndexOf("/"));
    const resolve = (specifier: string) =>
      Object.hasOwn(this.#addresses, specifier)
        ? this.#addresses[specifier]
        : new URL(specifier, `file://${file}`).href;
    const meta = { dirname, filename: file, resolve, url: `file://${encodeURI(file)}` };
    return Object.assign(Object.create(null), meta);
  }

  #load(specifier: string): Promise<object> | undefined {
    if (!Object.hasOwn(this.#addresses, specifier)) return undefined;
    const known = this.#loaded.get(specifier);
    if (known instanceof Promise) return known;
    const loading: Promise<object> = import(this.#addresses[specifier]).then(
      (namespace: object) => {
        this.#loaded.set(specifier, namespace);
        return namespace;
      },
      (error: unknown) => {
        // The next import asks again: the network may be back.
        this.#loaded.delete(specifier);
        throw error;
      },
    );
    this.#loaded.set(specifier, loading);
    return loading;
  }

  #missing(specifier: string): never {
    throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: "MODULE_NOT_FOUND" });
  }
}

/** What to do, in a page, about a module that is not there. */
export function missingModuleHint(specifier: string): string | undefined {
  if (/^[./]/.test(specifier)) return undefined;
  if (specifier.startsWith("node:"))
    return "A page has no modules of Node.js: run this notebook on a machine that has it.";
  return (
    "A notebook in a page has normlab, tslab and the files beside it. Packages of npm need the kernel on a machine: " +
    "npm install normlab, then normlab install."
  );
}
