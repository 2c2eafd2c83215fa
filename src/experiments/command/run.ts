/** `normlab run SPEC.json --out RESULTS.jsonl`. */
import { host } from "#host";
import { SweepStoppedError } from "../errors.js";
import type { ExperimentResult } from "../result.js";
import { readShard, type Shard } from "../shard.js";
import { readSpecs } from "../spec-file.js";
import { sweepRuns } from "../sweep-runs.js";
import { stopSignals } from "./stop-signals.js";
import { numberOf, readArguments, UsageError } from "./usage.js";

const USAGE =
  "normlab run SPEC.json --out RESULTS.jsonl [--workers N] [--shard k/n|slurm|kubernetes] [--grace SECONDS] [--queue redis://host/name] [--quiet]";

/** A scheduler waits 30 seconds between its first signal and its last, where nobody told it otherwise. */
const GRACE = 25;

/** The exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(USAGE, args, {
    out: { type: "string" },
    workers: { type: "string" },
    shard: { type: "string" },
    grace: { type: "string" },
    queue: { type: "string" },
    quiet: { type: "boolean", default: false },
  });
  const { out, quiet, queue } = values;
  if (positionals.length !== 1 || out === undefined)
    throw new UsageError("it takes one spec file and --out.", USAGE);
  if (queue !== undefined && (values.workers !== undefined || values.shard !== undefined))
    throw new UsageError("--queue has workers of its own: it goes without --workers and --shard.", USAGE);
  const workers = numberOf("run", "--workers", values.workers, 1) ?? host.processors();
  const grace = numberOf("run", "--grace", values.grace, 0) ?? GRACE;
  const shard = values.shard === undefined ? undefined : readShard(values.shard, host.setting);
  // Of a scheduler's task only: at a terminal whoever ends a sweep does not want to wait for its runs.
  const { signal, finish } = stopSignals(shard ? { grace } : {});
  const options = { workers, out, signal, finish, shard, queue, progress: !quiet };
  try {
    const results = await sweepRuns(readSpecs(positionals[0]), options);
    process.stdout.write(`${summary(results, shard)} ${out}\n`);
  } catch (error) {
    if (!(error instanceof SweepStoppedError && finish?.aborted)) throw error;
    // What a scheduler stops has done its duty.
    process.stdout.write(`${error.message}\n${summary(error.results, shard)} ${out}\n`);
  }
  return 0;
}

function summary(results: readonly ExperimentResult[], shard?: Shard): string {
  const diverged = results.filter(({ status }) => status === "diverged").length;
  const part = shard ? ` of part ${shard.index} of ${shard.count}` : "";
  return `${results.length} results${part}${diverged > 0 ? `, ${diverged} of them diverged,` : ""} in`;
}
