// Loops look whether they are to end, so that an interrupt stops them wherever they run: a signal reaches only the first
// synchronous part of a cell, not what runs after an await, in a timer or in microtasks.
//
// A loop that only computes counts its turns in a local number and looks every so often, which costs a few tenths of
// a nanosecond a turn. Any other, whose turns may be long, looks each time at a number in shared memory. One that
// awaits asks for its own cell, too, which may have been given up while another one runs.
import { type TypeScript, ts } from "../typescript.js";
import { awaits, isLoop } from "./syntax.js";

/** Turns of loops that only compute between two looks: below a millisecond, unless an iterator takes its time. */
const turns = 128;

/** What checks reach when they run. */
export interface LoopState {
  /** `stop[0]` is 0 while loops may go on. */
  readonly stop: Int32Array;
  /** Throws when an interrupt is there. */
  check(): void;
  /** Throws as well when the cell that the loop runs for was stopped. */
  checkCell(): void;
}

/** How checks are written. */
export interface LoopChecks {
  /** The shared array; `stop[0]` is 0 while loops may go on. */
  stop(): TypeScript.Expression;
  /** Throws when the loop is to end. */
  check(): TypeScript.Expression;
  /** Throws when the cell that the loop runs for is over, as well. */
  checkCell(): TypeScript.Expression;
}

/** No loops, waits or calls, but for those of Math. */
function onlyComputes(tree: TypeScript.Node): boolean {
  if (ts.isAwaitExpression(tree) || ts.isYieldExpression(tree)) return false;
  if (ts.isNewExpression(tree) || ts.isTaggedTemplateExpression(tree)) return false;
  if (ts.isForOfStatement(tree) && tree.awaitModifier) return false;
  if (ts.isCallExpression(tree)) {
    const { expression: callee } = tree;
    const isMath =
      ts.isPropertyAccessExpression(callee) &&
      ts.isIdentifier(callee.expression) &&
      ts.idText(callee.expression) === "Math";
    if (!isMath) return false;
  }
  return !ts.forEachChild(tree, (child) => !onlyComputes(child) || undefined);
}

/** Adds checks to the loops of one file. */
export class LoopRewriter {
  /** The counter of the function, or of the file, whose loops are being visited. */
  #counter: TypeScript.Identifier | undefined;

  constructor(
    private readonly factory: TypeScript.NodeFactory,
    private readonly checks: LoopChecks,
  ) {}

  /**
   * A loop with its check, from the original and from what its visited children made of it. `visited` may be labelled:
   * the counter goes in front of the labels.
   */
  statement(
    original: TypeScript.Statement,
    visit: () => TypeScript.Statement,
  ): TypeScript.Statement | TypeScript.Statement[] {
    const isOutermost = this.#counter === undefined;
    const computes = onlyComputes(original);
    if (!computes || !isOutermost) return visit();
    const counter = this.factory.createUniqueName("turns", ts.GeneratedIdentifierFlags.Optimistic);
    this.#counter = counter;
    const visited = visit();
    this.#counter = undefined;
    const declaration = this.factory.createVariableDeclaration(
      counter,
      undefined,
      undefined,
      this.factory.createNumericLiteral(0),
    );
    const list = this.factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let);
    return [this.factory.createVariableStatement(undefined, list), visited];
  }

  /** Visits what is inside of a function: its loops count for themselves. */
  inFunction<T>(visit: () => T): T {
    const counter = this.#counter;
    this.#counter = undefined;
    try {
      return visit();
    } finally {
      this.#counter = counter;
    }
  }

  loop(original: TypeScript.Node, visited: TypeScript.IterationStatement): TypeScript.Statement {
    const { factory } = this;
    const check = this.#counter ? this.counted(this.#counter) : this.each(original);
    const rest = ts.isBlock(visited.statement) ? visited.statement.statements : [visited.statement];
    const body = ts.setTextRange(factory.createBlock([check, ...rest], true), visited.statement);
    if (ts.isWhileStatement(visited)) return factory.updateWhileStatement(visited, visited.expression, body);
    if (ts.isDoStatement(visited)) return factory.updateDoStatement(visited, body, visited.expression);
    if (ts.isForInStatement(visited)) {
      return factory.updateForInStatement(visited, visited.initializer, visited.expression, body);
    }
    if (ts.isForOfStatement(visited)) {
      const { awaitModifier, initializer, expression } = visited;
      return factory.updateForOfStatement(visited, awaitModifier, initializer, expression, body);
    }
    if (ts.isForStatement(visited)) {
      const { initializer, condition, incrementor } = visited;
      return factory.updateForStatement(visited, initializer, condition, incrementor, body);
    }
    return visited;
  }

  /** if (++turns === 128) { turns = 0; if (stop[0] !== 0) check(); } */
  private counted(counter: TypeScript.Identifier): TypeScript.Statement {
    const { factory } = this;
    const next = factory.createPrefixUnaryExpression(ts.SyntaxKind.PlusPlusToken, counter);
    const isDue = factory.createStrictEquality(next, factory.createNumericLiteral(turns));
    const again = factory.createAssignment(counter, factory.createNumericLiteral(0));
    const block = factory.createBlock([factory.createExpressionStatement(again), this.look()]);
    return factory.createIfStatement(isDue, block);
  }

  private each(original: TypeScript.Node): TypeScript.Statement {
    if (!awaits(original)) return this.look();
    const call = this.factory.createCallExpression(this.checks.checkCell(), undefined, []);
    return this.factory.createExpressionStatement(call);
  }

  /** if (stop[0] !== 0) check(); */
  private look(): TypeScript.Statement {
    const { factory, checks } = this;
    const flag = factory.createElementAccessExpression(checks.stop(), 0);
    const call = factory.createCallExpression(checks.check(), undefined, []);
    return factory.createIfStatement(
      factory.createStrictInequality(flag, factory.createNumericLiteral(0)),
      factory.createExpressionStatement(call),
    );
  }
}

/**
 * Visits a loop, labelled or not, so that it gets its check; undefined for any other node. `children` visits
 * what is inside of a node.
 */
export function checkedLoop(
  loops: LoopRewriter,
  tree: TypeScript.Node,
  children: <T extends TypeScript.Node>(tree: T) => T,
  finish = (_: TypeScript.IterationStatement, made: TypeScript.Statement) => made,
): TypeScript.Node | TypeScript.Node[] | undefined {
  if (!(isLoop(tree) || ts.isLabeledStatement(tree)) || !isLabelledLoop(tree)) return undefined;
  return loops.statement(tree, () => {
    const visited = children(tree);
    return isLoop(tree) && isLoop(visited) ? finish(tree, loops.loop(tree, visited)) : visited;
  });
}

/** Whether a statement is a loop behind any number of labels. */
function isLabelledLoop(tree: TypeScript.Statement): boolean {
  let at = tree;
  while (ts.isLabeledStatement(at)) at = at.statement;
  return isLoop(at);
}
