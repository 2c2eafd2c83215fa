// Compiles kernel/, src/ and test/ to dist/, and the float32 kernels to WebAssembly, and packs what is loaded often.
// Each is skipped when none of its sources changed since its last good build.
import { existsSync, rmSync, utimesSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { filesBelow, fingerprint, readIfThere, writeAtomically } from "./files.js";
import { assembly, assemblyOutput, compileKernels, kernelsFingerprint } from "./float32-kernels.js";
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
import { allDone, run } from "./run.js";
import { writeSpecTypes } from "./spec-types.js";

const stamp = join(root, "dist", ".normlab-build");

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
  const kernels = kernelsFingerprint();
  const kernelsStamp = join(assemblyOutput, ".normlab-build");
  await allDone([
    buildOnce(stamp, sources(), "compiling", compileTypeScript),
    makeOnce(kernelsStamp, kernels, "compiling the float32 kernels", compileKernels),
  ]);
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
    [...module, kernelsStamp, ...packer],
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
    [...kernel, ...module, ...packer, fileURLToPath(new URL("./library-part.js", import.meta.url))],
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

function buildOnce(stampFile, files, name, compile) {
  return makeOnce(stampFile, fingerprint(files), name, compile);
}

/** @param wanted changes with whatever the result depends on */
async function makeOnce(stampFile, wanted, name, compile) {
  if (readIfThere(stampFile) === wanted) return;
  await showStep(name, async () => {
    await compile();
    writeAtomically(stampFile, wanted);
  });
}

/** By TypeScript 7, in a quarter of the processor time that 6 takes, which cells are checked by; both emit the same JavaScript. */
async function compileTypeScript() {
  const typescript = join(root, "node_modules", "typescript-7", "bin", "tsc");
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runScript(() => build());
