// The notebook's variables: one object, whose properties compiled cells read and write.
import type { CellOutline } from "./transform/outline.js";

/**
 * A class without a prototype of its own keeps V8's fast properties, which `Object.create(null)` does not have: with
 * them a top-level loop costs three times a local variable's, without them fifty times.
 */
class Properties {}
Object.setPrototypeOf(Properties.prototype, null);
// The property `constructor` would be a variable of that name.
delete (Properties.prototype as { constructor?: unknown }).constructor;
Object.freeze(Properties.prototype);

type Values = Record<string, unknown>;

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
  readonly values: Values = new Properties() as Values;
  readonly views: StoreViews;
  /** Of the cells' own global scope: `error instanceof TypeError` holds there. */
  readonly #errors: { TypeError: TypeErrorConstructor; ReferenceError: ReferenceErrorConstructor };

  /** `global` is the global object that cells see. */
  constructor(private readonly global: object) {
    const { values } = this;
    const realm = global as typeof globalThis;
    this.#errors = { TypeError: realm.TypeError, ReferenceError: realm.ReferenceError };
    this.views = {
      constant: new Proxy(
        {},
        {
          get: (_, name) => Reflect.get(values, name),
          set: () => {
            throw this.#assignedConstant();
          },
        },
      ),
      ambient: new Proxy(
        {},
        {
          get: (_, name) => {
            const own = Object.getOwnPropertyDescriptor(values, name);
            if (own && !(own.get && isAmbient.has(own.get))) return values[name as string];
            return Reflect.get(global, name);
          },
        },
      ),
    };
  }

  /**
   * Prepares a cell's names. Those that may be read too early throw until the setters that are given here are used.
   */
  declare(outline: CellOutline): PreparedNames {
    const { declared, undefinedFirst, early, ambient } = outline;
    for (const name of undefinedFirst) this.#put(name, undefined);
    for (const name of ambient) if (!this.#descriptor(name)) this.#putAmbient(name);
    const hoisted = new Set(undefinedFirst);
    const before = new Map<string, PropertyDescriptor | undefined>();
    const initial: object = {};
    for (const name of declared) {
      if (hoisted.has(name) && !early.has(name)) continue;
      const known = this.#descriptor(name);
      before.set(name, known);
      if (early.has(name)) {
        this.#putUninitialized(name);
        Object.defineProperty(initial, name, { set: (value) => this.#put(name, value) });
      } else if (known?.get) {
        // An import's accessor: it takes no value.
        this.#put(name, undefined);
      }
    }
    return {
      initial,
      withhold: (names) => {
        for (const name of names) {
          const descriptor = before.get(name);
          if (descriptor) Object.defineProperty(this.values, name, descriptor);
          else if (before.has(name)) this.#put(name, undefined);
        }
      },
    };
  }

  /** Binds a name to what `get` gives each time it is read. */
  bind(name: string, get: () => unknown): void {
    this.#define(name, {
      get,
      set: () => {
        throw this.#assignedConstant();
      },
    });
  }

  #assignedConstant(): Error {
    return new this.#errors.TypeError("Assignment to constant variable.");
  }

  #descriptor(name: string): PropertyDescriptor | undefined {
    return Object.getOwnPropertyDescriptor(this.values, name);
  }

  #put(name: string, value: unknown): void {
    const known = this.#descriptor(name);
    if (known && "value" in known) this.values[name] = value;
    else this.#define(name, { value, writable: true });
  }

  #putUninitialized(name: string): void {
    const refuse = () => {
      throw new this.#errors.ReferenceError(`Cannot access '${name}' before initialization`);
    };
    this.#define(name, { get: refuse, set: refuse });
  }

  #putAmbient(name: string): void {
    const { global } = this;
    const get = () => {
      if (!(name in global)) throw new this.#errors.ReferenceError(`${name} is not defined`);
      return Reflect.get(global, name);
    };
    isAmbient.add(get);
    this.#define(name, {
      get,
      set: (value) => {
        Reflect.set(global, name, value);
      },
    });
  }

  #define(name: string, descriptor: PropertyDescriptor): void {
    Object.defineProperty(this.values, name, { ...descriptor, enumerable: true, configurable: true });
  }
}

/** The getters of names that are only declared to be there. */
const isAmbient = new WeakSet<() => unknown>();
