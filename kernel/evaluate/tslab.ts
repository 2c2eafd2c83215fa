// All that normlab knows of tslab's internals: where its private TypeScript is, and what that build exposes
// beyond the public compiler API. Nothing else in this repository may import from tslab or its TypeScript.
// test/kernel/evaluate/tslab.test.ts fails with a clear message when one of these internals changes.
import { builtinModules, createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
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

/** Where the files are that TypeScript reads for every notebook. */
export interface CompilerFiles {
  /** The folder of lib.*.d.ts. */
  library: string;
  /** The folder that holds @types/node as `node`. */
  typesFolder: string;
  /** What `import … from "normlab"` and `from "tslab"` mean to the checker. */
  normlab: string;
  tslab: string;
}

/** TypeScript and what it needs to know; plain data, so that a start-up snapshot can hold it. */
export interface LoadedCompiler {
  ts: Compiler;
  files: CompilerFiles;
  /** Names of Node's own modules, without `node:`. */
  builtins: readonly string[];
}

/** tslab may have its dependencies beside it or inside it. */
function tslabRequire(packageRoot: string): NodeJS.Require {
  return createRequire(createRequire(join(packageRoot, "package.json")).resolve("tslab/package.json"));
}

/** Folder separators as TypeScript wants them, on Windows too. */
const slashed = (file: string) => file.replaceAll("\\", "/");

export function locateCompiler(packageRoot: string): { compiler: string; files: CompilerFiles } {
  const require = createRequire(join(packageRoot, "package.json"));
  const compiler = tslabRequire(packageRoot).resolve("@tslab/typescript-for-tslab");
  return {
    compiler,
    files: {
      library: slashed(dirname(compiler)),
      typesFolder: slashed(dirname(dirname(require.resolve("@types/node/package.json")))),
      normlab: slashed(join(packageRoot, "dist/src/index.d.ts")),
      tslab: slashed(require.resolve("tslab/dist/public.d.ts")),
    },
  };
}

/** Loads tslab's TypeScript, which takes 0.2 s. */
export function loadCompiler(packageRoot: string): LoadedCompiler {
  const require = tslabRequire(packageRoot);
  const { compiler, files } = locateCompiler(packageRoot);
  const ts = require(compiler) as Compiler;
  const { version } = require("./package.json") as { version: string };
  const missing = missingInternals(ts, version);
  if (missing.length > 0) {
    throw new Error(
      `The installed tslab does not fit this kernel: ${missing.join("; ")}. Install tslab@${tslabVersion}.`,
    );
  }
  return { ts, files, builtins: builtinModules };
}

/** The module that `import * as tslab from "tslab"` gives in a cell. */
export function tslabModule(packageRoot: string, ts: Compiler): unknown {
  const require = tslabRequire(packageRoot);
  const { compiler } = locateCompiler(packageRoot);
  // A kernel that was started from its snapshot has TypeScript already, but Node does not know of it.
  if (!require.cache[compiler]) {
    const module = new Module(compiler);
    module.exports = ts;
    module.loaded = true;
    require.cache[compiler] = module;
  }
  return require("tslab");
}
