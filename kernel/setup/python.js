// Runs a Python script of this folder with .venv's Python. The script prints its result as one line of JSON.
import { spawn } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { venvProgram } from "./paths.js";
import { Problem } from "./problem.js";

const running = new Set();

// Ctrl-C in a terminal reaches the children by itself; a signal sent to this process alone does not. They end the
// kernels that they started, and so must not be left behind.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
])
  process.once(signal, () => {
    for (const child of running) child.kill("SIGTERM");
    process.exit(code);
  });

/**
 * @param script a file beside this one
 * @param args its arguments
 * @returns what it printed as its last line, parsed
 * @throws {Problem} with the script's own words when it ends in any other way
 */
export function runPython(script, args) {
  return new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(venvProgram("python"), [path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let printed = "";
    let complaints = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      complaints = (complaints + text).slice(-20_000);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      try {
        if (code !== 0) throw new Error(signal ?? `exit code ${code}`);
        resolve(JSON.parse(printed.trimEnd().split("\n").at(-1) ?? ""));
      } catch (error) {
        reject(
          new Problem(`${basename(script)} failed (${error.message}). Its output:\n\n${complaints.trim()}`),
        );
      }
    });
  });
}
