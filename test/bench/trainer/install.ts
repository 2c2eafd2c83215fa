/** Installs the peers into test/bench/, where nothing but this benchmark uses them. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** test/bench/ of the sources; this file is dist/test/bench/trainer/install.js. */
export const benchFolder = fileURLToPath(new URL("../../../../test/bench/", import.meta.url));

/**
 * The Python with PyTorch and NumPy: NORMLAB_BENCH_PYTHON, or test/bench/.venv, which pip fills with requirements.txt.
 * PyTorch is large, and larger with CUDA; pip's own settings (PIP_EXTRA_INDEX_URL) decide which build it is.
 */
export function peersPython(): string {
  const given = process.env.NORMLAB_BENCH_PYTHON;
  if (given) return given;
  const environment = join(benchFolder, ".venv");
  const [folder, suffix] = process.platform === "win32" ? ["Scripts", ".exe"] : ["bin", ""];
  const python = join(environment, folder, `python${suffix}`);
  const installed = existsSync(python) && spawnSync(python, ["-c", "import torch, numpy"]).status === 0;
  if (!installed) {
    run(process.platform === "win32" ? "python" : "python3", ["-m", "venv", environment]);
    run(python, ["-m", "pip", "install", "-r", join(benchFolder, "requirements.txt")]);
  }
  return python;
}

/** TensorFlow.js, and the Node that has relaxed SIMD. Gives that Node's program. */
export function installPackages(): string {
  const newerNode = join(benchFolder, "node_modules", "node", "bin", "node");
  if (!existsSync(newerNode)) {
    // The package "node" fetches the program of this machine in its install script.
    run("npm", ["ci", "--foreground-scripts", "--prefix", benchFolder]);
  }
  return newerNode;
}

function run(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: "inherit" });
  if (status !== 0)
    throw new Error(
      `The peers could not be installed: ${program} ${args.join(" ")} failed. ${error?.message ?? ""}`,
    );
}

export function tensorflowVersion(): string | undefined {
  const file = join(benchFolder, "node_modules", "@tensorflow", "tfjs", "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}
