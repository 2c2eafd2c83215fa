// Compiles the float32 kernels, which are AssemblyScript, to WebAssembly.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, hashOf } from "./files.js";
import { lockedVersions } from "./locked.js";
import { root } from "./paths.js";
import { run } from "./run.js";

/** AssemblyScript looks like TypeScript to an editor and is none to tsc. */
export const assembly = join(root, "src", "tensor", "wasm", "assembly");
export const assemblyOutput = join(root, "dist", "src", "tensor", "wasm");

/** A hash of what the compiled kernels depend on: their sources, their compiler as package-lock.json has it, and its options. */
export function kernelsFingerprint(folder = root) {
  const sources = join(folder, relative(root, assembly));
  return hashOf(
    ...filesBelow(sources).flatMap((file) => [relative(sources, file), readFileSync(file)]),
    ...lockedVersions(folder, ["assemblyscript"]),
    readFileSync(fileURLToPath(import.meta.url)),
  );
}

/**
 * kernels.wasm, kernels-tight.wasm and kernels-wide.wasm give the same bits on every machine, the wide one by tiles for wider
 * registers, the tight one as what it has of the first is compiled otherwise (src/host/node/hot-kernels.ts);
 * kernels-relaxed.wasm may fuse a multiplication and an addition.
 */
export async function compileKernels() {
  // Both builds run on one memory: the own data of the other one lie behind the narrow one's.
  const behind = ["--memoryBase", "8192"];
  const wide = ["--use", "NORMLAB_WIDE_BUILD=1", ...behind];
  await Promise.all([
    compileKernelsTo("kernels.wasm", ["simd", "threads"]),
    compileKernelsTo("kernels-wide.wasm", ["simd", "threads"], "wide-index.ts", wide),
    compileKernelsTo("kernels-tight.wasm", ["simd", "threads"], "tight-index.ts", behind),
    compileKernelsTo("kernels-relaxed.wasm", ["simd", "threads", "relaxed-simd"]),
  ]);
}

function compileKernelsTo(file, features, entry = "index.ts", more = []) {
  const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  const options = [
    join(assembly, entry),
    ...["--outFile", join(assemblyOutput, file)],
    ...["--enable", features.join(",")],
    ...["-O3", "--noAssert", "--runtime", "stub", "--use", "abort="],
    ...["--importMemory", "--sharedMemory", "--maximumMemory", "65536"],
    // usize to i32: the kernels are 32-bit WebAssembly and stay so.
    ...["--disableWarning", "201"],
    ...more,
  ];
  return run(process.execPath, [compiler, ...options], { what: "asc" });
}
