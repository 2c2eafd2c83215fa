// Variables at the top of a cell, `var` in its blocks and loops too: `let x = 1` becomes `$notebook.x.value = 1`, a
// pattern an assignment pattern with the same defaults.
import { type BoundNode, type TypeScript, ts } from "../typescript.js";
import type { Rewriter } from "./rewriter.js";
import { boundNames, isAmbient, isRoot } from "./syntax.js";

/** Whether the names of a list are the notebook's: all are or none is. */
function isNotebookList({ notebook }: Rewriter, list: TypeScript.VariableDeclarationList): boolean {
  for (const { name } of list.declarations) {
    const [first] = boundNames(name);
    if (!first) continue;
    const { symbol, localSymbol } = first.parent as BoundNode;
    return notebook.has(symbol) || notebook.has(localSymbol);
  }
  return false;
}

function usingKind(list: TypeScript.VariableDeclarationList): "using" | "await using" | undefined {
  const kind = list.flags & ts.NodeFlags.BlockScoped;
  if (kind === ts.NodeFlags.AwaitUsing) return "await using";
  return kind === ts.NodeFlags.Using ? "using" : undefined;
}

export function variableStatement(
  rewriter: Rewriter,
  tree: TypeScript.VariableStatement,
): TypeScript.VisitResult<TypeScript.Node> {
  const { factory } = rewriter;
  if (isAmbient(tree)) return factory.createNotEmittedStatement(tree);
  const list = tree.declarationList;
  if (!isNotebookList(rewriter, list)) return rewriter.children(tree);
  const using = usingKind(list);
  if (using) {
    if (using === "await using") rewriter.outline.awaits = true;
    return usingStatement(rewriter, tree);
  }
  const assignments = declarations(rewriter, list);
  if (assignments.length === 0) return factory.createEmptyStatement();
  return assignments.map((assignment, index) =>
    ts.setTextRange(factory.createExpressionStatement(assignment), index === 0 ? tree : assignment),
  );
}

/** What is disposed of at the cell's end is a local resource; the notebook's variable has the same value. */
function usingStatement(rewriter: Rewriter, tree: TypeScript.VariableStatement): TypeScript.Statement {
  const { factory } = rewriter;
  const list = tree.declarationList;
  const resources = list.declarations.map((declaration) => {
    const { name, initializer } = declaration;
    if (!ts.isIdentifier(name) || !initializer) return declaration;
    const text = ts.idText(name);
    const value = rewriter.named(rewriter.expression(initializer), text);
    return factory.updateVariableDeclaration(
      declaration,
      factory.createUniqueName(text),
      undefined,
      undefined,
      factory.createAssignment(rewriter.initial(text), value),
    );
  });
  return factory.updateVariableStatement(
    tree,
    undefined,
    factory.updateVariableDeclarationList(list, resources),
  );
}

/** A list in the head of a `for`, or elsewhere than in a statement. */
export function declarationList(
  rewriter: Rewriter,
  list: TypeScript.VariableDeclarationList,
): TypeScript.Node {
  const { factory } = rewriter;
  if (!isNotebookList(rewriter, list)) return rewriter.children(list);
  if (ts.isForInStatement(list.parent) || ts.isForOfStatement(list.parent)) {
    return target(rewriter, list.declarations[0].name);
  }
  const [first, ...rest] = declarations(rewriter, list);
  if (first === undefined) return factory.createVoidZero();
  return rest.reduce((before, next) => factory.createComma(before, next), first);
}

function declarations(rewriter: Rewriter, list: TypeScript.VariableDeclarationList): TypeScript.Expression[] {
  const { factory } = rewriter;
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  return list.declarations.flatMap((declaration): TypeScript.Expression[] => {
    const { name, initializer } = declaration;
    if (!initializer && isVar) return [];
    const variable = target(rewriter, name);
    if (initializer || !rewriter.isAccess(variable)) {
      const value = initializer ? initialValue(rewriter, name, initializer) : factory.createVoidZero();
      return [ts.setTextRange(factory.createAssignment(variable, value), declaration)];
    }
    // `let x`: see Variable in store.ts.
    return [ts.setTextRange(factory.createDeleteExpression(variable), declaration)];
  });
}

/** `catch (e) { var e = 1 }` assigns to the parameter; the variable is another one. */
function isCaught(name: TypeScript.Identifier): boolean {
  for (let at: TypeScript.Node = name; at && !isRoot(at); at = at.parent) {
    if (!ts.isCatchClause(at)) continue;
    const caught = at.variableDeclaration?.name;
    if (caught && ts.isIdentifier(caught) && caught !== name && ts.idText(caught) === ts.idText(name))
      return true;
  }
  return false;
}

function initialValue(
  rewriter: Rewriter,
  name: TypeScript.BindingName,
  initializer: TypeScript.Expression,
): TypeScript.Expression {
  const value = rewriter.expression(initializer);
  return ts.isIdentifier(name) ? rewriter.named(value, ts.idText(name)) : value;
}

/** A binding pattern as the target of an assignment. */
function target(rewriter: Rewriter, name: TypeScript.BindingName): TypeScript.Expression {
  const { factory } = rewriter;
  if (ts.isIdentifier(name)) {
    const place = isCaught(name) ? name : rewriter.initial(ts.idText(name));
    return ts.setSourceMapRange(place, name);
  }
  const withDefault = ({ name: inner, initializer }: TypeScript.BindingElement): TypeScript.Expression => {
    const place = target(rewriter, inner);
    return initializer ? factory.createAssignment(place, initialValue(rewriter, inner, initializer)) : place;
  };
  if (ts.isArrayBindingPattern(name)) {
    const elements = name.elements.map((element) => {
      if (ts.isOmittedExpression(element)) return element;
      return element.dotDotDotToken
        ? factory.createSpreadElement(target(rewriter, element.name))
        : withDefault(element);
    });
    return ts.setTextRange(factory.createArrayLiteralExpression(elements), name);
  }
  const properties = name.elements.map((element) => {
    if (element.dotDotDotToken) return factory.createSpreadAssignment(target(rewriter, element.name));
    return factory.createPropertyAssignment(key(rewriter, element), withDefault(element));
  });
  return ts.setTextRange(factory.createObjectLiteralExpression(properties), name);
}

function key(rewriter: Rewriter, element: TypeScript.BindingElement): TypeScript.PropertyName {
  const { propertyName, name } = element;
  if (propertyName === undefined) {
    return ts.isIdentifier(name) ? rewriter.propertyName(ts.idText(name)) : rewriter.propertyName("");
  }
  return ts.isComputedPropertyName(propertyName)
    ? ts.visitNode(propertyName, rewriter.visit, ts.isPropertyName)
    : propertyName;
}
