// Python programs of the package, in kernel/jupyter/: each runs in a Python that has Jupyter, and prints its result as one line
// of JSON.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Problem } from "./problem.js";

const running = new Set<ChildProcess>();

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Ctrl-C in a terminal reaches the children by itself; a signal sent to this process alone does not. They end the kernels
 * that they started, and so must not be left behind.
 */
function endAll(signal: keyof typeof codes): void {
  for (const child of running) child.kill("SIGTERM");
  process.exit(codes[signal]);
}

function begin(child: ChildProcess): void {
  if (running.size === 0) for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, endAll);
  running.add(child);
}

function end(child: ChildProcess): void {
  running.delete(child);
  if (running.size === 0) for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, endAll);
}

/**
 * Runs a Python program.
 * @param python the Python that runs it
 * @param script the program's file
 * @param request is handed to it as JSON on its standard input: a command line has a limit
 * @returns what it printed as its last line, parsed
 * @throws {Problem} with the program's own words when it ends in any other way
 */
export function runPython(python: string, script: string, request?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // As UTF-8, whatever the locale says of names of files.
    const env = { ...process.env, PYTHONIOENCODING: "utf-8", PYTHONUTF8: "1" };
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"], env });
    begin(child);
    let printed = "";
    let complaints = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaints = (complaints + text).slice(-20_000);
    });
    // One that ends before it has read says by its code why.
    child.stdin.on("error", () => {}).end(request === undefined ? "" : JSON.stringify(request));
    child.on("error", (error) => {
      end(child);
      reject(new Problem(`${python} could not be started (${error.message}).`));
    });
    child.on("close", (code, signal) => {
      end(child);
      try {
        if (code !== 0) throw new Error(signal ?? `exit code ${code}`);
        resolve(JSON.parse(printed.trimEnd().split("\n").at(-1) ?? ""));
      } catch (error) {
        reject(
          new Problem(`${script} failed (${(error as Error).message}). Its output:\n\n${complaints.trim()}`),
        );
      }
    });
  });
}

/** A program of kernel/jupyter/. */
export const ofJupyter = (packageRoot: string, name: string) => join(packageRoot, "kernel", "jupyter", name);
