import { host } from "#host";
import { checkCount, checkOptions, OptionError } from "../base/errors.js";
import { runningKernel } from "../base/kernel.js";
import type { Pool } from "../host/host.js";
import { newProgress, type ProgressSink, silentProgress } from "../report/progress.js";
import { checkSpec } from "./check-spec.js";
import { type ExperimentResult, keyOf } from "./result.js";
import { ResultsFile } from "./results-file.js";
import { runChecked } from "./run-checked.js";
import { shownAsTable } from "./shown-as-table.js";
import type { CheckedSpec, ExperimentSpec } from "./spec.js";

export interface SweepOptions {
  /** Threads; default: as many as the machine has cores for. The results are the same for any number. */
  workers?: number;
  /** Stops the sweep; the running cell's stop button does so without it. */
  signal?: AbortSignal;
  /** true (default) shows how many runs are done and how long the rest will take. */
  progress?: boolean | ProgressSink;
  /** A .jsonl file for the results. Runs whose result it holds already are not done again. */
  out?: string;
}

/** A run failed for another reason than its training: its data can't be read, for instance. `cause` is the run's error. */
export class RunFailedError extends Error {
  override name = "RunFailedError";
}

/** The sweep was stopped; what was done until then is in `results` and in the result file. */
export class SweepStoppedError extends Error {
  override name = "SweepStoppedError";

  constructor(
    message: string,
    readonly results: ExperimentResult[],
  ) {
    super(message);
  }
}

/**
 * Runs experiments over worker threads and gives their results in the order of the specs, the same bits for any number of workers.
 *
 *     const results = await sweep(grid(spec, { seed: [0, 1, 2], "optimizer.learningRate": [0.1, 0.3] }), { out: "results.jsonl" });
 *
 * With `out` a sweep that was stopped, or whose program died, goes on where it was when it is called again. Throws an OptionError
 * for a spec that is wrong ("specs[3].batchSize: …") before any run starts, a DataError when the file can't be written or another sweep
 * writes to it, a RunFailedError when a run can't be done, a SweepStoppedError when it is stopped.
 */
export async function sweep(
  specs: readonly ExperimentSpec[],
  options: SweepOptions = {},
): Promise<ExperimentResult[]> {
  checkOptions("sweep", options, ["workers", "signal", "progress", "out"]);
  const { workers = host.processors() } = options;
  checkCount("sweep", "workers", workers);
  if (!Array.isArray(specs))
    throw new OptionError("sweep takes an array of specs, such as grid(spec, { seed: [0, 1] }).");
  const crew = workers > 1 && specs.length > 0 ? new Crew(Math.min(workers, specs.length)) : undefined;
  // A results file may hold all that is asked for.
  if (options.out === undefined) crew?.start();
  try {
    return await sweepWith(crew, specs, options);
  } finally {
    await crew?.end();
  }
}

async function sweepWith(
  crew: Crew | undefined,
  specs: readonly ExperimentSpec[],
  options: SweepOptions,
): Promise<ExperimentResult[]> {
  const runs = specs.map((spec, index) => {
    const checked = checkSpec(spec, `specs[${index}]`);
    return { spec: checked, key: keyOf(checked) };
  });

  const file = options.out === undefined ? undefined : new ResultsFile(options.out);
  const isUnfinished = file?.isUnfinished === true;
  // Where all is there already nothing is written: such a file may well be one that can only be read.
  if (isUnfinished || !runs.every(({ key }) => file?.results.some((result) => result.key === key)))
    file?.open();
  const done = new Map(file?.results.map((result) => [result.key, result]));
  const missing = new Map(runs.filter(({ key }) => !done.has(key)).map(({ key, spec }) => [key, spec]));
  const { progress = true } = options;
  const sink = typeof progress === "boolean" ? (progress ? newProgress() : silentProgress) : progress;
  const stop = stopOf(options.signal);
  const keep = (result: ExperimentResult) => {
    file?.append(result);
    done.set(result.key, result);
    sink.report(missing.size - left());
  };
  const left = () => Array.from(missing.keys()).filter((key) => !done.has(key)).length;

  sink.start(missing.size, "Sweep");
  try {
    if (crew) await runInThreads(missing, crew, stop.signal, keep);
    else await runHere(missing, stop.signal, keep);
  } finally {
    stop.release();
    try {
      if (isUnfinished || missing.size > left()) file?.rewrite(inOrder(runs, done));
    } finally {
      file?.close();
    }
    sink.finish(`Sweep: ${missing.size - left()} of ${missing.size} runs done`);
  }
  const results = runs.flatMap(({ key }) => done.get(key) ?? []);
  if (left() === 0) return shownAsTable(results);
  const resume =
    options.out === undefined
      ? "With { out } it could go on from there."
      : "The same call goes on from there.";
  throw new SweepStoppedError(
    `The sweep was stopped with ${left()} of ${runs.length} runs left. ${resume}`,
    results,
  );
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

type Keep = (result: ExperimentResult) => void;

async function runHere(
  specs: ReadonlyMap<string, CheckedSpec>,
  signal: AbortSignal,
  keep: Keep,
): Promise<void> {
  for (const spec of specs.values()) {
    if (signal.aborted) return;
    const result = await unlessStopped(signal, spec, runChecked(spec, { signal }));
    if (result) keep(result);
  }
}

type Crewmen = Pool<CheckedSpec, ExperimentResult>;

/** The threads of a sweep. They can start while the main thread still reads the specs. */
class Crew {
  private pool: Promise<Crewmen> | undefined;

  constructor(private readonly threads: number) {}

  start(): Promise<Crewmen> {
    if (!this.pool) {
      this.pool = host.startPool<CheckedSpec, ExperimentResult>(this.threads);
      // run() throws what went wrong; a sweep whose specs are wrong never gets there.
      this.pool.catch(() => {});
    }
    return this.pool;
  }

  async run(spec: CheckedSpec, signal: AbortSignal): Promise<ExperimentResult> {
    const pool = await this.start();
    return pool.run(spec, { signal });
  }

  async end(): Promise<void> {
    const [started] = await Promise.allSettled([this.pool]);
    if (started.status === "fulfilled") await started.value?.destroy();
  }
}

async function runInThreads(
  specs: ReadonlyMap<string, CheckedSpec>,
  crew: Crew,
  signal: AbortSignal,
  keep: Keep,
): Promise<void> {
  if (signal.aborted) return;
  await Promise.all(
    Array.from(specs.values(), async (spec) => {
      const result = await unlessStopped(signal, spec, crew.run(spec, signal));
      if (result) keep(result);
    }),
  );
}

/** The result, or undefined when the run failed because the sweep was stopped. */
async function unlessStopped(
  signal: AbortSignal,
  spec: CheckedSpec,
  run: Promise<ExperimentResult>,
): Promise<ExperimentResult | undefined> {
  try {
    return await run;
  } catch (error) {
    if (signal.aborted) return undefined;
    const message = error instanceof Error ? error.message : String(error);
    throw new RunFailedError(`The run with seed ${spec.seed} on ${spec.data.set} failed: ${message}`, {
      cause: error,
    });
  }
}

/** The results of the sweep in the order of its specs, each once, then those of other specs that the file held. */
function inOrder(
  runs: readonly { key: string }[],
  done: ReadonlyMap<string, ExperimentResult>,
): ExperimentResult[] {
  const keys = new Set([...runs.map(({ key }) => key), ...done.keys()]);
  return Array.from(keys).flatMap((key) => done.get(key) ?? []);
}
