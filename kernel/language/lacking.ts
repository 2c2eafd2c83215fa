// Names that a later cell may look for in vain, since the cell that declares them was refused or did not come that far.
import type { BoundSourceFile } from "./typescript.js";
import { ts } from "./typescript.js";

export class Lacking {
  readonly #reasons = new Map<string, string>();

  /** TypeScript refused the cell: nothing of it ran. */
  refused(file: BoundSourceFile, label: string): void {
    for (const name of namesOf(file)) this.#reasons.set(name, `${label}, which declares it, was refused.`);
  }

  /** The cell ran, but for what it did not come to. */
  ran(file: BoundSourceFile, withheld: ReadonlySet<string>, label: string): void {
    for (const name of namesOf(file)) this.#reasons.delete(name);
    for (const name of withheld) this.#reasons.set(name, `${label} ended before it declared it.`);
  }

  reason(name: string): string | undefined {
    return this.#reasons.get(name);
  }

  clear(): void {
    this.#reasons.clear();
  }
}

function namesOf(file: BoundSourceFile): string[] {
  const names = [...(file.locals?.keys() ?? []), ...(file.symbol?.exports?.keys() ?? [])];
  return names.map((name) => ts.unescapeLeadingUnderscores(name));
}
