// What a reader of TypeScript's message can do about it, where TypeScript itself does not say.
import { closest, distance } from "fastest-levenshtein";
import type { CheckedText } from "./front-end.js";
import { importOf } from "./importable.js";
import { type TypeScript, ts } from "./typescript.js";

export interface HintContext extends CheckedText {
  /** What became of the cell that would have declared a name: "Cell [3], which declares it, was refused." */
  readonly lacking: (name: string) => string | undefined;
}

/** Codes of "Cannot find name", with and without a proposal of TypeScript's. */
const noSuchName = new Set([2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593]);

/** What only a web page has, of what is often written from habit. */
const ofPages = new Set(
  "document window alert confirm prompt localStorage sessionStorage location history HTMLElement Element Node Image Audio requestAnimationFrame cancelAnimationFrame XMLHttpRequest FileReader DOMParser getComputedStyle self".split(
    " ",
  ),
);

/** A message to put in the place of TypeScript's, or behind it. */
export interface Hint {
  readonly text: string;
  /** Whether TypeScript's own proposal leads elsewhere. */
  readonly replaces?: boolean;
}

export function hintFor(diagnostic: TypeScript.Diagnostic, context: HintContext): Hint | undefined {
  const node = nodeOf(diagnostic);
  if (!node) return undefined;
  const checker = context.program.getTypeChecker();
  if (noSuchName.has(diagnostic.code))
    return ts.isIdentifier(node) ? nameHint(node.text, context) : undefined;
  if (diagnostic.code === 2353) return said(optionHint(checker, node));
  if (diagnostic.code === 2345 || diagnostic.code === 2322) return said(literalHint(checker, node));
  return undefined;
}

const said = (text: string | undefined): Hint | undefined => (text === undefined ? undefined : { text });

/** The name that a message is about, or the outermost expression. */
export function nodeOf({ file, start, length }: TypeScript.Diagnostic): TypeScript.Node | undefined {
  if (!file || start === undefined || length === undefined) return undefined;
  let tree: TypeScript.Node = ts.getTouchingPropertyName(file, start);
  if (ts.isSourceFile(tree)) return undefined;
  const fits = (at: TypeScript.Node) => at.getStart(file) === start && at.end <= start + length;
  while (ts.isExpression(tree.parent) && fits(tree.parent)) tree = tree.parent;
  return tree;
}

function nameHint(name: string, context: HintContext): Hint | undefined {
  const lacking = context.lacking(name);
  if (lacking !== undefined) return { text: lacking };
  if (ofPages.has(name)) {
    const text = `Cannot find name '${name}'. There is no page here: cells run apart from the notebook's page. display(…) shows HTML, SVG and figures.`;
    return { text, replaces: true };
  }
  const found = importOf(context, name);
  if (!found) return undefined;
  const clause = found.isType ? `import type { ${name} }` : `import { ${name} }`;
  return { text: `To import it: ${clause} from "${found.specifier}";` };
}

// ---- options

/** The nearest of the known options to one that is not known, or all of them. */
function optionHint(checker: TypeScript.TypeChecker, tree: TypeScript.Node): string | undefined {
  const property = ts.findAncestor(tree, ts.isObjectLiteralElement);
  if (!property?.name || !ts.isObjectLiteralExpression(property.parent)) return undefined;
  const type = checker.getContextualType(property.parent);
  if (!type || !(ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))) return undefined;
  const written = property.name.text;
  const given = new Set(property.parent.properties.map(({ name }) => name?.getText()));
  const names = membersOf(checker, type).filter((name) => !given.has(name));
  if (names.length === 0) return undefined;
  const nearest = nearestOf(written, names);
  if (nearest !== undefined) return `Did you mean '${nearest}'?`;
  return names.length <= mostNames ? `It takes ${names.map((name) => `'${name}'`).join(", ")}.` : undefined;
}

const mostNames = 16;

function membersOf(checker: TypeScript.TypeChecker, type: TypeScript.Type): string[] {
  const parts = type.isUnion() ? type.types : [type];
  const objects = parts.filter(({ flags }) => (flags & ts.TypeFlags.Object) !== 0);
  return [...new Set(objects.flatMap((part) => checker.getPropertiesOfType(part).map(({ name }) => name)))];
}

/** By letters that differ, or as one word within the other: "rate" for "learningRate". */
function nearestOf(written: string, names: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const near = closest(written, [...names]);
  if (distance(lower, near.toLowerCase()) <= Math.max(1, Math.floor(written.length * 0.4))) return near;
  const within = names.filter((name) => {
    const other = name.toLowerCase();
    return written.length >= 3 && (other.includes(lower) || (name.length >= 3 && lower.includes(other)));
  });
  return within.length === 1 ? within[0] : undefined;
}

// ---- literal types

/** A string where one of a few is expected: what it comes from forgot which. */
function literalHint(checker: TypeScript.TypeChecker, tree: TypeScript.Node): string | undefined {
  const value = givenTo(tree);
  const expected = value && checker.getContextualType(value);
  if (!value || !expected) return undefined;
  const actual = checker.getTypeAtLocation(value);
  const isList = elementOf(checker, actual) !== undefined;
  const [from, to] = isList ? [elementOf(checker, actual), elementOf(checker, expected)] : [actual, expected];
  if (!from || !to || (from.flags & ts.TypeFlags.String) === 0) return undefined;
  const literals = (to.isUnion() ? to.types : [to]).flatMap((type) =>
    type.isStringLiteral() ? [type.value] : [],
  );
  if (literals.length === 0) return undefined;
  const example = literals.slice(0, 2).map((literal) => JSON.stringify(literal));
  return `A string that comes from an array or an object may be any string to TypeScript; \`as const\` behind it keeps which ones: [${example.join(", ")}] as const.`;
}

/** The expression that a property, a variable or an argument is given. */
function givenTo(tree: TypeScript.Node): TypeScript.Expression | undefined {
  const { parent } = tree;
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name;
  if ((ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) && parent.name === tree)
    return parent.initializer;
  return ts.isExpression(tree) ? tree : undefined;
}

function elementOf(checker: TypeScript.TypeChecker, type: TypeScript.Type): TypeScript.Type | undefined {
  return checker.isArrayLikeType(type) ? checker.getIndexTypeOfType(type, ts.IndexKind.Number) : undefined;
}

// ---- members that are not there

/**
 * Whether an index can only give undefined: a literal or a number where the type has neither. TypeScript counts it as
 * implicitly `any`, which cells may use; for a key that is computed, too, but this one is a mistake.
 */
export function isAbsentIndex(diagnostic: TypeScript.Diagnostic, checker: TypeScript.TypeChecker): boolean {
  if (diagnostic.code !== 7053 && diagnostic.code !== 7015 && diagnostic.code !== 7052) return false;
  const node = nodeOf(diagnostic);
  const access = node && ts.findAncestor(node, ts.isElementAccessExpression);
  if (!access) return false;
  const { argumentExpression: index } = access;
  if (ts.isNumericLiteral(index) || ts.isStringLiteralLike(index)) return true;
  return (checker.getTypeAtLocation(index).flags & ts.TypeFlags.NumberLike) !== 0;
}
