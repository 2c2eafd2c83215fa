// A kernelspec as it lies on the disk, and whose it is.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KernelSpec } from "../spec/kernelspec.js";

export interface InstalledKernel {
  /** kernel.json as text. */
  readonly text: string;
  /** The Node that it starts, if it can be told. */
  readonly node?: string;
  /** The package whose kernel it starts, if it is one of normlab. */
  readonly packageRoot?: string;
}

const starters = [join("kernel", "spec", "start.sh"), join("dist", "kernel", "main.js")];

/** Which package and Node a kernelspec starts. */
export function readKernelSpec(text: string): InstalledKernel {
  let argv: KernelSpec["argv"];
  try {
    argv = (JSON.parse(text) as KernelSpec).argv.map(String);
  } catch {
    // Cut off or written by hand: whose it is can't be told.
    return { text };
  }
  const at = argv.findIndex((word) => starters.some((starter) => word.endsWith(starter)));
  if (at < 0) return { text };
  const isShell = argv[at].endsWith("start.sh");
  const packageRoot = dirname(dirname(dirname(argv[at])));
  return { text, packageRoot, node: argv[isShell ? at + 1 : at - 1] };
}

/** The kernelspec in a folder, or undefined where none is. */
export function findKernel(folder: string): InstalledKernel | undefined {
  const file = join(folder, "kernel.json");
  if (existsSync(file)) return readKernelSpec(readFileSync(file, "utf8"));
  return existsSync(folder) ? { text: "" } : undefined;
}

const real = (path: string) => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

/** Whose a kernelspec is: of this package, of one that is gone, or of another that may be in use. */
export function ownerOf(kernel: InstalledKernel, packageRoot: string): "ours" | "gone" | "another" {
  if (kernel.packageRoot === undefined) return "another";
  if (real(kernel.packageRoot) === real(packageRoot)) return "ours";
  return existsSync(join(kernel.packageRoot, "dist", "kernel", "main.js")) ? "another" : "gone";
}
