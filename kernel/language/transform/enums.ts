// Enums and namespaces. TypeScript makes `var N; (function (N) {…})(N || (N = {}))` of them; afterwards, in this step, the
// notebook's variable takes N's place.
import { type TypeScript, ts } from "../typescript.js";
import type { CellTransform } from "./cell.js";
import { variable } from "./rewriter.js";
import { isRoot, plainModifiers } from "./syntax.js";

/** Before TypeScript's own transforms: nothing in a cell is exported. */
export function withoutExport<T extends TypeScript.EnumDeclaration | TypeScript.ModuleDeclaration>(
  { factory }: TypeScript.TransformationContext,
  tree: T,
): TypeScript.Statement {
  if (ts.isEnumDeclaration(tree))
    return factory.updateEnumDeclaration(tree, plainModifiers(tree.modifiers), tree.name, tree.members);
  if (ts.isModuleDeclaration(tree))
    return factory.updateModuleDeclaration(tree, plainModifiers(tree.modifiers), tree.name, tree.body);
  return tree;
}

/** After them. `using` at the top of a cell has put the statements into a `try`. */
export function storeNamespaces(
  context: TypeScript.TransformationContext,
  options: CellTransform,
): TypeScript.Transformer<TypeScript.SourceFile> {
  const { factory } = context;
  const statement = (tree: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node | undefined> => {
    if (ts.isExportDeclaration(tree)) return undefined;
    if (ts.isTryStatement(tree) || (ts.isBlock(tree) && tree.parent === undefined)) {
      return ts.visitEachChild(tree, statement, context);
    }
    const original = ts.getOriginalNode(tree);
    const isDeclared =
      (ts.isEnumDeclaration(original) || ts.isModuleDeclaration(original)) &&
      isRoot(original.parent) &&
      ts.isIdentifier(original.name);
    if (!isDeclared || !ts.isIdentifier(original.name)) return tree;
    if (ts.isVariableStatement(tree)) return undefined;
    if (!ts.isExpressionStatement(tree) || !ts.isCallExpression(tree.expression)) return tree;
    const name = ts.idText(original.name);
    const call = tree.expression;
    const made = factory.createLogicalOr(
      variable(factory, options, name),
      factory.createAssignment(variable(factory, options, name), factory.createObjectLiteralExpression()),
    );
    return factory.updateExpressionStatement(
      tree,
      factory.updateCallExpression(call, call.expression, undefined, [made]),
    );
  };
  return (file) => {
    const statements = ts.visitNodes(file.statements, statement, ts.isStatement);
    return factory.updateSourceFile(file, statements);
  };
}
