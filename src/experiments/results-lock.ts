import { host } from "#host";
import { hexDigestOf } from "../base/digest.js";
import { DataError, unwritable } from "../data/data-error.js";

interface Owner {
  pid: number;
  host: string;
  /** The thread of the process; 0 is the main one. */
  thread?: number;
  /** When it was taken, in milliseconds since 1970. */
  since?: number;
}

/**
 * Keeps two sweeps from writing to one file: a file beside it, RESULTS.jsonl.lock, says which thread of which program does.
 * A program that is killed leaves it behind, and the next sweep sees that there is no such program any more.
 *
 * Nothing in memory decides, since threads share none: a lock with this process's number is another thread's when it was
 * taken after the process began, and else left behind by one before it that had the same number.
 */
export class ResultsLock {
  readonly #lock: string;
  #held = false;

  constructor(private readonly file: string) {
    this.#lock = host.files.absolute(`${file}.lock`);
  }

  /** Throws a DataError when another sweep has it, or when nothing can be written there. */
  take(): void {
    this.removeLeft();
    const owner: Owner = {
      pid: host.program.id,
      host: host.program.machine,
      thread: host.program.thread,
      since: Date.now(),
    };
    try {
      host.files.create(this.#lock, `${JSON.stringify(owner)}\n`);
    } catch (error) {
      if (codeOf(error) === "EEXIST") throw this.refusal();
      throw unwritable(this.file, error);
    }
    this.#held = true;
  }

  release(): void {
    if (this.#held) host.files.remove(this.#lock);
    this.#held = false;
  }

  /** Whether a sweep had the file and was killed before it was done. */
  isLeft(): boolean {
    return isLeft(this.content());
  }

  /**
   * Removes a lock that was left behind. Of many that find it only one may: the one whose claim on this very content was
   * written first, or a late one would remove the lock that the first has taken since.
   */
  private removeLeft(): void {
    const content = this.content();
    if (!isLeft(content)) return;
    const claim = `${this.#lock}.${hexDigestOf(content, 12)}`;
    try {
      host.files.create(claim, "");
    } catch (error) {
      if (codeOf(error) === "EEXIST") return;
      throw unwritable(this.file, error);
    }
    if (this.content() === content) host.files.remove(this.#lock);
    host.files.remove(claim);
  }

  private refusal(): DataError {
    const owner = ownerOf(this.content());
    const who =
      owner === undefined
        ? "another sweep"
        : `a sweep of process ${owner.pid}${owner.thread ? `, thread ${owner.thread},` : ""} on ${owner.host}`;
    return new DataError(
      { file: this.file },
      `${who} is writing to it. Wait for its end, or give this sweep a file of its own; if there is no such sweep any more, delete ${this.file}.lock.`,
    );
  }

  /** Empty when there is no lock, or when it is just being written. */
  private content(): string {
    try {
      return host.files.readText(this.#lock);
    } catch {
      return "";
    }
  }
}

function isLeft(content: string): boolean {
  const owner = ownerOf(content);
  if (owner === undefined || owner.host !== host.program.machine) return false;
  return owner.pid === host.program.id
    ? (owner.since ?? 0) < host.program.start
    : !host.program.isRunning(owner.pid);
}

function ownerOf(content: string): Owner | undefined {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
