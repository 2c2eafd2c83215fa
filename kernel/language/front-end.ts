// From a cell's text to the script that runs it, or to what TypeScript says against it. Runs nothing, and asks for
// nothing but files, so that one can be part of a start-up snapshot, warm before any notebook is opened.
import {
  type CellDiagnostic,
  CellDiagnostics,
  collectDiagnostics,
  isCellDiagnostics,
  isChainOnNull,
  isImplicitAny,
} from "./diagnostics.js";
import { emit } from "./emit.js";
import type { Host, HostFiles, Platform } from "./host.js";
import { Lacking } from "./lacking.js";
import { isWarning } from "./leniency.js";
import { missingModuleHint } from "./missing-module.js";
import { CellProgram } from "./program.js";
import { Scopes } from "./scopes.js";
import { cellTransformers } from "./transform/cell.js";
import { earlyNames } from "./transform/early.js";
import { type CellOutline, emptyOutline } from "./transform/outline.js";
import { type KernelNames, namesFor } from "./transform/rewriter.js";
import { NotebookSymbols } from "./transform/symbols.js";
import { hasModifier } from "./transform/syntax.js";
import {
  type BoundSourceFile,
  type OpenChecker,
  type OpenProgram,
  type TypeScript,
  ts,
} from "./typescript.js";

export interface CompiledCell {
  id: number;
  file: BoundSourceFile;
  outline: CellOutline;
  names: KernelNames;
  /** A function expression, on the line before the cell's first. */
  script: string;
  map: string;
  /** Variables at its top whose type control flow decides. */
  flowing: string[];
  checker: TypeScript.TypeChecker;
  /** What TypeScript has against it that does not keep it from running. */
  warnings: readonly CellDiagnostic[];
}

export interface CheckedText {
  program: OpenProgram;
  file: BoundSourceFile;
  /** A program with all of the host's modules, though nobody has imported them yet. */
  whole(): OpenProgram;
}

/** TypeScript itself failed on a cell: nobody's mistake but TypeScript's, or this kernel's. */
export class TypeScriptCrash extends Error {
  override name = "TypeScriptCrash";

  constructor(cause: unknown, source: string) {
    super(
      `TypeScript ${ts.version} failed while it compiled this cell, which no cell should make it do. ` +
        `Please send what follows to https://github.com/microsoft/TypeScript/issues:\n${source}`,
      { cause },
    );
  }
}

export class FrontEnd {
  readonly platform: Platform;
  readonly program: CellProgram;
  readonly #scopes = new Scopes();
  #symbols = new NotebookSymbols();
  readonly #lacking = new Lacking();
  /** What messages call each cell. */
  readonly #labels = new WeakMap<TypeScript.SourceFile, string>();
  #host: Pick<Host, "missingModuleHint"> = {};

  constructor(platform: Platform, files: HostFiles) {
    this.platform = platform;
    this.program = new CellProgram(platform, files);
  }

  /** Begins a notebook in `folder`, without any cell. `host` knows what to do about modules that are not there. */
  open(folder: string, files: HostFiles, host: Pick<Host, "missingModuleHint"> = {}): void {
    this.#host = host;
    this.#lacking.clear();
    this.#scopes.clear();
    this.#symbols = new NotebookSymbols();
    this.program.open(folder, files);
  }

  /** Cells that are remembered for what they declare. */
  get remembered(): number {
    return this.#scopes.size;
  }

  /** Checks and compiles a cell; throws CellDiagnostics when TypeScript finds an error. */
  compile(source: string, id: number, label: string): CompiledCell {
    const text = asObject(this.program, source) ?? source;
    const file = this.program.parse(text);
    try {
      return this.#compile(file, source, id, label);
    } catch (error) {
      if (isCellDiagnostics(error)) {
        this.#lacking.refused(file, label);
        throw error;
      }
      this.program.renew();
      throw new TypeScriptCrash(error, source);
    }
  }

  #compile(file: BoundSourceFile, source: string, id: number, label: string): CompiledCell {
    this.#scopes.enter(file);
    const outline = emptyOutline();
    outline.early = earlyNames(file, this.#symbols);
    this.#labels.set(file, label);
    let program = this.program.take(file);
    let found = this.#diagnostics(program, file);
    // What is said against a cell is said with all of the library.
    if (found.length > 0 && this.program.completeLibrary()) {
      program = this.program.take(file);
      found = this.#diagnostics(program, file);
    }
    const checker = program.getTypeChecker();
    const diagnostics = collectDiagnostics(found, {
      program,
      whole: () => this.program.takeWhole(file),
      file,
      source,
      folder: this.program.folder,
      lacking: (name) => this.#lacking.reason(name),
      isWarning: (diagnostic) => isWarning(diagnostic, checker, this.program.strictness),
      labelOf: (other) => this.#labels.get(other),
      missingModuleHint: (specifier) => missingModuleHint(specifier, this.#host),
    });
    if (diagnostics.some((one) => !one.isWarning)) throw new CellDiagnostics(label, diagnostics);
    this.#symbols.add(file);
    const names = namesFor(file);
    const { js, map } = this.#emit(program, file, { checker, outline, names });
    const { store, cell, stop } = names;
    const parameters = `${store}, ${cell}, ${stop}, require, __filename, __dirname`;
    return {
      id,
      file,
      outline,
      names,
      script: `(${outline.awaits ? "async " : ""}(${parameters}) => { "use strict";\n${js}\n})`,
      map,
      flowing: flowingNames(file, checker),
      checker,
      warnings: diagnostics,
    };
  }

  #diagnostics(program: OpenProgram, file: BoundSourceFile): TypeScript.Diagnostic[] {
    const checker = program.getTypeChecker();
    return this.program
      .diagnostics(program, file)
      .filter((diagnostic) => this.program.refusesImplicitAny || !isImplicitAny(diagnostic, checker))
      .filter((diagnostic) => !isChainOnNull(diagnostic, checker));
  }

  #emit(
    program: OpenProgram,
    file: BoundSourceFile,
    options: {
      checker: OpenChecker;
      outline: CellOutline;
      names: KernelNames;
      isEval?: boolean;
    },
  ): { js: string; map: string } {
    const { js, map } = emit(program, file, cellTransformers({ ...options, notebook: this.#symbols }));
    // A shebang may stand at a file's start only; its line stays, so that the others keep their numbers.
    return { js: js.replace(/^#!.*/, "").replace(/\/\/# sourceMappingURL=.*\s*$/, ""), map };
  }

  /** The text of a direct eval, as the cell whose call it is has to evaluate it. */
  compileEval(
    text: string,
    { outline, names }: Pick<CompiledCell, "outline" | "names">,
    call: TypeScript.CallExpression,
  ): string {
    const file = this.program.parse(`// @ts-nocheck\n${text}`);
    // JavaScript says what is wrong.
    if (file.parseDiagnostics.length > 0 || file.statements.some(isOfModules)) return text;
    (file as { parent: TypeScript.Node }).parent = call;
    const program = this.program.takeScratch(file);
    return this.#emit(program, file, {
      checker: program.getTypeChecker(),
      outline,
      names,
      isEval: true,
    }).js;
  }

  /**
   * Makes what a cell declared known to later ones, as far as it came: `reached` counts its declaring statements.
   */
  declare({ checker, file, outline, flowing }: CompiledCell, reached: number, isWhole: boolean): void {
    const withheld = new Set(outline.steps.slice(reached).flat());
    this.#lacking.ran(file, withheld, this.#labels.get(file) ?? "A cell");
    this.#scopes.add(file, checker, {
      withheld,
      flowing,
      isWhole,
      evaluates: outline.evals.length > 0,
    });
  }

  /** A text as an editor has it, errors and all: checked where a new cell would be, and nothing is changed by it. */
  check(source: string): CheckedText {
    const file = this.program.parse(source);
    this.#scopes.enter(file);
    return { program: this.program.takeScratch(file), file, whole: () => this.program.takeWhole(file) };
  }

  /** Compiles cells as a notebook in `folder` would have them, then forgets all of them but what they warmed up. */
  rehearse(cells: readonly string[], folder: string, files: HostFiles): void {
    this.open(folder, files);
    cells.forEach((source, index) => {
      try {
        this.declare(this.compile(source, index, `Cell [${index}]`), Number.POSITIVE_INFINITY, true);
      } catch (error) {
        if (!isCellDiagnostics(error)) throw error;
      }
    });
    this.open(folder, files);
    this.program.renew();
  }

  close(): void {
    this.program.close();
  }
}

/**
 * A brace, and after it nothing but space, semicolons and comments. Each comment can be read in one way only: a line of
 * eighty slashes takes a lifetime otherwise.
 */
const endsWithBrace = /\}[\s;]*(?:\/\/[^\n]*(?:\n\s*|$)|\/\*(?:[^*]|\*(?!\/))*\*\/\s*)*$/;

/** `{ a: 1 }` as the last statement is an object, if its text is one. */
function asObject(program: CellProgram, source: string): string | undefined {
  // A cell that has no brace at its end does not end with one.
  if (!endsWithBrace.test(source)) return undefined;
  const options = { languageVersion: ts.ScriptTarget.ES2022 };
  const parse = (text: string) =>
    ts.createSourceFile(program.takesMarkup ? "cell.tsx" : "cell.ts", text, options) as BoundSourceFile;
  const plain = parse(source);
  const last = plain.statements.at(-1);
  if (!last || !ts.isBlock(last)) return undefined;
  const start = last.getStart(plain);
  // Behind the block's end may be a comment.
  const text = `${source.slice(0, start)}(${source.slice(start, last.end)})${source.slice(last.end)}`;
  const parsed = parse(text);
  const statement = parsed.statements.at(-1);
  if (parsed.parseDiagnostics.length > 0 || !statement || !ts.isExpressionStatement(statement))
    return undefined;
  const inner = ts.skipOuterExpressions(statement.expression);
  return ts.isObjectLiteralExpression(inner) && inner.properties.length > 0 ? text : undefined;
}

/** What no script may have, and so no text that is evaluated. */
function isOfModules(tree: TypeScript.Statement): boolean {
  return (
    ts.isImportDeclaration(tree) ||
    ts.isImportEqualsDeclaration(tree) ||
    ts.isExportDeclaration(tree) ||
    ts.isExportAssignment(tree) ||
    (ts.canHaveModifiers(tree) && hasModifier(tree, ts.SyntaxKind.ExportKeyword))
  );
}

/** Variables whose type is what was last assigned to them, or narrowed by a test. */
function flowingNames(file: BoundSourceFile, checker: TypeScript.TypeChecker): string[] {
  const names: string[] = [];
  const each = (symbol: TypeScript.Symbol, key: TypeScript.__String) => {
    const declaration = symbol.valueDeclaration;
    if (!declaration || !ts.isVariableDeclaration(ts.getRootDeclaration(declaration))) return;
    if (isEvolving(declaration) || isNarrowable(checker.getTypeOfSymbol(symbol))) {
      names.push(ts.unescapeLeadingUnderscores(key));
    }
  };
  file.locals?.forEach(each);
  file.symbol?.exports?.forEach(each);
  return names;
}

/** `[]`, `null`, `undefined` or nothing, and no type: TypeScript takes the type from what follows. */
function isEvolving(tree: TypeScript.Declaration): boolean {
  if (!ts.isVariableDeclaration(tree) || tree.type) return false;
  const { initializer } = tree;
  if (!initializer || initializer.kind === ts.SyntaxKind.NullKeyword) return true;
  if (ts.isIdentifier(initializer)) return initializer.text === "undefined";
  return ts.isArrayLiteralExpression(initializer) && initializer.elements.length === 0;
}

function isNarrowable({ flags }: TypeScript.Type): boolean {
  const { TypeFlags } = ts;
  if ((flags & TypeFlags.Unknown) !== 0) return true;
  const isEnumeration = (flags & (TypeFlags.Boolean | TypeFlags.Enum | TypeFlags.EnumLiteral)) !== 0;
  return (flags & TypeFlags.Union) !== 0 && !isEnumeration;
}
