// Completion: TypeScript's own list for the place of the cursor, in the order of how near each name is to what was typed.
// A name that nothing in the notebook declares, and a module exports, is offered with its import.
import type { Completions } from "./evaluator.js";
import type { CheckedText } from "./front-end.js";
import type { HostFiles } from "./host.js";
import { importable } from "./importable.js";
import { type BoundSourceFile, type TypeScript, ts } from "./typescript.js";
import { neverCancelled, type Span, wordAt } from "./word.js";

interface Offer extends Span {
  /** What is compared with the typed word. */
  name: string;
  /** What takes the place of the span. */
  text: string;
  kind: string;
  sortText: string;
}

const preferences: TypeScript.UserPreferences = {
  // Behind `found.` of something that may be undefined: `?.`
  includeAutomaticOptionalChainCompletions: true,
  includeCompletionsWithInsertText: true,
};

/** Where paths in imports lead. */
export interface Place {
  readonly files: HostFiles;
  readonly folder: string;
}

export function complete(checked: CheckedText, code: string, cursor: number, place: Place): Completions {
  const word = wordAt(code, cursor);
  const offers = ordered(own(checked, cursor, word, place), code, cursor);
  const typed = code.slice(word.start, cursor);
  const isNear = offers.some(({ name }) => name.startsWith(typed));
  const withImports =
    isNear || !takesImports(checked.file, code, word) ? [] : imports(checked, code, word, typed);
  const shown = withImports.length > 0 ? withImports : offers;
  const [{ start, end } = word] = shown;
  return {
    matches: shown.map(({ text }) => text),
    start,
    end,
    metadata: {
      _jupyter_types_experimental: shown.map(({ text, kind }) => ({ start, end, text, type: kind })),
    },
  };
}

/** What TypeScript offers. */
function own({ program, file }: CheckedText, cursor: number, word: Span, place: Place): Offer[] {
  // Paths start from the notebook's folder. The file is this question's alone.
  file.path = `${place.folder}/[cell].ts` as TypeScript.Path;
  const found = ts.Completions.getCompletionsAtPosition(
    editorHost(program, place),
    program,
    () => {},
    file,
    cursor,
    preferences,
    undefined,
    ts.CompletionTriggerKind.Invoked,
    neverCancelled,
    undefined,
    true,
  );
  const checker = program.getTypeChecker();
  return (found?.entries ?? []).map((entry) => {
    const { name, insertText, replacementSpan: span } = entry;
    const sortText = isNotebooks(entry.symbol) ? ts.Completions.SortText.LocationPriority : entry.sortText;
    const at = span ? { start: span.start, end: span.start + span.length } : word;
    return { name, text: insertText ?? name, ...at, kind: kindOf(checker, file, entry), sortText };
  });
}

/** Whether a name is one that a cell declares: nearer than those of the library, which TypeScript takes it for. */
const isNotebooks = (symbol: TypeScript.Symbol | undefined) =>
  symbol?.declarations?.some((declaration) => !declaration.getSourceFile().isDeclarationFile) ?? false;

/** What TypeScript's completion asks of files, for paths in imports. */
function editorHost(program: TypeScript.Program, { files, folder }: Place): object {
  const named = (directory: string, kind: "file" | "folder") =>
    files
      .list(directory)
      .filter((entry) => entry.kind === kind && !entry.name.startsWith("."))
      .map(({ name }) => name);
  return {
    getCompilationSettings: () => program.getCompilerOptions(),
    getCurrentDirectory: () => folder,
    useCaseSensitiveFileNames: () => true,
    fileExists: (file: string) => files.stat(file)?.kind === "file",
    readFile: (file: string) => files.read(file),
    directoryExists: (directory: string) => files.stat(directory)?.kind === "folder",
    getDirectories: (directory: string) => named(directory, "folder"),
    readDirectory: (directory: string, extensions: readonly string[] = []) =>
      named(directory, "file")
        .filter((name) => extensions.some((extension) => name.endsWith(extension)))
        .map((name) => `${directory.replace(/\/$/, "")}/${name}`),
  };
}

/** Those that fit what was typed, nearest first; all of them replace the same part of the text. */
function ordered(offers: readonly Offer[], code: string, cursor: number): Offer[] {
  const ranked = offers
    .map((offer) => {
      // Where an offer replaces more than the word (a dot before it, a string with a hyphen), names are compared all the same.
      const typed = code.slice(offer.start, cursor).replace(/^\??\./, "");
      return { offer, rank: rank(offer.name, typed) };
    })
    .filter(({ rank }) => rank >= 0)
    .sort(
      (a, b) =>
        a.rank - b.rank || order(a.offer.sortText, b.offer.sortText) || order(a.offer.name, b.offer.name),
    )
    .map(({ offer }) => offer);
  const [first] = ranked;
  return ranked.filter(({ start, end }) => start === first.start && end === first.end);
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Smaller is nearer: the same start, the same start in another case, inside the name; -1 where it is not there. */
function rank(name: string, typed: string): number {
  if (name.startsWith(typed)) return 0;
  const [lower, wanted] = [name.toLowerCase(), typed.toLowerCase()];
  if (lower.startsWith(wanted)) return 1;
  return lower.includes(wanted) ? 2 : -1;
}

// ---- kinds

/** What a name is: of an import what it imports, of a variable with a function that it is a function. */
function kindOf(
  checker: TypeScript.TypeChecker,
  file: BoundSourceFile,
  entry: TypeScript.CompletionEntry,
): string {
  const { kind, symbol } = entry;
  if (kind === ts.ScriptElementKind.primitiveType) return "keyword";
  if (!symbol) return kind;
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  return kindOfSymbol(checker, target, file);
}

export function kindOfSymbol(
  checker: TypeScript.TypeChecker,
  symbol: TypeScript.Symbol,
  location: TypeScript.Node,
): string {
  const kind = ts.SymbolDisplay.getSymbolKind(checker, symbol, location);
  const { Variable, Interface } = ts.SymbolFlags;
  if ((symbol.flags & Variable) === 0 || !symbol.valueDeclaration) return kind.replace(/^local /, "");
  // What the library declares as `interface Map` and `var Map: MapConstructor` is a class to its users.
  const isLibrary = symbol.valueDeclaration.getSourceFile().isDeclarationFile;
  if (isLibrary && (symbol.flags & Interface) === 0) return kind;
  const type = checker.getTypeOfSymbol(symbol);
  if (type.getConstructSignatures().length > 0) return ts.ScriptElementKind.classElement;
  if (type.getCallSignatures().length > 0) return ts.ScriptElementKind.functionElement;
  return kind.replace(/^local /, "");
}

// ---- names to import

/** Whether the word is a name of its own: not a member, not in a string, a comment or an import. */
function takesImports(file: BoundSourceFile, code: string, word: Span): boolean {
  if (
    word.end - word.start < 2 ||
    code[word.start - 1] === "." ||
    ts.isInComment(file, word.start) !== undefined
  )
    return false;
  const node = ts.getTouchingPropertyName(file, word.start);
  if (!ts.isIdentifier(node)) return false;
  if (ts.findAncestor(node, ts.isImportDeclaration)) return false;
  const { parent } = node;
  const declares =
    (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isFunctionLike(parent)) &&
    parent.name === node;
  return !declares && !(ts.isPropertyAssignment(parent) && parent.name === node);
}

/** The start of the cell with the import in it, up to the word. */
function imports(checked: CheckedText, code: string, word: Span, typed: string): Offer[] {
  const { file } = checked;
  const at = importPlace(file, word.start);
  const between = code.slice(at, word.start);
  return importable(checked, typed).map(({ name, specifier, isType, kind }) => {
    const line = `import ${isType ? "type " : ""}{ ${name} } from "${specifier}";\n`;
    const text = at > 0 && code[at - 1] !== "\n" ? `\n${line}${between.replace(/^\n/, "")}` : line + between;
    return { name, text: text + name, start: at, end: word.end, kind, sortText: "" };
  });
}

/** Behind the imports that the cell begins with, or else before its first statement. */
function importPlace(file: BoundSourceFile, limit: number): number {
  let at = file.statements[0]?.getStart(file) ?? 0;
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || statement.end > limit) break;
    at = statement.end;
  }
  const { text } = file;
  if (at !== file.statements[0]?.getStart(file)) return text[at] === "\n" ? at + 1 : at;
  const line = text.lastIndexOf("\n", at - 1) + 1;
  return text.slice(line, at).trim() === "" ? line : at;
}
