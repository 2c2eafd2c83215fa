/**
 * All that differs between Node and a browser. The rest of src/ imports `host` from "#host", which package.json leads to
 * node/ or to browser/; no other file of the module imports from Node, but for those that only run there: the thread that
 * draws (figure/worker/), the thread that multiplies (tensor/wasm/team-thread.ts) and the command (experiments/command/).
 */
import type { MessagePort, Worker, WorkerOptions } from "node:worker_threads";

/** A file that comes with the module. */
export type ResourceName =
  | "kernels.wasm"
  | "kernels-tight.wasm"
  | "kernels-wide.wasm"
  | "kernels-relaxed.wasm"
  | "digits-images-idx3-ubyte.gz"
  | "digits-labels-idx1-ubyte.gz"
  | "fashion-train-images-idx3-ubyte.gz"
  | "fashion-train-labels-idx1-ubyte.gz"
  | "fashion-test-images-idx3-ubyte.gz"
  | "fashion-test-labels-idx1-ubyte.gz"
  | "normlab-sans.json";

/** The code of the errors of a host that has no files. */
export const NO_FILES = "ENOFILES";

/**
 * Files of the reader's. Errors carry Node's codes, such as ENOENT; in a browser they
 * are those of a notebook's kernel, and without one each call says that there are none.
 */
export interface Files {
  /** The file's bytes. */
  read(file: string | URL): Uint8Array;
  /** The file's text, in UTF-8, without the mark of byte order that some editors write before it. */
  readText(file: string | URL): string;
  /**
   * Writes the file under a temporary name beside it, and renames it when all is on the disk: whoever looks sees the old
   * content or the new one, never a half. The temporary name is nobody else's, so that of two who write at once the last
   * one wins, as a whole; a program that is killed as it writes leaves it behind.
   */
  writeWhole(file: string, content: Uint8Array): void;
  /** Adds bytes at the end; where that fails the part that was written goes again. */
  append(file: string, content: Uint8Array): void;
  /** Cuts the file off after so many bytes. */
  truncate(file: string, length: number): void;
  /** Makes a file that must not be there yet; EEXIST when it is. */
  create(file: string, content: string): void;
  /** Removes the file if it is there. */
  remove(file: string): void;
  /** The file's path from the root. */
  absolute(file: string): string;
}

/** A program on a machine, as a lock file names its owner. */
export interface Program {
  readonly id: number;
  /** The thread of the program that this is; 0 is the main one. */
  readonly thread: number;
  /** When the program began, in milliseconds since 1970: the same for all of its threads, whose own clocks start later. */
  readonly start: number;
  readonly machine: string;
  /** Whether the program of this machine with that number still runs. */
  isRunning(id: number): boolean;
}

/** Threads that share memory with this one. */
export interface Threads {
  /** false in a thread of somebody's: of a sweep, for one. */
  readonly isMain: boolean;
  /** Starts a file of the module as a thread. */
  start(file: URL, options: WorkerOptions): Worker;
  /** Takes a message without giving way to the event loop; undefined when there is none. */
  receive(port: MessagePort): { message: unknown } | undefined;
}

/** Threads of a sweep; each does one run at a time. */
export interface Pool<Input, Output> {
  run(input: Input, options: { signal: AbortSignal }): Promise<Output>;
  /** Ends the threads. */
  destroy(): Promise<void>;
}

/** Where progress goes when there is no notebook. */
export interface Console {
  write(text: string): unknown;
  /** A terminal, whose line can be rewritten; a log otherwise. */
  readonly isTerminal: boolean;
  readonly columns?: number;
}

/** The part of stock tslab's public API that is used here. */
export interface StockDisplay {
  /** One MIME type an output; the second call on a `newDisplay()` replaces the first. */
  raw(contentType: string, content: string | Uint8Array): void;
}

/** How the host makes the most of the kernels that take the most time. */
export interface HotKernels {
  /** kernels-….wasm: laid out for operations that are joined into wider ones ("wide"), or as narrow as all ("tight"). */
  readonly build: "wide" | "tight";
  /** Runs `compile`, which compiles that module, with what the host's compiler needs for it. */
  compile<Compiled>(compile: () => Compiled): Compiled;
}

export interface Host {
  /** For messages: "Node 20.20.2", or "this browser". */
  readonly name: string;
  resource(name: ResourceName): Uint8Array<ArrayBuffer>;
  /** Throws when the bytes are no gzip file, or cut off. */
  gunzip(bytes: Uint8Array): Uint8Array;
  /** Plotly's script, for pages that stand alone. */
  plotly(): { file: string; source: string };
  readonly files: Files;
  readonly program: Program;
  /** null where threads cannot share memory: a page without isolation headers, which is most pages. */
  readonly threads: Threads | null;
  /** How many threads run at once here. */
  processors(): number;
  /** The threads of a sweep, which run experiments/worker.ts. */
  startPool<Input, Output>(threads: number): Promise<Pool<Input, Output>>;
  /** What experiments/worker.ts exports: in a thread of startPool() it answers with `run`. */
  serve<Input, Output>(run: (input: Input) => Promise<Output>): (input: Input) => Promise<Output>;
  /** null where the host's compiler makes the most of the kernels by itself. */
  readonly hotKernels: HotKernels | null;
  /** Lets other work of the process have its turn. */
  pause(): Promise<void>;
  /** Many may listen to this signal without a warning. */
  expectManyListeners(signal: AbortSignal): void;
  /** A setting from outside; undefined where there is none. */
  setting(name: string): string | undefined;
  warn(message: string): void;
  readonly console: Console;
  /** A value as the console shows it. */
  inspect(value: unknown): string;
  /** A new output place of the stock tslab kernel, or undefined when this process is not one. */
  newStockDisplay(): StockDisplay | undefined;
}
