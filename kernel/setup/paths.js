// Where things are in the repository. Plain JavaScript: these scripts run before any build and before node_modules.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's (or the installed package's) top folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const virtualEnvironment = join(root, ".venv");

const scripts = process.platform === "win32" ? "Scripts" : "bin";
const suffix = process.platform === "win32" ? ".exe" : "";

/** The path of a program inside .venv, e.g. `venvProgram("python")`. */
export function venvProgram(name) {
  return join(virtualEnvironment, scripts, name + suffix);
}
