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

/** Threads, and how many. */
interface Crewmen {
  readonly threads: number;
  readonly pool: Pool<CheckedSpec, ExperimentResult>;
}

/** How long threads wait for another sweep. The next cell of a notebook comes within it; memory that nobody needs comes free. */
const WAITING_MILLISECONDS = 60_000;

/** The threads of the last sweep that ended. A new thread takes as long as some short runs until it has loaded and compiled all. */
let waiting: { readonly crewmen: Crewmen; readonly callOff: () => void } | undefined;

/** Those that wait, or new ones where they are too few. */
function crewmenFor(threads: number): Promise<Crewmen> {
  const found = waiting;
  waiting = undefined;
  found?.callOff();
  if (found !== undefined && found.crewmen.threads >= threads) return Promise.resolve(found.crewmen);
  return started(threads, found?.crewmen);
}

async function started(threads: number, tooFew: Crewmen | undefined): Promise<Crewmen> {
  const [pool] = await Promise.all([
    host.startPool<CheckedSpec, ExperimentResult>(threads),
    tooFew?.pool.destroy(),
  ]);
  return { threads, pool };
}

/** They wait for the next sweep; those of another one that waited for it go. */
async function letWait(crewmen: Crewmen): Promise<void> {
  const before = waiting;
  const own = {
    crewmen,
    callOff: host.later(WAITING_MILLISECONDS, () => {
      if (waiting === own) waiting = undefined;
      void crewmen.pool.destroy();
    }),
  };
  waiting = own;
  before?.callOff();
  await before?.crewmen.pool.destroy();
}

/** The threads of a sweep. They can start while the main thread still reads the specs. */
export class Crew {
  private crewmen: Promise<Crewmen> | undefined;
  /** Runs that threads are at. */
  private running = 0;

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
    const { pool } = await this.started();
    this.running++;
    try {
      return await pool.run(spec, { signal });
    } finally {
      this.running--;
    }
  }

  /** Threads with nothing to do wait for the next sweep; the others end with what they are at. */
  async end(): Promise<void> {
    const [started] = await Promise.allSettled([this.crewmen]);
    if (started.status !== "fulfilled" || started.value === undefined) return;
    if (this.running > 0) await started.value.pool.destroy();
    else await letWait(started.value);
  }

  private started(): Promise<Crewmen> {
    this.crewmen ??= crewmenFor(this.threads);
    return this.crewmen;
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
