// Python programs of the package, in kernel/jupyter/: each runs in a Python that has Jupyter, and answers by lines of JSON.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
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

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Problem): void;
}

/**
 * A Python program that reads requests as lines of JSON and answers each by a line of JSON. It is started for the first one, and
 * anew for one that comes after it has ended.
 */
export class PythonProgram {
  readonly #python: string;
  readonly #script: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: Waiting | undefined;
  #printed = "";
  #complaints = "";

  /**
   * @param python the Python that runs it
   * @param script the program's file
   */
  constructor(python: string, script: string) {
    this.#python = python;
    this.#script = script;
  }

  /**
   * One at a time: an answer belongs to the last request.
   * @param request is handed over on standard input: a command line has a limit
   * @throws {Problem} with the program's own words when it ends instead
   */
  ask(request: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#printed = this.#complaints = "";
      this.#child ??= this.#start();
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Says that no request comes any more, upon which it ends. */
  end(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #start(): ChildProcessWithoutNullStreams {
    // As UTF-8, whatever the locale says of names of files.
    const env = { ...process.env, PYTHONIOENCODING: "utf-8", PYTHONUTF8: "1" };
    const child = spawn(this.#python, [this.#script], { stdio: ["pipe", "pipe", "pipe"], env });
    begin(child);
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-20_000);
    });
    // One that ends before it has read says by its code why.
    child.stdin.on("error", () => {});
    child.on("error", (error) => {
      end(child);
      this.#child = undefined;
      this.#refuse(`${this.#python} could not be started (${error.message}).`);
    });
    child.on("close", (code, signal) => {
      end(child);
      if (this.#child === child) this.#child = undefined;
      const reason = signal ?? `exit code ${code}`;
      this.#refuse(`${this.#script} failed (${reason}). Its output:\n\n${this.#complaints.trim()}`);
    });
    return child;
  }

  #take(text: string): void {
    this.#printed += text;
    if (!this.#printed.endsWith("\n")) return;
    try {
      this.#waiting?.resolve(JSON.parse(this.#printed.trimEnd().split("\n").at(-1) ?? ""));
      this.#waiting = undefined;
    } catch {
      // Something else has spoken; the answer is still to come.
    }
  }

  #refuse(message: string): void {
    this.#waiting?.reject(new Problem(message));
    this.#waiting = undefined;
  }
}

/** {@link PythonProgram} for one request. */
export async function runPython(python: string, script: string, request?: unknown): Promise<unknown> {
  const program = new PythonProgram(python, script);
  const answer = program.ask(request ?? null);
  program.end();
  return answer;
}

/** A program of kernel/jupyter/. */
export const ofJupyter = (packageRoot: string, name: string) => join(packageRoot, "kernel", "jupyter", name);
