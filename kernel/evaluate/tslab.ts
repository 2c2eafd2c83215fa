// All that normlab knows of tslab's internals: where its private TypeScript is, and what that build exposes
// beyond the public compiler API. Nothing else in this repository may import from tslab or its TypeScript.
// test/kernel/evaluate/tslab.test.ts fails with a clear message when one of these internals changes.
import { createRequire } from "node:module";
import type * as TypeScript from "@tslab/typescript-for-tslab";

export type { TypeScript };

/** What tslab 1.0.22 pins; both are checked when the compiler is loaded. */
export const tslabVersion = "1.0.22";
export const typescriptVersion = "5.0.4";

/** The members of a source file that TypeScript keeps private and this kernel needs. */
export interface BoundSourceFile extends TypeScript.SourceFile {
  /** Top-level names, once bound. Name look-up goes from a file to its `parent`, as from a block to its function. */
  locals?: TypeScript.SymbolTable;
  parent: BoundSourceFile;
  parseDiagnostics: TypeScript.DiagnosticWithLocation[];
  /** Every identifier that occurs in the text. */
  identifiers: Map<string, string>;
  /** The literals that name modules, once the file is part of a program. */
  imports?: readonly TypeScript.StringLiteralLike[];
  externalModuleIndicator?: TypeScript.Node | true;
  symbol?: TypeScript.Symbol;
  path: TypeScript.Path;
  resolvedPath: TypeScript.Path;
  originalFileName: string;
  /** What a program resolved the file's imports to, by specifier. */
  resolvedModules?: {
    forEach(
      each: (resolution: TypeScript.ResolvedModuleWithFailedLookupLocations, specifier: string) => void,
    ): void;
  };
}

/** tslab's TypeScript: the public API of 5.0.4 and what tslab made reachable in its own build. */
export type Compiler = typeof TypeScript & {
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
  getQuickInfoAtPosition(
    file: TypeScript.SourceFile,
    checker: TypeScript.TypeChecker,
    cancellation: TypeScript.CancellationToken & { throwIfCancellationRequested(): void },
    position: number,
  ): TypeScript.QuickInfo | undefined;
  isIdentifierPart(code: number, version: TypeScript.ScriptTarget): boolean;
  /** Where the next token starts. */
  skipTrivia(text: string, position: number): number;
  findPrecedingToken(position: number, file: TypeScript.SourceFile): TypeScript.Node | undefined;
  Completions: {
    getCompletionsAtPositionForTslab(
      host: object,
      program: TypeScript.Program,
      log: (message: string) => void,
      file: TypeScript.SourceFile,
      position: number,
      preferences: TypeScript.UserPreferences,
      trigger: string | undefined,
      kind: TypeScript.CompletionTriggerKind,
      cancellation: TypeScript.CancellationToken & { throwIfCancellationRequested(): void },
    ): TypeScript.CompletionInfo | undefined;
  };
};

const internals = [
  "bindSourceFile",
  "getQuickInfoAtPosition",
  "findPrecedingToken",
  "createProgram",
] as const;

/** Says which of tslab's internals are not what this kernel was written for; empty when all is well. */
export function missingInternals(compiler: Partial<Compiler>, tslab: string): string[] {
  const missing: string[] = [];
  if (tslab !== tslabVersion) missing.push(`tslab is ${tslab}, this kernel is written for ${tslabVersion}`);
  if (compiler.version !== typescriptVersion) {
    missing.push(
      `tslab's TypeScript is ${compiler.version}, this kernel is written for ${typescriptVersion}`,
    );
  }
  for (const name of internals) {
    if (typeof compiler[name] !== "function") missing.push(`tslab's TypeScript has no function ${name}`);
  }
  if (typeof compiler.Completions?.getCompletionsAtPositionForTslab !== "function") {
    missing.push("tslab's TypeScript has no function Completions.getCompletionsAtPositionForTslab");
  }
  return missing;
}

const require = createRequire(import.meta.url);
const requireOfTslab = createRequire(require.resolve("tslab/package.json"));

/** Where tslab's TypeScript keeps lib.*.d.ts. */
export function libraryFolder(): string {
  return requireOfTslab
    .resolve("@tslab/typescript-for-tslab")
    .replace(/[^/\\]+$/, "")
    .replace(/[/\\]$/, "");
}

/** The module that `import * as tslab from "tslab"` gives in a cell. */
export function tslabModule(): unknown {
  return requireOfTslab("tslab");
}

let loaded: Compiler | undefined;

/** Loads tslab's TypeScript (0.2 s), or takes it from the start-up snapshot this process was started from. */
export function loadCompiler(): Compiler {
  if (loaded) return loaded;
  const compiler = requireOfTslab("@tslab/typescript-for-tslab") as Compiler;
  const tslab = requireOfTslab("./package.json") as { version: string };
  const missing = missingInternals(compiler, tslab.version);
  if (missing.length > 0) {
    throw new Error(
      `The installed tslab does not fit this kernel: ${missing.join("; ")}. Install tslab@${tslabVersion}.`,
    );
  }
  loaded = compiler;
  return compiler;
}
