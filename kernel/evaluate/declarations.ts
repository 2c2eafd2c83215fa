// What earlier cells declared, as TypeScript sees it: one small declaration file a cell, each the enclosing scope of
// the next. A new cell costs its own declarations only, and a redeclared name hides the older one, types and all.
import type { CellCompiler } from "./compiler.js";
import type { BoundSourceFile } from "./tslab.js";

interface Entry {
  file: BoundSourceFile;
  /** Files that import something must be part of every program, so that their imports are resolved. */
  imports: boolean;
}

export class Declarations {
  /** Names that have a value in the notebook's store. */
  readonly values = new Set<string>();
  private entries: Entry[] = [];

  constructor(private readonly compiler: CellCompiler) {}

  get newest(): BoundSourceFile | undefined {
    return this.entries.at(-1)?.file;
  }

  get roots(): BoundSourceFile[] {
    return this.entries.filter(({ imports }) => imports).map(({ file }) => file);
  }

  /**
   * Adds what a cell declared. `text` is its declaration file, or its own source where TypeScript cannot write one
   * (a class expression with private members, say). `withheld` are names whose statement an error kept from running.
   */
  add(id: number, text: string, kind: "d.ts" | "ts", withheld: ReadonlySet<string>): void {
    const file = this.compiler.parse(
      this.compiler.cellPath.replace("[cell].ts", `[cell ${id}].${kind}`),
      text,
    );
    const locals = file.locals;
    if (!locals) return;
    for (const name of withheld) locals.delete(this.compiler.ts.escapeLeadingUnderscores(name));
    if (locals.size === 0) return;
    const enclosing = this.newest;
    if (enclosing) file.parent = enclosing;
    this.entries.push({ file, imports: /\bimport\b/.test(text) });
    this.forgetHidden();
  }

  /** Drops the newest-hidden files that no later file mentions, so that a cell run again and again adds nothing. */
  private forgetHidden(): void {
    const newest = this.entries.at(-1);
    if (!newest) return;
    const kept = this.entries.filter((entry, index) => {
      if (entry === newest) return true;
      return [...(entry.file.locals?.keys() ?? [])].some((name) => {
        const later = this.entries.slice(index + 1);
        const hiding = later.findIndex(({ file }) => file.locals?.has(name));
        if (hiding < 0) return true;
        return later
          .slice(0, hiding)
          .some(({ file }) => file.identifiers.has(this.compiler.ts.unescapeLeadingUnderscores(name)));
      });
    });
    if (kept.length === this.entries.length) return;
    this.entries = kept;
    kept.forEach(({ file }, index) => {
      // The oldest file has nothing around it; TypeScript reads a missing parent as the end of the search.
      (file as { parent?: BoundSourceFile }).parent = kept[index - 1]?.file;
    });
  }
}
