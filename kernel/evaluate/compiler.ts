// One lazily made TypeScript program a cell, over a store of parsed files that outlives it.
// tslab keeps a watch program instead; making that costs a second at start and its bookkeeping a third of each cell.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import {
  type BoundSourceFile,
  type Compiler,
  libraryFolder,
  loadCompiler,
  type TypeScript,
} from "./tslab.js";

/** A project's file may change between two cells; what lies in node_modules may not while the kernel runs. */
interface StoredFile {
  file: TypeScript.SourceFile;
  modified?: number;
}

export interface CheckedProgram {
  program: TypeScript.Program;
  file: BoundSourceFile;
}

/** Folder separators as TypeScript wants them, on Windows too. */
const slashed = (file: string) => file.replaceAll("\\", "/");

/**
 * Cells are checked as `strict` says, as `tsc --init` has it, with two leniencies for exploring: a parameter without
 * a type is `any`, and so is what a catch clause receives.
 */
export function cellOptions(ts: Compiler, packageRoot: string): TypeScript.CompilerOptions {
  const require = createRequire(path.join(packageRoot, "package.json"));
  const typesOfNode = path.dirname(path.dirname(require.resolve("@types/node/package.json")));
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    typeRoots: [slashed(typesOfNode)],
    paths: {
      normlab: [slashed(path.join(packageRoot, "dist/src/index.d.ts"))],
      tslab: [slashed(require.resolve("tslab/dist/public.d.ts"))],
    },
    strict: true,
    noImplicitAny: false,
    useUnknownInCatchVariables: false,
    esModuleInterop: true,
    resolveJsonModule: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    declaration: true,
    sourceMap: true,
    newLine: ts.NewLineKind.LineFeed,
    rootDir: "/",
    outDir: "/",
  };
}

export class CellCompiler {
  readonly ts: Compiler;
  readonly options: TypeScript.CompilerOptions;
  /** The path under which the running cell is known to TypeScript; relative imports start from its folder. */
  readonly cellPath: string;
  private readonly folder: string;
  private readonly host: TypeScript.CompilerHost;
  private readonly files = new Map<string, StoredFile>();
  private readonly virtual = new Map<string, TypeScript.SourceFile>();
  private readonly resolutions = new Map<string, TypeScript.ResolvedModuleWithFailedLookupLocations>();
  private previous: TypeScript.Program | undefined;
  private unresolved = false;

  constructor({ cwd, packageRoot }: { cwd: string; packageRoot: string }) {
    this.ts = loadCompiler();
    this.folder = slashed(cwd);
    this.cellPath = `${this.folder}/[cell].ts`;
    this.options = cellOptions(this.ts, packageRoot);
    this.host = this.createHost();
  }

  /** Parses and binds text that takes part in programs without being on disk. */
  parse(fileName: string, text: string): BoundSourceFile {
    const file = this.ts.createSourceFile(fileName, text, {
      languageVersion: this.ts.ScriptTarget.ES2022,
      // A cell is a module even without import or export: `await` is a keyword at its top.
      setExternalModuleIndicator: (parsed) => {
        (parsed as BoundSourceFile).externalModuleIndicator ??= true;
      },
    }) as BoundSourceFile;
    this.ts.bindSourceFile(file, this.options);
    return file;
  }

  /**
   * Makes the program of one cell. `enclosing` is the newest declarations of earlier cells: names that the cell does
   * not declare are looked up there, as in an enclosing block. `roots` are those among them that import modules.
   */
  program(
    file: BoundSourceFile,
    enclosing: BoundSourceFile | undefined,
    roots: BoundSourceFile[],
  ): CheckedProgram {
    this.virtual.clear();
    this.virtual.set(file.fileName, file);
    for (const root of roots) this.virtual.set(root.fileName, root);
    if (enclosing) file.parent = enclosing;
    const program = this.ts.createProgram({
      rootNames: [...roots.map((root) => root.fileName), file.fileName],
      options: this.options,
      host: this.host,
      oldProgram: this.unresolved ? undefined : this.previous,
    });
    this.unresolved = false;
    this.previous = program;
    return { program, file };
  }

  /** Errors of the cell and of the project's own files that it imports. */
  diagnostics({ program, file }: CheckedProgram): TypeScript.Diagnostic[] {
    const own = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    const imported = program
      .getSourceFiles()
      .filter((other) => other !== file && !other.isDeclarationFile && !this.isFrozen(other.fileName))
      .filter((other) => this.ts.isExternalModule(other) && !/\.[cm]?jsx?$/.test(other.fileName))
      .flatMap((other) => [
        ...program.getSyntacticDiagnostics(other),
        ...program.getSemanticDiagnostics(other),
      ]);
    return [...own, ...imported];
  }

  /** Forgets the last program, and with it the memory of its checker. */
  close(): void {
    this.previous = undefined;
    this.virtual.clear();
    this.files.clear();
  }

  private isFrozen(fileName: string): boolean {
    return fileName.includes("/node_modules/") || fileName.endsWith(".d.ts");
  }

  private readFile(fileName: string, options: TypeScript.ScriptTarget | TypeScript.CreateSourceFileOptions) {
    const virtual = this.virtual.get(fileName);
    if (virtual) return virtual;
    const stored = this.files.get(fileName);
    if (stored && stored.modified === undefined) return stored.file;
    const modified = this.isFrozen(fileName)
      ? undefined
      : statSync(fileName, { throwIfNoEntry: false })?.mtimeMs;
    if (stored && stored.modified === modified) return stored.file;
    const text = this.ts.sys.readFile(fileName);
    if (text === undefined) return undefined;
    const file = this.ts.createSourceFile(fileName, text, options);
    this.files.set(fileName, { file, modified });
    return file;
  }

  private createHost(): TypeScript.CompilerHost {
    const { ts } = this;
    const library = slashed(libraryFolder());
    const host: TypeScript.CompilerHost & { hasInvalidatedResolutions(): boolean } = {
      getSourceFile: (fileName, options) => this.readFile(fileName, options),
      getDefaultLibLocation: () => library,
      getDefaultLibFileName: (options) => `${library}/${ts.getDefaultLibFileName(options)}`,
      getCurrentDirectory: () => this.folder,
      getCanonicalFileName: (fileName) => fileName,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      writeFile: () => {},
      fileExists: (fileName) => this.virtual.has(fileName) || ts.sys.fileExists(fileName),
      readFile: (fileName) => readFileSync(fileName, "utf8"),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
      hasInvalidatedResolutions: () => false,
    };
    host.resolveModuleNameLiterals = (literals, containing, redirected, options) =>
      literals.map(({ text }) => this.resolve(text, containing, host, redirected, options));
    return host;
  }

  /** Found modules are remembered by folder; missing ones are looked for again by the next cell. */
  private resolve(
    name: string,
    containing: string,
    host: TypeScript.CompilerHost,
    redirected: TypeScript.ResolvedProjectReference | undefined,
    options: TypeScript.CompilerOptions,
  ): TypeScript.ResolvedModuleWithFailedLookupLocations {
    const key = `${path.posix.dirname(containing)}\n${name}`;
    const known = this.resolutions.get(key);
    if (known) return known;
    const resolution = this.ts.resolveModuleName(name, containing, options, host, undefined, redirected);
    if (resolution.resolvedModule) this.resolutions.set(key, resolution);
    else if (!this.isFrozen(containing)) this.unresolved = true;
    return resolution;
  }
}
