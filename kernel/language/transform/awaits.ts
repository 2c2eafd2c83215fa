// `await` at the top of a cell. A cell that was given up after an interrupt may settle later, while newer cells run: it
// stops for ever at the next of its own awaits, so that it changes nothing any more.
import { type TypeScript, ts } from "../typescript.js";
import type { Rewriter } from "./rewriter.js";

/** `$cell.isOver ? await $cell.never : …` */
function stop({ factory, cell }: { factory: TypeScript.NodeFactory; cell: Rewriter["cell"] }) {
  return factory.createAwaitExpression(cell("never"));
}

/** `($cell.awaited = await x, $cell.isOver ? await $cell.never : $cell.awaited)` */
export function awaitExpression(rewriter: Rewriter, tree: TypeScript.AwaitExpression): TypeScript.Expression {
  const { factory } = rewriter;
  const cell = rewriter.cell.bind(rewriter);
  rewriter.outline.awaits = true;
  const visited = rewriter.children(tree);
  const value = cell("awaited");
  const kept = factory.createAssignment(value, visited);
  const goesOn = factory.createConditionalExpression(
    cell("isOver"),
    undefined,
    stop({ factory, cell }),
    undefined,
    value,
  );
  return factory.createParenthesizedExpression(factory.createComma(kept, goesOn));
}

/** `if ($cell.isOver) await $cell.never;` */
function stopStatement(rewriter: Rewriter): TypeScript.Statement {
  const { factory } = rewriter;
  const cell = rewriter.cell.bind(rewriter);
  return factory.createIfStatement(
    cell("isOver"),
    factory.createExpressionStatement(stop({ factory, cell })),
  );
}

/** An await that rejects goes on in a catch clause, or in `finally`. */
export function tryStatement(rewriter: Rewriter, tree: TypeScript.TryStatement): TypeScript.Statement {
  const { factory } = rewriter;
  const { tryBlock, catchClause, finallyBlock } = rewriter.children(tree);
  const begin = (block: TypeScript.Block) =>
    factory.updateBlock(block, [stopStatement(rewriter), ...block.statements]);
  return factory.updateTryStatement(
    tree,
    tryBlock,
    catchClause &&
      factory.updateCatchClause(catchClause, catchClause.variableDeclaration, begin(catchClause.block)),
    finallyBlock && begin(finallyBlock),
  );
}

/** `for await` at the top: each turn begins with an await. */
export function forAwait(rewriter: Rewriter, visited: TypeScript.Statement): TypeScript.Statement {
  const { factory } = rewriter;
  rewriter.outline.awaits = true;
  if (!ts.isForOfStatement(visited)) return visited;
  const { awaitModifier, initializer, expression, statement } = visited;
  const rest = ts.isBlock(statement) ? statement.statements : [statement];
  const body = ts.setTextRange(factory.createBlock([stopStatement(rewriter), ...rest], true), statement);
  return factory.updateForOfStatement(visited, awaitModifier, initializer, expression, body);
}
