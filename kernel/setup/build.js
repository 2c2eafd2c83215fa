// Compiles kernel/, src/ and test/ to dist/, and the float32 kernels to WebAssembly, and packs what is loaded often.
// Each is skipped when none of its sources changed since its last good build.
import { existsSync, rmSync, utimesSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { filesBelow, fingerprint, readIfThere, writeAtomically } from "./files.js";
import { kernelExports } from "./kernel-exports.js";
import {
  browserKernel,
  browserModule,
  libraries,
  packBrowserKernel,
  packedKernel,
  packedModule,
  packForBrowsers,
  packKernel,
  packLibraries,
  packModule,
} from "./pack.js";
import { root } from "./paths.js";
import { runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { run } from "./run.js";
import { writeSpecTypes } from "./spec-types.js";

const stamp = join(root, "dist", ".normlab-build");

/** The float32 kernels are AssemblyScript, which looks like TypeScript to an editor and is none to tsc. */
const assembly = join(root, "src", "tensor", "wasm", "assembly");
const assemblyOutput = join(root, "dist", "src", "tensor", "wasm");
const assemblyStamp = join(assemblyOutput, ".normlab-build");

/** What a build depends on: every source, the configuration, and the versions of the compilers. */
function sources() {
  const folders = ["kernel", "src", "test"]
    .map((name) => join(root, name))
    .filter((folder) => existsSync(folder));
  return [
    ...folders
      .flatMap((folder) => filesBelow(folder, ["node_modules", ".venv", "assembly"]))
      .filter((file) => /\.(ts|js|json)$/.test(file)),
    ...["package.json", "package-lock.json", "tsconfig.json"].map((name) => join(root, name)),
  ];
}

/** @throws {Problem} with the compiler's own output when it refuses. */
export async function build() {
  declareKernels();
  await buildOnce(stamp, sources(), "compiling", compileTypeScript);
  const kernels = [...filesBelow(assembly), join(root, "package-lock.json"), fileURLToPath(import.meta.url)];
  await buildOnce(assemblyStamp, kernels, "compiling the float32 kernels", compileKernels);
  const packer = [join(root, "package-lock.json"), fileURLToPath(new URL("./pack.js", import.meta.url))];
  await buildOnce(join(libraries, ".normlab-build"), packer, "packing the figures' libraries", packLibraries);
  const module = filesBelow(join(root, "src"), ["assembly"]).filter((file) => file.endsWith(".ts"));
  await buildOnce(
    join(packedModule, ".normlab-build"),
    [...module, ...packer],
    "packing the module",
    packModule,
  );
  await buildOnce(
    join(browserModule, ".normlab-build"),
    [...module, ...kernels, ...packer],
    "packing the module for browsers",
    packForBrowsers,
  );
  const kernel = filesBelow(join(root, "kernel")).filter((file) => file.endsWith(".ts"));
  await buildOnce(
    join(packedKernel, ".normlab-build"),
    [...kernel, ...packer],
    "packing the kernel",
    packKernel,
  );
  await buildOnce(
    join(browserKernel, ".normlab-build"),
    [...kernel, ...module, ...packer],
    "packing the kernel for browsers",
    packBrowserKernel,
  );
  // start.sh takes what was compiled since for something else.
  const now = new Date();
  utimesSync(join(packedKernel, "main.js"), now, now);
}

/** src/tensor/wasm/exports.ts says what assembly/index.ts exports; only how its lines are broken is the formatter's. */
function declareKernels() {
  const file = join(root, "src", "tensor", "wasm", "exports.ts");
  const declarations = kernelExports(assembly);
  const words = (text) => text.replace(/,(\s*\))/g, "$1").replace(/\s+/g, "");
  if (words(readIfThere(file) ?? "") !== words(declarations)) writeAtomically(file, declarations);
}

async function buildOnce(stampFile, files, name, compile) {
  const wanted = fingerprint(files);
  if (readIfThere(stampFile) === wanted) return;
  await showStep(name, async () => {
    await compile();
    writeAtomically(stampFile, wanted);
  });
}

async function compileTypeScript() {
  const typescript = join(root, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [typescript, "-p", root], { what: "tsc" });
  // A worker and a page have other globals than Node. These are packed from their sources; here they are checked.
  for (const part of ["worker", "lite", "service-worker", "site"])
    await run(process.execPath, [typescript, "-p", join(root, "kernel", "browser", part)], { what: "tsc" });
  removeOrphans();
  await writeSpecTypes();
}

/** What was compiled from a source that is gone goes too: a test that was removed must not run on. */
function removeOrphans() {
  const dist = join(root, "dist");
  for (const declarations of filesBelow(dist).filter((file) => file.endsWith(".d.ts"))) {
    const compiled = declarations.slice(0, -".d.ts".length);
    if (existsSync(`${join(root, relative(dist, compiled))}.ts`)) continue;
    for (const ending of [".d.ts", ".js", ".js.map"]) rmSync(compiled + ending, { force: true });
  }
}

/**
 * kernels.wasm, kernels-tight.wasm and kernels-wide.wasm give the same bits on every machine, the wide one by tiles for wider
 * registers, the tight one as what it has of the first is compiled otherwise (src/host/node/hot-kernels.ts);
 * kernels-relaxed.wasm may fuse a multiplication and an addition.
 */
async function compileKernels() {
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runScript(() => build());
