// Turns the JavaScript that TypeScript makes of a cell into the body of a function over the notebook's store:
//   let x = 1           ->  let x = 1; $notebook.x = x;
//   x + y               ->  $notebook.x + $notebook.y      (y from an earlier cell)
//   import {a} from "m" ->  $notebook.a = $cell.modules["m"].a
//   the last expression ->  $cell.result = …
// The store is a plain object: a variable costs one property access, where tslab's proxy costs two microseconds.
// Every function reads the notebook's variables from the store, so that a name defined again is what all cells see.
import { isLoop, withCheck } from "./loop-check.js";
import { Scopes } from "./scope.js";
import type { Compiler, TypeScript } from "./tslab.js";

/** What the function of a cell is called with; the names are unlikely enough in a notebook. */
export const storeName = "$notebook";
export const cellName = "$cell";

export interface CellOutline {
  /** Modules to load before the cell runs. */
  imports: string[];
  /** Whether the cell awaits at its top. */
  awaits: boolean;
  hasResult: boolean;
  /** Names stored by each statement that declares something, in order; hoisted ones come first. */
  steps: string[][];
  /** Names stored elsewhere: enums, namespaces, and `var` in blocks and loops. */
  nested: string[];
}

export function emptyOutline(): CellOutline {
  return { imports: [], awaits: false, hasResult: false, steps: [], nested: [] };
}

/** A transformer for the JavaScript of one cell; it fills in `outline`. `earlier` are the store's names so far. */
export function cellTransformer(
  ts: Compiler,
  earlier: ReadonlySet<string>,
  outline: CellOutline,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => (file) => new CellTransform(ts, context, earlier, outline).file(file);
}

class CellTransform {
  private readonly factory: TypeScript.NodeFactory;
  private readonly scopes: Scopes;
  private notebook: ReadonlySet<string> = new Set();
  /** Names that a scope around the visited node declares for itself. */
  private hidden: ReadonlySet<string> = new Set();
  private functionDepth = 0;
  private parent: TypeScript.Node | undefined;
  private sourceFile: TypeScript.SourceFile | undefined;
  private readonly stored = new WeakSet<TypeScript.Node>();

  constructor(
    private readonly ts: Compiler,
    private readonly context: TypeScript.TransformationContext,
    private readonly earlier: ReadonlySet<string>,
    private readonly outline: CellOutline,
  ) {
    this.factory = context.factory;
    this.scopes = new Scopes(ts);
  }

  file(file: TypeScript.SourceFile): TypeScript.SourceFile {
    const { ts } = this;
    const own = this.scopes.varNames(file, this.scopes.blockNames(file.statements));
    for (const statement of file.statements) {
      if (ts.isImportDeclaration(statement))
        for (const [name] of this.importedNames(statement)) own.add(name);
    }
    this.notebook = new Set([...this.earlier, ...own]);
    this.parent = file;
    this.sourceFile = ts.getOriginalNode(file, ts.isSourceFile);

    const imports = file.statements.flatMap((statement) => this.importStatements(statement));
    const functions = file.statements.flatMap((statement) =>
      ts.isFunctionDeclaration(statement) && statement.name ? [ts.idText(statement.name)] : [],
    );
    const hoisted = [...imports, ...this.store(functions)];
    const result = file.statements.findLast(
      (statement) =>
        !ts.isExportDeclaration(statement) &&
        !ts.isEmptyStatement(statement) &&
        !this.isNotEmitted(statement),
    );
    const body = file.statements.flatMap((statement) => this.topLevel(statement, statement === result));
    return this.factory.updateSourceFile(file, [...hoisted, ...body]);
  }

  private isNotEmitted(node: TypeScript.Node): boolean {
    return node.kind === this.ts.SyntaxKind.NotEmittedStatement;
  }

  // ---- statements at the top of the cell

  private topLevel(statement: TypeScript.Statement, isLast: boolean): TypeScript.Statement[] {
    const { ts, factory } = this;
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
    if (isLast && ts.isExpressionStatement(statement)) return [this.result(statement, statement.expression)];
    if (ts.isExportAssignment(statement)) return [this.result(statement, statement.expression)];
    if (ts.isVariableStatement(statement)) return this.variables(statement);
    const visited = this.visit(statement) as TypeScript.Statement;
    if (ts.isFunctionDeclaration(visited)) {
      const { asteriskToken, name, parameters, body } = visited;
      const modifiers = this.withoutExport(visited.modifiers);
      return [
        factory.updateFunctionDeclaration(
          visited,
          modifiers,
          asteriskToken,
          name,
          undefined,
          parameters,
          undefined,
          body,
        ),
      ];
    }
    if (ts.isClassDeclaration(visited)) {
      const { name, heritageClauses, members } = visited;
      const modifiers = this.withoutExport(visited.modifiers);
      const declaration = factory.updateClassDeclaration(
        visited,
        modifiers,
        name,
        undefined,
        heritageClauses,
        members,
      );
      return [declaration, ...this.store(name ? [ts.idText(name)] : [])];
    }
    return [visited];
  }

  private withoutExport(modifiers: readonly TypeScript.ModifierLike[] | undefined) {
    const { ExportKeyword, DefaultKeyword } = this.ts.SyntaxKind;
    return modifiers?.filter(({ kind }) => kind !== ExportKeyword && kind !== DefaultKeyword);
  }

  private variables(statement: TypeScript.VariableStatement): TypeScript.Statement[] {
    const { ts, factory } = this;
    const original = ts.getOriginalNode(statement);
    if (ts.isEnumDeclaration(original) || ts.isModuleDeclaration(original)) {
      // `var E; (function (E) {…})(E || (E = {}))` must not add to an E of an earlier cell.
      const name = ts.idText(original.name as TypeScript.Identifier);
      this.outline.nested.push(name);
      return [this.assignment(name, factory.createVoidZero())];
    }
    const list = this.visit(statement.declarationList) as TypeScript.VariableDeclarationList;
    const names = statement.declarationList.declarations
      .filter(({ initializer }) => initializer || !this.scopes.isVar(statement.declarationList))
      .flatMap(({ name }) => [...this.scopes.patternNames(name)]);
    return [
      factory.updateVariableStatement(statement, this.withoutExport(statement.modifiers), list),
      ...this.store(names),
    ];
  }

  private result(statement: TypeScript.Statement, expression: TypeScript.Expression): TypeScript.Statement {
    const { ts, factory } = this;
    this.outline.hasResult = true;
    const value = this.visitUnder(statement, expression) as TypeScript.Expression;
    return ts.setTextRange(
      factory.createExpressionStatement(factory.createAssignment(this.cellMember("result"), value)),
      statement,
    );
  }

  /** `$notebook.x = x` for each name, and a note that the cell came so far. */
  private store(names: string[]): TypeScript.Statement[] {
    if (names.length === 0) return [];
    const { factory } = this;
    this.outline.steps.push(names);
    return [
      ...names.map((name) => this.assignment(name, factory.createIdentifier(name))),
      factory.createExpressionStatement(
        factory.createAssignment(
          this.cellMember("reached"),
          factory.createNumericLiteral(this.outline.steps.length),
        ),
      ),
    ];
  }

  private assignment(name: string, value: TypeScript.Expression): TypeScript.Statement {
    return this.factory.createExpressionStatement(this.factory.createAssignment(this.variable(name), value));
  }

  private variable(name: string): TypeScript.PropertyAccessExpression {
    const { factory } = this;
    const access = factory.createPropertyAccessExpression(factory.createIdentifier(storeName), name);
    this.stored.add(access);
    return access;
  }

  private cellMember(name: string): TypeScript.PropertyAccessExpression {
    return this.factory.createPropertyAccessExpression(this.factory.createIdentifier(cellName), name);
  }

  // ---- imports

  /** Each name that an import binds, with the export it stands for; undefined is the whole module. */
  private importedNames({ importClause }: TypeScript.ImportDeclaration): [string, string | undefined][] {
    const { ts } = this;
    const names: [string, string | undefined][] = [];
    if (importClause?.name) names.push([ts.idText(importClause.name), "default"]);
    const bindings = importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) names.push([ts.idText(bindings.name), undefined]);
    if (bindings && ts.isNamedImports(bindings)) {
      for (const { name, propertyName } of bindings.elements) {
        names.push([ts.idText(name), ts.idText(propertyName ?? name)]);
      }
    }
    return names;
  }

  private importStatements(statement: TypeScript.Statement): TypeScript.Statement[] {
    const { ts, factory } = this;
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const specifier = statement.moduleSpecifier.text;
    if (!this.outline.imports.includes(specifier)) this.outline.imports.push(specifier);
    if (ts.isExportDeclaration(statement)) return [];
    const names = this.importedNames(statement);
    const loaded = () =>
      factory.createElementAccessExpression(
        this.cellMember("modules"),
        factory.createStringLiteral(specifier),
      );
    const statements = names.map(([name, exported]) =>
      this.assignment(name, exported ? factory.createPropertyAccessExpression(loaded(), exported) : loaded()),
    );
    this.outline.steps.push(names.map(([name]) => name));
    const reached = factory.createNumericLiteral(this.outline.steps.length);
    return [
      ...statements,
      factory.createExpressionStatement(factory.createAssignment(this.cellMember("reached"), reached)),
    ];
  }

  // ---- expressions and nested statements

  private visitUnder(parent: TypeScript.Node, node: TypeScript.Node): TypeScript.Node {
    const outer = this.parent;
    this.parent = parent;
    const visited = this.visit(node);
    this.parent = outer;
    return visited;
  }

  private visit = (node: TypeScript.Node): TypeScript.Node => {
    const { ts } = this;
    const { parent, hidden, functionDepth } = this;
    const declared = [...this.scopes.declaredBy(node)].filter((name) => this.notebook.has(name));
    if (declared.length > 0) this.hidden = new Set([...hidden, ...declared]);
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node) || ts.isPropertyDeclaration(node)) {
      this.functionDepth++;
    }
    const visited = this.visitInside(node);
    this.parent = parent;
    this.hidden = hidden;
    this.functionDepth = functionDepth;
    return visited;
  };

  private visitChildren<T extends TypeScript.Node>(node: T): T {
    this.parent = node;
    return this.ts.visitEachChild(
      node,
      (child) => {
        this.parent = node;
        return this.visit(child);
      },
      this.context,
    );
  }

  private visitInside(node: TypeScript.Node): TypeScript.Node {
    const { ts, factory } = this;
    if (ts.isIdentifier(node)) return this.identifier(node);
    if (ts.isShorthandPropertyAssignment(node)) return this.shorthand(node);
    if (ts.isCallExpression(node)) return this.call(node);
    if (ts.isTaggedTemplateExpression(node)) {
      const visited = this.visitChildren(node);
      return factory.updateTaggedTemplateExpression(
        visited,
        this.detached(visited.tag),
        undefined,
        visited.template,
      );
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      return this.cellMember("meta");
    if (this.functionDepth === 0) {
      if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))
        this.outline.awaits = true;
      if (ts.isVariableStatement(node) && this.isNotebookVar(node.declarationList)) {
        return factory.createExpressionStatement(this.varAssignments(node.declarationList));
      }
      if (ts.isVariableDeclarationList(node) && this.isNotebookVar(node)) {
        const [declaration] = node.declarations;
        const isTarget =
          this.parent && (ts.isForInStatement(this.parent) || ts.isForOfStatement(this.parent));
        if (!isTarget) return this.varAssignments(node);
        this.outline.nested.push(...this.scopes.patternNames(declaration.name));
        return this.target(declaration.name);
      }
    }
    const visited = this.visitChildren(node);
    return isLoop(ts, visited) ? withCheck(ts, visited, this.cellMember("check")) : visited;
  }

  private identifier(node: TypeScript.Identifier): TypeScript.Node {
    const { ts } = this;
    const name = ts.idText(node);
    if (!this.notebook.has(name) || this.hidden.has(name) || !this.isReference(node)) return node;
    const access = ts.setSourceMapRange(this.variable(name), node);
    return ts.setOriginalNode(access, node);
  }

  /** Whether an identifier stands for a variable, rather than for a member, a label or a declaration. */
  private isReference(node: TypeScript.Identifier): boolean {
    const { ts, parent } = this;
    if (!parent) return false;
    if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent))
      return false;
    if (ts.isBindingElement(parent)) return parent.name !== node && parent.propertyName !== node;
    if (
      ts.isPropertyAccessExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isClassElement(parent) ||
      ts.isObjectLiteralElement(parent) ||
      ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionLike(parent) ||
      ts.isClassLike(parent)
    ) {
      return parent.name !== node;
    }
    return true;
  }

  private shorthand(node: TypeScript.ShorthandPropertyAssignment): TypeScript.Node {
    const { factory, ts } = this;
    const name = ts.idText(node.name);
    const outside = this.notebook.has(name) && !this.hidden.has(name);
    const initializer = node.objectAssignmentInitializer;
    if (!outside) return this.visitChildren(node);
    const target = ts.setSourceMapRange(this.variable(name), node.name);
    if (!initializer) return factory.createPropertyAssignment(name, target);
    const fallback = this.visitUnder(node, initializer) as TypeScript.Expression;
    return factory.createPropertyAssignment(name, factory.createAssignment(target, fallback));
  }

  private call(node: TypeScript.CallExpression): TypeScript.Node {
    const { ts, factory } = this;
    const visited = this.visitChildren(node);
    if (visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return factory.updateCallExpression(visited, this.cellMember("import"), undefined, visited.arguments);
    }
    const callee = this.detached(visited.expression);
    if (ts.isCallChain(visited)) {
      return factory.updateCallChain(visited, callee, visited.questionDotToken, undefined, visited.arguments);
    }
    return factory.updateCallExpression(visited, callee, undefined, visited.arguments);
  }

  /** `(0, $notebook.f)`: a function called by its name has no `this`. */
  private detached<T extends TypeScript.Expression>(callee: T): T | TypeScript.ParenthesizedExpression {
    const { ts, factory } = this;
    if (!this.stored.has(ts.skipPartiallyEmittedExpressions(callee))) return callee;
    const detached = factory.createParenthesizedExpression(
      factory.createComma(factory.createNumericLiteral(0), callee),
    );
    // V8 places the call behind the parenthesis; for a reader it is where the name starts.
    const { pos } = ts.getSourceMapRange(callee);
    const file = this.sourceFile;
    return file ? ts.setSourceMapRange(detached, { pos, end: ts.skipTrivia(file.text, pos) }) : detached;
  }

  // ---- `var` in blocks and loops at the top of a cell: a notebook's variable too

  private isNotebookVar(list: TypeScript.VariableDeclarationList): boolean {
    return this.scopes.isVar(list);
  }

  private varAssignments(list: TypeScript.VariableDeclarationList): TypeScript.Expression {
    const { factory } = this;
    const assignments = list.declarations.flatMap(({ name, initializer }) => {
      if (!initializer) return [];
      const value = this.visitUnder(list, initializer) as TypeScript.Expression;
      return [factory.createAssignment(this.target(name), value)];
    });
    for (const { name } of list.declarations) this.outline.nested.push(...this.scopes.patternNames(name));
    if (assignments.length === 0) return factory.createVoidZero();
    return assignments.reduce<TypeScript.Expression>(
      (before, next) => (before === next ? next : factory.createComma(before, next)),
      assignments[0],
    );
  }

  /** A binding pattern as the target of an assignment. */
  private target(name: TypeScript.BindingName): TypeScript.Expression {
    const { ts, factory } = this;
    if (ts.isIdentifier(name)) return ts.setSourceMapRange(this.variable(ts.idText(name)), name);
    const withDefault = (element: TypeScript.BindingElement): TypeScript.Expression => {
      const target = this.target(element.name);
      if (!element.initializer) return target;
      return factory.createAssignment(
        target,
        this.visitUnder(element, element.initializer) as TypeScript.Expression,
      );
    };
    if (ts.isArrayBindingPattern(name)) {
      return factory.createArrayLiteralExpression(
        name.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return element;
          return element.dotDotDotToken
            ? factory.createSpreadElement(this.target(element.name))
            : withDefault(element);
        }),
      );
    }
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken) return factory.createSpreadAssignment(this.target(element.name));
        const key = element.propertyName ?? (element.name as TypeScript.Identifier);
        return factory.createPropertyAssignment(
          this.visitUnder(element, key) as TypeScript.PropertyName,
          withDefault(element),
        );
      }),
    );
  }
}
