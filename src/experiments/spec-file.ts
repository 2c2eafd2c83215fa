import { type ParseError, parse as parseJson, printParseErrorCode } from "jsonc-parser";
import { host } from "#host";
import { OptionError } from "../base/errors.js";
import { DataError, unreadable } from "../data/data-error.js";
import { grid } from "./grid.js";
import type { ExperimentResult } from "./result.js";
import { isObject } from "./schema.js";
import type { ExperimentSpec } from "./spec.js";
import { type SweepOptions, sweep } from "./sweep.js";

/** One entry of a spec file: a spec, or a spec with the values to vary. */
type Entry = ExperimentSpec | { spec: ExperimentSpec; grid: Record<string, unknown[]> };

/**
 * The specs of a JSON file, which holds a spec, `{ "spec": …, "grid": { "seed": [0, 1], … } }`, an array of these, or
 * `{ "claims": …, "runs": [ … ] }` with what is claimed of the runs before any of them is done.
 * Throws a DataError that names file, line and column when it is no JSON.
 */
export function readSpecs(file: string): ExperimentSpec[] {
  const { runs, claims } = readSpecFile(file);
  const isList = Array.isArray(runs);
  const entries = (isList ? runs : [runs]) as Entry[];
  if (entries.length === 0 && claims === undefined) throw new DataError({ file }, "it holds no specs.");
  return entries.flatMap((entry, index) => expand(entry, isList ? `${file}[${index}]` : file));
}

/** What a spec file holds, not checked yet: its runs, and what it claims of them. */
export function readSpecFile(file: string): { runs: unknown; claims?: unknown } {
  let text: string;
  try {
    text = host.files.readText(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const content = parse(file, text);
  if (!isObject(content) || !("runs" in content)) return { runs: content };
  const { runs, claims, ...others } = content;
  const unknown = Object.keys(others);
  if (unknown.length > 0)
    throw new OptionError(`${file}: beside "runs" only "claims" may stand; got "${unknown.join('", "')}".`);
  return { runs, claims };
}

/** Runs the specs of a file as a sweep: what `normlab run spec.json --out results.jsonl` does. */
export function runSpecFile(file: string, options: SweepOptions = {}): Promise<ExperimentResult[]> {
  return sweep(readSpecs(file), options);
}

function expand(entry: Entry, owner: string): ExperimentSpec[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry))
    throw new OptionError(`${owner}: a spec is an object; got ${JSON.stringify(entry)}.`);
  if (!("spec" in entry)) return [entry];
  const unknown = Object.keys(entry).filter((key) => key !== "spec" && key !== "grid");
  if (unknown.length > 0)
    throw new OptionError(`${owner}: beside "spec" only "grid" may stand; got "${unknown.join('", "')}".`);
  return grid(entry.spec, entry.grid ?? {});
}

function parse(file: string, text: string): unknown {
  const errors: ParseError[] = [];
  const content: unknown = parseJson(text, errors, { disallowComments: true });
  if (errors.length === 0) return content;
  const [{ offset, error }] = errors;
  const before = text.slice(0, offset).split("\n");
  const place = { file, line: before.length, column: before[before.length - 1].length + 1 };
  throw new DataError(place, `no JSON (${printParseErrorCode(error)}).`);
}
