// In which order modules are evaluated: the algorithm of the specification for modules with circles and top-level await
// (https://tc39.es/ecma262/#sec-moduleevaluation), from InnerModuleEvaluation to AsyncModuleExecutionRejected. A module
// that waits for nothing is evaluated at once, without a promise.

type Status = "linked" | "evaluating" | "evaluating-async" | "evaluated";

interface Settle {
  resolve(): void;
  reject(error: unknown): void;
}

/** Counts modules that wait, in the order in which they began to. */
let waits = 0;

export abstract class ModuleRecord {
  #status: Status = "linked";
  /** In an object, since anything can be thrown. */
  #failure: { readonly error: unknown } | undefined;
  #index = 0;
  #ancestorIndex = 0;
  /** The first module of the circle that it is in; itself in none. */
  #cycleRoot: ModuleRecord | undefined;
  /** When it began to wait; undefined before and afterwards, and for one that never waits. */
  #waitOrder: number | undefined;
  #pendingDependencies = 0;
  readonly #waitingParents: ModuleRecord[] = [];
  #promise: Promise<void> | undefined;
  #settle: Settle | undefined;

  /** The modules that it imports, in the order of its imports. */
  protected abstract readonly requested: readonly ModuleRecord[];

  /** Whether its own code may wait. */
  protected abstract readonly awaits: boolean;

  /** Runs its own code. A promise where that goes on later; what it throws, or rejects with, is the module's error. */
  protected abstract execute(): Promise<void> | undefined;

  /** It has failed, or one that it imports has. */
  protected failed(): void {}

  /** Whether evaluation goes on elsewhere, or waits. */
  protected get isEvaluating(): boolean {
    return this.#status === "evaluating" || this.#status === "evaluating-async";
  }

  /** It has its values already: JSON. */
  protected setEvaluated(): void {
    this.#status = "evaluated";
    this.#cycleRoot = this;
  }

  /** Evaluates it and all that it imports, unless that is done. Undefined when all is done; throws what a module throws. */
  evaluate(): Promise<void> | undefined {
    if (this.#failure) throw this.#failure.error;
    if (this.#status === "evaluating-async" || this.#status === "evaluated")
      return (this.#cycleRoot ?? this).#settled();
    // Required while it is being evaluated, as one of a circle.
    if (this.#status === "evaluating") return undefined;
    const stack: ModuleRecord[] = [];
    try {
      this.#evaluateInner(stack, 0);
    } catch (error) {
      for (const module of stack) module.#fail(error);
      this.#fail(error);
      throw error;
    }
    return this.#settled();
  }

  #settled(): Promise<void> | undefined {
    if (this.#failure) throw this.#failure.error;
    if (this.#waitOrder === undefined) return undefined;
    this.#promise ??= new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    return this.#promise;
  }

  #evaluateInner(stack: ModuleRecord[], before: number): number {
    if (this.#failure) throw this.#failure.error;
    if (this.#status !== "linked") return before;
    this.#status = "evaluating";
    this.#index = before;
    this.#ancestorIndex = before;
    this.#pendingDependencies = 0;
    let index = before + 1;
    stack.push(this);
    for (const module of this.requested) {
      index = module.#evaluateInner(stack, index);
      let required = module;
      if (module.#status === "evaluating" && stack.includes(module)) {
        this.#ancestorIndex = Math.min(this.#ancestorIndex, module.#ancestorIndex);
      } else {
        required = module.#cycleRoot ?? module;
        if (required.#failure) throw required.#failure.error;
      }
      if (required.#waitOrder !== undefined) {
        this.#pendingDependencies++;
        required.#waitingParents.push(this);
      }
    }
    if (this.#pendingDependencies > 0) this.#waitOrder = ++waits;
    else this.#start();
    if (this.#ancestorIndex === this.#index) this.#closeCircle(stack);
    return index;
  }

  /** Runs it; afterwards `#waitOrder` says whether it goes on. */
  #start(): void {
    const promise = this.execute();
    if (!promise) return;
    this.#waitOrder = ++waits;
    this.#follow(promise);
  }

  #follow(promise: Promise<void>): void {
    promise.then(
      () => this.#fulfilled(),
      (error) => this.#rejected(error),
    );
  }

  #closeCircle(stack: ModuleRecord[]): void {
    for (let module = stack.pop(); module; module = stack.pop()) {
      module.#status = module.#waitOrder === undefined ? "evaluated" : "evaluating-async";
      module.#cycleRoot = this;
      if (module === this) return;
    }
  }

  #finish(): void {
    this.#waitOrder = undefined;
    this.#status = "evaluated";
    this.#settle?.resolve();
  }

  #fulfilled(): void {
    if (this.#status === "evaluated") return;
    this.#finish();
    const ready: ModuleRecord[] = [];
    this.#gatherReady(ready);
    const inOrder = ready.map((module) => ({ module, order: module.#waitOrder ?? 0 }));
    inOrder.sort((a, b) => a.order - b.order);
    for (const { module } of inOrder) module.#goOn();
  }

  /** Nothing that it imports is awaited any more. */
  #goOn(): void {
    if (this.#status === "evaluated") return;
    let promise: Promise<void> | undefined;
    try {
      promise = this.execute();
    } catch (error) {
      this.#rejected(error);
      return;
    }
    if (promise) this.#follow(promise);
    else this.#finish();
  }

  #gatherReady(ready: ModuleRecord[]): void {
    for (const parent of this.#waitingParents) {
      const root = parent.#cycleRoot ?? parent;
      if (ready.includes(parent) || root.#failure) continue;
      parent.#pendingDependencies--;
      if (parent.#pendingDependencies > 0) continue;
      ready.push(parent);
      if (!parent.awaits) parent.#gatherReady(ready);
    }
  }

  #rejected(error: unknown): void {
    if (this.#status === "evaluated") return;
    this.#fail(error);
    for (const parent of this.#waitingParents) parent.#rejected(error);
    this.#settle?.reject(error);
  }

  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    this.#waitOrder = undefined;
    this.#status = "evaluated";
    this.failed();
  }
}
