// What the checker takes for granted on this Node.
import { builtinModules, createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Platform } from "../language/host.js";
import { displayDeclaration } from "../session/bridge.js";

/** Folder separators as TypeScript wants them, on Windows too. */
const slashed = (file: string) => file.replaceAll("\\", "/");

/** Libraries of TypeScript's esnext that an engine may have, by what they add. */
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

/** What a server answers has whatever type the reader knows it to have; @types/node says `unknown`. */
const answerDeclaration = `
interface Response {
  json(): Promise<any>;
}
interface Request {
  json(): Promise<any>;
}
`;

export function platform(packageRoot: string): Platform {
  const require = createRequire(join(packageRoot, "package.json"));
  const library = slashed(dirname(require.resolve("typescript")));
  const types = dirname(require.resolve("@types/node/package.json"));
  return {
    library,
    libraries: libraries.filter(([, has]) => has()).map(([name]) => name),
    types: ["node"],
    typeRoots: [slashed(dirname(types))],
    provided: {
      normlab: slashed(join(packageRoot, "dist/src/index.d.ts")),
      "normlab/course": slashed(join(packageRoot, "dist/src/course/index.d.ts")),
      tslab: slashed(require.resolve("tslab/dist/public.d.ts")),
    },
    globals: displayDeclaration + answerDeclaration,
    builtins: builtinModules,
    builtinScheme: "node:",
    runtime: process.version,
  };
}
