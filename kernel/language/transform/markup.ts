// JSX. TypeScript makes calls of it, and names the function that they call, and its module, without the transform before
// having seen them: `React.createElement(…)`, or `import { jsx as _jsx } from "react/jsx-runtime"`.
import { type TypeScript, ts } from "../typescript.js";
import type { CellTransform } from "./cell.js";
import { variable } from "./rewriter.js";

/** After TypeScript's own transforms: those names are the notebook's, and the module is one that the cell imports. */
export function bindMarkup(
  context: TypeScript.TransformationContext,
  options: CellTransform,
): TypeScript.Transformer<TypeScript.SourceFile> {
  const { factory } = context;
  const { checker, notebook, outline, names } = options;

  const visit = (tree: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node> => {
    if (ts.isIdentifier(tree) && isFactory(tree)) {
      const name = ts.idText(tree);
      const symbol = checker.resolveName(name, tree.parent, ts.SymbolFlags.Value, false);
      return notebook.has(symbol) ? variable(factory, options, name) : tree;
    }
    return ts.visitEachChild(tree, visit, context);
  };

  /** Every import of the reader's is gone by now: this is one that TypeScript has added. */
  const statement = (tree: TypeScript.Statement): TypeScript.Statement[] => {
    if (!ts.isImportDeclaration(tree) || !ts.isStringLiteral(tree.moduleSpecifier)) return [tree];
    const specifier = tree.moduleSpecifier.text;
    if (!outline.imports.includes(specifier)) outline.imports.push(specifier);
    const bindings = tree.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) return [];
    const loaded = () =>
      factory.createElementAccessExpression(
        factory.createPropertyAccessExpression(factory.createIdentifier(names.cell), "loaded"),
        factory.createStringLiteral(specifier),
      );
    const constants = bindings.elements.map(({ name, propertyName }) =>
      factory.createVariableDeclaration(
        name,
        undefined,
        undefined,
        factory.createPropertyAccessExpression(loaded(), (propertyName ?? name).text),
      ),
    );
    const list = factory.createVariableDeclarationList(constants, ts.NodeFlags.Const);
    return [factory.createVariableStatement(undefined, list)];
  };

  return (file) => {
    const statements = file.statements.flatMap(statement);
    const bound = ts.visitNodes(factory.createNodeArray(statements), visit, ts.isStatement);
    return factory.updateSourceFile(file, ts.setTextRange(bound, file.statements));
  };
}

/** A name that TypeScript made for an element; one of the reader's has a place in the text. */
function isFactory(tree: TypeScript.Identifier): boolean {
  const { parent } = tree;
  if (tree.pos >= 0 || parent === undefined) return false;
  return (
    ts.isJsxOpeningElement(parent) || ts.isJsxSelfClosingElement(parent) || ts.isJsxOpeningFragment(parent)
  );
}
