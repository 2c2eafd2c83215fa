// Child processes of cells. What they print, where they were to inherit our stdout and stderr, is the cell's output; they
// end with the cell when it is interrupted, and with the kernel, but for those that were asked for as detached.
import { AsyncResource } from "node:async_hooks";
import childProcess, { type ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { StreamName } from "../session/transport.js";
import { decodeTo, type Print } from "./printing.js";
import { endMarkedWhenAlone, markVariable, type ProcessMark, signalProcesses } from "./processes.js";
import { replaceFunction } from "./replace.js";

const { spawn } = childProcess;

const descriptors: Readonly<Record<number, StreamName>> = { 1: "stdout", 2: "stderr" };

export interface ChildrenOptions {
  readonly print: Print;
  readonly mark: ProcessMark;
  /** The cell that the running code belongs to. */
  currentCell(): object | undefined;
  /** The main thread waits for a process of this cell from here on; 0 for: no longer. */
  waiting(cell: number): void;
}

export class Children {
  readonly #options: ChildrenOptions;
  /** Numbers of cells that started processes. */
  readonly #cells = new WeakMap<object, number>();
  #count = 0;
  /** Where there is no finding processes by a mark. */
  readonly #started = new Map<number, Set<ChildProcess>>();
  #guard: ChildProcess | undefined;

  constructor(options: ChildrenOptions) {
    this.#options = options;
    this.#captureAsynchronous();
    for (const name of ["spawnSync", "execFileSync", "execSync"] as const) this.#captureSynchronous(name);
    syncBuiltinESMExports();
  }

  /** Ends what a cell started and what still runs. */
  end(cell: object, signal: "SIGTERM" | "SIGKILL"): void {
    const number = this.#cells.get(cell);
    if (number === undefined) return;
    if (process.platform === "win32") for (const child of this.#started.get(number) ?? []) child.kill(signal);
    else signalProcesses(this.#options.mark.cell(number), signal);
  }

  /** The number of the cell that starts a process now, 0 for none. */
  #cellNumber(): number {
    const cell = this.#options.currentCell();
    if (cell === undefined) return 0;
    const known = this.#cells.get(cell);
    if (known !== undefined) return known;
    this.#cells.set(cell, ++this.#count);
    return this.#count;
  }

  #markOf(cell: number): string {
    const { mark } = this.#options;
    return cell === 0 ? mark.kernel : mark.cell(cell);
  }

  #captureAsynchronous(): void {
    const { print } = this.#options;
    replaceFunction(childProcess.ChildProcess.prototype, "spawn", (spawnChild) => {
      const { guard, children } = { guard: () => this.#startGuard(), children: this };
      return function (this: SpawnedChild, options: SpawnOptions) {
        const cell = options.detached === true ? 0 : children.#cellNumber();
        if (options.detached !== true) guard();
        const { stdio, taken } = piped(options.stdio ?? "pipe");
        const envPairs =
          options.detached === true
            ? options.envPairs
            : [...(options.envPairs ?? []), `${markVariable}=${children.#markOf(cell)}`];
        const result = spawnChild.call(this, { ...options, stdio, envPairs });
        if (cell !== 0) children.#add(cell, this as ChildProcess);
        for (const [descriptor, name] of taken) {
          const stream = this.stdio?.[descriptor];
          if (!isReadable(stream)) continue;
          const write = decodeTo(name, print);
          stream.on(
            "data",
            AsyncResource.bind((chunk: unknown) => write(chunk)),
          );
          hide(this, descriptor);
        }
        return result;
      };
    });
  }

  #add(cell: number, child: ChildProcess): void {
    if (process.platform !== "win32") return;
    const children = this.#started.get(cell) ?? new Set();
    this.#started.set(cell, children.add(child));
    child.once("exit", () => children.delete(child));
  }

  /** The synchronous forms give their output back at the end, so that is when it is shown. */
  #captureSynchronous(name: "spawnSync" | "execFileSync" | "execSync"): void {
    const { print, waiting } = this.#options;
    replaceFunction(childProcess, name, (original) => (...args: unknown[]) => {
      this.#startGuard();
      const cell = this.#cellNumber();
      const { given, taken } = withOptions(args, this.#markOf(cell));
      const show = (descriptor: number, data: unknown) => {
        const stream = taken.get(descriptor);
        if (stream !== undefined && data !== null && data !== undefined) print(stream, String(data));
        return stream === undefined ? data : null;
      };
      waiting(cell);
      try {
        if (name !== "spawnSync") return show(1, original(...given));
        const result = original(...given) as SynchronousResult;
        if (taken.size === 0 || !Array.isArray(result.output)) return result;
        const output = result.output.map((data, descriptor) => show(descriptor, data));
        return { ...result, output, stdout: output[1], stderr: output[2] };
      } catch (error) {
        if (typeof error === "object" && error !== null && "output" in error && Array.isArray(error.output))
          error.output.forEach((data: unknown, descriptor: number) => {
            show(descriptor, data);
          });
        throw error;
      } finally {
        waiting(0);
      }
    });
  }

  /** Starts the shell that ends what is left when the kernel has ended, in whatever way. Windows has none. */
  #startGuard(): void {
    if (this.#guard !== undefined || process.platform === "win32") return;
    // At once: the shell is a child as well.
    this.#guard = { stdin: null } as ChildProcess;
    const shell = spawn("/bin/sh", ["-c", endMarkedWhenAlone], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#guard = shell;
    // Without it children may outlive a kernel that is killed; cells run all the same.
    shell.on("error", () => {});
    shell.stdin?.on("error", () => {});
    shell.stdin?.write(`${markVariable}=${this.#options.mark.kernel}\n`);
    shell.unref();
  }
}

interface SpawnOptions {
  readonly stdio?: unknown;
  readonly detached?: boolean;
  /** The environment as the system takes it: "NAME=value". */
  readonly envPairs?: readonly string[];
}

interface SpawnedChild extends Omit<ChildProcess, "stdio" | "stdout" | "stderr"> {
  readonly stdio?: unknown[];
  stdout?: unknown;
  stderr?: unknown;
}

interface SynchronousResult {
  readonly output: unknown[] | null;
}

/** A child's stdio as the caller asked for, with "pipe" where it was to inherit our stdout or stderr. */
function piped(stdio: unknown): { stdio: unknown[]; taken: Map<number, StreamName> } {
  const asked: unknown[] = Array.isArray(stdio) ? [...stdio] : [stdio, stdio, stdio];
  const taken = new Map<number, StreamName>();
  asked.forEach((to, descriptor) => {
    const ours = to === "inherit" ? descriptor : to === process.stdout ? 1 : to === process.stderr ? 2 : to;
    if (typeof ours === "number" && ours in descriptors) {
      taken.set(descriptor, descriptors[ours]);
      asked[descriptor] = "pipe";
    } else if (ours === 0) {
      // The kernel's own stdin is nobody's keyboard: reading it would wait for ever.
      asked[descriptor] = "ignore";
    }
  });
  return { stdio: asked, taken };
}

/** The arguments of a synchronous form with the mark in the environment, and pipes where it was to inherit. */
function withOptions(args: unknown[], mark: string): { given: unknown[]; taken: Map<number, StreamName> } {
  const at = args.findIndex((arg, index) => index > 0 && isOptions(arg));
  const options = at < 0 ? {} : (args[at] as { stdio?: unknown; env?: NodeJS.ProcessEnv });
  const { stdio, taken } = piped(options.stdio ?? "pipe");
  const changed = {
    ...options,
    env: { ...(options.env ?? process.env), [markVariable]: mark },
    // Where nothing was asked for, the standard error is printed by Node itself, through process.stderr.
    ...(options.stdio === undefined ? {} : { stdio }),
  };
  const given = at < 0 ? [...args, changed] : args.map((arg, index) => (index === at ? changed : arg));
  return { given, taken };
}

/** The caller asked for no pipe, so that it sees none. */
function hide(child: SpawnedChild, descriptor: number): void {
  if (descriptor === 1) child.stdout = null;
  if (descriptor === 2) child.stderr = null;
  if (child.stdio !== undefined) child.stdio[descriptor] = null;
}

function isReadable(stream: unknown): stream is NodeJS.ReadableStream {
  return typeof stream === "object" && stream !== null && "on" in stream && "read" in stream;
}

function isOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
