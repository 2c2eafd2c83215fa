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
  /**
   * Adds bytes at the end; where that fails the part that was written goes again.
   *
   * @param durable true: returns when they are on the disk
   */
  append(file: string, content: Uint8Array, durable?: boolean): void;
  /** Cuts the file off after so many bytes. */
  truncate(file: string, length: number): void;
  /** Makes a file that must not be there yet; EEXIST when it is. */
  create(file: string, content: string): void;
  /** Removes the file if it is there. */
  remove(file: string): void;
  /** The file's path from the root. */
  absolute(file: string): string;
  /** A folder of this program alone, for files that nobody needs when it has ended; it is there from the first call on. */
  temporary(): string;
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
  /** Milliseconds that processors have worked for this program, for all of its threads together. */
  processorTime(): number;
}

/** Threads of a sweep; each does one run at a time. */
export interface Pool<Input, Output> {
  run(input: Input, options: { signal: AbortSignal }): Promise<Output>;
  /** Ends the threads. Those that have nothing to do don't keep the program alive. */
  destroy(): Promise<void>;
}

/** A piece of work that a queue holds: texts, of which the queue knows the names alone. */
export interface Job {
  /** Letters, digits and dashes; two jobs of one id are one. */
  id: string;
  data: string;
}

/** What a worker gave back for a job. */
export interface Outcome {
  id: string;
  /** The worker's name, for messages. */
  worker: string;
  value: string;
  /** SHA-256 of the value, as the worker took it. */
  digest: string;
}

/** A job that was done twice with different values. */
export interface Conflict {
  id: string;
  first: { worker: string; digest: string };
  second: { worker: string; digest: string };
}

/** What a queue holds at a moment. */
export interface QueueState {
  waiting: number;
  /** Being done by a worker. */
  active: number;
  /** Done, and not fetched. */
  completed: number;
  /** Failed as often as they may. */
  failed: number;
  /** Workers that are connected. */
  workers: number;
  /** The build that the jobs are for; undefined while nobody put any. */
  build: string | undefined;
}

/** A queue on a server, for whoever puts jobs and fetches what they gave. A lost connection is made again, however long that takes. */
export interface JobQueue {
  /** For messages: the server and the queue's name, without a password. */
  readonly place: string;
  /** Says which build the jobs are for. Throws a QueueError when the queue has jobs of another one. */
  claim(build: string): Promise<void>;
  /** Puts jobs; one whose id is there already stays as it is. */
  put(jobs: readonly Job[]): Promise<void>;
  state(): Promise<QueueState>;
  /** The ids of jobs that were done, or failed for good, and conflicts; whoever put them. */
  finished(): Promise<{ completed: string[]; failed: string[]; conflicts: Conflict[] }>;
  /** What the jobs gave; a job that is gone is left out. */
  outcomes(ids: readonly string[]): Promise<Outcome[]>;
  /** Why the jobs failed. */
  failures(ids: readonly string[]): Promise<{ id: string; reason: string }[]>;
  /** Those of the ids that the server does not know. */
  unknown(ids: readonly string[]): Promise<string[]>;
  /** Takes jobs off the queue; one that a worker does is taken off when it is done. */
  remove(ids: readonly string[]): Promise<void>;
  /** Until then what a job gave is compared with what it gives when it is done again. */
  forget(ids: readonly string[]): Promise<void>;
  /** Takes all off that no worker does. Gives how many jobs there were. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

export interface JobWorkerOptions {
  build: string;
  /** Jobs at a time. */
  threads: number;
  /** Its jobs are another's when nothing was heard of a worker for so many seconds. */
  lockSeconds: number;
  /** What is not as it should be, and goes on: a connection that was lost, for one. */
  tell(message: string): void;
}

/** Takes jobs from a queue and does them. */
export interface JobWorker {
  readonly place: string;
  /** Ends when the worker can't go on: its build is another one than that of the jobs, for one. */
  readonly failed: Promise<never>;
  /** Takes no more jobs, and resolves when those at hand are done, or were put back because `signal` was aborted. */
  finish(signal: AbortSignal): Promise<void>;
}

/** Queues on a server of Redis or Valkey. */
export interface Queues {
  /** Throws an OptionError for a wrong address, a QueueError when the server can't be reached or is not set up for it. */
  open(address: string): Promise<JobQueue>;
  /** @param work does the job with these data, and gives up when the signal is aborted */
  work(
    address: string,
    options: JobWorkerOptions,
    work: (data: string, signal: AbortSignal) => Promise<string>,
  ): Promise<JobWorker>;
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
  /** SHA-256 of bytes, as 64 hexadecimal digits. */
  sha256(bytes: Uint8Array): string;
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
  /** null in a browser, which reaches no such server. */
  readonly queues: Queues | null;
  /** SHA-256 of all files that decide what a run gives: of two machines with the same one, runs give the same bits. */
  build(): string;
  /** Lets other work of the process have its turn. */
  pause(): Promise<void>;
  /** Waits, at most until the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Calls back after so many milliseconds, unless the program ends before, which this does not put off. Gives what calls it off. */
  later(milliseconds: number, call: () => void): () => void;
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
