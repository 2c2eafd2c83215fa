// Compiles the float32 kernels, which are AssemblyScript, to WebAssembly.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, hashOf } from "./files.js";
import { lockedVersions } from "./locked.js";
import { root } from "./paths.js";
import { Problem, runScript } from "./problem.js";
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

/** Both builds run on one memory: the own data of the other one lie behind the narrow one's. */
const behind = ["--memoryBase", "8192"];

/**
 * kernels.wasm, kernels-tight.wasm and kernels-wide.wasm give the same bits on every machine, the wide one by tiles for wider
 * registers, the tight one as what it has of the first is compiled otherwise (src/host/node/hot-kernels.ts);
 * kernels-relaxed.wasm may fuse a multiplication and an addition.
 */
const builds = [
  ["kernels.wasm", "index.ts", "simd,threads"],
  ["kernels-wide.wasm", "wide-index.ts", "simd,threads", "--use", "NORMLAB_WIDE_BUILD=1", ...behind],
  ["kernels-tight.wasm", "tight-index.ts", "simd,threads", ...behind],
  ["kernels-relaxed.wasm", "index.ts", "simd,threads,relaxed-simd"],
];

/** In a process of its own, beside TypeScript's compiler; one for all, as the first spends half of its time on asc itself. */
export function compileKernels() {
  return run(process.execPath, [import.meta.filename], { what: "asc" });
}

async function compileHere([file, entry, features, ...more]) {
  const asc = await import("assemblyscript/asc");
  const { error, stderr } = await asc.main([
    join(assembly, entry),
    ...["--outFile", join(assemblyOutput, file)],
    ...["--enable", features],
    ...["-O3", "--noAssert", "--runtime", "stub", "--use", "abort="],
    ...["--importMemory", "--sharedMemory", "--maximumMemory", "65536"],
    // usize to i32: the kernels are 32-bit WebAssembly and stay so.
    ...["--disableWarning", "201"],
    ...more,
  ]);
  if (error) throw new Problem(`${file}: ${error.message}\n${stderr}`);
}

if (process.argv[1] === import.meta.filename)
  await runScript(async () => {
    for (const each of builds) await compileHere(each);
  });
