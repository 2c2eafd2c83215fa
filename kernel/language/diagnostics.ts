// TypeScript's complaints about a cell, as an error that is thrown instead of running it.
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

export function isImplicitAny({ code }: TypeScript.Diagnostic): boolean {
  return implicitAny.has(code);
}

/** What to do about a module that TypeScript did not find. */
export function missingModuleHint(specifier: string): string {
  if (specifier.startsWith(".") || posix.isAbsolute(specifier)) {
    return `No such file; the path starts from the notebook's folder.`;
  }
  if (specifier.startsWith("node:")) return "This Node.js has no such built-in module.";
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  return `Install it beside the notebook, in a terminal: npm install ${name}`;
}

export function collectDiagnostics(
  found: readonly TypeScript.Diagnostic[],
  cell: { file: TypeScript.SourceFile; source: string; folder: string },
): CellDiagnostic[] {
  return found.flatMap(({ file, start = 0, length = 1, code, messageText }) => {
    if (!file || emission.has(code)) return [];
    const inCell = file === cell.file;
    const text = inCell ? cell.source : file.text;
    const from = Math.min(start, text.length);
    const { line, character } = ts.getLineAndCharacterOfPosition(file, from);
    let message = ts.flattenDiagnosticMessageText(messageText, "\n");
    const missing = code === 2307 || code === 2792 ? /'([^']+)'/.exec(message) : null;
    if (missing) message = `Cannot find module '${missing[1]}'. ${missingModuleHint(missing[1])}`;
    return [
      {
        code,
        message,
        file: inCell ? undefined : posix.relative(cell.folder, file.fileName),
        line: line + 1,
        column: character + 1,
        length: Math.max(1, Math.min(length, text.length - from)),
        text,
      },
    ];
  });
}
