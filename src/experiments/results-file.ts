import { appendFileSync, readFileSync, truncateSync } from "node:fs";
import { writeWhole } from "../checkpoint/write-file.js";
import { DataError, unreadable } from "../data/data-error.js";
import { withDefaults, withoutDefaults } from "./defaults.js";
import type { ExperimentResult } from "./result.js";

/**
 * A file with one result a line (JSON Lines). While a sweep runs, results are appended as they come; in the end the file is
 * written anew in the order of the specs, so that the worker count leaves no trace.
 */
export class ResultsFile {
  /** What the file held when it was opened. */
  readonly results: ExperimentResult[];

  constructor(private readonly file: string) {
    this.results = this.open();
  }

  append(result: ExperimentResult): void {
    appendFileSync(this.file, `${lineOf(result)}\n`);
  }

  rewrite(results: readonly ExperimentResult[]): void {
    writeWhole(this.file, results.map((result) => `${lineOf(result)}\n`).join(""));
  }

  private open(): ExperimentResult[] {
    const bytes = this.bytes();
    // A last line without its end was being written when the program died: that run is done again.
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    if (whole.length < bytes.length) truncateSync(this.file, whole.length);
    return parseResults(this.file, whole.toString("utf8"));
  }

  private bytes(): Buffer {
    try {
      return readFileSync(this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
      throw unreadable(this.file, error);
    }
  }
}

/** A result as its line holds it: without the defaults of its spec, which readResults fills in. */
export const lineOf = (result: ExperimentResult): string =>
  JSON.stringify({ ...result, spec: withoutDefaults(result.spec) });

/** The results that a sweep wrote. Throws a DataError that names file and line when a line is no result. */
export function readResults(file: string): ExperimentResult[] {
  try {
    return parseResults(file, readFileSync(file, "utf8"));
  } catch (error) {
    throw error instanceof DataError ? error : unreadable(file, error);
  }
}

function parseResults(file: string, text: string): ExperimentResult[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    let result: ExperimentResult;
    try {
      result = JSON.parse(line);
    } catch {
      throw new DataError(
        { file, line: index + 1 },
        "the line is no JSON. Remove it, and its run will be done again.",
      );
    }
    const { data, network, optimizer } = result?.spec ?? {};
    if (typeof result?.key !== "string" || typeof result.hash !== "string" || !(data && network && optimizer))
      throw new DataError(
        { file, line: index + 1 },
        "the line is no result of an experiment. Is this the right file?",
      );
    return [{ ...result, spec: withDefaults(result.spec) }];
  });
}
