// Names of let, const and class that a cell may read before they have their value. JavaScript throws then; the store
// throws for these names (runner.ts), and for no others, since that costs a little. Asks where names are used, not what runs: it may
// name one too many, and never one too few.
import { type BoundSourceFile, type TypeScript, ts } from "../typescript.js";
import type { NotebookSymbols } from "./symbols.js";
import { boundNames, isAmbient, isReference } from "./syntax.js";

interface Declared {
  name: string;
  /** From where on it has its value. */
  end: number;
  /** The value's own text, which runs before; nothing in it does when it is a function. */
  value: readonly [number, number];
}

interface Use {
  position: number;
  /** The hoisted function that it is in. */
  within: string | undefined;
}

const nowhere = [0, 0] as const;

function declaredNames(file: BoundSourceFile): Declared[] {
  return file.statements.flatMap((statement): Declared[] => {
    if (isAmbient(statement)) return [];
    if (ts.isClassDeclaration(statement) && statement.name) {
      // Inside of its body the name is the class's own.
      return [{ name: ts.idText(statement.name), end: statement.members.pos, value: nowhere }];
    }
    if (!ts.isVariableStatement(statement)) return [];
    const { declarations, flags } = statement.declarationList;
    if ((flags & ts.NodeFlags.BlockScoped) === 0) return [];
    return declarations.flatMap(({ name, initializer, end }) => {
      const inner = initializer && ts.skipOuterExpressions(initializer);
      const isFunction = inner && (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner));
      if (ts.isIdentifier(name)) {
        // A function that names itself is not called before it is there.
        return [{ name: ts.idText(name), end: isFunction ? name.end : end, value: nowhere }];
      }
      const value = initializer ? ([initializer.pos, initializer.end] as const) : nowhere;
      return boundNames(name).map((one) => ({ name: ts.idText(one), end: one.parent.end, value }));
    });
  });
}

/** Every use of a top-level name, as far as its text tells: a local of the same name counts, which does no harm. */
function usesOf(
  file: BoundSourceFile,
  names: ReadonlySet<string>,
): { uses: Map<string, Use[]>; evals: Use[] } {
  const uses = new Map<string, Use[]>();
  const evals: Use[] = [];
  let within: string | undefined;
  const visit = (tree: TypeScript.Node): void => {
    if (ts.isIdentifier(tree)) {
      const name = ts.idText(tree);
      const use = { position: tree.pos, within };
      if (name === "eval") evals.push(use);
      else if (names.has(name) && (isReference(tree) || ts.isShorthandPropertyAssignment(tree.parent))) {
        const known = uses.get(name);
        if (known) known.push(use);
        else uses.set(name, [use]);
      }
    }
    ts.forEachChild(tree, visit);
  };
  for (const statement of file.statements) {
    within = ts.isFunctionDeclaration(statement) && statement.name ? ts.idText(statement.name) : undefined;
    visit(statement);
  }
  return { uses, evals };
}

/** From where on each hoisted function may be called. */
function earliestCalls(
  functions: readonly string[],
  uses: ReadonlyMap<string, readonly Use[]>,
  isKnown: (name: string) => boolean,
): Map<string, number> {
  // Functions of earlier cells may call one that takes the place of another.
  const earliest = new Map(functions.map((name) => [name, isKnown(name) ? 0 : Number.POSITIVE_INFINITY]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of functions) {
      const positions = (uses.get(name) ?? []).map(({ position, within }) =>
        within === undefined ? position : (earliest.get(within) ?? 0),
      );
      const found = Math.min(earliest.get(name) ?? 0, ...positions);
      if (found === earliest.get(name)) continue;
      earliest.set(name, found);
      changed = true;
    }
  }
  return earliest;
}

/** `notebook` holds what earlier cells declared. */
export function earlyNames(file: BoundSourceFile, notebook: NotebookSymbols): Set<string> {
  const declared = declaredNames(file);
  if (declared.length === 0) return new Set();
  const functions = file.statements.flatMap((statement) =>
    ts.isFunctionDeclaration(statement) && statement.name ? [ts.idText(statement.name)] : [],
  );
  const { uses, evals } = usesOf(file, new Set([...declared.map(({ name }) => name), ...functions]));
  const earliest = earliestCalls(functions, uses, (name) => notebook.mayBe(name));
  const isEarly = ({ position, within }: Use, { end, value: [from, to] }: Declared) => {
    const at = within === undefined ? position : (earliest.get(within) ?? 0);
    return at < end || (at >= from && at < to);
  };
  return new Set(
    declared
      .filter((one) => [...(uses.get(one.name) ?? []), ...evals].some((use) => isEarly(use, one)))
      .map(({ name }) => name),
  );
}
