// Questions about TypeScript's syntax that the transform asks.
import { ambientFlag, type TypeScript, ts } from "../typescript.js";

/** A declaration that says what is there and makes nothing: `declare …`. */
export function isAmbient(tree: TypeScript.Node): boolean {
  if ((tree.flags & ambientFlag) !== 0) return true;
  return ts.canHaveModifiers(tree) && hasModifier(tree, ts.SyntaxKind.DeclareKeyword);
}

/** Whether a declaration, wherever in a pattern or list, is under a `declare`. */
export function isAmbientDeclaration(tree: TypeScript.Declaration): boolean {
  return (
    (tree.flags & ambientFlag) !== 0 || (ts.getCombinedModifierFlags(tree) & ts.ModifierFlags.Ambient) !== 0
  );
}

export function hasModifier(tree: TypeScript.HasModifiers, wanted: TypeScript.SyntaxKind): boolean {
  return ts.getModifiers(tree)?.some(({ kind }) => kind === wanted) ?? false;
}

/** Statements of which nothing is left in JavaScript. */
export function isTypeOnly(tree: TypeScript.Node): boolean {
  if (ts.isInterfaceDeclaration(tree) || ts.isTypeAliasDeclaration(tree)) return true;
  if (ts.isModuleDeclaration(tree)) return isAmbient(tree) || ts.getModuleInstanceState(tree) === 0;
  const canBeAmbient =
    ts.isEnumDeclaration(tree) ||
    ts.isClassDeclaration(tree) ||
    ts.isFunctionDeclaration(tree) ||
    ts.isVariableStatement(tree);
  return canBeAmbient && isAmbient(tree);
}

/** The modifiers that mean something inside a function: not export, default and declare. */
export function plainModifiers<T extends TypeScript.ModifierLike>(
  modifiers: readonly T[] | undefined,
): T[] | undefined {
  const { ExportKeyword, DefaultKeyword, DeclareKeyword } = ts.SyntaxKind;
  return modifiers?.filter(
    ({ kind }) => kind !== ExportKeyword && kind !== DefaultKeyword && kind !== DeclareKeyword,
  );
}

/** Whether code runs as part of the cell itself: computed names and decorators of members do, bodies do not. */
export function isAtTop(tree: TypeScript.Node): boolean {
  for (let at = tree; !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    if (!parent) return false;
    if (
      (ts.isComputedPropertyName(at) || ts.isDecorator(at)) &&
      (ts.isClassElement(parent) || ts.isObjectLiteralElement(parent))
    ) {
      at = parent;
    } else if (
      ts.isFunctionLike(at) ||
      ts.isClassStaticBlockDeclaration(at) ||
      ts.isPropertyDeclaration(at) ||
      ts.isModuleBlock(at)
    ) {
      return false;
    }
  }
  return true;
}

/** Whether a node is the file of a cell, and not the text of a direct eval, whose parent is the call. */
export function isRoot(tree: TypeScript.Node): boolean {
  return ts.isSourceFile(tree) && (tree.parent === undefined || ts.isSourceFile(tree.parent));
}

/** Whether `this` at a node is the module's, which arrow functions share. */
export function hasModuleThis(tree: TypeScript.Node): boolean {
  for (let at = tree; !isRoot(at); at = at.parent) {
    const { parent } = at;
    if (!parent) return false;
    const isOutside =
      (ts.isComputedPropertyName(at) || ts.isDecorator(at)) &&
      (ts.isClassElement(parent) || ts.isObjectLiteralElement(parent));
    if (isOutside) at = parent;
    else if (ts.isModuleBlock(at) || ts.isClassStaticBlockDeclaration(at) || ts.isPropertyDeclaration(at))
      return false;
    else if (ts.isFunctionLike(at) && !ts.isArrowFunction(at)) return false;
  }
  return true;
}

/** Whether an identifier of the original tree stands for a variable, not for a member, a label or a declaration. */
export function isReference(tree: TypeScript.Identifier): boolean {
  const { parent } = tree;
  if (!parent) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent))
    return false;
  if (ts.isBindingElement(parent)) return parent.initializer === tree;
  if (
    ts.isQualifiedName(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isNamespaceExport(parent) ||
    ts.isImportEqualsDeclaration(parent) ||
    ts.isModuleDeclaration(parent) ||
    ts.isTypeParameterDeclaration(parent) ||
    ts.isImportAttribute(parent)
  ) {
    return false;
  }
  if (
    ts.isEnumMember(parent) ||
    ts.isEnumDeclaration(parent) ||
    ts.isPropertyAccessExpression(parent) ||
    ts.isClassElement(parent) ||
    ts.isObjectLiteralElement(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionLike(parent) ||
    ts.isClassLike(parent) ||
    ts.isJsxAttribute(parent)
  ) {
    return parent.name !== tree;
  }
  return true;
}

/** Names that a declaration binds, patterns included. */
export function boundNames(name: TypeScript.BindingName): TypeScript.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}

/** A loop at its top-most label, or what is labelled. */
export function unlabelled(tree: TypeScript.Statement): TypeScript.Statement {
  let at = tree;
  while (ts.isLabeledStatement(at)) at = at.statement;
  return at;
}

export function isLoop(tree: TypeScript.Node): tree is TypeScript.IterationStatement {
  return ts.isIterationStatement(tree, false);
}

/** Whether a node awaits in its own function. */
export function awaits(tree: TypeScript.Node): boolean {
  if (ts.isFunctionLike(tree) || ts.isClassStaticBlockDeclaration(tree)) return false;
  if (ts.isAwaitExpression(tree) || (ts.isForOfStatement(tree) && tree.awaitModifier !== undefined))
    return true;
  return ts.forEachChild(tree, (child) => awaits(child) || undefined) ?? false;
}
