// Enums and namespaces. TypeScript makes `var N; (function (N) {…})(N || (N = {}))` of them; afterwards, in this step, the
// notebook's variable takes N's place.
import { type TypeScript, ts } from "../typescript.js";
import { isRoot, plainModifiers } from "./syntax.js";

/** Before TypeScript's own transforms: nothing in a cell is exported. */
export function withoutExport<T extends TypeScript.EnumDeclaration | TypeScript.ModuleDeclaration>(
  { factory }: TypeScript.TransformationContext,
  node: T,
): TypeScript.Statement {
  if (ts.isEnumDeclaration(node))
    return factory.updateEnumDeclaration(node, plainModifiers(node.modifiers), node.name, node.members);
  if (ts.isModuleDeclaration(node))
    return factory.updateModuleDeclaration(node, plainModifiers(node.modifiers), node.name, node.body);
  return node;
}

/** After them. `using` at the top of a cell has put the statements into a `try`. */
export function storeNamespaces(
  context: TypeScript.TransformationContext,
  store: string,
): TypeScript.Transformer<TypeScript.SourceFile> {
  const { factory } = context;
  const statement = (node: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node | undefined> => {
    if (ts.isExportDeclaration(node)) return undefined;
    if (ts.isTryStatement(node) || (ts.isBlock(node) && node.parent === undefined)) {
      return ts.visitEachChild(node, statement, context);
    }
    const original = ts.getOriginalNode(node);
    const isDeclared =
      (ts.isEnumDeclaration(original) || ts.isModuleDeclaration(original)) &&
      isRoot(original.parent) &&
      ts.isIdentifier(original.name);
    if (!isDeclared || !ts.isIdentifier(original.name)) return node;
    if (ts.isVariableStatement(node)) return undefined;
    if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return node;
    const name = ts.idText(original.name);
    const variable = () => factory.createPropertyAccessExpression(factory.createIdentifier(store), name);
    const call = node.expression;
    const made = factory.createLogicalOr(
      variable(),
      factory.createAssignment(variable(), factory.createObjectLiteralExpression()),
    );
    return factory.updateExpressionStatement(
      node,
      factory.updateCallExpression(call, call.expression, undefined, [made]),
    );
  };
  return (file) => {
    const statements = ts.visitNodes(file.statements, statement, ts.isStatement);
    return factory.updateSourceFile(file, statements);
  };
}
