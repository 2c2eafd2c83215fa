// Functions and classes at the top of a cell: values of the notebook's variables, under their own names.
import { type TypeScript, ts } from "../typescript.js";
import type { Rewriter } from "./rewriter.js";
import { plainModifiers } from "./syntax.js";

const isModifier = (node: TypeScript.ModifierLike): node is TypeScript.Modifier => !ts.isDecorator(node);

function functionExpression(
  rewriter: Rewriter,
  node: TypeScript.FunctionDeclaration,
): TypeScript.FunctionExpression {
  const { factory } = rewriter;
  const { modifiers, asteriskToken, parameters, body } = rewriter.children(node);
  const made = factory.createFunctionExpression(
    plainModifiers(modifiers)?.filter(isModifier),
    asteriskToken,
    node.name,
    undefined,
    parameters,
    undefined,
    body ?? factory.createBlock([]),
  );
  return ts.setOriginalNode(ts.setTextRange(made, node), node);
}

/** `function f() {}` is there from the cell's start. */
export function functionDeclaration(
  rewriter: Rewriter,
  node: TypeScript.FunctionDeclaration & { name: TypeScript.Identifier },
): TypeScript.Statement {
  const name = ts.idText(node.name);
  const value = functionExpression(rewriter, node);
  return ts.setTextRange(rewriter.assignment(rewriter.variable(name), value), node);
}

/** `export default function () {}` is the cell's result. */
export function anonymousFunction(
  rewriter: Rewriter,
  node: TypeScript.FunctionDeclaration,
): TypeScript.Statement {
  return rewriter.result(node, rewriter.named(functionExpression(rewriter, node), "default"));
}

export function classDeclaration(
  rewriter: Rewriter,
  node: TypeScript.ClassDeclaration,
): TypeScript.Statement[] {
  const isLegacy = rewriter.context.getCompilerOptions().experimentalDecorators === true;
  if (isLegacy && isDecorated(node)) return legacyDecoratedClass(rewriter, node);
  const { factory } = rewriter;
  const { name, modifiers, heritageClauses, members } = rewriter.children(node);
  const decorators = modifiers?.filter(ts.isDecorator);
  const made = factory.createClassExpression(decorators, name, undefined, heritageClauses, members);
  const expression = ts.setOriginalNode(ts.setTextRange(made, node), node);
  if (!node.name) return [rewriter.result(node, rewriter.named(expression, "default"))];
  const assignment = rewriter.assignment(rewriter.initial(ts.idText(node.name)), expression);
  return [ts.setTextRange(assignment, node)];
}

const hasDecorators = (node: TypeScript.Node): boolean =>
  ts.canHaveDecorators(node) && (ts.getDecorators(node)?.length ?? 0) > 0;

function isDecorated(node: TypeScript.ClassDeclaration): boolean {
  return (
    hasDecorators(node) ||
    node.members.some(
      (member) =>
        hasDecorators(member) || (ts.isFunctionLike(member) && member.parameters.some(hasDecorators)),
    )
  );
}

/**
 * TypeScript's own decorators (`experimentalDecorators`) rewrite declarations only: the class is a local one first,
 * `let C = class C {…}; C = __decorate(…)`, then the notebook's.
 */
function legacyDecoratedClass(rewriter: Rewriter, node: TypeScript.ClassDeclaration): TypeScript.Statement[] {
  const { factory } = rewriter;
  const visited = rewriter.children(node);
  const name = visited.name ?? factory.createUniqueName("default_class");
  const made = factory.updateClassDeclaration(
    visited,
    plainModifiers(visited.modifiers),
    name,
    undefined,
    visited.heritageClauses,
    visited.members,
  );
  if (!node.name) return [made, rewriter.result(node, name)];
  const text = ts.idText(node.name);
  return [made, rewriter.assignment(rewriter.initial(text), factory.createIdentifier(text))];
}
