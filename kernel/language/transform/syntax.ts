// Questions about TypeScript's syntax that the transform asks.
import { ambientFlag, type TypeScript, ts } from "../typescript.js";

/** A declaration that says what is there and makes nothing: `declare …`. */
export function isAmbient(node: TypeScript.Node): boolean {
  if ((node.flags & ambientFlag) !== 0) return true;
  return ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.DeclareKeyword);
}

/** Whether a declaration, wherever in a pattern or list, is under a `declare`. */
export function isAmbientDeclaration(node: TypeScript.Declaration): boolean {
  return (
    (node.flags & ambientFlag) !== 0 || (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Ambient) !== 0
  );
}

export function hasModifier(node: TypeScript.HasModifiers, wanted: TypeScript.SyntaxKind): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === wanted) ?? false;
}

/** Statements of which nothing is left in JavaScript. */
export function isTypeOnly(node: TypeScript.Node): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isModuleDeclaration(node)) return isAmbient(node) || ts.getModuleInstanceState(node) === 0;
  const canBeAmbient =
    ts.isEnumDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isVariableStatement(node);
  return canBeAmbient && isAmbient(node);
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
export function isAtTop(node: TypeScript.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
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
export function isRoot(node: TypeScript.Node): boolean {
  return ts.isSourceFile(node) && (node.parent === undefined || ts.isSourceFile(node.parent));
}

/** Whether `this` at a node is the module's, which arrow functions share. */
export function hasModuleThis(node: TypeScript.Node): boolean {
  for (let at = node; !isRoot(at); at = at.parent) {
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
export function isReference(node: TypeScript.Identifier): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent))
    return false;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
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
    return parent.name !== node;
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
export function unlabelled(node: TypeScript.Statement): TypeScript.Statement {
  let at = node;
  while (ts.isLabeledStatement(at)) at = at.statement;
  return at;
}

export function isLoop(node: TypeScript.Node): node is TypeScript.IterationStatement {
  return ts.isIterationStatement(node, false);
}

/** Whether a node awaits in its own function. */
export function awaits(node: TypeScript.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return false;
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined))
    return true;
  return ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false;
}
