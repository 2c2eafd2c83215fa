// Imports: the transform takes them out of the code and notes what is to be loaded and bound. Bindings are live: the
// runner makes accessors of them.
import { type TypeScript, ts } from "../typescript.js";
import { entity } from "./references.js";
import type { Rewriter } from "./rewriter.js";

function load({ outline }: Rewriter, specifier: TypeScript.Expression | undefined): string | undefined {
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return undefined;
  const { text } = specifier;
  if (!outline.imports.includes(text)) outline.imports.push(text);
  return text;
}

/** Whether a name that an import binds has a value, as far as TypeScript knows; types have none. */
function hasValue({ checker }: Rewriter, name: TypeScript.Identifier): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (!symbol || (symbol.flags & ts.SymbolFlags.Alias) === 0) return true;
  const imported = checker.getAliasedSymbol(symbol);
  return imported.escapedName === "unknown" || (imported.flags & ts.SymbolFlags.Value) !== 0;
}

const exportName = (name: TypeScript.ModuleExportName) => name.text;

export function importDeclaration(rewriter: Rewriter, tree: TypeScript.ImportDeclaration): void {
  const { importClause, moduleSpecifier } = tree;
  if (!importClause) {
    load(rewriter, moduleSpecifier);
    return;
  }
  if (importClause.isTypeOnly) return;
  const found: [TypeScript.Identifier, string | undefined][] = [];
  if (importClause.name) found.push([importClause.name, "default"]);
  const { namedBindings } = importClause;
  if (namedBindings && ts.isNamespaceImport(namedBindings)) found.push([namedBindings.name, undefined]);
  if (namedBindings && ts.isNamedImports(namedBindings)) {
    for (const { isTypeOnly, name, propertyName } of namedBindings.elements) {
      if (!isTypeOnly) found.push([name, exportName(propertyName ?? name)]);
    }
  }
  const values = found.filter(([name]) => hasValue(rewriter, name));
  const isEmpty = namedBindings && ts.isNamedImports(namedBindings) && namedBindings.elements.length === 0;
  if (values.length === 0 && !isEmpty) return;
  const specifier = load(rewriter, moduleSpecifier);
  if (specifier === undefined) return;
  for (const [name, exported] of values) {
    rewriter.outline.bindings.push({ local: ts.idText(name), specifier, exported, isRequired: false });
  }
}

/** `export … from "x"` loads x; there is nobody whom a cell exports to. */
export function exportDeclaration(rewriter: Rewriter, tree: TypeScript.ExportDeclaration): void {
  if (!tree.isTypeOnly) load(rewriter, tree.moduleSpecifier);
}

/** `import x = require("y")`, and `import x = N.M` at the top of a cell. */
export function importEquals(
  rewriter: Rewriter,
  tree: TypeScript.ImportEqualsDeclaration,
): TypeScript.Statement[] {
  if (tree.isTypeOnly) return [];
  const local = ts.idText(tree.name);
  if (ts.isExternalModuleReference(tree.moduleReference)) {
    const { expression } = tree.moduleReference;
    if (ts.isStringLiteral(expression)) {
      rewriter.outline.bindings.push({
        local,
        specifier: expression.text,
        exported: undefined,
        isRequired: true,
      });
    }
    return [];
  }
  if (!hasValue(rewriter, tree.name)) return [];
  rewriter.outline.declared.push(local);
  const { expression } = entity(rewriter, tree.moduleReference);
  return [ts.setTextRange(rewriter.assignment(rewriter.variable(local), expression), tree)];
}

/** Inside a namespace `import q = N.x` is a constant, if N is the notebook's. */
export function nestedImportEquals(
  rewriter: Rewriter,
  tree: TypeScript.ImportEqualsDeclaration,
): TypeScript.Node {
  const { factory } = rewriter;
  if (ts.isExternalModuleReference(tree.moduleReference) || !hasValue(rewriter, tree.name)) return tree;
  const { expression, isNotebook } = entity(rewriter, tree.moduleReference);
  if (!isNotebook) return tree;
  const declaration = factory.createVariableDeclaration(tree.name, undefined, undefined, expression);
  return factory.createVariableStatement(
    tree.modifiers,
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
  );
}
