// Names that a cell could import: those of the modules that are there wherever a notebook is, of what the notebook has
// imported from so far, and of the host's own modules.
import { kindOfSymbol } from "./completion.js";
import type { CheckedText } from "./front-end.js";
import { type TypeScript, ts } from "./typescript.js";

export interface Importable {
  readonly name: string;
  readonly specifier: string;
  readonly isType: boolean;
  readonly kind: string;
}

interface Found {
  readonly specifier: string;
  readonly symbol: TypeScript.Symbol;
}

/** The host's modules, whose names have a scheme. */
const ofHost = /^\w+:/;
/** Those of them whose names are globals as well, or that are there twice. */
const leftOut = /^\w+:(?:console|process|constants|sys|punycode|timers|buffer|.*\/.*)$/;

const most = 50;

/** What each program offers; it takes a while to gather, once. */
const known = new WeakMap<TypeScript.TypeChecker, Map<string, Found>>();

/** Names that begin with what was typed. */
export function importable(checked: CheckedText, typed: string): Importable[] {
  const { checker, found } = names(checked);
  const starting = [...found].filter(([name]) => name.startsWith(typed));
  // Modules are in the order of how near they are to the notebook.
  return starting
    .slice(0, most)
    .map(([name, { specifier, symbol }]) => describe(checked, checker, name, specifier, symbol));
}

/** The module that exports exactly this name. */
export function importOf(checked: CheckedText, name: string): Importable | undefined {
  const { checker, found } = names(checked);
  const one = found.get(name);
  return one && describe(checked, checker, name, one.specifier, one.symbol);
}

function describe(
  { file }: CheckedText,
  checker: TypeScript.TypeChecker,
  name: string,
  specifier: string,
  symbol: TypeScript.Symbol,
): Importable {
  const target = resolved(checker, symbol);
  const isType = (target.flags & ts.SymbolFlags.Value) === 0;
  return { name, specifier, isType, kind: kindOfSymbol(checker, target, file) };
}

const resolved = (checker: TypeScript.TypeChecker, symbol: TypeScript.Symbol) =>
  (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;

function names({ whole, file }: CheckedText): { checker: TypeScript.TypeChecker; found: Map<string, Found> } {
  const checker = whole().getTypeChecker();
  const before = known.get(checker);
  if (before) return { checker, found: before };
  const found = new Map<string, Found>();
  const add = (specifier: string, module: TypeScript.Symbol | undefined) => {
    if (!module) return;
    for (const symbol of checker.getExportsOfModule(module)) {
      const { name } = symbol;
      const isName = name !== "default" && ts.isIdentifierText(name, ts.ScriptTarget.ES2022);
      if (isName && !found.has(name)) found.set(name, { specifier, symbol });
    }
  };
  for (const literal of file.imports ?? [])
    if (!ofHost.test(literal.text)) add(literal.text, checker.getSymbolAtLocation(literal));
  for (const module of checker.getAmbientModules()) {
    const specifier = module.name.replaceAll('"', "");
    if (ofHost.test(specifier) && !leftOut.test(specifier)) add(specifier, module);
  }
  known.set(checker, found);
  return { checker, found };
}
