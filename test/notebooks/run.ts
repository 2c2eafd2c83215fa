// Starts `npm run notebooks` as its own process, as a person does, and collects what it says.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** The Python that the set-up put Jupyter into. */
export const python =
  process.platform === "win32"
    ? join(root, ".venv", "Scripts", "python.exe")
    : join(root, ".venv", "bin", "python");

export interface Run {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export function runNotebooks(args: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["kernel/setup/notebooks.js", ...args], {
      cwd: root,
      env: { ...process.env, NORMLAB_SETUP: "done" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const run = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      run.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      run.stderr += text;
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, ...run }));
  });
}
