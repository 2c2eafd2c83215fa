// Which of TypeScript's libraries describe what the running engine has.

/** Files of TypeScript's library by what they add to ES2023. */
const libraries: readonly (readonly [name: string, has: () => boolean])[] = [
  ["lib.es2023.d.ts", () => true],
  ["lib.es2024.collection.d.ts", () => "groupBy" in Map],
  ["lib.es2024.regexp.d.ts", () => "unicodeSets" in RegExp.prototype],
  ["lib.es2024.promise.d.ts", () => "withResolvers" in Promise],
  ["lib.es2024.object.d.ts", () => "groupBy" in Object],
  ["lib.es2024.arraybuffer.d.ts", () => "transfer" in ArrayBuffer.prototype],
  ["lib.es2024.sharedmemory.d.ts", () => "waitAsync" in Atomics],
  ["lib.es2024.string.d.ts", () => "isWellFormed" in String.prototype],
  ["lib.es2025.collection.d.ts", () => "union" in Set.prototype],
  ["lib.es2025.iterator.d.ts", () => "Iterator" in globalThis],
  ["lib.es2025.promise.d.ts", () => "try" in Promise],
  ["lib.es2025.regexp.d.ts", () => "escape" in RegExp],
  ["lib.es2025.float16.d.ts", () => "Float16Array" in globalThis],
  ["lib.esnext.array.d.ts", () => "fromAsync" in Array],
  ["lib.esnext.error.d.ts", () => "isError" in Error],
  ["lib.esnext.disposable.d.ts", () => "dispose" in Symbol],
];

/** All that an engine may have. */
export const knownLibraries: readonly string[] = libraries.map(([name]) => name);

/** What this engine has. */
export function engineLibraries(): string[] {
  return libraries.filter(([, has]) => has()).map(([name]) => name);
}
