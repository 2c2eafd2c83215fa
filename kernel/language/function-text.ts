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
  const visit = (tree: TypeScript.Node): void => {
    if (tree.end <= position || tree.getFullStart() > position) return;
    const isIt = ts.isFunctionLike(tree) || ts.isClassLike(tree);
    // The outermost that starts there, behind `export` and the like.
    if (isIt && found === undefined && startOf(tree) >= position) found = tree;
    else if (isIt && tree.getStart() === position && found === undefined) found = tree;
    ts.forEachChild(tree, visit);
  };
  visit(file);
  return found;
}

/** Where a function's own text begins, without what only says where it is declared. */
function startOf(tree: TypeScript.Node): number {
  if (!ts.canHaveModifiers(tree)) return tree.getStart();
  const first = ts.getModifiers(tree)?.find(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  if (first) return first.getStart();
  const before = tree.modifiers?.at(-1);
  return before ? ts.skipTrivia(tree.getSourceFile().text, before.end) : tree.getStart();
}

function withoutTypes(tree: TypeScript.Node): string {
  const text = tree.getSourceFile().text.slice(startOf(tree), tree.end);
  if (!hasTypes(tree)) return text;
  const isMember = ts.isClassElement(tree) || ts.isObjectLiteralElement(tree);
  const [open, close] = isMember ? ["({", "})"] : ["(", ")"];
  const { outputText } = ts.transpileModule(`${open}${text}${close}`, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, alwaysStrict: false },
  });
  const script = outputText.trim().replace(/;$/, "");
  return script.slice(open.length, script.length - close.length).trim();
}

/** Whether a text has what JavaScript has not. */
function hasTypes(tree: TypeScript.Node): boolean {
  const isType =
    (ts.isTypeNode(tree) && !ts.isExpressionWithTypeArguments(tree)) ||
    ts.isTypeParameterDeclaration(tree) ||
    ts.isAsExpression(tree) ||
    ts.isSatisfiesExpression(tree) ||
    ts.isNonNullExpression(tree) ||
    ts.isTypeAssertionExpression(tree) ||
    (ts.isParameter(tree) && tree.questionToken !== undefined) ||
    (ts.isModifier(tree) &&
      tree.kind !== ts.SyntaxKind.AsyncKeyword &&
      tree.kind !== ts.SyntaxKind.StaticKeyword &&
      tree.kind !== ts.SyntaxKind.ExportKeyword &&
      tree.kind !== ts.SyntaxKind.DefaultKeyword);
  return isType || (ts.forEachChild(tree, (child) => hasTypes(child) || undefined) ?? false);
}
