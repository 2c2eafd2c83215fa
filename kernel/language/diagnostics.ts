// TypeScript's complaints about a cell, as an error that is thrown instead of running it.
import { type HintContext, hintFor, isAbsentIndex, nodeOf } from "./hints.js";
import { posix } from "./path.js";
import { type TypeScript, ts } from "./typescript.js";

export interface CellDiagnostic {
  code: number;
  message: string;
  /** A file of the project, relative to the working folder; undefined for the cell itself. */
  file?: string;
  /** The line's number and the column where the code in question starts, both from 1. */
  line: number;
  column: number;
  length: number;
  text: string;
  /** What TypeScript says of other places: "An argument for 'b' was not provided. (Cell [2], line 1:24)". */
  related: readonly string[];
  /** Whether the cell may run all the same. */
  isWarning: boolean;
}

export class CellDiagnostics extends Error {
  override name = "TypeScriptError";

  constructor(
    readonly label: string,
    readonly diagnostics: readonly CellDiagnostic[],
  ) {
    const [{ code, message, line }] = diagnostics;
    const more = diagnostics.length > 1 ? ` and ${diagnostics.length - 1} more` : "";
    super(`TS${code}: ${message.split("\n")[0]} (line ${line}${more})`);
  }
}

/** By its shape: the class in a start-up snapshot is not the one that this process has loaded. */
export function isCellDiagnostics(thrown: unknown): thrown is CellDiagnostics {
  return (
    thrown instanceof Error &&
    thrown.name === "TypeScriptError" &&
    "diagnostics" in thrown &&
    "label" in thrown
  );
}

/** Errors that only say that something is `any` because nobody said what it is. */
const implicitAny = new Set([
  7005, 7006, 7008, 7010, 7011, 7012, 7013, 7014, 7015, 7016, 7017, 7018, 7019, 7020, 7022, 7023, 7024, 7025,
  7031, 7032, 7033, 7034, 7050, 7051, 7052, 7053, 7055, 7057,
]);

/** Errors about how a file is emitted, which is none of a cell's business: `import x = require("y")`, `export =`. */
const emission = new Set([1202, 1203]);

/** Whether a cell may have it: what is `any` for want of a type, but for an index that gives nothing. */
export function isImplicitAny(diagnostic: TypeScript.Diagnostic, checker: TypeScript.TypeChecker): boolean {
  return implicitAny.has(diagnostic.code) && !isAbsentIndex(diagnostic, checker);
}

/**
 * `found?.name` where `found` can only be null so far, as in `let found = { next: null }; found?.next?.name`: it gives
 * undefined, which is what it was written for.
 */
export function isChainOnNull(diagnostic: TypeScript.Diagnostic, checker: TypeScript.TypeChecker): boolean {
  if (diagnostic.code !== 2339) return false;
  const access = nodeOf(diagnostic)?.parent;
  if (!access || !ts.isPropertyAccessChain(access) || !access.questionDotToken) return false;
  return (
    (checker.getTypeAtLocation(access.expression).flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0
  );
}

/** What messages are made with. */
export interface DiagnosticContext extends HintContext {
  readonly source: string;
  readonly folder: string;
  /** "Cell [3]" of the file of a cell. */
  readonly labelOf: (file: TypeScript.SourceFile) => string | undefined;
  readonly isWarning: (diagnostic: TypeScript.Diagnostic) => boolean;
  /** What to do about a module that TypeScript did not find. */
  readonly missingModuleHint: (specifier: string) => string;
}

export function collectDiagnostics(
  found: readonly TypeScript.Diagnostic[],
  context: DiagnosticContext,
): CellDiagnostic[] {
  return found.flatMap((diagnostic) => {
    const { file, start = 0, length = 1, code } = diagnostic;
    if (!file || emission.has(code)) return [];
    const inCell = file === context.file;
    const text = inCell ? context.source : file.text;
    const from = Math.min(start, text.length);
    const { line, character } = ts.getLineAndCharacterOfPosition(file, from);
    return [
      {
        code,
        message: messageOf(diagnostic, context),
        file: inCell ? undefined : posix.relative(context.folder, file.fileName),
        line: line + 1,
        column: character + 1,
        length: Math.max(1, Math.min(length, text.length - from)),
        text,
        isWarning: context.isWarning(diagnostic),
        related: (diagnostic.relatedInformation ?? []).map((one) => relatedText(one, diagnostic, context)),
      },
    ];
  });
}

function messageOf(diagnostic: TypeScript.Diagnostic, context: DiagnosticContext): string {
  const { code, messageText } = diagnostic;
  const message = ts.flattenDiagnosticMessageText(messageText, "\n");
  const missing = code === 2307 || code === 2792 || code === 2732 ? /'([^']+)'/.exec(message) : null;
  if (missing) return `Cannot find module '${missing[1]}'. ${context.missingModuleHint(missing[1])}`;
  const hint = hintFor(diagnostic, context);
  if (hint === undefined) return message;
  if (hint.replaces === true) return hint.text;
  return message.includes("\n") ? `${message}\n  ${hint.text}` : `${message} ${hint.text}`;
}

/** With its place, where that is the reader's own. */
function relatedText(
  { file, start = 0, messageText }: TypeScript.DiagnosticRelatedInformation,
  { file: ofError, start: errorStart = 0, length: errorLength = 0 }: TypeScript.Diagnostic,
  { folder, labelOf }: DiagnosticContext,
): string {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n");
  if (!file || file.fileName.includes("/node_modules/")) return message;
  if (file === ofError && start >= errorStart && start <= errorStart + errorLength) return message;
  const { line, character } = ts.getLineAndCharacterOfPosition(file, start);
  const label = labelOf(file);
  if (label !== undefined) return `${message} (${label}, line ${line + 1}:${character + 1})`;
  // Where normlab lies is nobody's concern.
  if (file.isDeclarationFile) return message;
  return `${message} (${posix.relative(folder, file.fileName)}:${line + 1}:${character + 1})`;
}
