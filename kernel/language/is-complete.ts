// Whether a console should run what was typed, or wait for more of it.
import type { Completeness } from "./evaluator.js";
import { type BoundSourceFile, ts } from "./typescript.js";

/** Errors that more text can mend, wherever they are reported: an open comment, template or group of a pattern. */
const unterminated = new Set([1010, 1160, 1161]);

/** A quoted string ends with its line, so that no further line can mend this one. */
const unterminatedString = 1002;

export function isComplete(code: string): Completeness {
  const file = ts.createSourceFile("cell.ts", code, {
    languageVersion: ts.ScriptTarget.ES2022,
    setExternalModuleIndicator: (parsed) => {
      (parsed as BoundSourceFile).externalModuleIndicator ??= true;
    },
  }) as BoundSourceFile;
  const [first] = file.parseDiagnostics;
  if (!first) return { status: "complete" };
  const end = code.trimEnd().length;
  const atEnd = (first.start >= end && first.code !== unterminatedString) || unterminated.has(first.code);
  return atEnd ? { status: "incomplete", indent: nextIndent(code) } : { status: "invalid" };
}

const indentUnit = "  ";

/** The last line's indent, and one step more where that line opens a bracket it does not close. */
function nextIndent(code: string): string {
  const line = code.slice(code.lastIndexOf("\n") + 1);
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const withoutText = line.replaceAll(/(["'`])(?:\\.|(?!\1).)*\1|\/\/.*$/g, "");
  let depth = 0;
  for (const character of withoutText) {
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
  }
  return depth > 0 || /=>\s*$/.test(withoutText) ? indent + indentUnit : indent;
}
