import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { DataError, unwritable } from "../data/data-error.js";

interface Owner {
  pid: number;
  host: string;
}

/** The lock files that this program holds: one with its number that is not among them is from a program before it. */
const held = new Set<string>();

/**
 * Keeps two sweeps from writing to one file: a file beside it, RESULTS.jsonl.lock, says which program does. A program that
 * is killed leaves it behind, and the next sweep sees that there is no such program any more.
 */
export class ResultsLock {
  readonly #lock: string;

  constructor(private readonly file: string) {
    this.#lock = resolve(`${file}.lock`);
  }

  /** Throws a DataError when another sweep has it, or when nothing can be written there. */
  take(): void {
    if (this.isLeft()) rmSync(this.#lock, { force: true });
    const owner: Owner = { pid: process.pid, host: hostname() };
    try {
      writeFileSync(this.#lock, `${JSON.stringify(owner)}\n`, { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw this.refusal();
      throw unwritable(this.file, error);
    }
    held.add(this.#lock);
  }

  release(): void {
    if (held.delete(this.#lock)) rmSync(this.#lock, { force: true });
  }

  /** Whether a sweep had the file and was killed before it was done. */
  isLeft(): boolean {
    const owner = this.owner();
    if (owner === undefined || owner.host !== hostname()) return false;
    return owner.pid === process.pid ? !held.has(this.#lock) : !isRunning(owner.pid);
  }

  private owner(): Owner | undefined {
    try {
      return JSON.parse(readFileSync(this.#lock, "utf8"));
    } catch {
      // There is none, or it is just being written.
      return undefined;
    }
  }

  private refusal(): DataError {
    const owner = this.owner();
    const who = owner === undefined ? "another sweep" : `a sweep of process ${owner.pid} on ${owner.host}`;
    return new DataError(
      { file: this.file },
      `${who} is writing to it. Wait for its end, or give this sweep a file of its own; if there is no such sweep any more, delete ${this.file}.lock.`,
    );
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
