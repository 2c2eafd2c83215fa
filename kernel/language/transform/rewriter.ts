// What the parts of the transform share: the way from a node of the checked tree to its JavaScript, and the names under
// which code of a cell reaches the kernel.
import { type BoundSourceFile, type TypeScript, ts } from "../typescript.js";
import type { CellOutline } from "./outline.js";
import type { NotebookSymbols } from "./symbols.js";
import { Wording } from "./wording.js";

/** Parameters of a cell's function. Other names where the cell's text has these. */
export interface KernelNames {
  /** The notebook's variables, as far as the cell names them: Scope in store.ts. */
  store: string;
  /** What the kernel and this cell have to do with each other: CellSurroundings in runner.ts. */
  cell: string;
  /** An array of shared memory that loops look at. */
  stop: string;
}

const kernelNames: KernelNames = { store: "$notebook", cell: "$cell", stop: "$stop" };

export function namesFor(file: BoundSourceFile): KernelNames {
  const free = (name: string): string => (file.identifiers.has(name) ? free(`${name}$`) : name);
  return {
    store: free(kernelNames.store),
    cell: free(kernelNames.cell),
    stop: free(kernelNames.stop),
  };
}

export interface Surroundings {
  readonly checker: TypeScript.TypeChecker;
  readonly notebook: NotebookSymbols;
  readonly outline: CellOutline;
  readonly names: KernelNames;
  /** Visits a node; the parts are put together in cell.ts. */
  readonly visitNode: (rewriter: Rewriter, tree: TypeScript.Node) => TypeScript.VisitResult<TypeScript.Node>;
}

/** `$notebook.x.value` */
export function variable(
  factory: TypeScript.NodeFactory,
  { names, outline }: Pick<Surroundings, "names" | "outline">,
  name: string,
): TypeScript.PropertyAccessExpression {
  outline.variables.add(name);
  const store = factory.createIdentifier(names.store);
  return factory.createPropertyAccessExpression(factory.createPropertyAccessExpression(store, name), "value");
}

export class Rewriter {
  readonly factory: TypeScript.NodeFactory;
  readonly checker: TypeScript.TypeChecker;
  readonly notebook: NotebookSymbols;
  readonly outline: CellOutline;
  readonly names: KernelNames;
  readonly wording = new Wording();
  /** The accesses `$notebook.x.value` that were made: calling one passes no `this`. */
  readonly #accesses = new WeakSet<TypeScript.Node>();

  constructor(
    readonly context: TypeScript.TransformationContext,
    readonly file: TypeScript.SourceFile,
    private readonly surroundings: Surroundings,
  ) {
    this.factory = context.factory;
    this.checker = surroundings.checker;
    this.notebook = surroundings.notebook;
    this.outline = surroundings.outline;
    this.names = surroundings.names;
  }

  readonly visit = (tree: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node> =>
    this.surroundings.visitNode(this, tree);

  /** A node with visited children. */
  children<T extends TypeScript.Node>(tree: T): T {
    return ts.visitEachChild(tree, this.visit, this.context);
  }

  expression(tree: TypeScript.Expression): TypeScript.Expression {
    return ts.visitNode(tree, this.visit, ts.isExpression);
  }

  /** `$notebook.x.value` */
  variable(name: string): TypeScript.PropertyAccessExpression {
    this.wording.names();
    const access = variable(this.factory, this.surroundings, name);
    this.#accesses.add(access);
    return access;
  }

  isAccess(tree: TypeScript.Node): boolean {
    return this.#accesses.has(tree);
  }

  /** `$cell.x` */
  cell(...path: string[]): TypeScript.Expression {
    const { factory } = this;
    return path.reduce<TypeScript.Expression>(
      (object, name) => factory.createPropertyAccessExpression(object, name),
      factory.createIdentifier(this.names.cell),
    );
  }

  /** Where a declaration puts its value: a name that may be read too early has a setter of its own until then. */
  initial(name: string): TypeScript.Expression {
    return this.outline.early.has(name) ? this.cell("initial", name) : this.variable(name);
  }

  assignment(target: TypeScript.Expression, value: TypeScript.Expression): TypeScript.ExpressionStatement {
    const { factory } = this;
    return factory.createExpressionStatement(factory.createAssignment(target, value));
  }

  /** `$cell.result = value` */
  result(statement: TypeScript.Node, value: TypeScript.Expression): TypeScript.Statement {
    this.outline.hasResult = true;
    return ts.setTextRange(this.assignment(this.cell("result"), value), statement);
  }

  /** A key of an object literal. `__proto__: x` would be the object's prototype. */
  propertyName(name: string): TypeScript.PropertyName {
    const { factory } = this;
    return name === "__proto__"
      ? factory.createComputedPropertyName(factory.createStringLiteral(name))
      : factory.createIdentifier(name);
  }

  /** A function or class without a name takes that of its variable: `({ f: () => {} }).f`. */
  named(value: TypeScript.Expression, name: string): TypeScript.Expression {
    const { factory } = this;
    const inner = ts.skipOuterExpressions(value);
    const isAnonymous =
      ts.isArrowFunction(inner) ||
      ((ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) && inner.name === undefined);
    if (!isAnonymous) return value;
    const property = factory.createPropertyAssignment(this.propertyName(name), value);
    const object = factory.createParenthesizedExpression(factory.createObjectLiteralExpression([property]));
    return factory.createPropertyAccessExpression(object, name);
  }
}
