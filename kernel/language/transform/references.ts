// Identifiers that stand for the notebook's variables: `x` becomes `$notebook.x.value`. Which do, the checker says.
import { type BoundSourceFile, type DeclaredSymbol, type TypeScript, ts } from "../typescript.js";
import type { Rewriter } from "./rewriter.js";
import { isReference, isRoot } from "./syntax.js";

/** The notebook's symbol that an identifier of the original tree stands for. */
export function notebookSymbol(
  { checker, notebook, file }: Rewriter,
  tree: TypeScript.Identifier,
): TypeScript.Symbol | undefined {
  if (!notebook.mayBe(ts.idText(tree))) return undefined;
  const { parent } = tree;
  const seen =
    ts.isShorthandPropertyAssignment(parent) && parent.name === tree
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : checker.getSymbolAtLocation(tree);
  const symbol = isRoot(file) ? seen : seenByEval(checker, tree, seen);
  if (!notebook.has(symbol)) return undefined;
  const declaration = symbol.declarations?.find(ts.isClassDeclaration);
  // Inside its body a class's name is the class's own constant.
  return declaration && isInsideClass(tree, declaration) ? undefined : symbol;
}

/**
 * What a name in the text of a direct eval means, which is JavaScript's: there, what a namespace exports and an enum's
 * members are properties, and no names.
 */
function seenByEval(
  checker: Rewriter["checker"],
  tree: TypeScript.Identifier,
  seen: DeclaredSymbol | undefined,
): TypeScript.Symbol | undefined {
  let found: DeclaredSymbol | undefined = seen;
  for (let owner = found?.parent; owner !== undefined; owner = found?.parent) {
    const isOwner = (at: TypeScript.Node) =>
      (ts.isModuleDeclaration(at) || ts.isEnumDeclaration(at)) &&
      checker.getSymbolAtLocation(at.name) === owner;
    const place = ts.findAncestor(tree, isOwner);
    if (place === undefined) break;
    found = checker.resolveName(ts.idText(tree), place.parent, ts.SymbolFlags.Value, false);
  }
  return found;
}

/** What an identifier of the original tree stands for in the store. */
type Meant = { readonly symbol: TypeScript.Symbol; readonly isAmbient: boolean } | "forward" | undefined;

function meant(rewriter: Rewriter, tree: TypeScript.Identifier): Meant {
  const symbol = notebookSymbol(rewriter, tree);
  if (symbol) return { symbol, isAmbient: rewriter.notebook.isAmbient(symbol) };
  if (!isForward(rewriter, tree)) return undefined;
  const name = ts.idText(tree);
  if (!rewriter.outline.ambient.includes(name)) rewriter.outline.ambient.push(name);
  return "forward";
}

/**
 * A name that nothing declares, in a function of a cell that is not checked: a later cell may declare it before the
 * function is called, as the rest of a module might.
 */
function isForward({ file, checker }: Rewriter, tree: TypeScript.Identifier): boolean {
  if (!isUnchecked(file) || isGiven.has(ts.idText(tree)) || !isInFunction(tree)) return false;
  return checker.resolveName(ts.idText(tree), tree, ts.SymbolFlags.Value, false) === undefined;
}

/** Parameters of a cell's function, and what a function has of its own. */
const isGiven = new Set(["require", "__filename", "__dirname", "arguments", "undefined"]);

/** Whether a file is a cell that TypeScript does not check; the text of a direct eval is none. */
const isUnchecked = (file: TypeScript.SourceFile) =>
  (file as BoundSourceFile).checkJsDirective?.enabled === false && isRoot(file);

function isInFunction(tree: TypeScript.Node): boolean {
  for (let at = tree.parent; at && !isRoot(at); at = at.parent) if (ts.isFunctionLike(at)) return true;
  return false;
}

function isInsideClass(tree: TypeScript.Node, declaration: TypeScript.ClassDeclaration): boolean {
  for (let at = tree; at && !isRoot(at); at = at.parent) {
    if (at === declaration) return true;
    if (ts.isDecorator(at) && at.parent === declaration) return false;
  }
  return false;
}

export function identifier(rewriter: Rewriter, tree: TypeScript.Identifier): TypeScript.Node {
  if (!isReference(tree)) return tree;
  const found = meant(rewriter, tree);
  if (!found) return tree;
  return ts.setOriginalNode(ts.setSourceMapRange(target(rewriter, tree, found), tree), tree);
}

/** The variable, or where an assignment to a constant goes: there it throws as JavaScript does. */
function target(rewriter: Rewriter, tree: TypeScript.Identifier, found: NonNullable<Meant>) {
  const name = ts.idText(tree);
  const isConstant = found !== "forward" && isAssignedConstant(tree, found.symbol);
  return isConstant ? rewriter.cell("constant", name) : rewriter.variable(name);
}

function isAssignedConstant(tree: TypeScript.Identifier, symbol: TypeScript.Symbol): boolean {
  if (ts.getAssignmentTargetKind(tree) === 0) return false;
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(ts.getRootDeclaration(declaration)))
    return false;
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped & ts.NodeFlags.Const) !== 0;
}

/** `{ x }` in a literal and in a pattern that is assigned to. */
export function shorthand(rewriter: Rewriter, tree: TypeScript.ShorthandPropertyAssignment): TypeScript.Node {
  const { factory } = rewriter;
  const found = meant(rewriter, tree.name);
  if (!found) return rewriter.children(tree);
  const name = ts.idText(tree.name);
  const access = ts.setSourceMapRange(target(rewriter, tree.name, found), tree.name);
  const fallback = tree.objectAssignmentInitializer;
  const value = fallback
    ? factory.createAssignment(access, rewriter.named(rewriter.expression(fallback), name))
    : access;
  return factory.createPropertyAssignment(rewriter.propertyName(name), value);
}

/** `x = () => {}` names the function; of `$notebook.x.value = () => {}` JavaScript would not. */
export function assignment(rewriter: Rewriter, tree: TypeScript.BinaryExpression): TypeScript.Node {
  const visited = rewriter.children(tree);
  const { EqualsToken, BarBarEqualsToken, AmpersandAmpersandEqualsToken, QuestionQuestionEqualsToken } =
    ts.SyntaxKind;
  const naming: TypeScript.SyntaxKind[] = [
    EqualsToken,
    BarBarEqualsToken,
    AmpersandAmpersandEqualsToken,
    QuestionQuestionEqualsToken,
  ];
  if (!naming.includes(tree.operatorToken.kind)) return visited;
  if (!ts.isIdentifier(tree.left) || !rewriter.isAccess(visited.left)) return visited;
  const value = rewriter.named(visited.right, ts.idText(tree.left));
  return rewriter.factory.updateBinaryExpression(visited, visited.left, visited.operatorToken, value);
}

/** `typeof x` of what may not be there, and was only said to be. */
export function typeOf(rewriter: Rewriter, tree: TypeScript.TypeOfExpression): TypeScript.Node {
  const operand = ts.skipOuterExpressions(tree.expression);
  if (!ts.isIdentifier(operand)) return rewriter.children(tree);
  const found = meant(rewriter, operand);
  if (!found || (found !== "forward" && !found.isAmbient)) return rewriter.children(tree);
  return rewriter.factory.updateTypeOfExpression(tree, rewriter.cell("ambient", ts.idText(operand)));
}

/** `(0, $notebook.f.value)`: a function that is called by its name has no `this`. */
export function detached(rewriter: Rewriter, callee: TypeScript.Expression): TypeScript.Expression {
  const { factory } = rewriter;
  if (!rewriter.isAccess(ts.skipOuterExpressions(callee))) return callee;
  const made = factory.createParenthesizedExpression(
    factory.createComma(factory.createNumericLiteral(0), callee),
  );
  // V8 places the call behind the parenthesis; for a reader it is where the name starts.
  const { pos } = ts.getSourceMapRange(callee);
  if (pos < 0) return made;
  return ts.setSourceMapRange(made, { pos, end: ts.skipTrivia(rewriter.file.text, pos) });
}

/** The notebook's variable at the root of `N.M.x` in an import alias; undefined when it is none of the notebook's. */
export function entity(
  rewriter: Rewriter,
  name: TypeScript.EntityName,
): { expression: TypeScript.Expression; isNotebook: boolean } {
  if (ts.isQualifiedName(name)) {
    const left = entity(rewriter, name.left);
    const expression = rewriter.factory.createPropertyAccessExpression(left.expression, name.right);
    return { ...left, expression };
  }
  const symbol: DeclaredSymbol | undefined = rewriter.checker.getSymbolAtLocation(name);
  if (!rewriter.notebook.has(symbol)) return { expression: name, isNotebook: false };
  return { expression: rewriter.variable(ts.idText(name)), isNotebook: true };
}
