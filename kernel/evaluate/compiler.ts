// One TypeScript program, with one checker, for many cells. The program holds the library, Node's types and what the
// notebook has imported so far; a cell's own file is not part of it, but is checked by its checker. So a cell costs
// what its own text costs, where tslab makes a new program (and forgets all it knew of the library) three times a cell.
// The program is made anew when a cell imports something new, when a file of the project has changed, and now and
// then to let go of the memory of earlier cells.
import { readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import type { BoundSourceFile, Compiler, LoadedCompiler, TypeScript } from "./tslab.js";

/** A project's file may change between two cells; what lies in node_modules may not while the kernel runs. */
interface ProjectFile {
  file: TypeScript.SourceFile;
  modified: number;
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

/**
 * Cells are checked as `strict` says, as `tsc --init` has it, with two leniencies for exploring: a parameter without
 * a type is `any`, and so is what a catch clause receives.
 */
export function cellOptions({ ts, files }: LoadedCompiler): TypeScript.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    typeRoots: [files.typesFolder],
    paths: { normlab: [files.normlab], tslab: [files.tslab] },
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

/** Cells lie in a folder that is the same for every notebook, so that a program can be made before any is opened. */
const notebookFolder = "/normlab-notebook";

/**
 * Large modules of Node that few notebooks import and no other declaration builds on, by their file in @types/node.
 * They are read when a cell imports one: without them the start-up snapshot is a sixth smaller.
 */
const rareModules: Record<string, string> = {
  "inspector.d.ts": "inspector",
  "inspector.generated.d.ts": "inspector",
  "http2.d.ts": "http2",
  "test.d.ts": "test",
  "cluster.d.ts": "cluster",
  "repl.d.ts": "repl",
  "dgram.d.ts": "dgram",
};

/** Parsed library files, for all programs of this process. */
const libraryFiles = new Map<string, TypeScript.SourceFile>();

/** What every notebook of this package imports sooner or later; in the program from the start. */
const expectedImports = ["normlab"];

export class CellCompiler {
  readonly ts: Compiler;
  readonly options: TypeScript.CompilerOptions;
  private readonly library: string;
  /** The folder of normlab's declarations. */
  private readonly normlab: string;
  private readonly builtins: ReadonlySet<string>;
  /** Where the notebook's relative imports start from. */
  private folder = "";
  private readonly host: TypeScript.CompilerHost;
  private readonly files = new Map<string, ProjectFile>();
  private readonly resolutions = new Map<string, TypeScript.ResolvedModuleWithFailedLookupLocations>();
  /** What a program found out about folders while it was made; they may change before the next is. */
  private folders = new Map<string, boolean>();
  private program: TypeScript.Program | undefined;
  private cellsOfProgram = 0;
  /** A file of the program that imports all that cells import, so that its resolutions serve them all. */
  private imports: BoundSourceFile;
  private readonly imported = new Set(expectedImports);
  /** Those of `rareModules` that a cell has imported. */
  private readonly wanted = new Set<string>();
  /** Cells that add to other modules or to the global scope: these have to be part of the program. */
  private readonly augmenting: BoundSourceFile[] = [];
  /** Files that import something which was not found; it is looked for again in the next cell. */
  private readonly unresolved = new Set<string>();
  private parsed = 0;

  constructor(loaded: LoadedCompiler) {
    this.ts = loaded.ts;
    this.library = loaded.files.library;
    this.normlab = `${path.posix.dirname(loaded.files.normlab)}/`;
    this.builtins = new Set(loaded.builtins);
    this.options = cellOptions(loaded);
    this.host = this.createHost();
    this.imports = this.parseImports();
  }

  /** Says where the notebook is. What was loaded before stays, but for declarations that were built anew. */
  open(cwd: string): void {
    this.folder = cwd.replaceAll("\\", "/");
    for (const [fileName, held] of this.files) {
      const modified = this.modified(fileName);
      if (modified === undefined || modified === held.modified) continue;
      // A build that changed nothing gives every declaration file a new time.
      if (this.ts.sys.readFile(fileName) === held.file.text) held.modified = modified;
      else this.cellsOfProgram = cellsPerProgram;
    }
  }

  /** Parses and binds text that takes part in checking without being on disk; imports start from the notebook's folder. */
  parse(text: string, kind: "ts" | "d.ts" = "ts"): BoundSourceFile {
    return this.parseAs(`${notebookFolder}/[cell ${++this.parsed}].${kind}`, text);
  }

  /**
   * A program whose checker can check the file. `enclosing` is the newest declarations of earlier cells: names that
   * the cell does not declare are looked up there, as in an enclosing block.
   */
  check(file: BoundSourceFile, enclosing: Declared | undefined): CheckedProgram {
    if (enclosing) file.parent = enclosing.file;
    const specifiers = [...this.importsOf(file), ...(enclosing?.specifiers ?? [])];
    // Node's own modules are declared by name in @types/node, wherever they are imported.
    const added = specifiers.filter((specifier) =>
      this.isBuiltin(specifier) ? this.want(specifier) : !this.imported.has(specifier),
    );
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

  /** Replaces the program, and with it a checker that knows types of cells which are gone. */
  renew(): void {
    this.build();
  }

  /** The library, the declarations and the project's files that programs were made of. */
  filesRead(): string[] {
    return [...libraryFiles.keys(), ...this.files.keys()].filter((fileName) =>
      this.ts.sys.fileExists(fileName),
    );
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
    return this.parseAs(`${notebookFolder}/[imports].ts`, text);
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
      ([fileName, { modified }]) => !fileName.endsWith(".d.ts") && modified !== this.modified(fileName),
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
      if (!resolvedModule && !this.isBuiltin(specifier)) this.imported.delete(specifier);
    });
    this.program = program;
    this.cellsOfProgram = 0;
    return program;
  }

  /** Whether the program lacks this module of Node's so far. */
  private want(specifier: string): boolean {
    const [name] = specifier.replace("node:", "").split("/");
    if (this.wanted.has(name) || !Object.values(rareModules).includes(name)) return false;
    this.wanted.add(name);
    return true;
  }

  private isLeftOut(fileName: string): boolean {
    const rare = rareModules[path.posix.basename(fileName)];
    return rare !== undefined && !this.wanted.has(rare) && fileName.includes("/@types/node/");
  }

  /** An empty file in its place: the same one each time, so that TypeScript sees no change. */
  private leftOut(
    fileName: string,
    options: TypeScript.ScriptTarget | TypeScript.CreateSourceFileOptions,
  ): TypeScript.SourceFile {
    const key = `${fileName} left out`;
    const file = libraryFiles.get(key) ?? this.ts.createSourceFile(fileName, "", options);
    libraryFiles.set(key, file);
    return file;
  }

  private isBuiltin(specifier: string): boolean {
    return specifier.startsWith("node:") || this.builtins.has(specifier);
  }

  /** Undefined for what does not change while the package is installed. */
  private modified(fileName: string): number | undefined {
    if (fileName.includes("/node_modules/")) return undefined;
    return statSync(fileName, { throwIfNoEntry: false })?.mtimeMs ?? -1;
  }

  private readFile(fileName: string, options: TypeScript.ScriptTarget | TypeScript.CreateSourceFileOptions) {
    if (fileName === this.imports.fileName) return this.imports;
    const augmenting = this.augmenting.find((file) => file.fileName === fileName);
    if (augmenting) return augmenting;
    if (this.isLeftOut(fileName)) return this.leftOut(fileName, options);
    const modified = this.modified(fileName);
    const stored = modified === undefined ? libraryFiles.get(fileName) : this.files.get(fileName);
    if (stored && "modified" in stored) {
      if (stored.modified === modified) return stored.file;
    } else if (stored) return stored;
    const text = this.ts.sys.readFile(fileName);
    if (text === undefined) {
      this.files.delete(fileName);
      return undefined;
    }
    const file = this.ts.createSourceFile(fileName, text, options);
    if (modified === undefined) libraryFiles.set(fileName, file);
    else this.files.set(fileName, { file, modified });
    return file;
  }

  private createHost(): TypeScript.CompilerHost {
    const { ts } = this;
    const remembered = (ask: (folder: string) => boolean) => (folder: string) => {
      const known = this.folders.get(folder);
      if (known !== undefined) return known;
      const answer = ask(folder);
      this.folders.set(folder, answer);
      return answer;
    };
    const host: TypeScript.CompilerHost = {
      getSourceFile: (fileName, options) => this.readFile(fileName, options),
      getDefaultLibLocation: () => this.library,
      getDefaultLibFileName: (options) => `${this.library}/${ts.getDefaultLibFileName(options)}`,
      getCurrentDirectory: () => notebookFolder,
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
    // normlab's public types name no other package's; what its private ones name need not be read.
    if (containing.startsWith(this.normlab) && !name.startsWith(".")) return { resolvedModule: undefined };
    const inNotebook = path.posix.dirname(containing) === notebookFolder;
    const from = inNotebook ? `${this.folder}/[cell].ts` : containing;
    const key = `${path.posix.dirname(from)}\n${name}`;
    const known = this.resolutions.get(key);
    const file = known?.resolvedModule?.resolvedFileName;
    if (known && (file === undefined || this.modified(file) !== -1)) return known;
    const resolve = (start: string) =>
      this.ts.resolveModuleName(name, start, options, host, undefined, redirected);
    let resolution = resolve(from);
    // The declarations of a cell name files relative to where TypeScript believes the cell to be.
    if (inNotebook && !resolution.resolvedModule && name.startsWith(".")) resolution = resolve(containing);
    if (resolution.resolvedModule || this.isBuiltin(name)) this.resolutions.set(key, resolution);
    else if (this.modified(containing) !== undefined) this.unresolved.add(containing);
    return resolution;
  }
}
