// What earlier cells declared, as TypeScript sees it: each cell's own bound file is the enclosing scope of the next, so
// that names, types and private members carry over exactly, and a redeclared name hides the older one. Cells that no
// name leads to any more are taken out.
import {
  type BoundNode,
  type BoundSourceFile,
  type DeclaredSymbol,
  type FlowNode,
  type TypeScript,
  ts,
} from "./typescript.js";

/** A name in one of its meanings: a type and a value of one name are apart. */
type Meaning = `${"value" | "type" | "namespace"} ${string}`;

interface Scope {
  order: number;
  file: BoundSourceFile;
  meanings: readonly Meaning[];
  /** Whether text that is evaluated later may mention anything. */
  evaluates: boolean;
}

/** A cell through which control flow is followed: it narrows or widens the type of one of these variables. */
interface Passage {
  order: number;
  /** Names whose types it may change, as long as they mean what they meant to it. */
  names: Set<string>;
  starts: readonly FlowNode[];
  end: FlowNode;
}

export class Scopes {
  #scopes: Scope[] = [];
  /** The scopes that give a name a meaning, oldest first. */
  readonly #declaring = new Map<Meaning, Scope[]>();
  /** Variables whose type depends on what was done to them. */
  readonly #flowing = new Set<string>();
  #passages: Passage[] = [];
  /** The passages that have a name among theirs. */
  readonly #passing = new Map<string, Set<Passage>>();
  #order = 0;

  /** What encloses the next cell. */
  get newest(): BoundSourceFile | undefined {
    return this.#scopes.at(-1)?.file;
  }

  get files(): readonly BoundSourceFile[] {
    return this.#scopes.map(({ file }) => file);
  }

  /** How many cells are remembered. */
  get size(): number {
    return this.#scopes.length;
  }

  /** Puts a cell that is to be checked into the newest scope, and behind the control flow of the cells before. */
  enter(file: BoundSourceFile): void {
    const { newest } = this;
    if (newest) file.parent = newest;
    const last = this.#passages.at(-1);
    if (!last) return;
    const own = new Set(declaredNames(file));
    if (this.#flowingIn(file).some((name) => !own.has(name))) link(startsOf(file), last.end);
  }

  /**
   * Adds what a cell declared, as far as it came: `withheld` are names whose statement did not run. `flowing` are
   * variables of the cell whose type control flow decides.
   */
  add(
    file: BoundSourceFile,
    checker: TypeScript.TypeChecker,
    options: {
      withheld: ReadonlySet<string>;
      flowing: readonly string[];
      isWhole: boolean;
      evaluates: boolean;
    },
  ): void {
    const order = ++this.#order;
    for (const name of options.withheld) {
      file.locals?.delete(ts.escapeLeadingUnderscores(name));
      file.symbol?.exports?.delete(ts.escapeLeadingUnderscores(name));
    }
    const names = declaredNames(file);
    this.#follow(order, file, names, options);
    if (names.length === 0) return;
    const meanings = meaningsOf(file, checker);
    allowAssignments(file);
    const scope: Scope = { order, file, meanings, evaluates: options.evaluates };
    this.#scopes.push(scope);
    const hidden = new Set(meanings.flatMap((meaning) => this.#declaring.get(meaning)?.at(-1) ?? []));
    for (const meaning of meanings)
      this.#declaring.set(meaning, [...(this.#declaring.get(meaning) ?? []), scope]);
    this.#forget(hidden);
  }

  clear(): void {
    this.#scopes = [];
    this.#passages = [];
    this.#declaring.clear();
    this.#flowing.clear();
    this.#passing.clear();
  }

  // ---- names

  /** Whether later cells hide all that this one declares, and none before them mentions it. */
  #isForgettable(scope: Scope): boolean {
    return scope.meanings.every((meaning) => {
      const hiding = this.#declaring.get(meaning)?.find(({ order }) => order > scope.order);
      if (!hiding) return false;
      const name = nameOf(meaning);
      return !this.#scopes.some(
        ({ order, file, evaluates }) =>
          order > scope.order && order < hiding.order && (evaluates || file.identifiers.has(name)),
      );
    });
  }

  /** Takes out hidden cells, and then those that only they mentioned. */
  #forget(hidden: Iterable<Scope>): void {
    let candidates = [...hidden];
    while (candidates.length > 0) {
      const forgotten = candidates.filter((scope) => this.#isForgettable(scope));
      if (forgotten.length === 0) return;
      this.#scopes = this.#scopes.filter((scope) => !forgotten.includes(scope));
      for (const scope of forgotten) {
        for (const meaning of scope.meanings) {
          const left = this.#declaring.get(meaning)?.filter((one) => one !== scope) ?? [];
          this.#declaring.set(meaning, left);
        }
      }
      this.#scopes.forEach(({ file }, index) => {
        // The oldest file has nothing around it; TypeScript reads a missing parent as the end of the search.
        (file as { parent?: BoundSourceFile }).parent = this.#scopes[index - 1]?.file;
      });
      candidates = this.#scopes.filter(
        (scope) =>
          forgotten.some(({ order }) => order > scope.order) &&
          scope.meanings.every((meaning) => this.#declaring.get(meaning)?.at(-1) !== scope),
      );
    }
  }

  // ---- control flow

  #follow(
    order: number,
    file: BoundSourceFile,
    names: readonly string[],
    { flowing, isWhole }: { flowing: readonly string[]; isWhole: boolean },
  ): void {
    for (const name of names) {
      this.#flowing.delete(name);
      for (const passage of this.#passing.get(name) ?? []) {
        passage.names.delete(name);
        if (passage.names.size === 0) this.#leaveOut(passage);
      }
      this.#passing.delete(name);
    }
    const own = new Set(names);
    for (const name of flowing) if (own.has(name)) this.#flowing.add(name);
    const mentioned = this.#flowingIn(file);
    const end = file.endFlowNode;
    // Where an error ended the cell nobody knows what was narrowed so far.
    const isPassed = isWhole && end !== undefined && (end.flags & unreachable) === 0 && mentioned.length > 0;
    if (!isPassed) return;
    const passage: Passage = { order, names: new Set(mentioned), starts: startsOf(file), end };
    link(passage.starts, this.#passages.at(-1)?.end);
    this.#passages.push(passage);
    for (const name of mentioned) {
      const known = this.#passing.get(name);
      if (known) known.add(passage);
      else this.#passing.set(name, new Set([passage]));
    }
  }

  #leaveOut(passage: Passage): void {
    const index = this.#passages.lastIndexOf(passage);
    this.#passages.splice(index, 1);
    const next = this.#passages[index];
    if (next) link(next.starts, this.#passages[index - 1]?.end);
  }

  /** The variables with a flowing type that a cell mentions. */
  #flowingIn(file: BoundSourceFile): string[] {
    return [...file.identifiers.keys()].filter((name) => this.#flowing.has(name));
  }
}

/** TypeScript's flags of flow nodes, which it keeps to itself. */
const unreachable = 1;
const start = 2;

/** Lets the flow of one cell begin where that of another ended. */
function link(starts: readonly FlowNode[], end: FlowNode | undefined): void {
  for (const node of starts) node.node = end && { flowNode: end };
}

/** Names that a cell declares at its top. Those that the compiler makes up are none. */
function declaredNames(file: BoundSourceFile): string[] {
  const names = new Set<string>();
  const each = (symbol: TypeScript.Symbol, key: TypeScript.__String) => {
    if (/^__(?!_)|^"/.test(String(key)) || key === "default") return;
    // `export { x }` declares nothing here.
    const isDeclared = symbol.declarations?.some(
      (one) => !ts.isExportSpecifier(one) && !ts.isNamespaceExport(one),
    );
    if (isDeclared) names.add(ts.unescapeLeadingUnderscores(key));
  };
  file.locals?.forEach(each);
  file.symbol?.exports?.forEach(each);
  return [...names];
}

/**
 * Any later cell may assign to a variable. TypeScript looks for assignments in the declaring file only, and takes a
 * variable without any for one that never gets a value.
 */
function allowAssignments(file: BoundSourceFile): void {
  const each = (symbol: DeclaredSymbol) => {
    if ((symbol.flags & ts.SymbolFlags.Variable) !== 0) symbol.lastAssignmentPos = -Number.MAX_VALUE;
  };
  file.locals?.forEach(each);
  file.symbol?.exports?.forEach(each);
}

const nameOf = (meaning: Meaning) => meaning.slice(meaning.indexOf(" ") + 1);

/** What a cell's names mean. An import means what the export does. */
function meaningsOf(file: BoundSourceFile, checker: TypeScript.TypeChecker): Meaning[] {
  const { SymbolFlags } = ts;
  const meanings = new Set<Meaning>();
  for (const name of declaredNames(file)) {
    const key = ts.escapeLeadingUnderscores(name);
    for (const symbol of [file.locals?.get(key), file.symbol?.exports?.get(key)]) {
      if (!symbol) continue;
      const isAlias = (symbol.flags & SymbolFlags.Alias) !== 0;
      const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
      const flags = target.escapedName === "unknown" ? -1 : target.flags | symbol.flags;
      if ((flags & SymbolFlags.Value) !== 0) meanings.add(`value ${name}`);
      if ((flags & SymbolFlags.Type) !== 0) meanings.add(`type ${name}`);
      if ((flags & SymbolFlags.Namespace) !== 0) meanings.add(`namespace ${name}`);
    }
  }
  return [...meanings];
}

const knownStarts = new WeakMap<BoundSourceFile, FlowNode[]>();

/** Where the control flow of a file's top level starts. */
function startsOf(file: BoundSourceFile): FlowNode[] {
  const known = knownStarts.get(file);
  if (known) return known;
  const found = new Set<FlowNode>();
  const seen = new Set<FlowNode>();
  const todo: FlowNode[] = file.endFlowNode ? [file.endFlowNode] : [];
  const visit = (tree: TypeScript.Node) => {
    const { flowNode } = tree as BoundNode;
    if (flowNode) todo.push(flowNode);
    if (!ts.isFunctionLike(tree)) ts.forEachChild(tree, visit);
  };
  ts.forEachChild(file, visit);
  for (let flow = todo.pop(); flow !== undefined; flow = todo.pop()) {
    if (seen.has(flow)) continue;
    seen.add(flow);
    if ((flow.flags & start) !== 0 && !flow.node) found.add(flow);
    todo.push(...(flow.antecedent === undefined ? [] : [flow.antecedent].flat()));
  }
  const starts = [...found];
  knownStarts.set(file, starts);
  return starts;
}
