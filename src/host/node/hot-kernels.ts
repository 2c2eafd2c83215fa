/**
 * What V8 can do for the kernels that take most of a training, beyond what it does by itself. The flags are set only while one
 * module is compiled, and all of it at once by the optimizing compiler: no other module of the process is touched.
 *
 * Node 24: V8 joins two neighbouring 128-bit operations into one of 256 bits (its revectorizer, an experiment behind a flag, on x64
 * with AVX2). Before it the flag gains nothing, and after it V8 ends the process over a module that is compiled this way (Node
 * 25.9), which nobody could catch.
 *
 * V8 asks at every turn of a loop whether the thread is to stop, from Node 24 on at every fourth where the loop is short. That takes
 * a tenth of a product's time on Nodes 20 and 22, 5 hundredths of a convolution's, and 2 to 8 hundredths on Node 24. Without the
 * question a thread stops at the end of its call into the kernels.
 */
import { setFlagsFromString } from "node:v8";
import type { HotKernels } from "../host.js";

/** A flag as it is while the module is compiled, and as it is by default. */
type Flag = readonly [during: string, after: string];

const UNASKED: Flag = ["--no-wasm-stack-checks", "--wasm-stack-checks"];

const AT_ONCE: readonly Flag[] = [
  ["--no-liftoff", "--liftoff"],
  ["--no-wasm-lazy-compilation", "--wasm-lazy-compilation"],
  ["--no-wasm-dynamic-tiering", "--wasm-dynamic-tiering"],
];

/** By the V8 on which it was tried. */
const BUILDS: readonly { v8: RegExp; build: HotKernels["build"]; flags: readonly Flag[] }[] = [
  {
    v8: /^13\.6\./,
    build: "wide",
    flags: [["--experimental-wasm-revectorize", "--no-experimental-wasm-revectorize"], UNASKED, ...AT_ONCE],
  },
  { v8: /^(11\.3|12\.4)\./, build: "tight", flags: [UNASKED, ...AT_ONCE] },
];

/** What somebody chose for the whole process stays as it is. */
function isChosen(flag: string): boolean {
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/)];
  return given.some((word) => nameOf(word) === nameOf(flag));
}

function nameOf(flag: string): string {
  return flag
    .replace(/=.*/, "")
    .replaceAll("_", "-")
    .replace(/^--(no-?)?/, "");
}

function hotKernelsHere(): HotKernels | null {
  const found = BUILDS.find(({ v8 }) => v8.test(process.versions.v8));
  if (found === undefined || process.arch !== "x64") return null;
  return {
    build: found.build,
    compile(compile) {
      const flags = found.flags.filter(([during]) => !isChosen(during));
      for (const [during] of flags) setFlagsFromString(during);
      try {
        return compile();
      } finally {
        for (const [, after] of flags) setFlagsFromString(after);
      }
    },
  };
}

export const hotKernels = hotKernelsHere();
