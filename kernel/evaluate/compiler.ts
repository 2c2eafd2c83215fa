// One TypeScript program, with one checker, for many cells. The program holds the library, Node's types and what the
// notebook has imported so far; a cell's own file is not part of it, but is checked by its checker. So a cell costs
// what its own text costs, where tslab makes a new program (and forgets all it knew of the library) three times a cell.
// The program is made anew when a cell imports something new, when a file of the project has changed, and now and
// then to let go of the memory of earlier cells.
import { readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
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

/** What earlier cells declared, as declarations.ts keeps it. */
export interface Declared {
  file: BoundSourceFile;
  /** Those of the enclosing files that import something. */
  importing: readonly BoundSourceFile[];
  /** What they import. */
  specifiers: ReadonlySet<string>;
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

/** Cells that one checker sees before it is replaced: each leaves some of its types behind. */
const cellsPerProgram = 50;

/** What every notebook of this package imports sooner or later; in the program from the start. */
const expectedImports = ["normlab"];

export class CellCompiler {
  readonly ts: Compiler;
  readonly options: TypeScript.CompilerOptions;
  private readonly folder: string;
  private readonly host: TypeScript.CompilerHost;
  private readonly files = new Map<string, StoredFile>();
  private readonly resolutions = new Map<string, TypeScript.ResolvedModuleWithFailedLookupLocations>();
  /** What a program found out about folders while it was made; they may change before the next is. */
  private folders = new Map<string, boolean>();
  private program: TypeScript.Program | undefined;
  private cellsOfProgram = 0;
  /** A file of the program that imports all that cells import, so that its resolutions serve them all. */
  private imports: BoundSourceFile;
  private readonly imported = new Set(expectedImports);
  /** Cells that add to other modules or to the global scope: these have to be part of the program. */
  private readonly augmenting: BoundSourceFile[] = [];
  /** Files that import something which was not found; it is looked for again in the next cell. */
  private readonly unresolved = new Set<string>();
  private parsed = 0;

  constructor({ cwd, packageRoot }: { cwd: string; packageRoot: string }) {
    this.ts = loadCompiler();
    this.folder = slashed(cwd);
    this.options = cellOptions(this.ts, packageRoot);
    this.host = this.createHost();
    this.imports = this.parseImports();
  }

  /** Parses and binds text that takes part in checking without being on disk; imports start from the notebook's folder. */
  parse(text: string, kind: "ts" | "d.ts" = "ts"): BoundSourceFile {
    return this.parseAs(`${this.folder}/[cell ${++this.parsed}].${kind}`, text);
  }

  /**
   * A program whose checker can check the file. `enclosing` is the newest declarations of earlier cells: names that
   * the cell does not declare are looked up there, as in an enclosing block.
   */
  check(file: BoundSourceFile, enclosing: Declared | undefined): CheckedProgram {
    if (enclosing) file.parent = enclosing.file;
    const specifiers = [...this.importsOf(file), ...(enclosing?.specifiers ?? [])];
    const added = specifiers.filter((specifier) => !this.imported.has(specifier));
    for (const specifier of added) this.imported.add(specifier);
    if (this.augments(file)) this.augmenting.push(file);
    const program =
      added.length > 0 || this.augmenting.includes(file) || this.isOutdated() ? this.build() : this.program;
    if (!program) throw new Error("The TypeScript program of the notebook was not made.");
    this.cellsOfProgram++;
    this.resolve(file);
    for (const earlier of enclosing?.importing ?? []) this.resolve(earlier);
    return { program, file };
  }

  /** Modules that a file names in imports, import types and `import()`. */
  importsOf(file: TypeScript.SourceFile): string[] {
    if (!/\b(import|from)\b/.test(file.text)) return [];
    return this.ts.preProcessFile(file.text, true, true).importedFiles.map(({ fileName }) => fileName);
  }

  /** Errors of the cell and of the project's own files that it imports. */
  diagnostics({ program, file }: CheckedProgram): TypeScript.Diagnostic[] {
    const own = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    const imported = this.importsOf(file).some(
      (specifier) => specifier.startsWith(".") || path.isAbsolute(specifier),
    );
    return imported ? [...own, ...this.projectDiagnostics(program)] : own;
  }

  /** Lets go of the program and of all files. */
  close(): void {
    this.program = undefined;
    this.files.clear();
  }

  private projectDiagnostics(program: TypeScript.Program): TypeScript.Diagnostic[] {
    return program
      .getSourceFiles()
      .filter(
        ({ fileName }) => this.files.get(fileName)?.modified !== undefined && /\.[cm]?tsx?$/.test(fileName),
      )
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  }

  private parseAs(fileName: string, text: string): BoundSourceFile {
    const file = this.ts.createSourceFile(fileName, text, {
      languageVersion: this.ts.ScriptTarget.ES2022,
      // A cell is a module even without import or export: `await` is a keyword at its top.
      setExternalModuleIndicator: (parsed) => {
        (parsed as BoundSourceFile).externalModuleIndicator ??= true;
      },
    }) as BoundSourceFile;
    // What a program would set; diagnostics are remembered by path.
    file.path = fileName as TypeScript.Path;
    file.resolvedPath = file.path;
    file.originalFileName = fileName;
    this.ts.bindSourceFile(file, this.options);
    return file;
  }

  private parseImports(): BoundSourceFile {
    const text = [...this.imported].map((specifier) => `import ${JSON.stringify(specifier)};\n`).join("");
    return this.parseAs(`${this.folder}/[imports].ts`, text);
  }

  private resolve(file: BoundSourceFile): void {
    if (this.augmenting.includes(file)) return;
    file.resolvedModules = this.imports.resolvedModules;
    // Declarations that name a type of a module look at how the file imports others; a program would fill this in.
    file.imports = this.imports.imports;
  }

  private augments(file: BoundSourceFile): boolean {
    const { ts } = this;
    return file.statements.some(
      (statement) =>
        ts.isModuleDeclaration(statement) &&
        (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0),
    );
  }

  private isOutdated(): boolean {
    if (!this.program || this.cellsOfProgram >= cellsPerProgram || this.unresolved.size > 0) return true;
    return [...this.files].some(
      ([fileName, { modified }]) => modified !== undefined && modified !== this.modified(fileName),
    );
  }

  private build(): TypeScript.Program {
    this.folders.clear();
    this.imports = this.parseImports();
    const invalid = new Set(this.unresolved);
    this.unresolved.clear();
    const program = this.ts.createProgram({
      rootNames: [this.imports, ...this.augmenting].map(({ fileName }) => fileName),
      options: this.options,
      host: {
        ...this.host,
        hasInvalidatedResolutions: (file: string) => invalid.has(file),
      } as TypeScript.CompilerHost,
      oldProgram: this.program,
    });
    this.unresolved.delete(this.imports.fileName);
    this.imports.resolvedModules?.forEach(({ resolvedModule }, specifier) => {
      if (!resolvedModule && !isBuiltin(specifier)) this.imported.delete(specifier);
    });
    this.program = program;
    this.cellsOfProgram = 0;
    return program;
  }

  /** Undefined for what does not change while the kernel runs. */
  private modified(fileName: string): number | undefined {
    if (fileName.includes("/node_modules/") || fileName.endsWith(".d.ts")) return undefined;
    return statSync(fileName, { throwIfNoEntry: false })?.mtimeMs ?? -1;
  }

  private readFile(fileName: string, options: TypeScript.ScriptTarget | TypeScript.CreateSourceFileOptions) {
    if (fileName === this.imports.fileName) return this.imports;
    const augmenting = this.augmenting.find((file) => file.fileName === fileName);
    if (augmenting) return augmenting;
    const stored = this.files.get(fileName);
    if (stored && stored.modified === undefined) return stored.file;
    const modified = this.modified(fileName);
    if (stored && stored.modified === modified) return stored.file;
    const text = this.ts.sys.readFile(fileName);
    if (text === undefined) {
      this.files.delete(fileName);
      return undefined;
    }
    const file = this.ts.createSourceFile(fileName, text, options);
    this.files.set(fileName, { file, modified });
    return file;
  }

  private createHost(): TypeScript.CompilerHost {
    const { ts } = this;
    const library = slashed(libraryFolder());
    const remembered = (ask: (folder: string) => boolean) => (folder: string) => {
      const known = this.folders.get(folder);
      if (known !== undefined) return known;
      const answer = ask(folder);
      this.folders.set(folder, answer);
      return answer;
    };
    const host: TypeScript.CompilerHost = {
      getSourceFile: (fileName, options) => this.readFile(fileName, options),
      getDefaultLibLocation: () => library,
      getDefaultLibFileName: (options) => `${library}/${ts.getDefaultLibFileName(options)}`,
      getCurrentDirectory: () => this.folder,
      getCanonicalFileName: (fileName) => fileName,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      writeFile: () => {},
      fileExists: ts.sys.fileExists,
      readFile: (fileName) => readFileSync(fileName, "utf8"),
      directoryExists: remembered(ts.sys.directoryExists),
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
    };
    host.resolveModuleNameLiterals = (literals, containing, redirected, options) =>
      literals.map(({ text }) => this.resolveModule(text, containing, host, redirected, options));
    return host;
  }

  /** Found modules are remembered by folder; missing ones are looked for again by the next cell. */
  private resolveModule(
    name: string,
    containing: string,
    host: TypeScript.CompilerHost,
    redirected: TypeScript.ResolvedProjectReference | undefined,
    options: TypeScript.CompilerOptions,
  ): TypeScript.ResolvedModuleWithFailedLookupLocations {
    const key = `${path.posix.dirname(containing)}\n${name}`;
    const known = this.resolutions.get(key);
    const file = known?.resolvedModule?.resolvedFileName;
    if (known && (file === undefined || this.modified(file) !== -1)) return known;
    const resolution = this.ts.resolveModuleName(name, containing, options, host, undefined, redirected);
    if (resolution.resolvedModule || isBuiltin(name)) this.resolutions.set(key, resolution);
    else if (this.modified(containing) !== undefined) this.unresolved.add(containing);
    return resolution;
  }
}
