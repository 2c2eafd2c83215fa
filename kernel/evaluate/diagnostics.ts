// TypeScript's complaints about a cell, as an error that is thrown instead of running it.
import * as path from "node:path";
import type { Compiler, TypeScript } from "./tslab.js";

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

/** What to do about a module that TypeScript did not find. */
export function missingModuleHint(specifier: string): string {
  if (specifier.startsWith(".") || path.isAbsolute(specifier)) {
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
  ts: Compiler,
  found: readonly TypeScript.Diagnostic[],
  cell: { file: TypeScript.SourceFile; source: string; cwd: string },
): CellDiagnostic[] {
  return found.flatMap(({ file, start = 0, length = 1, code, messageText }) => {
    if (!file) return [];
    const inCell = file === cell.file;
    const text = inCell ? cell.source : file.text;
    // The export list behind the cell's own text is the kernel's: what is wrong there is wrong at the cell's end.
    const from = Math.min(start, text.length);
    const { line, character } = ts.getLineAndCharacterOfPosition(file, from);
    let message = ts.flattenDiagnosticMessageText(messageText, "\n");
    const missing = code === 2307 || code === 2792 ? /'([^']+)'/.exec(message) : null;
    if (missing) message = `Cannot find module '${missing[1]}'. ${missingModuleHint(missing[1])}`;
    return [
      {
        code,
        message,
        file: inCell ? undefined : path.relative(cell.cwd, file.fileName).replaceAll(path.sep, "/"),
        line: line + 1,
        column: character + 1,
        length: Math.max(1, Math.min(length, text.length - from)),
        text,
      },
    ];
  });
}
