// What a function of a cell says its text is: the reader's own, without types, where the script that runs has names of the
// kernel in it. Nothing is done ahead: the text is looked for when somebody asks a function for it.
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { CompiledCell } from "./front-end.js";
import { type TypeScript, ts } from "./typescript.js";

interface CellText {
  script: string;
  map: string;
  source: string;
  /** Names of the kernel in the script: a text without them is a reader's. */
  names: readonly string[];
}

/** Cells whose functions are asked for are mostly young; older ones answer with what runs. */
const remembered = 1000;

export class FunctionTexts {
  #cells: CellText[] = [];

  add({ script, map, names }: CompiledCell, source: string): void {
    this.#cells.push({ script, map, source, names: [...Object.values(names), "turns"] });
    if (this.#cells.length > remembered) this.#cells = this.#cells.slice(remembered / 2);
  }

  /** Makes functions of a global scope answer so; returns what undoes it. */
  install(global: object): () => void {
    const { prototype } = (global as typeof globalThis).Function;
    const native = prototype.toString;
    const texts = this;
    // A method, so that it is no constructor, as the native one is none.
    const { toString: replaced } = {
      toString(this: unknown): string {
        if (this === replaced) return Reflect.apply(native, native, []);
        const text: string = Reflect.apply(native, this, []);
        return texts.#original(text) ?? text;
      },
    };
    const descriptor = { writable: true, enumerable: false, configurable: true };
    Object.defineProperty(prototype, "toString", { ...descriptor, value: replaced });
    return () => {
      if (prototype.toString === replaced)
        Object.defineProperty(prototype, "toString", { ...descriptor, value: native });
    };
  }

  #original(text: string): string | undefined {
    for (const cell of this.#cells.toReversed()) {
      if (!cell.names.some((name) => text.includes(name))) continue;
      const at = cell.script.indexOf(text);
      if (at < 0) continue;
      const node = functionAt(cell, at);
      if (node) return withoutTypes(node);
    }
    return undefined;
  }
}

/** The function or class of the reader's text that a place of the script comes from. */
function functionAt({ script, map, source }: CellText, at: number): TypeScript.Node | undefined {
  const before = script.slice(0, at).split("\n");
  // The function around the cell takes the script's first line.
  const line = before.length - 1;
  if (line < 1) return undefined;
  const origin = originalPositionFor(new TraceMap(map), { line, column: (before.at(-1) ?? "").length });
  if (origin.line === null) return undefined;
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  const position = file.getPositionOfLineAndCharacter(origin.line - 1, origin.column);
  let found: TypeScript.Node | undefined;
  const visit = (node: TypeScript.Node): void => {
    if (node.end <= position || node.getFullStart() > position) return;
    const isIt = ts.isFunctionLike(node) || ts.isClassLike(node);
    // The outermost that starts there, behind `export` and the like.
    if (isIt && found === undefined && startOf(node) >= position) found = node;
    else if (isIt && node.getStart() === position && found === undefined) found = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Where a function's own text begins, without what only says where it is declared. */
function startOf(node: TypeScript.Node): number {
  if (!ts.canHaveModifiers(node)) return node.getStart();
  const first = ts.getModifiers(node)?.find(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  if (first) return first.getStart();
  const before = node.modifiers?.at(-1);
  return before ? ts.skipTrivia(node.getSourceFile().text, before.end) : node.getStart();
}

function withoutTypes(node: TypeScript.Node): string {
  const text = node.getSourceFile().text.slice(startOf(node), node.end);
  if (!hasTypes(node)) return text;
  const isMember = ts.isClassElement(node) || ts.isObjectLiteralElement(node);
  const [open, close] = isMember ? ["({", "})"] : ["(", ")"];
  const { outputText } = ts.transpileModule(`${open}${text}${close}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, alwaysStrict: false },
  });
  const script = outputText.trim().replace(/;$/, "");
  return script.slice(open.length, script.length - close.length).trim();
}

/** Whether a text has what JavaScript has not. */
function hasTypes(node: TypeScript.Node): boolean {
  const isType =
    (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    (ts.isParameter(node) && node.questionToken !== undefined) ||
    (ts.isModifier(node) &&
      node.kind !== ts.SyntaxKind.AsyncKeyword &&
      node.kind !== ts.SyntaxKind.StaticKeyword &&
      node.kind !== ts.SyntaxKind.ExportKeyword &&
      node.kind !== ts.SyntaxKind.DefaultKeyword);
  return isType || (ts.forEachChild(node, (child) => hasTypes(child) || undefined) ?? false);
}
