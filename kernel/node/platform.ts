// What the checker takes for granted on this Node.
import { builtinModules, createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Platform } from "../language/host.js";
import { engineLibraries } from "../language/libraries.js";
import { displayDeclaration } from "../session/bridge.js";

/** Folder separators as TypeScript wants them, on Windows too. */
const slashed = (file: string) => file.replaceAll("\\", "/");

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
    libraries: engineLibraries(),
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
