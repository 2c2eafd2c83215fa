// The transform of a cell: runs before TypeScript's own, on the tree that was checked, and asks the checker which symbol
// an identifier is. All that is declared at the cell's top becomes part of the notebook's store; inside of functions and
// blocks code stays what it is, but for references to those symbols and the checks of loops.
//
//   statements at the top: here     references.ts  variables.ts  functions.ts (classes too)  imports.ts  enums.ts
//   everywhere: loops.ts  awaits.ts  eval.ts        early.ts: what may be read too early
import {
  type BoundSourceFile,
  type DeclaredSymbol,
  type OpenChecker,
  type TypeScript,
  ts,
} from "../typescript.js";
import { awaitExpression, forAwait, tryStatement } from "./awaits.js";
import { storeNamespaces, withoutExport } from "./enums.js";
import { directEval, isDirectEval } from "./eval.js";
import { anonymousFunction, classDeclaration, functionDeclaration } from "./functions.js";
import { exportDeclaration, importDeclaration, importEquals, nestedImportEquals } from "./imports.js";
import { checkedLoop, LoopRewriter } from "./loops.js";
import { bindMarkup } from "./markup.js";
import type { CellOutline } from "./outline.js";
import { assignment, detached, identifier, shorthand, typeOf } from "./references.js";
import { type KernelNames, Rewriter } from "./rewriter.js";
import type { NotebookSymbols } from "./symbols.js";
import { awaits, boundNames, hasModuleThis, isAmbient, isAtTop, isTypeOnly } from "./syntax.js";
import { declarationList, variableStatement } from "./variables.js";
import { catchClause, functionChildren, isMadeOutside, ownValue } from "./wording.js";

export interface CellTransform {
  checker: OpenChecker;
  notebook: NotebookSymbols;
  /** Filled in by the transform. */
  outline: CellOutline;
  names: KernelNames;
  /** The text of a direct eval is a scope of its own: only references in it are the notebook's. */
  isEval?: boolean;
}

/** What TypeScript's emit is to do besides. */
export function cellTransformers(options: CellTransform): TypeScript.CustomTransformers {
  return {
    before: [
      (context) => (file) => {
        const rewriter = new Rewriter(context, file, { ...options, visitNode: visitor(context, options) });
        return options.isEval ? rewriter.children(file) : cell(rewriter, file as BoundSourceFile);
      },
    ],
    after: [
      (context) => (file) =>
        file.languageVariant === ts.LanguageVariant.JSX ? bindMarkup(context, options)(file) : file,
      (context) => storeNamespaces(context, options),
    ],
  };
}

// ---- the cell's top

function cell(rewriter: Rewriter, file: BoundSourceFile): TypeScript.SourceFile {
  const { factory } = rewriter;
  file.locals?.forEach((symbol, key) => {
    note(rewriter, ts.unescapeLeadingUnderscores(key), symbol);
  });
  const last = file.statements.findLast(
    (statement) =>
      !ts.isExportDeclaration(statement) && !ts.isEmptyStatement(statement) && !isTypeOnly(statement),
  );
  const hoisted: TypeScript.Statement[] = [];
  const body: TypeScript.Statement[] = [];
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && isNamed(statement)) {
      if (statement.body && !isAmbient(statement)) hoisted.push(functionDeclaration(rewriter, statement));
    } else {
      body.push(...topLevel(rewriter, statement, statement === last), ...step(rewriter, statement));
    }
  }
  const statements = factory.createNodeArray([...hoisted, ...body]);
  return factory.updateSourceFile(file, ts.setTextRange(statements, file.statements));
}

const isNamed = (
  tree: TypeScript.FunctionDeclaration,
): tree is TypeScript.FunctionDeclaration & { name: TypeScript.Identifier } => tree.name !== undefined;

/** What is there, without its value, from the cell's start, unless it is a class's or a block's name as well. */
const undefinedFirst =
  ts.SymbolFlags.FunctionScopedVariable |
  ts.SymbolFlags.Function |
  ts.SymbolFlags.Enum |
  ts.SymbolFlags.ValueModule;

/** Notes what a name of the cell needs before the cell runs. */
function note({ notebook, outline }: Rewriter, name: string, symbol: DeclaredSymbol): void {
  if (!notebook.has(symbol)) return;
  const { SymbolFlags } = ts;
  const { flags } = symbol.exportSymbol ?? symbol;
  if ((flags & SymbolFlags.Alias) !== 0) return;
  if ((flags & SymbolFlags.Value & ~SymbolFlags.NamespaceModule) === 0) return;
  if (notebook.isAmbient(symbol)) {
    outline.ambient.push(name);
    return;
  }
  outline.declared.push(name);
  const isLate = (flags & (SymbolFlags.Class | SymbolFlags.BlockScopedVariable)) !== 0;
  if ((flags & undefinedFirst) !== 0 && !isLate) outline.undefinedFirst.push(name);
}

/** Notes that the cell came so far: what it did not come to declare is withheld from later cells. */
function step(rewriter: Rewriter, statement: TypeScript.Statement): TypeScript.Statement[] {
  if (isAmbient(statement)) return [];
  const names: string[] = [];
  if (ts.isVariableStatement(statement)) {
    const { flags, declarations } = statement.declarationList;
    if ((flags & ts.NodeFlags.BlockScoped) !== 0) {
      names.push(...declarations.flatMap(({ name }) => boundNames(name).map((one) => ts.idText(one))));
    }
  } else if (ts.isClassDeclaration(statement) && statement.name) {
    names.push(ts.idText(statement.name));
  }
  if (names.length === 0) return [];
  const reached = rewriter.outline.steps.push(names);
  return [rewriter.assignment(rewriter.cell("reached"), rewriter.factory.createNumericLiteral(reached))];
}

function topLevel(
  rewriter: Rewriter,
  statement: TypeScript.Statement,
  isLast: boolean,
): TypeScript.Statement[] {
  if (isTypeOnly(statement)) return [];
  if (ts.isImportDeclaration(statement)) {
    importDeclaration(rewriter, statement);
    return [];
  }
  if (ts.isExportDeclaration(statement)) {
    exportDeclaration(rewriter, statement);
    return [];
  }
  if (ts.isImportEqualsDeclaration(statement)) return importEquals(rewriter, statement);
  if (ts.isExportAssignment(statement)) {
    const value = rewriter.expression(statement.expression);
    return [rewriter.result(statement, statement.isExportEquals ? value : rewriter.named(value, "default"))];
  }
  if (isLast && ts.isExpressionStatement(statement)) {
    return [rewriter.result(statement, rewriter.expression(statement.expression))];
  }
  if (ts.isFunctionDeclaration(statement)) {
    return statement.body ? [anonymousFunction(rewriter, statement)] : [];
  }
  if (ts.isClassDeclaration(statement)) return classDeclaration(rewriter, statement);
  const visited = rewriter.visit(statement);
  const statements = visited === undefined ? [] : Array.isArray(visited) ? visited : [visited];
  return statements
    .filter(ts.isStatement)
    .map((made) =>
      ts.isEnumDeclaration(made) || ts.isModuleDeclaration(made)
        ? withoutExport(rewriter.context, made)
        : made,
    );
}

// ---- everything below

function visitor(context: TypeScript.TransformationContext, { names }: CellTransform) {
  const { factory } = context;
  const member = (name: string) =>
    factory.createPropertyAccessExpression(factory.createIdentifier(names.cell), name);
  const loops = new LoopRewriter(factory, {
    stop: () => factory.createIdentifier(names.stop),
    check: () => member("check"),
    checkCell: () => member("checkCell"),
  });

  return (rewriter: Rewriter, tree: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node> => {
    // A heritage clause names types by expressions that run.
    if (ts.isTypeNode(tree) && !ts.isExpressionWithTypeArguments(tree)) return tree;
    if (isTypeOnly(tree)) return tree;
    if (ts.isIdentifier(tree)) return identifier(rewriter, tree);
    rewriter.wording.look(tree);
    const loop = checkedLoop(
      loops,
      tree,
      (inner) => rewriter.children(inner),
      (original, made) => (isForAwaitAtTop(original) ? forAwait(rewriter, made) : made),
    );
    if (loop !== undefined) return loop;
    if (ts.isFunctionLike(tree) || ts.isClassStaticBlockDeclaration(tree)) {
      return loops.inFunction(() => functionChildren(rewriter, tree));
    }
    if (isMadeOutside(tree)) return rewriter.wording.outside(() => rewriter.children(tree));
    if (ts.isExpression(tree) && rewriter.wording.isOwnValue(tree)) return ownValue(rewriter, tree);
    return expression(rewriter, tree);
  };
}

function isForAwaitAtTop(tree: TypeScript.IterationStatement): boolean {
  return ts.isForOfStatement(tree) && tree.awaitModifier !== undefined && isAtTop(tree);
}

function expression(rewriter: Rewriter, tree: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node> {
  const { factory } = rewriter;
  if (ts.isShorthandPropertyAssignment(tree)) return shorthand(rewriter, tree);
  if (ts.isCallExpression(tree)) return call(rewriter, tree);
  if (ts.isTaggedTemplateExpression(tree)) {
    const { tag, template } = rewriter.children(tree);
    return factory.updateTaggedTemplateExpression(tree, detached(rewriter, tag), undefined, template);
  }
  if (ts.isMetaProperty(tree)) {
    return tree.keywordToken === ts.SyntaxKind.ImportKeyword ? rewriter.cell("meta") : tree;
  }
  if (ts.isAwaitExpression(tree) && isAtTop(tree)) return awaitExpression(rewriter, tree);
  if (ts.isTryStatement(tree) && isAtTop(tree) && awaits(tree)) return tryStatement(rewriter, tree);
  if (ts.isCatchClause(tree)) return catchClause(rewriter, tree);
  if (ts.isBinaryExpression(tree)) return binary(rewriter, tree);
  if (ts.isTypeOfExpression(tree)) return typeOf(rewriter, tree);
  if (ts.isVariableStatement(tree)) return variableStatement(rewriter, tree);
  if (ts.isVariableDeclarationList(tree)) return declarationList(rewriter, tree);
  if (ts.isImportEqualsDeclaration(tree)) return nestedImportEquals(rewriter, tree);
  if (ts.isExportSpecifier(tree)) return tree;
  // The cell's function is an arrow function, so that `arguments` is not the kernel's; a module has no `this`.
  if (tree.kind === ts.SyntaxKind.ThisKeyword && hasModuleThis(tree)) return factory.createVoidZero();
  if (ts.isReturnStatement(tree) || ts.isThrowStatement(tree) || ts.isYieldExpression(tree)) {
    return withPrintableOperand(rewriter, tree);
  }
  return rewriter.children(tree);
}

function binary(rewriter: Rewriter, tree: TypeScript.BinaryExpression): TypeScript.Node {
  return ts.isAssignmentOperator(tree.operatorToken.kind)
    ? assignment(rewriter, tree)
    : rewriter.children(tree);
}

function call(rewriter: Rewriter, tree: TypeScript.CallExpression): TypeScript.Node {
  const { factory } = rewriter;
  const visited = rewriter.children(tree);
  if (tree.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return factory.updateCallExpression(visited, rewriter.cell("import"), undefined, visited.arguments);
  }
  if (isDirectEval(tree)) return directEval(rewriter, tree, visited);
  const callee = detached(rewriter, visited.expression);
  if (ts.isCallChain(visited)) {
    return factory.updateCallChain(visited, callee, visited.questionDotToken, undefined, visited.arguments);
  }
  return factory.updateCallExpression(visited, callee, undefined, visited.arguments);
}

/**
 * TypeScript 6.0.3 cannot print `return o?.#p`: its parenthesizeExpressionForNoAsi takes the name for an identifier.
 */
function withPrintableOperand(
  rewriter: Rewriter,
  tree: TypeScript.ReturnStatement | TypeScript.ThrowStatement | TypeScript.YieldExpression,
): TypeScript.Node {
  const { factory } = rewriter;
  const visited = rewriter.children(tree);
  if (!visited.expression || !tree.expression || !endsInPrivateName(tree.expression)) return visited;
  const operand = factory.createParenthesizedExpression(visited.expression);
  if (ts.isReturnStatement(visited)) return factory.updateReturnStatement(visited, operand);
  if (ts.isThrowStatement(visited)) return factory.updateThrowStatement(visited, operand);
  return factory.updateYieldExpression(visited, visited.asteriskToken, operand);
}

function endsInPrivateName(tree: TypeScript.Expression): boolean {
  let at = tree;
  while (
    ts.isPropertyAccessExpression(at) ||
    ts.isElementAccessExpression(at) ||
    ts.isCallExpression(at) ||
    ts.isNonNullExpression(at)
  ) {
    if (ts.isPropertyAccessExpression(at) && ts.isPrivateIdentifier(at.name)) return true;
    at = at.expression;
  }
  return false;
}
