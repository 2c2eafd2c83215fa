// What strict TypeScript refuses, and a cell may do all the same where no tsconfig.json asks for strictness: such code runs
// in other kernels, and may be right. It is said as a warning. Whatever is wrong without strictness, too, is an error.

import { nodeOf } from "./hints.js";
import type { CellOptions } from "./options.js";
import { type TypeScript, ts } from "./typescript.js";

/** "Object is possibly 'null'" and its kin: what may go wrong when it runs, and may not. */
const possiblyNull = new Set([2531, 2532, 2533, 2721, 2722, 2723, 18047, 18048, 18049]);

/** Not assignable, no argument for a parameter, and for none of the overloads. */
const unassignable = new Set([2322, 2345, 2769]);
const parametersIncompatible = 2328;

export type Strictness = Pick<CellOptions, "refusesNull" | "refusesVariance">;

export function isWarning(
  diagnostic: TypeScript.Diagnostic,
  checker: TypeScript.TypeChecker,
  { refusesNull, refusesVariance }: Strictness,
): boolean {
  if (possiblyNull.has(diagnostic.code)) return !refusesNull;
  if (!unassignable.has(diagnostic.code)) return false;
  const given = givenAt(diagnostic, checker);
  if (!given) return false;
  return (
    (!refusesNull && isOnlyNull(given, checker)) ||
    (!refusesVariance && isOnlyVariance(diagnostic) && fitsEitherWay(given, checker))
  );
}

/** Whether something would do if it were not perhaps null: `string | undefined` where a string is asked for. */
function isOnlyNull({ source, target }: Given, checker: TypeScript.TypeChecker): boolean {
  const present = checker.getNonNullableType(source);
  const isNever = (present.flags & ts.TypeFlags.Never) !== 0;
  return present !== source && !isNever && checker.isTypeAssignableTo(present, target);
}

/**
 * Whether a function is refused since it takes less than it is given, `(x: string) => …` for `(x: unknown) => …`: without
 * strictFunctionTypes parameters may be narrower or wider.
 */
function isOnlyVariance({ code, messageText }: TypeScript.Diagnostic): boolean {
  if (typeof messageText === "string") return false;
  const reasons = code === 2769 ? (messageText.next ?? []) : [messageText];
  return reasons.length > 0 && reasons.every(speaksOfParameters);
}

const speaksOfParameters = ({ code, next }: TypeScript.DiagnosticMessageChain): boolean =>
  code === parametersIncompatible || (next?.some(speaksOfParameters) ?? false);

interface Given {
  readonly source: TypeScript.Type;
  readonly target: TypeScript.Type;
  /** Where it stands. */
  readonly place: TypeScript.Node;
}

/** The value that is refused, and what was asked for in its place. */
function givenAt(diagnostic: TypeScript.Diagnostic, checker: TypeScript.TypeChecker): Given | undefined {
  const node = nodeOf(diagnostic);
  const element = node?.parent;
  if (!node || !element) return undefined;
  if (
    ts.isObjectLiteralElementLike(element) &&
    ts.isObjectLiteralExpression(element.parent) &&
    element.name === node
  ) {
    const wanted = checker.getContextualType(element.parent);
    const property = wanted && checker.getNonNullableType(wanted).getProperty(element.name.getText());
    if (!property) return undefined;
    const target = checker.getTypeOfSymbolAtLocation(property, element);
    return { source: checker.getTypeAtLocation(element), target, place: node };
  }
  if ((ts.isVariableDeclaration(element) || ts.isPropertyDeclaration(element)) && element.name === node) {
    const { initializer } = element;
    if (!initializer) return undefined;
    return {
      source: checker.getTypeAtLocation(initializer),
      target: checker.getTypeAtLocation(node),
      place: node,
    };
  }
  if (
    ts.isBinaryExpression(element) &&
    element.left === node &&
    ts.isAssignmentOperator(element.operatorToken.kind)
  )
    return {
      source: checker.getTypeAtLocation(element.right),
      target: checker.getTypeAtLocation(node),
      place: node,
    };
  const value = ts.isReturnStatement(element) ? element.expression : node;
  if (!value || !ts.isExpression(value)) return undefined;
  const target = checker.getContextualType(value);
  return target && { source: checker.getTypeAtLocation(value), target, place: node };
}

function fitsEitherWay({ source, target, place }: Given, checker: TypeScript.TypeChecker): boolean {
  const [given] = source.getCallSignatures();
  const [wanted] = checker.getNonNullableType(target).getCallSignatures();
  if (!given || !wanted) return false;
  const types = ({ parameters }: TypeScript.Signature) =>
    parameters.map((parameter) => checker.getTypeOfSymbolAtLocation(parameter, place));
  const [own, asked] = [types(given), types(wanted)];
  if (own.length > asked.length) return false;
  const result = wanted.getReturnType();
  const isVoid = (result.flags & ts.TypeFlags.Void) !== 0;
  if (!isVoid && !checker.isTypeAssignableTo(given.getReturnType(), result)) return false;
  return own.every(
    (type, index) =>
      checker.isTypeAssignableTo(type, asked[index]) || checker.isTypeAssignableTo(asked[index], type),
  );
}
