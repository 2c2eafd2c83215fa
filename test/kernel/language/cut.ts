// Cuts a program into cells. Whether it may be cut between two statements is a matter of what they name: a statement that
// mentions a name which a later one declares (a hoisted function, a closure over what comes later) has to be in one cell
// with it, and so have the parts of one declaration (overloads, merged namespaces, a class and its interface).
import ts from "typescript";

/** The program's statements, those that belong together as one text. */
export function separableParts(program: string): string[] {
  const file = ts.createSourceFile("program.ts", program, ts.ScriptTarget.Latest, true);
  const { statements } = file;
  const declaredBy = new Map<string, number>();
  const lastOf = statements.map((_, index) => index);
  const mentioned = statements.map((statement) => identifiersOf(statement));
  statements.forEach((statement, index) => {
    for (const name of declaredNames(statement)) {
      const before = declaredBy.get(name);
      // Parts of one declaration: from the first to this one it is one cell.
      if (before !== undefined) lastOf[before] = Math.max(lastOf[before], index);
      else declaredBy.set(name, index);
    }
  });
  const imported = statements.map((statement) => ts.isImportDeclaration(statement));
  statements.forEach((_, index) => {
    for (const name of mentioned[index]) {
      const declaration = declaredBy.get(name);
      if (declaration !== undefined && declaration > index)
        lastOf[index] = Math.max(lastOf[index], declaration, lastOf[declaration]);
    }
  });
  const parts: string[] = [];
  let start = 0;
  let last = 0;
  statements.forEach((_, index) => {
    last = Math.max(last, lastOf[index]);
    // What imports do happens before all else: statements in front of one stay with it.
    if (imported.some((isImport, i) => isImport && i > index && !imported[index])) return;
    if (index < last) return;
    const end = index + 1 < statements.length ? statements[index + 1].getFullStart() : program.length;
    parts.push(program.slice(start, end));
    start = end;
  });
  return parts.length > 0 ? parts : [program];
}

/** Every identifier in the text of a node, whatever it means there: a mention too many costs a cut, no more. */
function identifiersOf(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) names.add(child.text);
    // Code in a string may name anything.
    if (ts.isStringLiteralLike(child)) for (const [word] of child.text.matchAll(/[\w$]+/g)) names.add(word);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return names;
}

/** The names that a statement at the top declares there, `var` in nested statements among them. */
export function declaredNames(statement: ts.Statement): Set<string> {
  const names = new Set<string>();
  const pattern = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) pattern(element.name);
  };
  const visit = (node: ts.Node, top: boolean): void => {
    if (ts.isVariableDeclarationList(node)) {
      if (top || (node.flags & ts.NodeFlags.BlockScoped) === 0)
        for (const { name } of node.declarations) pattern(name);
      return;
    }
    if (ts.isImportClause(node) || ts.isImportSpecifier(node) || ts.isNamespaceImport(node)) {
      if (node.name) names.add(node.name.text);
    }
    const named =
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isEnumDeclaration(node) ||
      ts.isModuleDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isImportEqualsDeclaration(node);
    if (named) {
      if (top && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
      return;
    }
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    const inside =
      top &&
      (ts.isVariableStatement(node) ||
        ts.isImportDeclaration(node) ||
        ts.isImportClause(node) ||
        ts.isNamedImports(node));
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(statement, true);
  return names;
}
