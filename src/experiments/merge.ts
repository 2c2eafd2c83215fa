/** Results files of a sweep's parts, put together to one. */
import { host } from "#host";
import { DataError, unreadable } from "../data/data-error.js";
import { checkSpec } from "./check-spec.js";
import { type ExperimentResult, keyOf } from "./result.js";
import { ResultsFile } from "./results-file.js";
import { type Line, type Lines, lineOf, parseLines } from "./results-lines.js";
import type { ShardHead } from "./shard-head.js";

/** What a merge found. */
export interface Merged {
  /** Results in the merged file. */
  results: number;
  /** Results that were there more than once, each time the same bits. */
  repeated: number;
  /** Runs of the sweep that have no result; undefined where no file says what it is a part of. */
  missing: number | undefined;
  /** Sentences about what is missing, for a reader. */
  notes: string[];
}

interface Read extends Lines {
  file: string;
  /** A last line without its end, which was being written when its program was killed. */
  isCutOff: boolean;
}

type Head = ShardHead["shard"];

/**
 * Writes the results of all files to `out`, each once, in the order of the sweep. What `out` holds already is kept.
 *
 * Throws a DataError, and writes nothing, when a file can't be read, when a result's key is not that of its spec, when two files
 * have different results of one run, or when they are parts of different sweeps.
 */
export function mergeResults(files: readonly string[], out: string): Merged {
  const parts = files.map(readPart);
  const target = new ResultsFile(out);
  target.open();
  try {
    const own: Read = {
      file: out,
      isCutOff: false,
      lines: target.results.map((result, place) => ({ result, line: place + 1 })),
    };
    const { results, repeated } = collected([...parts, own]);
    const order = orderOf(parts);
    const keys = order ? new Set([...order.values(), ...results.keys()]) : new Set(results.keys());
    const ordered = Array.from(keys).flatMap((key) => results.get(key) ?? []);
    target.rewrite(ordered);
    return { results: ordered.length, repeated, ...missingOf(parts, results) };
  } finally {
    target.close();
  }
}

function readPart(file: string): Read {
  let text: string;
  try {
    text = host.files.readText(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return { file, isCutOff: whole.length < text.length, ...parseLines(file, whole) };
}

/** Each result once by its key. */
function collected(parts: readonly Read[]): { results: Map<string, ExperimentResult>; repeated: number } {
  const first = new Map<string, Line & { file: string }>();
  let repeated = 0;
  for (const { file, lines } of parts)
    for (const { result, line } of lines) {
      checkKey(file, line, result);
      const known = first.get(result.key);
      if (known === undefined) first.set(result.key, { result, line, file });
      else {
        checkEqual(known, { result, line, file });
        if (known.file !== file) repeated++;
      }
    }
  return { results: new Map(Array.from(first, ([key, { result }]) => [key, result])), repeated };
}

function checkKey(file: string, line: number, { key, spec }: ExperimentResult): void {
  const own = keyOf(checkSpec(spec));
  if (key === own) return;
  throw new DataError(
    { file, line },
    `the key of the result is ${key} and that of its spec ${own}, so one of the two was changed. Remove the line, and its run will be done again.`,
  );
}

function checkEqual(a: Line & { file: string }, b: Line & { file: string }): void {
  if (lineOf(a.result) === lineOf(b.result)) return;
  throw new DataError(
    { file: b.file, line: b.line },
    `the run ${b.result.key} has another result (hash ${b.result.hash}) than in ${a.file}, line ${a.line} (hash ${a.result.hash}). ` +
      "The same spec gives the same bits on every machine, so one of the two is wrong: do the run again with normlab run on a machine that you trust, and remove the line that differs.",
  );
}

/** The keys of the sweep by their places, as far as the parts tell; undefined where no part does. */
function orderOf(parts: readonly Read[]): Map<number, string> | undefined {
  const headed = parts.filter((part) => part.head !== undefined);
  if (headed.length === 0) return undefined;
  const keys = new Map<number, string>();
  for (const { file, head } of headed) {
    const [{ file: firstFile, head: firstHead }] = headed;
    const [own, first] = [head?.shard, firstHead?.shard];
    if (own?.count !== first?.count || own?.runs !== first?.runs)
      throw new DataError(
        { file },
        `it is a part of ${own?.count} of a sweep of ${own?.runs} runs, and ${firstFile} one of ${first?.count} of ${first?.runs} runs. Merge the parts of one sweep.`,
      );
    for (const [place, key] of own?.own ?? []) {
      const known = keys.get(place);
      if (known !== undefined && known !== key)
        throw new DataError(
          { file },
          `run ${place + 1} of its sweep is ${key}, and ${known} in another of these files: they are parts of different sweeps. Merge the parts of one sweep.`,
        );
      keys.set(place, key);
    }
  }
  return new Map(Array.from(keys).sort(([a], [b]) => a - b));
}

/** At most so many keys are named. */
const NAMED = 5;

function missingOf(
  parts: readonly Read[],
  results: ReadonlyMap<string, unknown>,
): Pick<Merged, "missing" | "notes"> {
  const cut = parts
    .filter(({ isCutOff }) => isCutOff)
    .map(({ file }) => `${file}: its last line is cut off and was left out.`);
  const heads = new Map<number, { head: Head; file: string }>();
  for (const { file, head } of parts) if (head) heads.set(head.shard.index, { head: head.shard, file });
  const [any] = heads.values();
  if (any === undefined) return { missing: undefined, notes: cut };
  const { count, runs } = any.head;
  const notes = [...cut];
  const there = new Set<string>();
  for (let index = 1; index <= count; index++) {
    const part = heads.get(index);
    if (part === undefined) {
      notes.push(`part ${index} of ${count}: no file.`);
      continue;
    }
    const lacking = part.head.own.filter(([, key]) => !results.has(key)).map(([, key]) => key);
    for (const [, key] of part.head.own) if (results.has(key)) there.add(key);
    if (lacking.length === 0) continue;
    const named = lacking.slice(0, NAMED).join(", ") + (lacking.length > NAMED ? ", …" : "");
    notes.push(
      `part ${index} of ${count}, ${part.file}: ${lacking.length} of its ${part.head.own.length} runs (${named}).`,
    );
  }
  return { missing: runs - there.size, notes };
}
