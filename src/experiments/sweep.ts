import { host } from "#host";
import { checkCount, checkOptions, OptionError } from "../base/errors.js";
import type { ProgressSink } from "../report/progress.js";
import type { ExperimentResult } from "./result.js";
import type { ExperimentSpec } from "./spec.js";
import { sweepRuns } from "./sweep-runs.js";

export interface SweepOptions {
  /** Threads; default: as many as the machine has cores for. The results are the same for any number. */
  workers?: number;
  /** Stops the sweep; the running cell's stop button does so without it. */
  signal?: AbortSignal;
  /** true (default) shows how many runs are done and how long the rest will take. */
  progress?: boolean | ProgressSink;
  /** A .jsonl file for the results. Runs whose result it holds already are not done again. */
  out?: string;
  /**
   * The address of a queue on a server of Redis or Valkey, such as "redis://host:6379/name": its workers (`normlab worker --queue …`
   * on any machine) compute the runs, to the same bits. Needs the packages bullmq and ioredis.
   */
  queue?: string;
}

/**
 * Runs experiments over worker threads and gives their results in the order of the specs, the same bits for any number of workers.
 *
 *     const results = await sweep(grid(spec, { seed: [0, 1, 2], "optimizer.learningRate": [0.1, 0.3] }), { out: "results.jsonl" });
 *
 * With `out` a sweep that was stopped, or whose program died, goes on where it was when it is called again. Throws an OptionError
 * for a spec that is wrong ("specs[3].batchSize: …") before any run starts, a DataError when the file can't be written or another sweep
 * writes to it, a RunFailedError when a run can't be done, a SweepStoppedError when it is stopped. With `queue` also a QueueError when
 * the server can't be used, and a DifferentBitsError when two workers disagree; runs that fail are tried three times, and don't keep the
 * others from being done.
 */
export async function sweep(
  specs: readonly ExperimentSpec[],
  options: SweepOptions = {},
): Promise<ExperimentResult[]> {
  checkOptions("sweep", options, ["workers", "signal", "progress", "out", "queue"]);
  const { workers = host.processors(), queue } = options;
  checkCount("sweep", "workers", workers);
  if (queue !== undefined && (typeof queue !== "string" || options.workers !== undefined))
    throw new OptionError(
      'sweep: queue is an address such as "redis://host:6379/name", whose workers have threads of their own: give it without { workers }.',
    );
  if (!Array.isArray(specs))
    throw new OptionError("sweep takes an array of specs, such as grid(spec, { seed: [0, 1] }).");
  return sweepRuns(specs, { ...options, workers });
}
