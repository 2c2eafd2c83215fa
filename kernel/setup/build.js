// Compiles kernel/, src/ and test/ to dist/. Skipped when no source changed since the last good build.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow, fingerprint, readIfThere, writeAtomically } from "./files.js";
import { root } from "./paths.js";
import { runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { run } from "./run.js";

const stamp = join(root, "dist", ".normlab-build");

/** What a build depends on: every source, the configuration, and the versions of the compilers. */
function sources() {
  const folders = ["kernel", "src", "test"]
    .map((name) => join(root, name))
    .filter((folder) => existsSync(folder));
  return [
    ...folders
      .flatMap((folder) => filesBelow(folder, ["node_modules", ".venv"]))
      .filter((file) => /\.(ts|js|json)$/.test(file)),
    ...["package.json", "package-lock.json", "tsconfig.json"].map((name) => join(root, name)),
  ];
}

/** @throws {Problem} with the compiler's own output when it refuses. */
export async function build() {
  const wanted = fingerprint(sources());
  if (readIfThere(stamp) === wanted) return;
  await showStep("compiling", async () => {
    const typescript = join(root, "node_modules", "typescript", "bin", "tsc");
    await run(process.execPath, [typescript, "-p", root], { what: "tsc" });
    writeAtomically(stamp, wanted);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runScript(() => build());
