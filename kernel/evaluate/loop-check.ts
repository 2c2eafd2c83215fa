// Loops get a check as their first statement, so that an interrupt ends them whatever the main thread is in: a signal
// reaches only the first synchronous part of a cell, not what runs after an await, in a timer or in microtasks.
//
// A loop that only counts and computes has none. Another that does not await reads one number of shared memory, which the control thread sets when an interrupt comes in:
// measured at 0 to 1 ns a turn. A loop that awaits also asks whether its own cell was stopped, as it may go on in
// a later one.
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

/** The global that compiled loops read. */
const stopName = "__normlabStop";

/** Makes loops throw `interrupt` for as long as `requested[0]` is not 0. */
export function installStop(requested: Int32Array, interrupt: unknown): void {
  const now = () => {
    throw interrupt;
  };
  Object.defineProperty(globalThis, stopName, {
    value: Object.freeze({ requested, now }),
    configurable: true,
  });
}

/** if (__normlabStop.requested[0] !== 0) __normlabStop.now(); */
function stopStatement({ factory, SyntaxKind }: Compiler): TypeScript.Statement {
  const member = (name: string) =>
    factory.createPropertyAccessExpression(factory.createIdentifier(stopName), name);
  const requested = factory.createElementAccessExpression(member("requested"), 0);
  return factory.createIfStatement(
    factory.createBinaryExpression(
      requested,
      SyntaxKind.ExclamationEqualsEqualsToken,
      factory.createNumericLiteral(0),
    ),
    factory.createExpressionStatement(factory.createCallExpression(member("now"), undefined, [])),
  );
}

/**
 * Whether a loop counts to a bound and only computes on the way: `for (let i = 0; i < n; i++) s += x[i] * y[i]`.
 * Such a loop ends by itself, at a nanosecond a turn, which a check would double; loops around it have theirs.
 */
function isCounting(ts: Compiler, loop: TypeScript.IterationStatement): boolean {
  if (!ts.isForStatement(loop) || !loop.condition || !loop.incrementor) return false;
  const { condition, incrementor } = loop;
  const { LessThanToken, LessThanEqualsToken, GreaterThanToken, GreaterThanEqualsToken } = ts.SyntaxKind;
  const bounds: TypeScript.SyntaxKind[] = [
    LessThanToken,
    LessThanEqualsToken,
    GreaterThanToken,
    GreaterThanEqualsToken,
  ];
  if (!ts.isBinaryExpression(condition) || !bounds.includes(condition.operatorToken.kind)) return false;
  if (![condition, incrementor, loop.statement].every((part) => onlyComputes(ts, part))) return false;
  return (
    ts.isPostfixUnaryExpression(incrementor) ||
    ts.isPrefixUnaryExpression(incrementor) ||
    isStep(ts, incrementor)
  );
}

function isStep(ts: Compiler, node: TypeScript.Expression): boolean {
  const { PlusEqualsToken, MinusEqualsToken } = ts.SyntaxKind;
  if (!ts.isBinaryExpression(node)) return false;
  return node.operatorToken.kind === PlusEqualsToken || node.operatorToken.kind === MinusEqualsToken;
}

/** No loops, waits or calls, but for those of Math. */
function onlyComputes(ts: Compiler, node: TypeScript.Node): boolean {
  if (isLoop(ts, node) || ts.isAwaitExpression(node) || ts.isYieldExpression(node)) return false;
  if (ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) return false;
  if (ts.isCallExpression(node)) {
    const { expression: callee } = node;
    const isMath =
      ts.isPropertyAccessExpression(callee) &&
      ts.isIdentifier(callee.expression) &&
      ts.idText(callee.expression) === "Math";
    if (!isMath) return false;
  }
  return !ts.forEachChild(node, (child) => !onlyComputes(ts, child) || undefined);
}

/** The loop with the checks in front of its body: for an interrupt, and by `check()` for its cell if it awaits. */
export function withCheck(
  ts: Compiler,
  loop: TypeScript.IterationStatement,
  check: TypeScript.Expression,
): TypeScript.IterationStatement {
  const { factory } = ts;
  if (isCounting(ts, loop)) return loop;
  const checks = [stopStatement(ts)];
  if (awaits(ts, ts.getOriginalNode(loop))) {
    checks.push(factory.createExpressionStatement(factory.createCallExpression(check, undefined, [])));
  }
  const rest = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
  const body = factory.createBlock([...checks, ...rest], true);
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
