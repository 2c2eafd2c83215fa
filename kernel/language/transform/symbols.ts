// Which symbols are the notebook's: all values that are declared at the top of a cell.
import type { BoundSourceFile, DeclaredSymbol, TypeScript } from "../typescript.js";
import { ts } from "../typescript.js";
import { isAmbientDeclaration } from "./syntax.js";

/** Holds them weakly: a cell that nothing refers to any more takes its symbols along. */
export class NotebookSymbols {
  readonly #values = new WeakSet<TypeScript.Symbol>();
  readonly #ambient = new WeakSet<TypeScript.Symbol>();
  /** Every name that was ever one of them: most identifiers of a cell need no look at the checker. */
  readonly #names = new Set<string>();

  /** Takes in what a bound cell declares. */
  add(file: BoundSourceFile): void {
    const each = (symbol: DeclaredSymbol, key: TypeScript.__String) => {
      const declarations = symbol.declarations ?? [];
      const isAmbient = declarations.length > 0 && declarations.every(isAmbientDeclaration);
      if (isAmbient && (symbol.flags & ts.SymbolFlags.Value) === 0) return;
      const set = isAmbient ? this.#ambient : this.#values;
      set.add(symbol);
      if (symbol.exportSymbol) set.add(symbol.exportSymbol);
      this.#names.add(ts.unescapeLeadingUnderscores(key));
    };
    file.locals?.forEach(each);
    file.symbol?.exports?.forEach(each);
  }

  mayBe(name: string): boolean {
    return this.#names.has(name);
  }

  has(symbol: TypeScript.Symbol | undefined): symbol is TypeScript.Symbol {
    return symbol !== undefined && (this.#values.has(symbol) || this.#ambient.has(symbol));
  }

  isAmbient(symbol: TypeScript.Symbol): boolean {
    return this.#ambient.has(symbol);
  }
}
