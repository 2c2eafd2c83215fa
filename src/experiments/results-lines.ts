/** The lines of a results file: JSON of a result each, and before them what part of a sweep it is when it is one. */
import { OptionError } from "../base/errors.js";
import { DataError } from "../data/data-error.js";
import { withDefaults, withoutDefaults } from "./defaults.js";
import type { ExperimentResult } from "./result.js";
import { isShardHead, type ShardHead } from "./shard-head.js";

/** A result and where it stands. */
export interface Line {
  result: ExperimentResult;
  /** The first is 1. */
  line: number;
}

export interface Lines {
  head?: ShardHead;
  lines: Line[];
}

/** A result as its line holds it: without the defaults of its spec, which parseLines fills in. */
export const lineOf = (result: ExperimentResult): string =>
  JSON.stringify({ ...result, spec: withoutDefaults(result.spec) });

/** Throws a DataError that names file and line when a line is no result. */
export function parseLines(file: string, text: string): Lines {
  const texts = text.split("\n");
  const parsed: Lines = { lines: [] };
  for (const [index, each] of texts.entries()) {
    if (each.trim() === "") continue;
    const line = index + 1;
    let content: unknown;
    try {
      content = JSON.parse(each);
    } catch {
      throw new DataError(
        { file, line },
        line === texts.length
          ? "the line is cut off: its sweep was killed as it wrote it, or writes it now. The same sweep goes on from there."
          : "the line is no JSON. Remove it, and its run will be done again.",
      );
    }
    if (line === 1 && isShardHead(content)) parsed.head = content;
    else parsed.lines.push({ line, result: resultFrom(file, line, content) });
  }
  return parsed;
}

/** Whether it has what every result has; not whether its spec is right. */
export function isResult(content: unknown): content is ExperimentResult {
  const { key, hash, spec } = (content ?? {}) as Partial<ExperimentResult>;
  return (
    typeof key === "string" && typeof hash === "string" && !!(spec?.data && spec.network && spec.optimizer)
  );
}

function resultFrom(file: string, line: number, result: unknown): ExperimentResult {
  if (!isResult(result))
    throw new DataError({ file, line }, "the line is no result of an experiment. Is this the right file?");
  try {
    return { ...result, spec: withDefaults(result.spec) };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new DataError(
      { file, line },
      `its spec is none that this version runs: ${error.message} Remove the line, and its run will be done again.`,
    );
  }
}
