// What the checker takes for granted in a page: TypeScript's library with that of workers, normlab and tslab, no Node.
// kernel/setup/pack.js reads the declarations with it, so that the worker gets them as one file.
import type { Platform } from "../language/host.js";
import { displayDeclaration } from "../session/bridge.js";

/** Where things are among the worker's files. */
export const packageRoot = "/normlab";
export const places = {
  library: `${packageRoot}/typescript`,
  normlab: `${packageRoot}/dist/src/index.d.ts`,
  course: `${packageRoot}/dist/src/course/index.d.ts`,
  tslab: `${packageRoot}/tslab/public.d.ts`,
} as const;

/** The reader's files. */
export const drive = "/drive";

/** Files that are gone with the kernel. */
export const temporary = "/tmp";

export function platform(libraries: readonly string[]): Platform {
  return {
    library: places.library,
    libraries: [...libraries, "lib.webworker.d.ts"],
    part: {
      of: "lib.webworker.d.ts",
      declarations: "lib.webworker.part.d.ts",
      limits: "lib.webworker.part.json",
    },
    types: [],
    typeRoots: [],
    provided: {
      normlab: places.normlab,
      "normlab/course": places.course,
      tslab: places.tslab,
    },
    globals: displayDeclaration,
    builtins: [],
  };
}

/** Cells that warm up the checker: what they make it look up is there when the first cell comes. */
export const rehearsal = [
  "1 + 1",
  'import { tensor, BatchNorm, digits, plot, display } from "normlab"; const x = tensor([[1, 2], [3, 4]]); console.log(x);',
  "const m = new Map<string, number>(); [...m.values()].map((y) => y + 1)",
] as const;
