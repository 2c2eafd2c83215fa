// One TypeScript program, with one checker, for many cells. The program holds the library, Node's types and what the
// notebook has imported so far; a cell's own file is never part of it: it is bound here and checked by its checker. So a cell costs
// what its own text costs.
// The program is made anew when a cell imports something new, when a file of the project has changed, and now and
// then to let go of the memory of earlier cells.
import { AmbientModules } from "./ambient-modules.js";
import { parseBare } from "./documentation.js";
import type { HostFiles, Platform } from "./host.js";
import type { Strictness } from "./leniency.js";
import { isAugmenting, LibraryPart } from "./library-part.js";
import { type CellOptions, cellOptions } from "./options.js";
import { posix } from "./path.js";
import { Resolver } from "./resolve.js";
import { type BoundSourceFile, type OpenProgram, type TypeScript, ts } from "./typescript.js";

/** A project's file may change between two cells; what lies in node_modules may not while the kernel runs. */
interface ProjectFile {
  file: TypeScript.SourceFile;
  version: number;
}

/** What a cell imports, with how it asks: a package may have other declarations for `import x = require("y")`. */
type Wanted = `${"import" | "require"} ${string}`;

const specifierOf = (wanted: Wanted) => wanted.slice(wanted.indexOf(" ") + 1);

const modeOf = (wanted: Wanted) =>
  wanted.startsWith("require ") ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;

/**
 * Types and symbols that one checker makes for cells before it is replaced: it keeps them all, half a kilobyte each. A cell
 * that declares a number leaves two behind, one with a class, a Map of it and a few callbacks 570.
 */
const mostLeftBehind = 100_000;

/** `o?.#p`: an error to TypeScript, and none to JavaScript. */
const privateInOptionalChain = 18030;

/** Cells lie in a folder that is the same for every notebook, so that a program can be made before any is opened. */
const notebookFolder = "/normlab-notebook";
const globalsFile = `${notebookFolder}/[globals].d.ts`;

/** Parsed library files, for all programs of this process. */
const libraryFiles = new Map<string, TypeScript.SourceFile>();

export class CellProgram {
  /** Where the notebook's relative imports start from. */
  #folder = "";
  #files: HostFiles;
  #cellOptions: CellOptions;
  /** The one that finds what cells run, too. */
  #resolver: Resolver;
  readonly #ambient: AmbientModules;
  /** While it is enough. */
  #part: LibraryPart | undefined;
  readonly #projectFiles = new Map<string, ProjectFile>();
  readonly #resolutions = new Map<string, TypeScript.ResolvedModuleWithFailedLookupLocations>();
  #program: OpenProgram | undefined;
  /** What its checker had made before it saw a cell. */
  #madeBefore = 0;
  /** Whether a declaration that it holds has changed. */
  #isStale = false;
  /** A file of the program that imports all that cells import, so that its resolutions serve them all. */
  #imports: BoundSourceFile;
  readonly #imported: Set<Wanted>;
  readonly #cells = new WeakSet<TypeScript.SourceFile>();
  /** Cells that add to other modules or to the global scope: these have to be part of the program. */
  readonly #augmenting = new Map<string, BoundSourceFile>();
  /** Files that import something which was not found; it is looked for again in the next cell. */
  readonly #unresolved = new Set<string>();
  #parsed = 0;

  constructor(
    readonly platform: Platform,
    files: HostFiles,
  ) {
    this.#files = files;
    this.#cellOptions = cellOptions(platform, files, notebookFolder);
    this.#resolver = new Resolver(platform, files, this.options);
    this.#ambient = new AmbientModules(platform, files);
    this.#part = LibraryPart.of(platform, files);
    const provided = Object.keys(platform.provided).filter((name) => name !== "tslab");
    this.#imported = new Set(provided.map((name): Wanted => `import ${name}`));
    this.#imports = this.#parseImports();
  }

  get options(): TypeScript.CompilerOptions {
    return this.#cellOptions.options;
  }

  /** Whether cells may have JSX. */
  get takesMarkup(): boolean {
    return this.#cellOptions.takesMarkup;
  }

  get refusesImplicitAny(): boolean {
    return this.#cellOptions.refusesImplicitAny;
  }

  get strictness(): Strictness {
    return this.#cellOptions;
  }

  get resolver(): Resolver {
    return this.#resolver;
  }

  /** Where the notebook is: imports of cells start there. */
  get folder(): string {
    return this.#folder;
  }

  /** Says where the notebook is. What was loaded before stays, but for declarations that were built anew. */
  open(folder: string, files: HostFiles): void {
    this.#folder = folder;
    this.#files = files;
    const before = JSON.stringify(this.#cellOptions);
    this.#cellOptions = cellOptions(this.platform, files, folder);
    this.#resolver = new Resolver(this.platform, files, this.options);
    if (JSON.stringify(this.#cellOptions) !== before) this.#forgetProgram();
    if (this.#augmenting.size > 0) {
      this.#augmenting.clear();
      this.#forgetProgram();
    }
    for (const [fileName, held] of this.#projectFiles) {
      const version = this.#version(fileName);
      if (version === undefined || version === held.version) continue;
      // A build that changed nothing gives every declaration file a new time.
      if (this.#files.read(fileName) === held.file.text) held.version = version;
      else this.#isStale = true;
    }
  }

  /** Parses and binds text that takes part in checking without being on disk; imports start from the notebook's folder. */
  parse(text: string): BoundSourceFile {
    const number = ++this.#parsed;
    const file = this.#parseAs(`${notebookFolder}/[cell ${number}].ts`, text);
    if (file.parseDiagnostics.length === 0 || !this.takesMarkup) return file;
    const withMarkup = this.#parseAs(`${notebookFolder}/[cell ${number}].tsx`, text);
    return withMarkup.parseDiagnostics.length === 0 ? withMarkup : file;
  }

  /**
   * The program that can check a cell. A cell that adds to the global scope or to a module becomes part of it.
   */
  take(file: BoundSourceFile): OpenProgram {
    if (this.#part?.isEnoughFor(file) === false) this.completeLibrary();
    const added = this.#wanted(file).filter((wanted) => !this.#imported.has(wanted));
    for (const wanted of added) this.#imported.add(wanted);
    const augments = isAugmenting(file);
    if (augments) this.#augmenting.set(file.fileName, file);
    const known = this.#program;
    const program = known && added.length === 0 && !augments && !this.#isOutdated() ? known : this.#build();
    // Declarations that name a type of a module look at how the file imports others; a program would fill this in.
    if (!augments) file.imports = this.#imports.imports;
    return program;
  }

  /**
   * A program that can check a text without any trace: for what an editor asks of a cell that may never run. What it
   * imports for the first time is in a program of its own; what it adds to the global scope is nowhere. It has the whole
   * library, whose names are to be offered.
   */
  takeScratch(file: BoundSourceFile): OpenProgram {
    this.completeLibrary();
    const program = this.#program && !this.#isOutdated() ? this.#program : this.#build();
    file.imports = this.#imports.imports;
    const added = this.#wanted(file).filter((wanted) => !this.#imported.has(wanted));
    if (added.length === 0) return program;
    const imports = this.#imports;
    const unresolved = [...this.#unresolved];
    for (const wanted of added) this.#imported.add(wanted);
    try {
      const scratch = this.#create();
      file.imports = this.#imports.imports;
      return scratch;
    } finally {
      for (const wanted of added) this.#imported.delete(wanted);
      this.#imports = imports;
      this.#unresolved.clear();
      for (const name of unresolved) this.#unresolved.add(name);
    }
  }

  /** As takeScratch, with all of the host's modules from now on: for what offers names that a cell could import. */
  takeWhole(file: BoundSourceFile): OpenProgram {
    const added = this.#ambient.all
      .map((name): Wanted => `import ${name}`)
      .filter((wanted) => !this.#imported.has(wanted));
    for (const wanted of added) this.#imported.add(wanted);
    if (added.length > 0) this.#build();
    return this.takeScratch(file);
  }

  /** Whether it has a part of the library so far. */
  get hasPart(): boolean {
    return this.#part !== undefined;
  }

  /** Has all of the library from the next program on. False when that is so already. */
  completeLibrary(): boolean {
    if (this.#part === undefined) return false;
    this.#part = undefined;
    this.#isStale = true;
    return true;
  }

  /** Modules that a file names in imports, import types and `import()`. */
  importsOf(file: TypeScript.SourceFile): string[] {
    if (!/\b(import|from|require|module)\b/.test(file.text)) return [];
    return ts.preProcessFile(file.text, true, true).importedFiles.map(({ fileName }) => fileName);
  }

  #wanted(file: BoundSourceFile): Wanted[] {
    const required = new Set(file.statements.flatMap(requiredBy));
    // Its type is a table of all modules, any of which it may name in any way.
    const all = file.text.includes("getBuiltinModule") ? this.#ambient.all : [];
    const specifiers = [...this.importsOf(file), ...this.#markupImports(file), ...all];
    return [
      ...specifiers.map((specifier): Wanted => `import ${specifier}`),
      ...[...required].map((specifier): Wanted => `require ${specifier}`),
    ];
  }

  /** The module that TypeScript imports into a file with JSX, for a project that has it so. */
  #markupImports(file: BoundSourceFile): string[] {
    const { jsx, jsxImportSource = "react" } = this.options;
    if (!file.fileName.endsWith("x")) return [];
    if (jsx === ts.JsxEmit.ReactJSX) return [`${jsxImportSource}/jsx-runtime`];
    return jsx === ts.JsxEmit.ReactJSXDev ? [`${jsxImportSource}/jsx-dev-runtime`] : [];
  }

  /** Errors of a cell, and of the project's own files that it reaches. */
  diagnostics(program: OpenProgram, file: BoundSourceFile): TypeScript.Diagnostic[] {
    const own = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].filter(
      ({ code }) => code !== privateInOptionalChain,
    );
    const reached = this.#reached(program, file).flatMap((one) => [
      ...program.getSyntacticDiagnostics(one),
      ...program.getSemanticDiagnostics(one),
    ]);
    return [...own, ...reached];
  }

  /** Replaces the program, and with it a checker that knows types of cells which are gone. */
  renew(): void {
    this.#build();
  }

  /** The library, the declarations and the project's files that programs were made of. */
  filesRead(): string[] {
    return [...libraryFiles.keys(), ...this.#projectFiles.keys()].filter(
      (fileName) => this.#files.stat(fileName) !== undefined,
    );
  }

  /** Lets go of the program and of all files. */
  close(): void {
    this.#forgetProgram();
    this.#projectFiles.clear();
  }

  #forgetProgram(): void {
    this.#program = undefined;
    this.#resolutions.clear();
  }

  /** The project's own sources that a cell imports, and those that these import. */
  #reached(program: OpenProgram, cell: BoundSourceFile): TypeScript.SourceFile[] {
    const found = new Set<TypeScript.SourceFile>();
    const todo: TypeScript.SourceFile[] = [cell];
    for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
      for (const specifier of this.importsOf(file)) {
        const resolved = resolvedFile(program, file, specifier);
        const source = resolved === undefined ? undefined : program.getSourceFile(resolved);
        if (source === undefined || found.has(source) || !this.#isSource(source.fileName)) continue;
        found.add(source);
        todo.push(source);
      }
    }
    return [...found];
  }

  #isSource(fileName: string): boolean {
    return (
      /(?<!\.d)\.[cm]?tsx?$/.test(fileName) && this.#projectFiles.has(fileName) && !fileName.endsWith(".d.ts")
    );
  }

  #parseAs(fileName: string, text: string): BoundSourceFile {
    const file = ts.createSourceFile(fileName, text, {
      languageVersion: ts.ScriptTarget.ES2022,
      // A cell is a module even without import or export: `await` is a keyword at its top.
      setExternalModuleIndicator: (parsed) => {
        (parsed as BoundSourceFile).externalModuleIndicator ??= true;
      },
    }) as BoundSourceFile;
    // What a program would set; diagnostics are remembered by path.
    file.path = fileName as TypeScript.Path;
    file.resolvedPath = file.path;
    file.originalFileName = fileName;
    ts.bindSourceFile(file, this.options);
    this.#cells.add(file);
    return file;
  }

  #parseImports(): BoundSourceFile {
    const text = [...this.#imported]
      .map((wanted, index) => {
        const name = JSON.stringify(specifierOf(wanted));
        return modeOf(wanted) === ts.ModuleKind.CommonJS
          ? `import required${index} = require(${name});\n`
          : `import ${name};\n`;
      })
      .join("");
    const file = this.#parseAs(`${notebookFolder}/[imports].ts`, text);
    this.#cells.delete(file);
    return file;
  }

  #isOutdated(): boolean {
    if (this.#isStale || this.#unresolved.size > 0) return true;
    if (this.#program && madeBy(this.#program) - this.#madeBefore > mostLeftBehind) return true;
    return [...this.#projectFiles].some(
      ([fileName, { version }]) => !fileName.endsWith(".d.ts") && version !== this.#version(fileName),
    );
  }

  #build(): OpenProgram {
    let program = this.#create();
    const part = this.#part;
    // A file of the reader's may need what the cells that import it do not.
    if (part && !this.#readersFiles(program).every((file) => part.isEnoughFor(file))) {
      this.completeLibrary();
      program = this.#create();
    }
    for (const wanted of [...this.#imported]) {
      const specifier = specifierOf(wanted);
      const found = resolvedFile(program, this.#imports, specifier, modeOf(wanted));
      if (found === undefined && !this.#isBuiltin(specifier)) this.#imported.delete(wanted);
    }
    this.#program = program;
    this.#isStale = false;
    this.#madeBefore = madeBy(program);
    return program;
  }

  /** All of a program's files but those that this class writes. */
  #readersFiles(program: OpenProgram): readonly BoundSourceFile[] {
    return (program.getSourceFiles() as readonly BoundSourceFile[]).filter(
      ({ fileName }) => !fileName.startsWith(`${notebookFolder}/`),
    );
  }

  #create(): OpenProgram {
    this.#imports = this.#parseImports();
    const imports = this.#imports;
    const invalid = new Set(this.#unresolved);
    this.#unresolved.clear();
    const host: TypeScript.CompilerHost = {
      ...this.#compilerHost(),
      hasInvalidatedResolutions: (file) => invalid.has(file),
    };
    const globals = this.platform.globals === undefined ? [] : [globalsFile];
    const program = ts.createProgram({
      rootNames: [imports.fileName, ...globals, ...this.#augmenting.keys()],
      options: this.options,
      host,
      oldProgram: this.#program,
    }) as OpenProgram;
    this.#unresolved.delete(imports.fileName);
    // A cell's imports are found where the program found those of the file that imports all.
    const resolve = program.getResolvedModule;
    const { ESNext } = ts.ModuleKind;
    program.getResolvedModule = (file, name, mode) =>
      this.#cells.has(file) && !this.#augmenting.has(file.fileName)
        ? (resolve(imports, name, mode) ??
          resolve(imports, name, ESNext) ??
          resolve(imports, name, undefined))
        : resolve(file, name, mode);
    return program;
  }

  #isBuiltin(specifier: string): boolean {
    return this.#resolver.isBuiltin(specifier);
  }

  /** Undefined for what does not change while the package is installed. */
  #version(fileName: string): number | undefined {
    if (fileName.includes("/node_modules/")) return undefined;
    return this.#files.stat(fileName)?.version ?? -1;
  }

  #sourceFile(
    fileName: string,
    options: TypeScript.ScriptTarget | TypeScript.CreateSourceFileOptions,
  ): TypeScript.SourceFile | undefined {
    if (fileName === this.#imports.fileName) return this.#imports;
    const augmenting = this.#augmenting.get(fileName);
    if (augmenting) return augmenting;
    const read = this.#part?.textOf(fileName) ?? fileName;
    const version = this.#version(read);
    if (version === undefined) {
      const known = libraryFiles.get(read);
      if (known) return known;
    } else {
      const known = this.#projectFiles.get(read);
      if (known?.version === version) return known.file;
    }
    const text = fileName === globalsFile ? this.platform.globals : this.#files.read(read);
    if (text === undefined) {
      this.#projectFiles.delete(read);
      return undefined;
    }
    const file: BoundSourceFile = parseBare(fileName, text, options) as BoundSourceFile;
    file.referencedFiles = this.#ambient.references(fileName, file.referencedFiles);
    if (version === undefined) libraryFiles.set(read, file);
    else if (fileName !== globalsFile) this.#projectFiles.set(read, { file, version });
    return file;
  }

  #compilerHost(): TypeScript.CompilerHost {
    const files = this.#files;
    // Folders may change before the next program is made, but not while this one is.
    const folders = new Map<string, boolean>();
    const directoryExists = (folder: string) => {
      const known = folders.get(folder);
      if (known !== undefined) return known;
      const answer = files.stat(folder)?.kind === "folder";
      folders.set(folder, answer);
      return answer;
    };
    const host: TypeScript.CompilerHost = {
      getSourceFile: (fileName, options) => this.#sourceFile(fileName, options),
      getDefaultLibLocation: () => this.platform.library,
      getDefaultLibFileName: (options) => `${this.platform.library}/${ts.getDefaultLibFileName(options)}`,
      getCurrentDirectory: () => notebookFolder,
      getCanonicalFileName: (fileName) => fileName,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      writeFile: () => {},
      fileExists: (fileName) => files.stat(fileName)?.kind === "file",
      readFile: (fileName) => files.read(fileName),
      directoryExists,
      getDirectories: (folder) =>
        files
          .list(folder)
          .filter(({ kind }) => kind === "folder")
          .map(({ name }) => name),
      realpath: (path) => files.realPath(path),
    };
    const cache = ts.createModuleResolutionCache(notebookFolder, (name) => name, this.options);
    host.resolveModuleNameLiterals = (literals, containing, _redirected, options, file) =>
      literals.map((literal) =>
        this.#resolve(literal, containing, ts.getModeForUsageLocation(file, literal, options), cache),
      );
    return host;
  }

  /** Found modules are remembered by folder; missing ones are looked for again by the next cell. */
  #resolve(
    literal: TypeScript.StringLiteralLike,
    containing: string,
    mode: TypeScript.ResolutionMode,
    cache: TypeScript.ModuleResolutionCache,
  ): TypeScript.ResolvedModuleWithFailedLookupLocations {
    const name = literal.text;
    // The public types of a provided module name no other package's; what its private ones name need not be read.
    if (this.#isProvided(containing) && !name.startsWith(".")) return { resolvedModule: undefined };
    const beside = this.#isProvided(containing) ? this.#declarationsBeside(containing, name) : undefined;
    if (beside !== undefined) return beside;
    const ambient = this.#ambient.fileOf(name);
    if (ambient !== undefined)
      return this.#ambient.isNeeded(literal, containing)
        ? declaredIn(ambient)
        : { resolvedModule: undefined };
    const from = posix.dirname(containing) === notebookFolder ? `${this.#folder}/[cell].ts` : containing;
    const key = `${posix.dirname(from)}\n${name}\n${mode}`;
    const known = this.#resolutions.get(key);
    const file = known?.resolvedModule?.resolvedFileName;
    if (known && (file === undefined || this.#version(file) !== -1)) return known;
    const resolution = this.#resolver.types(name, from, mode, cache);
    if (resolution.resolvedModule || this.#isBuiltin(name)) this.#resolutions.set(key, resolution);
    else if (this.#version(containing) !== undefined) this.#unresolved.add(containing);
    return resolution;
  }

  /** One provided module's file names another as "./other.js", for which nothing need be looked for: there are hundreds. */
  #declarationsBeside(
    containing: string,
    name: string,
  ): TypeScript.ResolvedModuleWithFailedLookupLocations | undefined {
    if (!name.endsWith(".js")) return undefined;
    const file = posix.join(posix.dirname(containing), `${name.slice(0, -".js".length)}.d.ts`);
    return this.#files.stat(file)?.kind === "file" ? declaredIn(file) : undefined;
  }

  #isProvided(fileName: string): boolean {
    const { provided } = this.platform;
    return Object.entries(provided).some(
      ([name, file]) => name !== "tslab" && fileName.startsWith(`${posix.dirname(file)}/`),
    );
  }
}

const madeBy = (program: OpenProgram): number => program.getTypeCount() + program.getSymbolCount();

/** Makes a program read the file. Where that declares modules, the checker finds them by their names. */
function declaredIn(resolvedFileName: string): TypeScript.ResolvedModuleWithFailedLookupLocations {
  return {
    resolvedModule: { resolvedFileName, extension: ts.Extension.Dts, isExternalLibraryImport: true },
  };
}

/** `import x = require("y")` */
function requiredBy(statement: TypeScript.Statement): string[] {
  if (!ts.isImportEqualsDeclaration(statement)) return [];
  const { moduleReference } = statement;
  if (!ts.isExternalModuleReference(moduleReference)) return [];
  const { expression } = moduleReference;
  return ts.isStringLiteralLike(expression) ? [expression.text] : [];
}

function resolvedFile(
  program: OpenProgram,
  file: TypeScript.SourceFile,
  specifier: string,
  first: TypeScript.ResolutionMode = undefined,
): string | undefined {
  const modes = [first, undefined, ts.ModuleKind.ESNext, ts.ModuleKind.CommonJS] as const;
  for (const mode of modes) {
    const found = program.getResolvedModule(file, specifier, mode)?.resolvedModule;
    if (found) return found.resolvedFileName;
  }
  return undefined;
}
