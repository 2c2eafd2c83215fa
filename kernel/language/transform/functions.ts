// Functions and classes at the top of a cell: values of the notebook's variables, under their own names.
import { type TypeScript, ts } from "../typescript.js";
import type { Rewriter } from "./rewriter.js";
import { plainModifiers } from "./syntax.js";
import { functionChildren } from "./wording.js";

const isModifier = (tree: TypeScript.ModifierLike): tree is TypeScript.Modifier => !ts.isDecorator(tree);

function functionExpression(
  rewriter: Rewriter,
  tree: TypeScript.FunctionDeclaration,
): TypeScript.FunctionExpression {
  const { factory } = rewriter;
  const { modifiers, asteriskToken, parameters, body } = functionChildren(rewriter, tree);
  const made = factory.createFunctionExpression(
    plainModifiers(modifiers)?.filter(isModifier),
    asteriskToken,
    tree.name,
    undefined,
    parameters,
    undefined,
    body ?? factory.createBlock([]),
  );
  return ts.setOriginalNode(ts.setTextRange(made, tree), tree);
}

/** `function f() {}` is there from the cell's start. */
export function functionDeclaration(
  rewriter: Rewriter,
  tree: TypeScript.FunctionDeclaration & { name: TypeScript.Identifier },
): TypeScript.Statement {
  const name = ts.idText(tree.name);
  const value = functionExpression(rewriter, tree);
  return ts.setTextRange(rewriter.assignment(rewriter.variable(name), value), tree);
}

/** `export default function () {}` is the cell's result. */
export function anonymousFunction(
  rewriter: Rewriter,
  tree: TypeScript.FunctionDeclaration,
): TypeScript.Statement {
  return rewriter.result(tree, rewriter.named(functionExpression(rewriter, tree), "default"));
}

export function classDeclaration(
  rewriter: Rewriter,
  tree: TypeScript.ClassDeclaration,
): TypeScript.Statement[] {
  const isLegacy = rewriter.context.getCompilerOptions().experimentalDecorators === true;
  if (isLegacy && isDecorated(tree)) return legacyDecoratedClass(rewriter, tree);
  const { factory } = rewriter;
  const { name, modifiers, heritageClauses, members } = rewriter.children(tree);
  const decorators = modifiers?.filter(ts.isDecorator);
  const made = factory.createClassExpression(decorators, name, undefined, heritageClauses, members);
  const expression = ts.setOriginalNode(ts.setTextRange(made, tree), tree);
  if (!tree.name) return [rewriter.result(tree, rewriter.named(expression, "default"))];
  const assignment = rewriter.assignment(rewriter.initial(ts.idText(tree.name)), expression);
  return [ts.setTextRange(assignment, tree)];
}

const hasDecorators = (tree: TypeScript.Node): boolean =>
  ts.canHaveDecorators(tree) && (ts.getDecorators(tree)?.length ?? 0) > 0;

function isDecorated(tree: TypeScript.ClassDeclaration): boolean {
  return (
    hasDecorators(tree) ||
    tree.members.some(
      (member) =>
        hasDecorators(member) || (ts.isFunctionLike(member) && member.parameters.some(hasDecorators)),
    )
  );
}

/**
 * TypeScript's own decorators (`experimentalDecorators`) rewrite declarations only: the class is a local one first,
 * `let C = class C {…}; C = __decorate(…)`, then the notebook's.
 */
function legacyDecoratedClass(rewriter: Rewriter, tree: TypeScript.ClassDeclaration): TypeScript.Statement[] {
  const { factory } = rewriter;
  const visited = rewriter.children(tree);
  const name = visited.name ?? factory.createUniqueName("default_class");
  const made = factory.updateClassDeclaration(
    visited,
    plainModifiers(visited.modifiers),
    name,
    undefined,
    visited.heritageClauses,
    visited.members,
  );
  if (!tree.name) return [made, rewriter.result(tree, name)];
  const text = ts.idText(tree.name);
  return [made, rewriter.assignment(rewriter.initial(text), factory.createIdentifier(text))];
}
