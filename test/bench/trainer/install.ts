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
    installWith(process.platform === "win32" ? "python" : "python3", ["-m", "venv", environment]);
    installWith(python, ["-m", "pip", "install", "-r", join(benchFolder, "requirements.txt")]);
  }
  return python;
}

/** The programs of the Nodes that are measured side by side. */
export interface Nodes {
  node24: string;
  node20: string;
}

/** TensorFlow.js and the Nodes, from package-lock.json of the benchmark. */
export function installPackages(): Nodes {
  const program = (name: string) => join(benchFolder, "node_modules", name, "bin", "node");
  const nodes = { node24: program("node"), node20: program("node20") };
  if (!Object.values(nodes).every((path) => existsSync(path))) {
    // The package "node" fetches the program of this machine in its install script.
    installWith("npm", ["ci", "--foreground-scripts", "--prefix", benchFolder]);
  }
  return nodes;
}

/** Runs a program that installs peers. */
export function installWith(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: "inherit" });
  if (status !== 0)
    throw new Error(
      `The peers could not be installed: ${program} ${args.join(" ")} failed. ${error?.message ?? ""}`,
    );
}

export const tensorflowVersion = () => packageVersion(join(benchFolder, "node_modules"), "@tensorflow/tfjs");

/** The version of a package in a node_modules folder; undefined where it is not there. */
export function packageVersion(packages: string, name: string): string | undefined {
  const file = join(packages, ...name.split("/"), "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}
