// What the session needs of the place it runs in, beside what the language does.
import type { Inspect } from "../display/text.js";
import type { Host, RunningCell } from "../language/host.js";

/**
 * Files of a reader whose notebook is in a page. A path is relative to the notebook's folder or starts with a slash. Errors
 * have Node's codes: ENOENT, EISDIR.
 */
export interface ReaderFiles {
  read(file: string): Uint8Array;
  /** Writes the whole file; its folder is made where it is not there. */
  write(file: string, content: Uint8Array): void;
  /** Removes the file if it is there. */
  remove(file: string): void;
  exists(file: string): boolean;
  absolute(file: string): string;
  /** A folder whose files are gone with the kernel. */
  readonly temporary: string;
}

export interface SessionHost extends Pick<Host, "now" | "stop" | "runAs" | "currentCell"> {
  readonly inspect: Inspect;
  /** Calls once after so many ms, whatever cells do to timers; gives what prevents it. It keeps no process alive. */
  later(call: () => void, time: number): () => void;
  /** Resolves when the event loop has turned: rejections that nobody caught, and timers that were due, are known. */
  turn(): Promise<void>;
  /** Resolves when nothing of an earlier interrupt is on its way any more, which a new cell would take for its own. */
  calm(): Promise<void>;
  /** How many timers wait. */
  readonly pendingTimers: number;
  /** Tells of errors that nobody caught, in code of the cell that is the current one then. */
  onFault(listener: (error: unknown) => void): void;
  /** Asks the processes that a cell started, and that still run, to end; or kills them. */
  endProcesses(cell: RunningCell, how: "ask" | "kill"): void;
  /** Given where modules cannot reach files by themselves. */
  readonly readerFiles?: ReaderFiles;
}
