// The notebook's variables: an object each, whose property compiled cells read and write.
import type { CellOutline } from "./transform/outline.js";

/**
 * One variable: `$notebook.x.value` in a cell's script. Each has a prototype of its own, and with it V8's hidden classes
 * of its own: so a number's place stays one for numbers (a sum in a loop allocates nothing), and code that was compiled
 * for a variable is not told of others. One object with all variables as its properties has neither, and is a table
 * for V8 from its 129th on, which takes ten times as long.
 *
 * A variable without a value has no property `value`: an `undefined` in the place of a number would cost the number its place.
 */
interface Variable {
  value: unknown;
}

/** What code of one cell sees under `$notebook`: the variables that it names. */
export type Scope = Record<string, Variable>;

/** What scopes inherit: nothing. An object without any prototype is a table for V8 from the start. */
const nothing: object = Object.freeze(Object.create(null));

/** What a variable inherits while it has no value of its own. */
type State = object;

interface Entry {
  readonly variable: Variable;
  /** What `variable` inherits when it is one like any other. */
  readonly plain: State;
  /** Whether any cell has declared it, and not only named it. */
  isDeclared: boolean;
}

interface GlobalName {
  get(): unknown;
  set(value: unknown): void;
  /** Undefined where it is not there, as `typeof` has it. */
  ifThere(): unknown;
}

/** What code of a cell reaches under `$cell` besides its own state. */
export interface StoreViews {
  /** Assigning here throws, as to a constant; reading gives the variable. */
  readonly constant: object;
  /** What is only declared to be there: the notebook's variable or the global one, undefined where there is none. */
  readonly ambient: object;
}

export interface PreparedNames {
  /** Has a setter for each name that may be read too early. */
  readonly initial: object;
  /** Makes names that the cell did not come to what they were before. */
  withhold(names: Iterable<string>): void;
}

export class Store {
  readonly views: StoreViews;
  readonly #entries = new Map<string, Entry>();
  /** What those inherit that are only declared to be there. */
  readonly #ambient = new WeakSet<State>();
  readonly #globals = new Map<string, GlobalName>();
  /** Of the cells' own global scope: `error instanceof TypeError` holds there. */
  readonly #errors: { TypeError: TypeErrorConstructor; ReferenceError: ReferenceErrorConstructor };

  /** `run` runs a script in the global scope that cells see. */
  constructor(private readonly run: (script: string) => unknown) {
    this.#errors = run("({ TypeError, ReferenceError })") as {
      TypeError: TypeErrorConstructor;
      ReferenceError: ReferenceErrorConstructor;
    };
    this.views = {
      constant: new Proxy(
        {},
        {
          get: (_, name) => this.#entry(String(name)).variable.value,
          set: () => {
            throw this.#assignedConstant();
          },
        },
      ),
      ambient: new Proxy(
        {},
        {
          get: (_, name) => {
            const entry = this.#entry(String(name));
            return entry.isDeclared && !this.#ambient.has(stateOf(entry))
              ? entry.variable.value
              : this.#global(String(name)).ifThere();
          },
        },
      ),
    };
  }

  scope(): Scope {
    return Object.create(nothing);
  }

  /** Puts the variables of these names into a cell's scope. */
  extend(scope: Scope, names: Iterable<string>): void {
    for (const name of names) {
      if (Object.hasOwn(scope, name)) continue;
      // Not by assignment, which `__proto__` takes otherwise.
      Object.defineProperty(scope, name, { value: this.#entry(name).variable });
    }
  }

  /**
   * Prepares a cell's names. Those that may be read too early throw until the setters that are given here are used.
   */
  declare(outline: CellOutline): PreparedNames {
    const { declared, undefinedFirst, early, ambient } = outline;
    for (const name of undefinedFirst) this.#put(name, undefined);
    for (const name of ambient)
      if (!this.#entry(name).isDeclared) this.#inherit(name, this.#ambientState(name));
    const hoisted = new Set(undefinedFirst);
    const before = new Map<string, () => void>();
    const initial: object = {};
    for (const name of declared) {
      if (hoisted.has(name) && !early.has(name)) continue;
      before.set(name, this.#restorer(name));
      if (early.has(name)) {
        this.#inherit(name, this.#uninitializedState(name));
        Object.defineProperty(initial, name, { set: (value) => this.#put(name, value) });
      } else if (!this.#isPlain(name)) {
        // An import's accessor: it takes no value.
        this.#put(name, undefined);
      }
    }
    return {
      initial,
      withhold: (names) => {
        for (const name of names) before.get(name)?.();
      },
    };
  }

  /** Binds a name to what `get` gives each time it is read. */
  bind(name: string, get: () => unknown): void {
    const set = () => {
      throw this.#assignedConstant();
    };
    this.#inherit(name, accessor(get, set));
  }

  #assignedConstant(): Error {
    return new this.#errors.TypeError("Assignment to constant variable.");
  }

  #entry(name: string): Entry {
    let entry = this.#entries.get(name);
    if (!entry) {
      const plain: State = Object.create(null);
      entry = { variable: Object.create(plain), plain, isDeclared: false };
      this.#entries.set(name, entry);
    }
    return entry;
  }

  #isPlain(name: string): boolean {
    const entry = this.#entry(name);
    return stateOf(entry) === entry.plain;
  }

  #put(name: string, value: unknown): void {
    const entry = this.#entry(name);
    this.#inherit(name, entry.plain);
    if (value !== undefined) entry.variable.value = value;
  }

  /** A variable without a value of its own is what its state says. */
  #inherit(name: string, state: State): void {
    const entry = this.#entry(name);
    entry.isDeclared = true;
    // V8 takes a property that was the last to come away without a trace.
    delete (entry.variable as Partial<Variable>).value;
    if (stateOf(entry) !== state) Object.setPrototypeOf(entry.variable, state);
  }

  /** What makes a variable again what it is now, and undefined when there was none. */
  #restorer(name: string): () => void {
    const entry = this.#entry(name);
    const state = stateOf(entry);
    const own = Object.getOwnPropertyDescriptor(entry.variable, "value");
    return () => {
      if (own) this.#put(name, own.value);
      else this.#inherit(name, state);
    };
  }

  #uninitializedState(name: string): State {
    const refuse = () => {
      throw new this.#errors.ReferenceError(`Cannot access '${name}' before initialization`);
    };
    return accessor(refuse, refuse);
  }

  #ambientState(name: string): State {
    const state = accessor(
      () => this.#global(name).get(),
      (value) => this.#global(name).set(value),
    );
    this.#ambient.add(state);
    return state;
  }

  /** A name of the global scope as a script has it: it may be a property of the global object, or declared by a script. */
  #global(name: string): GlobalName {
    let found = this.#globals.get(name);
    if (!found) {
      const ifThere = `() => typeof ${name} === "undefined" ? undefined : ${name}`;
      found = this.run(
        `"use strict"; ({ get: () => ${name}, set() { ${name} = arguments[0] }, ifThere: ${ifThere} })`,
      ) as GlobalName;
      this.#globals.set(name, found);
    }
    return found;
  }
}

const stateOf = ({ variable }: Entry): State => Object.getPrototypeOf(variable);

function accessor(get: () => unknown, set: (value: unknown) => void): State {
  return Object.create(null, { value: { get, set } });
}
