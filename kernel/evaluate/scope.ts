// Which names a JavaScript syntax tree declares, and where: what is needed to tell a notebook's variable from a
// local one of the same name.
import type { Compiler, TypeScript } from "./tslab.js";

export class Scopes {
  constructor(private readonly ts: Compiler) {}

  /** Names bound by an identifier or a destructuring pattern. */
  patternNames(name: TypeScript.BindingName, into: Set<string> = new Set()): Set<string> {
    if (this.ts.isIdentifier(name)) return into.add(this.ts.idText(name));
    for (const element of name.elements) {
      if (!this.ts.isOmittedExpression(element)) this.patternNames(element.name, into);
    }
    return into;
  }

  /** Names of `let`, `const`, `class` and `function` among a block's own statements. */
  blockNames(statements: readonly TypeScript.Node[], into: Set<string> = new Set()): Set<string> {
    const { ts } = this;
    for (const statement of statements) {
      if (ts.isVariableStatement(statement)) this.lexicalNames(statement.declarationList, into);
      else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) {
        into.add(ts.idText(statement.name));
      }
    }
    return into;
  }

  /** Names of a `let` or `const` list; those of a `var` belong to the function around. */
  lexicalNames(list: TypeScript.VariableDeclarationList, into: Set<string> = new Set()): Set<string> {
    if (!this.isVar(list)) for (const { name } of list.declarations) this.patternNames(name, into);
    return into;
  }

  isVar(list: TypeScript.VariableDeclarationList): boolean {
    return (list.flags & this.ts.NodeFlags.BlockScoped) === 0;
  }

  /** Names of every `var` below a node, however deep in blocks, but not in functions of their own. */
  varNames(node: TypeScript.Node, into: Set<string> = new Set()): Set<string> {
    const { ts } = this;
    ts.forEachChild(node, (child) => {
      if (ts.isFunctionLike(child) || ts.isClassStaticBlockDeclaration(child)) return;
      if (ts.isVariableDeclarationList(child) && this.isVar(child)) {
        for (const { name } of child.declarations) this.patternNames(name, into);
      }
      this.varNames(child, into);
    });
    return into;
  }

  /** Names that a node adds for what is inside it. */
  declaredBy(node: TypeScript.Node): Set<string> {
    const { ts } = this;
    const names = new Set<string>();
    if (ts.isFunctionLike(node)) {
      for (const parameter of node.parameters) this.patternNames(parameter.name, names);
      if (ts.isFunctionExpression(node) && node.name) names.add(ts.idText(node.name));
      const body = (node as TypeScript.FunctionLikeDeclaration).body;
      if (body) this.varNames(body, names);
    } else if (ts.isClassLike(node)) {
      if (node.name) names.add(ts.idText(node.name));
    } else if (ts.isClassStaticBlockDeclaration(node)) {
      this.varNames(node.body, names);
    } else if (ts.isBlock(node) || ts.isCaseBlock(node)) {
      const statements = ts.isBlock(node)
        ? node.statements
        : node.clauses.flatMap((clause) => [...clause.statements]);
      this.blockNames(statements, names);
    } else if (ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node)) {
      if (node.initializer && ts.isVariableDeclarationList(node.initializer)) {
        this.lexicalNames(node.initializer, names);
      }
    } else if (ts.isCatchClause(node) && node.variableDeclaration) {
      this.patternNames(node.variableDeclaration.name, names);
    }
    return names;
  }
}
