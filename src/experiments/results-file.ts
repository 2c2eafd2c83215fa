import { host } from "#host";
import { OptionError } from "../base/errors.js";
import { DataError, unreadable, unwritable } from "../data/data-error.js";
import { writeWhole } from "../train/checkpoint/write-file.js";
import { withDefaults, withoutDefaults } from "./defaults.js";
import type { ExperimentResult } from "./result.js";
import { ResultsLock } from "./results-lock.js";
import { shownAsTable } from "./shown-as-table.js";

/**
 * A file with one result a line (JSON Lines). While a sweep runs, results are appended as they come; in the end the file is
 * written anew in the order of the specs, so that the worker count leaves no trace. One sweep at a time writes to it.
 */
export class ResultsFile {
  readonly #lock: ResultsLock;
  #results: ExperimentResult[];

  /** Reads what is there, and changes nothing. */
  constructor(private readonly file: string) {
    this.#lock = new ResultsLock(file);
    this.#results = this.read();
  }

  /** What the file held when it was read. */
  get results(): readonly ExperimentResult[] {
    return this.#results;
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
      this.#results = this.read();
    } catch (error) {
      this.close();
      throw error instanceof DataError ? error : unwritable(this.file, error);
    }
  }

  /** Adds a line; where that fails the part that was written goes again. */
  append(result: ExperimentResult): void {
    const line = new TextEncoder().encode(`${lineOf(result)}\n`);
    try {
      host.files.append(this.file, line);
    } catch (error) {
      throw unwritable(this.file, error);
    }
  }

  rewrite(results: readonly ExperimentResult[]): void {
    writeWhole(this.file, results.map((result) => `${lineOf(result)}\n`).join(""));
  }

  /** Lets other sweeps write. */
  close(): void {
    this.#lock.release();
  }

  private read(): ExperimentResult[] {
    return parseResults(this.file, new TextDecoder().decode(this.bytes().whole));
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

/** A result as its line holds it: without the defaults of its spec, which readResults fills in. */
export const lineOf = (result: ExperimentResult): string =>
  JSON.stringify({ ...result, spec: withoutDefaults(result.spec) });

/** The results that a sweep wrote, or has written so far. Throws a DataError that names file and line when a line is no result. */
export function readResults(file: string): ExperimentResult[] {
  try {
    return shownAsTable(parseResults(file, host.files.readText(file)));
  } catch (error) {
    throw error instanceof DataError ? error : unreadable(file, error);
  }
}

function parseResults(file: string, text: string): ExperimentResult[] {
  return text.split("\n").flatMap((line, index, lines) => {
    if (line.trim() === "") return [];
    let result: ExperimentResult;
    try {
      result = JSON.parse(line);
    } catch {
      throw new DataError(
        { file, line: index + 1 },
        index === lines.length - 1
          ? "the line is cut off: its sweep was killed as it wrote it, or writes it now. The same sweep goes on from there."
          : "the line is no JSON. Remove it, and its run will be done again.",
      );
    }
    const { data, network, optimizer } = result?.spec ?? {};
    if (typeof result?.key !== "string" || typeof result.hash !== "string" || !(data && network && optimizer))
      throw new DataError(
        { file, line: index + 1 },
        "the line is no result of an experiment. Is this the right file?",
      );
    try {
      return [{ ...result, spec: withDefaults(result.spec) }];
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      throw new DataError(
        { file, line: index + 1 },
        `its spec is none that this version runs: ${error.message} Remove the line, and its run will be done again.`,
      );
    }
  });
}
