/** `normlab merge R.*.jsonl --out R.jsonl`. */
import { mergeResults } from "../merge.js";
import { readArguments, UsageError } from "./usage.js";

const USAGE = "normlab merge RESULTS.jsonl… --out RESULTS.jsonl";

/** The exit code: 0 all runs are there, 1 some are missing. */
export function merge(args: readonly string[]): number {
  const { values, positionals } = readArguments(USAGE, args, { out: { type: "string" } });
  if (positionals.length === 0 || values.out === undefined)
    throw new UsageError("it takes results files and --out.", USAGE);
  const { results, repeated, missing, notes } = mergeResults(positionals, values.out);
  const more = repeated > 0 ? ` (${repeated} more than once, with the same bits)` : "";
  process.stdout.write(`${results} results${more} in ${values.out}\n`);
  if (missing === undefined) {
    for (const note of notes) process.stderr.write(`normlab merge: ${note}\n`);
    process.stderr.write(
      "normlab merge: no file says which sweep it is a part of, as those of run --shard do, so what is missing is not known.\n",
    );
    return 0;
  }
  if (missing === 0) return 0;
  process.stderr.write(`normlab merge: ${missing} runs are missing.\n`);
  for (const note of notes) process.stderr.write(`  ${note}\n`);
  process.stderr.write("Run these parts again as before: what they have is not run again.\n");
  return 1;
}
