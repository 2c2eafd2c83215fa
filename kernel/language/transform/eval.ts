// Direct eval sees the notebook's variables: its text is compiled as part of the place where it stands. Any other way
// of evaluating text (`(0, eval)(text)`, `new Function`) sees globals only, as JavaScript has it.
import { type TypeScript, ts } from "../typescript.js";
import type { Rewriter } from "./rewriter.js";

/** Whether a call is a direct eval, whose callee is the plain name. */
export function isDirectEval(tree: TypeScript.CallExpression): boolean {
  return (
    ts.isIdentifier(tree.expression) &&
    ts.idText(tree.expression) === "eval" &&
    tree.questionDotToken === undefined &&
    tree.arguments.length > 0
  );
}

/** `eval($cell.eval(text, 3))`: the text is rewritten on the way. */
export function directEval(
  rewriter: Rewriter,
  original: TypeScript.CallExpression,
  visited: TypeScript.CallExpression,
): TypeScript.Node {
  const { factory } = rewriter;
  const [text, ...rest] = visited.arguments;
  // Of a spread argument nobody can tell the text.
  if (ts.isSpreadElement(text)) return visited;
  rewriter.wording.names();
  const number = rewriter.outline.evals.push(original) - 1;
  const rewritten = factory.createCallExpression(rewriter.cell("eval"), undefined, [
    text,
    factory.createNumericLiteral(number),
  ]);
  return factory.updateCallExpression(visited, visited.expression, undefined, [rewritten, ...rest]);
}
