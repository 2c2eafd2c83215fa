// What earlier cells declared, as TypeScript sees it: one small declaration file a cell, each the enclosing scope of
// the next. A new cell costs its own declarations only, and a redeclared name hides the older one, types and all.
import type { CellCompiler, Declared } from "./compiler.js";
import type { BoundSourceFile } from "./tslab.js";

interface Entry {
  order: number;
  file: BoundSourceFile;
  names: readonly string[];
  imports: readonly string[];
}

export class Declarations {
  /** Names that have a value in the notebook's store. */
  readonly values = new Set<string>();
  private entries: Entry[] = [];
  /** The entries that declare a name, oldest first. */
  private readonly declaring = new Map<string, Entry[]>();

  constructor(private readonly compiler: CellCompiler) {}

  /** What encloses the next cell. */
  get newest(): Declared | undefined {
    const newest = this.entries.at(-1);
    if (!newest) return undefined;
    const importing = this.entries.filter(({ imports }) => imports.length > 0);
    return {
      file: newest.file,
      importing: importing.map(({ file }) => file),
      specifiers: new Set(importing.flatMap(({ imports }) => imports)),
    };
  }

  /**
   * Adds what a cell declared. `text` is its declaration file, or its own source where TypeScript cannot write one
   * (a class expression with private members, say). `withheld` are names whose statement an error kept from running.
   */
  add(order: number, text: string, kind: "d.ts" | "ts", withheld: ReadonlySet<string>): void {
    const { ts } = this.compiler;
    const file = this.compiler.parse(text, kind);
    const locals = file.locals;
    if (!locals) return;
    for (const name of withheld) locals.delete(ts.escapeLeadingUnderscores(name));
    if (locals.size === 0) return;
    const enclosing = this.entries.at(-1)?.file;
    if (enclosing) file.parent = enclosing;
    const names = [...locals.keys()].map((name) => ts.unescapeLeadingUnderscores(name));
    const entry = { order, file, names, imports: this.compiler.importsOf(file) };
    const hidden = new Set(names.flatMap((name) => this.declaring.get(name)?.at(-1) ?? []));
    this.entries.push(entry);
    for (const name of names) this.declaring.set(name, [...(this.declaring.get(name) ?? []), entry]);
    this.forget([...hidden].filter((older) => this.isForgettable(older)));
  }

  /** Whether later entries hide all that this one declares, and none before them mentions it. */
  private isForgettable(entry: Entry): boolean {
    return entry.names.every((name) => {
      const hiding = this.declaring.get(name)?.find(({ order }) => order > entry.order);
      if (!hiding) return false;
      return !this.entries.some(
        ({ order, file }) => order > entry.order && order < hiding.order && file.identifiers.has(name),
      );
    });
  }

  /** Takes entries out of the chain of scopes, so that a cell run again and again adds nothing. */
  private forget(forgotten: Entry[]): void {
    if (forgotten.length === 0) return;
    this.entries = this.entries.filter((entry) => !forgotten.includes(entry));
    for (const { names } of forgotten) {
      for (const name of names) {
        const left = this.declaring.get(name)?.filter((entry) => !forgotten.includes(entry)) ?? [];
        this.declaring.set(name, left);
      }
    }
    this.entries.forEach(({ file }, index) => {
      // The oldest file has nothing around it; TypeScript reads a missing parent as the end of the search.
      (file as { parent?: BoundSourceFile }).parent = this.entries[index - 1]?.file;
    });
  }
}
