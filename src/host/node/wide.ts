/**
 * V8 can join two neighbouring 128-bit operations of WebAssembly into one of 256 bits: its revectorizer, an experiment behind a
 * flag, on x64 with AVX2. The flags are set only while one module is compiled, and all of it at once by the optimizing
 * compiler: no other module of the process is touched.
 */
import { setFlagsFromString } from "node:v8";

/**
 * The V8 whose revectorizer has been tried on the kernels: that of Node 24. Before it the flag gains nothing (Node 22), and after it
 * V8 ends the process over a module that is compiled this way (Node 25.9), which nobody could catch.
 */
const TRIED = /^13\.6\./;

/** Each flag as it is while the module is compiled, and as it is by default. */
const FLAGS: readonly (readonly [during: string, after: string])[] = [
  ["--experimental-wasm-revectorize", "--no-experimental-wasm-revectorize"],
  ["--no-liftoff", "--liftoff"],
  ["--no-wasm-lazy-compilation", "--wasm-lazy-compilation"],
  ["--no-wasm-dynamic-tiering", "--wasm-dynamic-tiering"],
];

function canJoin(): boolean {
  return process.arch === "x64" && TRIED.test(process.versions.v8);
}

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

export const compileWide = canJoin()
  ? <Compiled>(compile: () => Compiled): Compiled => {
      const flags = FLAGS.filter(([during]) => !isChosen(during));
      for (const [during] of flags) setFlagsFromString(during);
      try {
        return compile();
      } finally {
        for (const [, after] of flags) setFlagsFromString(after);
      }
    }
  : null;
