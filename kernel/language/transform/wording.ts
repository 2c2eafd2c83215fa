// V8 words some errors with the text that it ran: "$notebook.f.value is not a function". Functions whose code may fail so
// give such an error the reader's words on its way out, before anybody else gets hold of it: a library that calls them
// back, a promise, a listener. A cell's own top has the runner around it.
//
//   function g() { f(); }   ->   function g() { try { $notebook.f.value(); } catch (error) { throw $cell.caught(error); } }
import { type TypeScript, ts } from "../typescript.js";
import type { Rewriter } from "./rewriter.js";
import { boundNames } from "./syntax.js";

type WithBody = TypeScript.FunctionLikeDeclaration | TypeScript.ClassStaticBlockDeclaration;

/** What functions, and values that are computed like functions, have in their own code. */
export class Wording {
  #frame = newFrame();
  readonly #outer: Frame[] = [];
  /** Values whose own frame is there already. */
  readonly #own = new WeakSet<TypeScript.Node>();

  /** A variable of the notebook is in the code. */
  names(): void {
    this.#frame.names = true;
  }

  /** Looks at a node of the code: V8 quotes what is called, taken apart or gone through. */
  look(tree: TypeScript.Node): void {
    if (quoted.has(tree.kind)) this.#frame.isQuoted = true;
    // Which variables these name is found out later (markup.ts).
    if (ts.isJsxOpeningLikeElement(tree)) this.#frame.names = true;
  }

  /** Visits code that runs on its own; says whether an error of it may name the store. */
  within<T>(visit: () => T): { made: T; mayName: boolean } {
    const outer = this.#frame;
    const frame = newFrame();
    this.#frame = frame;
    this.#outer.push(outer);
    try {
      return { made: visit(), mayName: frame.names && frame.isQuoted };
    } finally {
      this.#frame = outer;
      this.#outer.pop();
    }
  }

  /** Visits what stands inside of a function and runs where the function is made: computed names and decorators. */
  outside<T>(visit: () => T): T {
    const inner = this.#frame;
    const outer = this.#outer.pop();
    if (!outer) return visit();
    this.#frame = outer;
    try {
      return visit();
    } finally {
      this.#frame = inner;
      this.#outer.push(outer);
    }
  }

  /** Whether an expression is a value of its own, and is met for the first time. */
  isOwnValue(tree: TypeScript.Expression): boolean {
    if (this.#own.has(tree) || !isComputedLater(tree)) return false;
    this.#own.add(tree);
    return true;
  }
}

interface Frame {
  names: boolean;
  isQuoted: boolean;
}

const newFrame = (): Frame => ({ names: false, isQuoted: false });

const { SyntaxKind } = ts;
const quoted: ReadonlySet<TypeScript.SyntaxKind> = new Set([
  SyntaxKind.CallExpression,
  SyntaxKind.NewExpression,
  SyntaxKind.TaggedTemplateExpression,
  SyntaxKind.ForOfStatement,
  SyntaxKind.SpreadElement,
  SyntaxKind.YieldExpression,
  SyntaxKind.ObjectBindingPattern,
  SyntaxKind.ArrayBindingPattern,
  SyntaxKind.ObjectLiteralExpression,
  SyntaxKind.ArrayLiteralExpression,
  SyntaxKind.JsxOpeningElement,
  SyntaxKind.JsxSelfClosingElement,
]);

/** A parameter's default, in a pattern too, and what computes a key of one; a class's field. */
function isComputedLater(tree: TypeScript.Expression): boolean {
  const { parent } = tree;
  if (!parent) return false;
  if (ts.isPropertyDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === tree;
  const element = ts.isComputedPropertyName(parent) ? parent.parent : parent;
  if (!ts.isBindingElement(element) || element.name === tree) return false;
  return ts.isParameter(ts.getRootDeclaration(element));
}

/** Whether a node in a function is computed where the function is made: a member's name, a decorator. */
export function isMadeOutside(tree: TypeScript.Node): boolean {
  if (!ts.isComputedPropertyName(tree) && !ts.isDecorator(tree)) return false;
  const { parent } = tree;
  return parent !== undefined && (ts.isFunctionLike(parent) || ts.isParameter(parent));
}

const hasBody = (tree: TypeScript.Node): tree is WithBody =>
  ts.isClassStaticBlockDeclaration(tree) ||
  (ts.isFunctionLike(tree) && "body" in tree && tree.body !== undefined);

/** A function with visited children, which words its errors itself. */
export function functionChildren<T extends TypeScript.Node>(rewriter: Rewriter, tree: T): T {
  const { made, mayName } = rewriter.wording.within(() => rewriter.children(tree));
  return mayName && hasBody(made) ? (withBody(rewriter, made) as T & WithBody) : made;
}

function withBody(rewriter: Rewriter, tree: WithBody): WithBody {
  const { factory: f } = rewriter;
  const { body } = tree;
  if (!body) return tree;
  if (ts.isBlock(body) && !mayBeNested(body)) return tree;
  const block = ts.isBlock(body) ? wordedBlock(rewriter, body) : wordedValue(rewriter, body);
  if (ts.isClassStaticBlockDeclaration(tree)) return f.updateClassStaticBlockDeclaration(tree, block);
  const { modifiers, typeParameters, parameters, type } = tree;
  if (ts.isArrowFunction(tree))
    return f.updateArrowFunction(
      tree,
      tree.modifiers,
      typeParameters,
      parameters,
      type,
      tree.equalsGreaterThanToken,
      block,
    );
  if (ts.isFunctionExpression(tree))
    return f.updateFunctionExpression(
      tree,
      tree.modifiers,
      tree.asteriskToken,
      tree.name,
      typeParameters,
      parameters,
      type,
      block,
    );
  if (ts.isFunctionDeclaration(tree))
    return f.updateFunctionDeclaration(
      tree,
      modifiers,
      tree.asteriskToken,
      tree.name,
      typeParameters,
      parameters,
      type,
      block,
    );
  if (ts.isMethodDeclaration(tree))
    return f.updateMethodDeclaration(
      tree,
      modifiers,
      tree.asteriskToken,
      tree.name,
      tree.questionToken,
      typeParameters,
      parameters,
      type,
      block,
    );
  if (ts.isConstructorDeclaration(tree))
    return f.updateConstructorDeclaration(tree, modifiers, parameters, block);
  if (ts.isGetAccessorDeclaration(tree))
    return f.updateGetAccessorDeclaration(tree, modifiers, tree.name, parameters, type, block);
  if (ts.isSetAccessorDeclaration(tree))
    return f.updateSetAccessorDeclaration(tree, modifiers, tree.name, parameters, block);
  return tree;
}

/** In a block no two declarations may share a name; of a function's own functions and `var` any number may. */
function mayBeNested(body: TypeScript.Block): boolean {
  const functions = body.statements.filter(ts.isFunctionDeclaration).flatMap(({ name }) => name?.text ?? []);
  if (functions.length === 0) return true;
  const names = new Set(functions);
  if (names.size < functions.length) return false;
  const isVar = (tree: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(tree) || ts.isClassLike(tree)) return false;
    const isOne =
      ts.isVariableDeclarationList(tree) &&
      (tree.flags & ts.NodeFlags.BlockScoped) === 0 &&
      tree.declarations.some(({ name }) => boundNames(name).some(({ text }) => names.has(text)));
    return isOne || (ts.forEachChild(tree, (child) => isVar(child) || undefined) ?? false);
  };
  return !isVar(body);
}

function wordedBlock(rewriter: Rewriter, body: TypeScript.Block): TypeScript.Block {
  const { factory: f } = rewriter;
  const isDirective = (statement: TypeScript.Statement) =>
    ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
  const first = body.statements.findIndex((statement) => !isDirective(statement));
  const at = first < 0 ? body.statements.length : first;
  const inner = ts.setTextRange(f.createBlock(body.statements.slice(at), true), body);
  return f.updateBlock(body, [...body.statements.slice(0, at), worded(rewriter, inner)]);
}

function wordedValue(rewriter: Rewriter, value: TypeScript.Expression): TypeScript.Block {
  const { factory: f } = rewriter;
  const result = ts.setTextRange(f.createReturnStatement(value), value);
  return ts.setTextRange(f.createBlock([worded(rewriter, f.createBlock([result]))]), value);
}

/** `try { … } catch (error) { throw $cell.caught(error); }` */
function worded(rewriter: Rewriter, block: TypeScript.Block): TypeScript.Statement {
  const { factory: f } = rewriter;
  const error = f.createUniqueName("error");
  const call = f.createCallExpression(rewriter.cell("caught"), undefined, [error]);
  const clause = f.createCatchClause(error, f.createBlock([f.createThrowStatement(call)]));
  return f.createTryStatement(block, clause, undefined);
}

/** A value that is computed when a function is called or an object made: a default, a class's field. */
export function ownValue(rewriter: Rewriter, value: TypeScript.Expression): TypeScript.Expression {
  const { made, mayName } = rewriter.wording.within(() => rewriter.expression(value));
  if (!mayName) return made;
  const { factory: f } = rewriter;
  const arrow = f.createArrowFunction(
    undefined,
    undefined,
    [],
    undefined,
    undefined,
    wordedValue(rewriter, made),
  );
  return f.createCallExpression(f.createParenthesizedExpression(arrow), undefined, []);
}

/** `catch (error) { $cell.caught(error); … }`, and of `catch ({ message })` the same before it is taken apart. */
export function catchClause(rewriter: Rewriter, tree: TypeScript.CatchClause): TypeScript.Node {
  const { factory: f } = rewriter;
  const { variableDeclaration, block } = rewriter.children(tree);
  if (!variableDeclaration) return f.updateCatchClause(tree, variableDeclaration, block);
  const { name } = variableDeclaration;
  const error = ts.isIdentifier(name) ? f.createIdentifier(ts.idText(name)) : f.createUniqueName("error");
  const call = f.createCallExpression(rewriter.cell("caught"), undefined, [error]);
  // Of no value, where the clause is the last statement of a text that is evaluated.
  const caught = f.createExpressionStatement(f.createVoidExpression(call));
  if (ts.isIdentifier(name))
    return f.updateCatchClause(
      tree,
      variableDeclaration,
      f.updateBlock(block, [caught, ...block.statements]),
    );
  const parts = f.createVariableDeclarationList(
    [f.createVariableDeclaration(name, undefined, undefined, error)],
    ts.NodeFlags.Let,
  );
  return f.updateCatchClause(
    tree,
    f.createVariableDeclaration(error),
    f.createBlock([caught, f.createVariableStatement(undefined, parts), block], true),
  );
}
