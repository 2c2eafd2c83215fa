/** Where the runs of a sweep are computed on this machine: in this thread, or in threads beside it. */
import { host } from "#host";
import type { Pool } from "../host/host.js";
import { RunFailedError } from "./errors.js";
import type { ExperimentResult } from "./result.js";
import { runChecked } from "./run-checked.js";
import type { CheckedSpec } from "./spec.js";

/** How a sweep is stopped. */
export interface Stop {
  /** At once: a run that is not done yet is given up. */
  signal: AbortSignal;
  /** When the runs at hand are done: no other begins. */
  finish?: AbortSignal;
}

/** Resolves when the sweep is stopped. */
export function stoppedBy({ signal, finish }: Stop): { promise: Promise<void>; release(): void } {
  const sources = [signal, finish].flatMap((source) => source ?? []);
  let abort = () => {};
  const promise = new Promise<void>((resolve) => {
    abort = resolve;
    if (sources.some(({ aborted }) => aborted)) resolve();
    for (const source of sources) source.addEventListener("abort", abort);
  });
  return {
    promise,
    release() {
      for (const source of sources) source.removeEventListener("abort", abort);
    },
  };
}

export type Keep = (result: ExperimentResult) => void;

type Crewmen = Pool<CheckedSpec, ExperimentResult>;

/** The threads of a sweep. They can start while the main thread still reads the specs. */
export class Crew {
  private pool: Promise<Crewmen> | undefined;

  /** @param threads 0: the runs are done in this one */
  constructor(private readonly threads: number) {}

  start(): void {
    // run() throws what went wrong; a sweep whose specs are wrong never gets there.
    if (this.threads > 0) this.started().catch(() => {});
  }

  /** Does all runs and hands each result over as it comes. Throws a RunFailedError for the first run that can't be done. */
  async runAll(specs: ReadonlyMap<string, CheckedSpec>, stop: Stop, keep: Keep): Promise<void> {
    const left = specs.values();
    let isBroken = false;
    const isOver = () => isBroken || stop.signal.aborted || stop.finish?.aborted === true;
    // One run at a time is with a thread: what was handed over could not be taken back when the sweep is to finish.
    const lane = async () => {
      for (let next = left.next(); !isOver() && !next.done; next = left.next()) {
        const result = await this.runUnlessStopped(next.value, stop.signal);
        if (result && !isBroken) keep(result);
      }
    };
    const lanes = Array.from({ length: Math.min(Math.max(1, this.threads), specs.size) }, lane);
    try {
      await Promise.all(lanes);
    } finally {
      isBroken = true;
    }
  }

  /** Does one run. */
  async run(spec: CheckedSpec, signal: AbortSignal): Promise<ExperimentResult> {
    if (this.threads === 0) return runChecked(spec, { signal });
    return (await this.started()).run(spec, { signal });
  }

  async end(): Promise<void> {
    const [started] = await Promise.allSettled([this.pool]);
    if (started.status === "fulfilled") await started.value?.destroy();
  }

  private started(): Promise<Crewmen> {
    this.pool ??= host.startPool<CheckedSpec, ExperimentResult>(this.threads);
    return this.pool;
  }

  /** The result, or undefined when the run failed because the sweep was stopped. */
  private async runUnlessStopped(
    spec: CheckedSpec,
    signal: AbortSignal,
  ): Promise<ExperimentResult | undefined> {
    try {
      return await this.run(spec, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      const message = error instanceof Error ? error.message : String(error);
      throw new RunFailedError(`The run with seed ${spec.seed} on ${spec.data.set} failed: ${message}`, {
        cause: error,
      });
    }
  }
}
