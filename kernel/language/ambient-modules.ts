// The host's own modules, as its types declare them: `declare module "fs" { … }`, a file for each, all named by one index.
// Globals need some of these files; the others are read when a cell, or what a cell imports, first names their module.
// With @types/node that leaves out two files of five: a kernel starts the sooner for it.
import type { HostFiles, Platform } from "./host.js";
import { posix } from "./path.js";
import { type TypeScript, ts } from "./typescript.js";

const declaration = /^declare module ["']([^"']+)["']/gm;
const globalDeclaration = /^\s*(?:declare )?global\s*\{/m;

export class AmbientModules {
  /** The file that declares a module, by its name. */
  readonly #files = new Map<string, string>();
  /** Files that declare modules and nothing global. */
  readonly #onlyModules = new Set<string>();
  readonly #withGlobals = new Set<string>();

  constructor({ types, typeRoots }: Pick<Platform, "types" | "typeRoots">, files: HostFiles) {
    for (const root of typeRoots)
      for (const name of types) this.#read(posix.join(root, name, "index.d.ts"), files);
  }

  /** A name for each file: who imports these has all modules. With its scheme, where it has one. */
  get all(): string[] {
    const names = new Map<string, string>();
    for (const [name, file] of this.#files) if (!names.has(file) || name.includes(":")) names.set(file, name);
    return [...names.values()];
  }

  fileOf(name: string): string | undefined {
    return this.#files.get(name);
  }

  /**
   * Whether a module's file is to be read for its name in another file: not for a type of the kind `import("http2")` beside
   * globals, as process.getBuiltinModule has one for each module that there is.
   */
  isNeeded(literal: TypeScript.StringLiteralLike, containing: string): boolean {
    return !this.#withGlobals.has(containing) || !ts.isLiteralTypeNode(literal.parent);
  }

  /** What an index names that is to be read with it. */
  references(fileName: string, references: readonly TypeScript.FileReference[]): TypeScript.FileReference[] {
    return references.filter((one) => !this.#onlyModules.has(beside(fileName, one)));
  }

  #read(index: string, files: HostFiles): void {
    const text = files.read(index);
    if (text === undefined) return;
    for (const reference of ts.preProcessFile(text, false).referencedFiles) {
      const file = beside(index, reference);
      const declared = files.read(file) ?? "";
      const names = Array.from(declared.matchAll(declaration), ([, name]) => apart(name));
      // "buffer" is declared twice: what belongs together with globals is read with them in any case.
      for (const name of names) if (!this.#files.has(name)) this.#files.set(name, file);
      const isOnlyModules = names.length > 0 && !globalDeclaration.test(declared);
      (isOnlyModules ? this.#onlyModules : this.#withGlobals).add(file);
    }
  }
}

/** A part of a long text keeps V8 from letting the whole go; a start-up snapshot would hold it. */
const apart = (name: string): string => JSON.parse(JSON.stringify(name));

const beside = (fileName: string, { fileName: named }: TypeScript.FileReference) =>
  posix.join(posix.dirname(fileName), named);
