// Completion and inspection: what an editor asks about a cell that is being written.
import type { CheckedProgram } from "./compiler.js";
import type { BoundSourceFile, Compiler, TypeScript } from "./tslab.js";

export interface Completions {
  matches: string[];
  start: number;
  end: number;
  metadata?: object;
}

export interface Inspection {
  found: boolean;
  data: Record<string, string>;
}

const neverCancelled = { isCancellationRequested: () => false, throwIfCancellationRequested: () => {} };

export class Editor {
  constructor(
    private readonly ts: Compiler,
    private readonly program: (source: string) => CheckedProgram,
  ) {}

  complete(code: string, cursor: number): Completions {
    const { ts } = this;
    const { program, file } = this.program(code);
    const found = ts.Completions.getCompletionsAtPositionForTslab(
      {},
      program,
      () => {},
      file,
      cursor,
      {},
      undefined,
      ts.CompletionTriggerKind.Invoked,
      neverCancelled,
    );
    const word = this.wordAt(file, cursor);
    const typed = code.slice(word.start, cursor);
    const entries = (found?.entries ?? [])
      .map((entry) => ({ entry, rank: rank(entry.name, typed) }))
      .filter(({ rank }) => rank >= 0)
      .sort(
        (a, b) =>
          a.rank - b.rank ||
          (a.entry.sortText < b.entry.sortText ? -1 : a.entry.sortText > b.entry.sortText ? 1 : 0) ||
          (a.entry.name < b.entry.name ? -1 : 1),
      )
      .map(({ entry }) => entry);
    return {
      matches: entries.map(({ name }) => name),
      ...word,
      metadata: {
        _jupyter_types_experimental: entries.map(({ name, kind }) => ({ ...word, text: name, type: kind })),
      },
    };
  }

  inspect(code: string, cursor: number, detail: 0 | 1): Inspection {
    const { program, file } = this.program(code);
    const checker = program.getTypeChecker();
    // A cursor behind a name means the name, as when a function's parenthesis has just been typed.
    for (const position of [cursor, cursor - 1, this.callee(file, cursor)]) {
      if (position === undefined || position < 0) continue;
      const info = this.ts.getQuickInfoAtPosition(file, checker, neverCancelled, position);
      if (!info?.displayParts?.length) continue;
      if (!info.documentation?.length) info.documentation = this.ownDocumentation(checker, file, position);
      return { found: true, data: describe(info, detail) };
    }
    return { found: false, data: {} };
  }

  /** What is written at a class whose constructor has no comment of its own. */
  private ownDocumentation(checker: TypeScript.TypeChecker, file: BoundSourceFile, position: number) {
    const { ts } = this;
    const token = ts.findPrecedingToken(position + 1, file);
    const symbol = token && checker.getSymbolAtLocation(token);
    if (!symbol) return undefined;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return target.getDocumentationComment(checker);
  }

  private wordAt(file: BoundSourceFile, cursor: number): { start: number; end: number } {
    const { ts } = this;
    const text = file.text;
    let start = cursor;
    while (start > 0 && ts.isIdentifierPart(text.charCodeAt(start - 1), ts.ScriptTarget.ES2022)) start--;
    let end = cursor;
    while (end < text.length && ts.isIdentifierPart(text.charCodeAt(end), ts.ScriptTarget.ES2022)) end++;
    return { start, end };
  }

  /** Where the name of the called function is, when the cursor is among a call's arguments. */
  private callee(file: BoundSourceFile, cursor: number): number | undefined {
    const { ts } = this;
    let node: TypeScript.Node | undefined = ts.findPrecedingToken(cursor, file);
    while (node && node.kind !== ts.SyntaxKind.SourceFile) {
      if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.expression.end < cursor) {
        return node.expression.end - 1;
      }
      node = node.parent;
    }
    return undefined;
  }
}

/** Smaller is nearer: the same start, the same start in another case, inside the name; -1 where it is not there. */
function rank(name: string, typed: string): number {
  if (name.startsWith(typed)) return 0;
  const [lower, wanted] = [name.toLowerCase(), typed.toLowerCase()];
  if (lower.startsWith(wanted)) return 1;
  return lower.includes(wanted) ? 2 : -1;
}

function describe(info: TypeScript.QuickInfo, detail: 0 | 1): Record<string, string> {
  const text = (parts: TypeScript.SymbolDisplayPart[] | undefined) =>
    parts?.map((part) => part.text).join("") ?? "";
  const signature = text(info.displayParts);
  const documentation = text(info.documentation);
  const tags = (info.tags ?? [])
    .filter(({ name }) => detail === 1 || name === "param" || name === "returns" || name === "deprecated")
    .map(({ name, text: parts }) => `@${name} ${text(parts)}`.trimEnd());
  const plain = [signature, documentation, tags.join("\n")].filter((part) => part !== "").join("\n\n");
  const markdown = [
    `\`\`\`typescript\n${signature}\n\`\`\``,
    documentation,
    tags.map((tag) => tag.replace(/^@(\S+)/, "*@$1*")).join("  \n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
  return { "text/plain": plain, "text/markdown": markdown };
}
