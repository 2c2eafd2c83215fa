// Puts a function of the kernel's in the place of one of Node's, so that a reader who prints it sees Node's.

type Function = (...args: never[]) => unknown;

/** `make` gets the function that is there. */
export function replaceFunction(
  owner: object,
  name: string,
  make: (original: (this: unknown, ...args: unknown[]) => unknown) => Function,
): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new TypeError(`there is no function ${name} to replace`);
  const replaced = make(original as (this: unknown, ...args: unknown[]) => unknown);
  // Its name and length, and what util.promisify finds in properties of it.
  Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(replaced, "toString", { value: () => String(original), configurable: true });
  const property = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, {
    value: replaced,
    writable: true,
    configurable: true,
    enumerable: property?.enumerable ?? true,
  });
}
