// Loops that await get a check as their first statement, so that an interrupted cell does not run on in them.
// Loops that do not await are left alone: a signal stops those, and a check would cost a hot loop its speed.
import type { Compiler, TypeScript } from "./tslab.js";

export function isLoop(ts: Compiler, node: TypeScript.Node): node is TypeScript.IterationStatement {
  return ts.isIterationStatement(node, false);
}

/** Whether a node awaits in its own function. */
export function awaits(ts: Compiler, node: TypeScript.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return false;
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
  return ts.forEachChild(node, (child) => awaits(ts, child) || undefined) ?? false;
}

/** The loop with `check()` as the first statement of its body; `loop` itself where it does not await. */
export function withCheck(
  ts: Compiler,
  loop: TypeScript.IterationStatement,
  check: TypeScript.Expression,
): TypeScript.IterationStatement {
  if (!awaits(ts, ts.getOriginalNode(loop))) return loop;
  const { factory } = ts;
  const statement = factory.createExpressionStatement(factory.createCallExpression(check, undefined, []));
  const rest = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
  const body = factory.createBlock([statement, ...rest], true);
  if (ts.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
  if (ts.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
  if (ts.isForInStatement(loop)) {
    return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  }
  if (ts.isForOfStatement(loop)) {
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  }
  if (ts.isForStatement(loop)) {
    return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
  }
  return loop;
}
