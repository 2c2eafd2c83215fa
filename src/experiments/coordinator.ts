/** The runs of a sweep over a queue: puts what is missing, fetches what workers give, and trusts none of it. */
import { host } from "#host";
import { hexDigestOf } from "../base/digest.js";
import { QueueError } from "../base/errors.js";
import type { JobQueue, Outcome } from "../host/host.js";
import { type Stop, stoppedBy } from "./crew.js";
import { withDefaults } from "./defaults.js";
import { DifferentBitsError, RunFailedError } from "./errors.js";
import type { ExperimentResult } from "./result.js";
import { isResult, lineOf } from "./results-lines.js";
import type { Run } from "./shard.js";

/** Milliseconds from one look at what is done to the next: few while results come, more while none do. */
const [SOON, LATE] = [40, 1000];

/** Milliseconds between looks at the workers, and at what the server may have lost. */
const BETWEEN_LOOKS = 2000;

/** Even where the numbers add up, so often in milliseconds each missing run is looked for. */
const BETWEEN_SEARCHES = 20_000;

/** How many runs are put, written and taken off the queue together. */
const TOGETHER = 200;

/** A server that doesn't answer for so many milliseconds is not waited for when the sweep ends. */
const PATIENCE = 3000;

export interface Gathering {
  /** All runs of the sweep. */
  runs: readonly Run[];
  /** Their results that are there, by key; those that are gathered are added. */
  done: ReadonlyMap<string, ExperimentResult>;
  stop: Stop;
  /** Keeps results: when it returns they are on the disk. */
  keep(results: readonly ExperimentResult[]): void;
  /** @param workers that are connected */
  tell(workers: number): void;
}

/** The id of the run's job: of the same spec and the same build there is one. */
export const jobIdOf = (key: string, build: string): string => `${key}-${build.slice(0, 16)}`;

/**
 * Resolves when all is gathered, or the sweep is stopped. Throws a DifferentBitsError when two workers disagree about a run, a
 * RunFailedError for those that could not be done when all the others are. Leaves nothing of the sweep on the queue, however it ends.
 */
export async function gather(queue: JobQueue, gathering: Gathering): Promise<void> {
  await new Coordinator(queue, gathering, host.build()).run();
}

class Coordinator {
  /** The runs by their jobs. */
  readonly #runs: Map<string, Run>;
  readonly #failed = new Map<string, string>();

  constructor(
    private readonly queue: JobQueue,
    private readonly gathering: Gathering,
    private readonly build: string,
  ) {
    this.#runs = new Map(gathering.runs.map((run) => [jobIdOf(run.key, build), run]));
  }

  async run(): Promise<void> {
    // A server that is away answers when it is back: whoever stops the sweep does not wait for that.
    const stopped = stoppedBy(this.gathering.stop);
    try {
      await Promise.race([this.gatherAll(), stopped.promise]);
    } finally {
      stopped.release();
      await this.clear();
    }
    if (this.#failed.size > 0) throw this.failure();
  }

  private get isStopped(): boolean {
    const { signal, finish } = this.gathering.stop;
    return signal.aborted || finish?.aborted === true;
  }

  /** The jobs whose runs have no result yet. */
  private left(): string[] {
    const { done } = this.gathering;
    return Array.from(this.#runs)
      .filter(([id, { key }]) => !done.has(key) && !this.#failed.has(id))
      .map(([id]) => id);
  }

  private async gatherAll(): Promise<void> {
    const { stop, tell } = this.gathering;
    await this.queue.claim(this.build);
    // What failed in a sweep before this one is tried again.
    const before = await this.queue.finished();
    await this.queue.remove(before.failed.filter((id) => this.#runs.has(id)));
    await this.put(this.left());
    let pause = SOON;
    let [looked, searched] = [Number.NEGATIVE_INFINITY, performance.now()];
    while (!this.isStopped) {
      const found = await this.gatherSome();
      const left = this.left();
      if (left.length === 0 || this.isStopped) return;
      const now = performance.now();
      if (now - looked > BETWEEN_LOOKS) {
        looked = now;
        const { waiting, active, completed, failed, workers } = await this.queue.state();
        tell(workers);
        const isLost = waiting + active + completed + failed < left.length;
        if (isLost || now - searched > BETWEEN_SEARCHES) {
          searched = now;
          const lost = await this.queue.unknown(left);
          // A server that began anew does not know the build, either.
          if (lost.length > 0) await this.queue.claim(this.build);
          await this.put(lost);
        }
      }
      pause = found > 0 ? SOON : Math.min(LATE, 1.5 * pause);
      await host.sleep(pause, stop.signal);
    }
  }

  private async put(ids: readonly string[]): Promise<void> {
    for (const some of groups(ids)) {
      if (this.isStopped) return;
      await this.queue.put(
        some.flatMap((id) => {
          const run = this.#runs.get(id);
          return run ? [{ id, data: JSON.stringify(run.spec) }] : [];
        }),
      );
    }
  }

  /** Gives how many jobs were found done, or failed. */
  private async gatherSome(): Promise<number> {
    const { completed, failed, conflicts } = await this.queue.finished();
    const own = completed.filter((id) => this.#runs.has(id));
    for (const some of groups(own)) {
      if (this.isStopped) break;
      await this.take(some);
    }
    for (const { id, first, second } of conflicts) {
      const run = this.#runs.get(id);
      if (run) throw differentBits(run, describe(first), describe(second));
    }
    const broken = failed.filter((id) => this.#runs.has(id));
    if (broken.length > 0) {
      for (const { id, reason } of await this.queue.failures(broken)) this.#failed.set(id, reason);
      await this.queue.remove(broken);
    }
    return own.length + broken.length;
  }

  private async take(ids: readonly string[]): Promise<void> {
    const { done, keep } = this.gathering;
    const outcomes = await this.queue.outcomes(ids);
    if (this.isStopped) return;
    const results: ExperimentResult[] = [];
    let wrong: unknown;
    for (const outcome of outcomes) {
      const run = this.#runs.get(outcome.id);
      if (run === undefined) continue;
      try {
        const result = this.resultOf(run, outcome);
        const known = done.get(run.key);
        if (known === undefined) results.push(result);
        else if (lineOf(known) !== outcome.value)
          throw differentBits(run, `hash ${known.hash} in the results`, describe(outcome));
      } catch (error) {
        wrong ??= error;
      }
    }
    // What is right is kept whatever is wrong with another one.
    if (results.length > 0) keep(results);
    await this.queue.remove(ids);
    if (wrong !== undefined) throw wrong;
  }

  /** Throws a QueueError when it is not what the worker computed. */
  private resultOf(run: Run, { worker, value, digest }: Outcome): ExperimentResult {
    const damaged = (what: string) =>
      new QueueError(
        `The result of ${nameOf(run)} from ${worker} ${what}: it was changed on its way or on the server of ${this.queue.place}. ` +
          "It was not taken, and the same call computes it again.",
      );
    if (hexDigestOf(value) !== digest) throw damaged("does not have the SHA-256 that the worker took of it");
    let result: unknown;
    try {
      result = JSON.parse(value);
    } catch {
      throw damaged("is no JSON");
    }
    if (!isResult(result) || result.key !== run.key) throw damaged("is none of that run");
    return { ...result, spec: withDefaults(result.spec) };
  }

  /** Takes all of the sweep off the queue. A server that is away keeps it until normlab queue drain. */
  private async clear(): Promise<void> {
    const [waiting, all] = [this.left(), Array.from(this.#runs.keys())];
    try {
      for (const some of groups(waiting)) await answered(this.queue.remove(some));
      for (const some of groups(all)) await answered(this.queue.forget(some));
    } catch {
      // What stopped the sweep is what is to be told.
    }
  }

  private failure(): RunFailedError {
    const [[id, reason]] = this.#failed;
    const run = this.#runs.get(id);
    const others = this.#failed.size - 1;
    const more = others === 0 ? "" : ` ${others} more failed, too.`;
    return new RunFailedError(
      `The run${run ? ` with seed ${run.spec.seed} on ${run.spec.data.set}` : ""} failed each time it was tried: ${reason}.${more} All other runs are done.`,
    );
  }
}

function* groups(ids: readonly string[]): Generator<readonly string[]> {
  for (let first = 0; first < ids.length; first += TOGETHER) yield ids.slice(first, first + TOGETHER);
}

/** Throws when the server does not answer. */
async function answered(asked: Promise<void>): Promise<void> {
  const ended = new AbortController();
  const silence = host.sleep(PATIENCE, ended.signal).then(() => {
    if (!ended.signal.aborted) throw new Error("The server does not answer.");
  });
  try {
    await Promise.race([asked, silence]);
  } finally {
    ended.abort();
  }
}

const short = (digest: string) => digest.slice(0, 16);

const nameOf = ({ key, spec }: Run) => `the run ${key} (seed ${spec.seed} on ${spec.data.set})`;

const describe = ({ worker, digest }: { worker: string; digest: string }) =>
  `SHA-256 ${short(digest)} from ${worker}`;

function differentBits(run: Run, first: string, second: string): DifferentBitsError {
  return new DifferentBitsError(
    `Two results of ${nameOf(run)} have different bits: ${first}, ${second}. The same spec has to give the same bits on every machine, so one of the two machines ` +
      "can't be trusted: look at its memory. Do the run again on a third one.",
  );
}
