import { type ParseError, parse as parseJson, printParseErrorCode } from "jsonc-parser";
import { host } from "#host";
import { OptionError } from "../base/errors.js";
import { DataError, unreadable } from "../data/data-error.js";
import { grid } from "./grid.js";
import type { ExperimentResult } from "./result.js";
import type { ExperimentSpec } from "./spec.js";
import { type SweepOptions, sweep } from "./sweep.js";

/** One entry of a spec file: a spec, or a spec with the values to vary. */
type Entry = ExperimentSpec | { spec: ExperimentSpec; grid: Record<string, unknown[]> };

/**
 * The specs of a JSON file, which holds a spec, `{ "spec": …, "grid": { "seed": [0, 1], … } }`, or an array of these.
 * Throws a DataError that names file, line and column when it is no JSON.
 */
export function readSpecs(file: string): ExperimentSpec[] {
  let text: string;
  try {
    text = host.files.readText(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const content = parse(file, text);
  const entries = (Array.isArray(content) ? content : [content]) as Entry[];
  if (entries.length === 0) throw new DataError({ file }, "it holds no specs.");
  return entries.flatMap((entry, index) =>
    expand(entry, Array.isArray(content) ? `${file}[${index}]` : file),
  );
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
