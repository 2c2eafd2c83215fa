// Catches what is printed: process.stdout and stderr (console included), writes to the file descriptors 1 and 2
// through node:fs, and the output of child processes that were to inherit them. What native code writes to the file
// descriptors by itself is not caught: Node cannot redirect them.
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "../wire/wire.js";

type Print = (name: StreamName, text: string) => void;
type Listener = (chunk: Uint8Array) => void;
type Bind = (listener: Listener) => Listener;

const descriptors: Record<number, StreamName> = { 1: "stdout", 2: "stderr" };

export interface CaptureOptions {
  readonly print: Print;
  /** Ties a listener to the cell that is running. */
  readonly bind: Bind;
  /** Is told of every child process, and whether it was asked for as one that outlives its parent. */
  readonly started: (child: childProcess.ChildProcess, isDetached: boolean) => void;
}

/** Sends all that is printed to `print`. */
export function capturePrinting({ print, bind, started }: CaptureOptions): void {
  captureStreams(print);
  captureFileWrites(print);
  captureChildProcesses(print, bind, started);
  syncBuiltinESMExports();
}

function decodeTo(name: StreamName, print: Print): (chunk: unknown, encoding?: unknown) => void {
  const decoder = new StringDecoder("utf8");
  return (chunk, encoding) => {
    if (chunk instanceof Uint8Array) print(name, decoder.write(Buffer.from(chunk)));
    else if (typeof encoding === "string" && Buffer.isEncoding(encoding) && encoding !== "utf8")
      print(name, decoder.write(Buffer.from(String(chunk), encoding)));
    else print(name, String(chunk));
  };
}

function captureStreams(print: Print): void {
  for (const name of Object.values(descriptors)) {
    const write = decodeTo(name, print);
    process[name].write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
      write(chunk, encoding);
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(() => done());
      return true;
    };
  }
}

function captureFileWrites(print: Print): void {
  const writeSync = fs.writeSync;
  const writers = new Map(
    Object.entries(descriptors).map(([descriptor, name]) => [Number(descriptor), decodeTo(name, print)]),
  );
  const replaced = (descriptor: number, data: unknown, ...rest: unknown[]): number => {
    const write = writers.get(descriptor);
    // Only the plain forms: with an offset and a length it is not a print.
    if (write === undefined || typeof rest[0] === "number") {
      return Reflect.apply(writeSync, fs, [descriptor, data, ...rest]);
    }
    write(data);
    return typeof data === "string"
      ? Buffer.byteLength(data)
      : data instanceof Uint8Array
        ? data.byteLength
        : 0;
  };
  fs.writeSync = replaced as typeof fs.writeSync;
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

interface SpawnedChild extends Omit<childProcess.ChildProcess, "stdio" | "stdout" | "stderr"> {
  readonly stdio?: unknown[];
  stdout?: unknown;
  stderr?: unknown;
}

function captureChildProcesses(print: Print, bind: Bind, started: CaptureOptions["started"]): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as {
    spawn(this: SpawnedChild, options: { stdio?: unknown; detached?: boolean }): unknown;
  };
  const spawn = prototype.spawn;
  prototype.spawn = function (options) {
    const { stdio, taken } = piped(options.stdio ?? "pipe");
    const result = spawn.call(
      this,
      taken.size > 0 || stdio.includes("ignore") ? { ...options, stdio } : options,
    );
    started(this as childProcess.ChildProcess, options.detached === true);
    for (const [descriptor, name] of taken) {
      const stream = this.stdio?.[descriptor];
      if (isReadable(stream)) {
        const write = decodeTo(name, print);
        stream.on("data", bind(write));
        hide(this, descriptor);
      }
    }
    return result;
  };
  captureSync("spawnSync", print);
  captureSync("execFileSync", print);
  captureSync("execSync", print);
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

/** The synchronous forms give their output back at the end, so that is when it is shown. */
function captureSync(name: "spawnSync" | "execFileSync" | "execSync", print: Print): void {
  const original = childProcess[name] as (...args: unknown[]) => unknown;
  const replaced = (...args: unknown[]): unknown => {
    const at = args.findIndex((arg, index) => index > 0 && isOptions(arg));
    const options = at < 0 ? undefined : (args[at] as { stdio?: unknown; encoding?: BufferEncoding });
    const { stdio, taken } = piped(options?.stdio ?? "pipe");
    if (options === undefined || taken.size === 0) return original(...args);
    const changed = [...args];
    changed[at] = { ...options, stdio };
    const show = (descriptor: number, data: unknown) => {
      const stream = taken.get(descriptor);
      if (stream !== undefined && data !== null && data !== undefined) print(stream, String(data));
      return stream === undefined ? data : null;
    };
    if (name !== "spawnSync") {
      try {
        return show(1, original(...changed));
      } catch (error) {
        if (typeof error === "object" && error !== null && "output" in error && Array.isArray(error.output)) {
          error.output.forEach((data: unknown, descriptor: number) => {
            show(descriptor, data);
          });
        }
        throw error;
      }
    }
    const result = original(...changed) as { output: unknown[] | null; stdout: unknown; stderr: unknown };
    if (result.output === null || result.output === undefined) return result;
    const output = result.output.map((data, descriptor) => show(descriptor, data));
    return { ...result, output, stdout: output[1], stderr: output[2] };
  };
  Object.defineProperty(childProcess, name, {
    value: replaced,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

function isOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
