import { host } from "#host";
import { DataError, unreadable, unwritable } from "../data/data-error.js";
import { writeWhole } from "../train/checkpoint/write-file.js";
import type { ExperimentResult } from "./result.js";
import { type Lines, lineOf, parseLines } from "./results-lines.js";
import { ResultsLock } from "./results-lock.js";
import type { ShardHead } from "./shard-head.js";
import { shownAsTable } from "./shown-as-table.js";

/**
 * A file with one result a line (JSON Lines). While a sweep runs, results are appended as they come; in the end the file is
 * written anew in the order of the specs, so that the worker count leaves no trace. One sweep at a time writes to it.
 */
export class ResultsFile {
  readonly #lock: ResultsLock;
  #content: Lines;

  /**
   * Reads what is there, and changes nothing. Throws a DataError when it is another part of a sweep than the one asked for.
   *
   * @param head the part of a sweep that the file is to be; undefined when it is to be a whole one
   */
  constructor(
    private readonly file: string,
    private readonly head?: ShardHead,
  ) {
    this.#lock = new ResultsLock(file);
    this.#content = this.read();
  }

  /** What the file held when it was read. */
  get results(): readonly ExperimentResult[] {
    return this.#content.lines.map(({ result }) => result);
  }

  /** Whether the file says what part it is, where it is one. */
  get hasHead(): boolean {
    return JSON.stringify(this.#content.head) === JSON.stringify(this.head);
  }

  /** Whether a sweep was killed before it had written its results in order. */
  get isUnfinished(): boolean {
    return this.#lock.isLeft();
  }

  /** Takes the file for this sweep alone, and reads it again. Throws a DataError when another one has it. */
  open(): void {
    this.#lock.take();
    try {
      const { length, whole } = this.bytes();
      if (whole.length < length) host.files.truncate(this.file, whole.length);
      this.#content = this.read();
      if (!this.hasHead) this.rewrite(this.results);
    } catch (error) {
      this.close();
      throw error instanceof DataError ? error : unwritable(this.file, error);
    }
  }

  /**
   * Adds a line each; where that fails the part that was written goes again.
   *
   * @param durable true: returns when they are on the disk
   */
  append(results: readonly ExperimentResult[], durable = false): void {
    const lines = results.map((result) => `${lineOf(result)}\n`).join("");
    try {
      host.files.append(this.file, new TextEncoder().encode(lines), durable);
    } catch (error) {
      throw unwritable(this.file, error);
    }
  }

  rewrite(results: readonly ExperimentResult[]): void {
    const head = this.head ? [JSON.stringify(this.head)] : [];
    writeWhole(this.file, [...head, ...results.map(lineOf)].map((line) => `${line}\n`).join(""));
  }

  /** Lets other sweeps write. */
  close(): void {
    this.#lock.release();
  }

  private read(): Lines {
    const content = parseLines(this.file, new TextDecoder().decode(this.bytes().whole));
    const { index, count } = content.head?.shard ?? {};
    const wanted = this.head?.shard;
    // A part may have become another one of the same number, when specs were added to its sweep.
    if (index === undefined || (index === wanted?.index && count === wanted?.count)) return content;
    const instead = wanted ? `part ${wanted.index} of ${wanted.count}` : "a whole sweep";
    throw new DataError(
      { file: this.file },
      `it holds part ${index} of ${count} of a sweep, and ${instead} is to be written to it. Give that a file of its own, or run this part with --shard ${index}/${count}.`,
    );
  }

  /** The whole lines: a last one without its end was being written when its program was killed, and its run is done again. */
  private bytes(): { length: number; whole: Uint8Array } {
    try {
      const bytes = host.files.read(this.file);
      return { length: bytes.length, whole: bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { length: 0, whole: new Uint8Array(0) };
      throw unreadable(this.file, error);
    }
  }
}

/** The results that a sweep wrote, or has written so far. Throws a DataError that names file and line when a line is no result. */
export function readResults(file: string): ExperimentResult[] {
  try {
    const { lines } = parseLines(file, host.files.readText(file));
    return shownAsTable(lines.map(({ result }) => result));
  } catch (error) {
    throw error instanceof DataError ? error : unreadable(file, error);
  }
}
