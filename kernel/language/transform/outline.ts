// What the transform notes about a cell, for the one who runs it.
import type { TypeScript } from "../typescript.js";

/** A name that an import binds: a live view of an export. */
export interface ImportBinding {
  local: string;
  specifier: string;
  /** Undefined for the whole module. */
  exported: string | undefined;
  /** Whether `import x = require("y")` asked for it, which gives what `require` does. */
  isRequired: boolean;
}

export interface CellOutline {
  /** Modules to load before the cell runs. */
  imports: string[];
  bindings: ImportBinding[];
  /** Names of the notebook's variables that the script reads or writes. */
  variables: Set<string>;
  /** Names that get a value. */
  declared: string[];
  /** Those of them that are undefined until then: var, function, enum and namespace. */
  undefinedFirst: string[];
  /** Those that may be read before they have their value, which is an error: let, const and class. */
  early: ReadonlySet<string>;
  /** Names that the cell only says are there (`declare`): the notebook's if it has them, else the global scope's. */
  ambient: string[];
  /** The let, const and class names of each declaring statement, in order. */
  steps: string[][];
  awaits: boolean;
  hasResult: boolean;
  /** Direct calls of eval, by the number they pass on: what they evaluate is part of the cell. */
  evals: TypeScript.CallExpression[];
}

export function emptyOutline(): CellOutline {
  return {
    imports: [],
    bindings: [],
    variables: new Set(),
    declared: [],
    undefinedFirst: [],
    early: new Set(),
    ambient: [],
    steps: [],
    awaits: false,
    hasResult: false,
    evals: [],
  };
}
