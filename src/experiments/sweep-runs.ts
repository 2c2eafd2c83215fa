/** What a sweep is, wherever its runs are computed: which are missing, where their results go, when it stops. */
import { host } from "#host";
import { OptionError } from "../base/errors.js";
import { runningKernel } from "../base/kernel.js";
import type { JobQueue } from "../host/host.js";
import { newProgress, type ProgressSink, silentProgress } from "../report/progress.js";
import { checkSpec } from "./check-spec.js";
import { type Gathering, gather } from "./coordinator.js";
import { Crew } from "./crew.js";
import { checkFilesNamed } from "./data-files.js";
import { SweepStoppedError } from "./errors.js";
import { type ExperimentResult, keyOf } from "./result.js";
import { ResultsFile } from "./results-file.js";
import { type Run, runsOfShard, type Shard } from "./shard.js";
import { shardHead } from "./shard-head.js";
import { shownAsTable } from "./shown-as-table.js";
import type { CheckedSpec, ExperimentSpec } from "./spec.js";

export interface SweepRunsOptions {
  workers: number;
  signal?: AbortSignal;
  /** No other run begins; those at hand are done. */
  finish?: AbortSignal;
  progress?: boolean | ProgressSink;
  out?: string;
  /** Do this part of the runs only. */
  shard?: Shard;
  /** The address of a queue whose workers compute the runs. */
  queue?: string;
}

/** Throws as sweep() does. */
export async function sweepRuns(
  specs: readonly ExperimentSpec[],
  options: SweepRunsOptions,
): Promise<ExperimentResult[]> {
  const { queue, workers, out } = options;
  if (queue !== undefined) {
    const { queues } = host;
    if (queues === null)
      throw new OptionError(
        "sweep: a browser reaches no queue's server. Run the sweep in Node, or without { queue }.",
      );
    return sweepWith((gathering) => overQueue(() => queues.open(queue), gathering), specs, options);
  }
  const crew = new Crew(workers > 1 ? Math.min(workers, specs.length) : 0);
  // A results file may hold all that is asked for.
  if (out === undefined) crew.start();
  try {
    return await sweepWith(
      ({ missing, stop, keep }) => crew.runAll(missing, stop, (result) => keep([result])),
      specs,
      options,
    );
  } finally {
    await crew.end();
  }
}

async function overQueue(open: () => Promise<JobQueue>, gathering: Gathering): Promise<void> {
  const queue = await open();
  try {
    await gather(queue, gathering);
  } finally {
    await queue.close();
  }
}

interface Work extends Gathering {
  /** The specs that have no result yet, by their keys. */
  missing: ReadonlyMap<string, CheckedSpec>;
}

async function sweepWith(
  runAll: (work: Work) => Promise<void>,
  specs: readonly ExperimentSpec[],
  options: SweepRunsOptions,
): Promise<ExperimentResult[]> {
  const all = checkedRuns(specs);
  const { shard, out, queue, progress = true } = options;
  if (queue !== undefined || shard)
    for (const [index, { spec }] of all.entries()) checkFilesNamed(spec, `specs[${index}]`);
  const runs = shard ? runsOfShard(all, shard) : all;
  const head = shard && shardHead(shard, uniqueRuns(all), runs);
  const file = out === undefined ? undefined : new ResultsFile(out, head);
  const isUnfinished = file?.isUnfinished === true;
  // Where all is there already nothing is written: such a file may well be one that can only be read.
  const held = new Set(file?.results.map(({ key }) => key));
  if (isUnfinished || file?.hasHead === false || !runs.every(({ key }) => held.has(key))) file?.open();
  const done = new Map(file?.results.map((result) => [result.key, result]));
  const missing = new Map(runs.filter(({ key }) => !done.has(key)).map(({ key, spec }) => [key, spec]));
  const sink = typeof progress === "boolean" ? (progress ? newProgress() : silentProgress) : progress;
  const stop = stopOf(options.signal);
  let finished = 0;
  const keep = (results: readonly ExperimentResult[]) => {
    // A server drops what was fetched; threads can do it again.
    file?.append(results, queue !== undefined);
    for (const result of results) done.set(result.key, result);
    finished += results.length;
    sink.report(finished);
  };
  const tell = (workers: number) => sink.report(finished, { note: workersNote(workers) });

  sink.start(missing.size, "Sweep");
  try {
    // Where nothing is missing there is nothing to open.
    if (missing.size > 0)
      await runAll({
        runs,
        missing,
        done,
        stop: { signal: stop.signal, finish: options.finish },
        keep,
        tell,
      });
  } finally {
    stop.release();
    try {
      if (isUnfinished || finished > 0) file?.rewrite(inOrder(runs, done));
    } finally {
      file?.close();
    }
    sink.finish(`Sweep: ${finished} of ${missing.size} runs done`);
  }
  const results = runs.flatMap(({ key }) => done.get(key) ?? []);
  const left = missing.size - finished;
  if (left === 0) return shownAsTable(results);
  const resume =
    out === undefined ? "With { out } it could go on from there." : "The same call goes on from there.";
  throw new SweepStoppedError(
    `The sweep was stopped with ${left} of ${runs.length} runs left. ${resume}`,
    results,
  );
}

function workersNote(workers: number): string {
  if (workers === 0) return "no worker yet";
  return workers === 1 ? "1 worker" : `${workers} workers`;
}

/** Throws an OptionError that names the first spec that is wrong: "specs[3].batchSize: …". */
export function checkedRuns(specs: readonly ExperimentSpec[]): Run[] {
  return specs.map((spec, index) => {
    const checked = checkSpec(spec, `specs[${index}]`);
    return { spec: checked, key: keyOf(checked) };
  });
}

/** Each key once, at its first place. */
export function uniqueRuns(runs: readonly Run[]): Run[] {
  return Array.from(new Map(runs.map((run) => [run.key, run])).values());
}

/** One signal that is aborted by the caller's or by the running cell's. */
function stopOf(signal: AbortSignal | undefined): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  // Every run that waits listens; that many are no leak.
  host.expectManyListeners(controller.signal);
  const sources = [signal, runningKernel()?.signal].flatMap((source) => source ?? []);
  const abort = () => controller.abort();
  for (const source of sources) {
    if (source.aborted) abort();
    source.addEventListener("abort", abort);
  }
  return {
    signal: controller.signal,
    release() {
      for (const source of sources) source.removeEventListener("abort", abort);
    },
  };
}

/** The results of the sweep in the order of its specs, each once, then those of other specs that the file held. */
function inOrder(
  runs: readonly { key: string }[],
  done: ReadonlyMap<string, ExperimentResult>,
): ExperimentResult[] {
  const keys = new Set([...runs.map(({ key }) => key), ...done.keys()]);
  return Array.from(keys).flatMap((key) => done.get(key) ?? []);
}
