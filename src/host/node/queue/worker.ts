/** The side of a queue that does jobs. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job as ServerJob, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { QueueError } from "../../../base/errors.js";
import type { JobWorker, JobWorkerOptions } from "../../host.js";
import { readAddress } from "./address.js";
import { type OwnKeys, ownKeys, PREFIX, type ReturnValue } from "./keys.js";
import { type QueuePackages, queuePackages } from "./packages.js";
import { connect } from "./server.js";

type Work = (data: string, signal: AbortSignal) => Promise<string>;

/**
 * A job whose worker was killed goes to another one. One that kills its workers, by the memory that it takes for instance, fails
 * when so many are gone.
 */
const WORKERS_LOST = 10;

/** Below so many milliseconds a job is fetched while the one before it is done: its way takes as long as a part of the job. */
const SHORT = 1000;

/** Milliseconds that the server has to take back jobs when the worker ends. */
const PATIENCE = 3000;

/**
 * Notes the digest of what a job gave, or that it is another one than before. Gives 1 when nobody waits for the job any more.
 * KEYS: digests, conflicts, unwanted, the job; ARGV: id, digest, worker.
 */
const NOTE = `
local known = redis.call("HGET", KEYS[1], ARGV[1])
if known then
  local space = string.find(known, " ", 1, true)
  local digest = string.sub(known, 1, space - 1)
  if digest ~= ARGV[2] then
    local first = { worker = string.sub(known, space + 1), digest = digest }
    local second = { worker = ARGV[3], digest = ARGV[2] }
    redis.call("HSETNX", KEYS[2], ARGV[1], cjson.encode({ id = ARGV[1], first = first, second = second }))
    return { 0, first.worker }
  end
elseif redis.call("EXISTS", KEYS[4]) == 1 then
  redis.call("HSET", KEYS[1], ARGV[1], ARGV[2] .. " " .. ARGV[3])
end
return { redis.call("SREM", KEYS[3], ARGV[1]) }
`;

export async function startWorker(
  text: string,
  options: JobWorkerOptions,
  work: Work,
  setting: (name: string) => string | undefined,
): Promise<JobWorker> {
  const address = readAddress(text, setting);
  const packages = await queuePackages();
  const client = await connect(address, packages);
  const worker = new ServerWorker(address.place, client, ownKeys(address.name), options, work, packages);
  try {
    await worker.checkBuild();
  } catch (error) {
    client.disconnect();
    throw error;
  }
  worker.start(address.name);
  return worker;
}

class ServerWorker implements JobWorker {
  readonly failed: Promise<never>;
  #fail: (error: Error) => void = () => {};
  #worker: Worker<string, ReturnValue> | undefined;
  /** Aborted: jobs at hand are put back. */
  readonly #putBack = new AbortController();
  /** Without spaces, which the server takes in no client's name. */
  readonly #name = `${hostname().replaceAll(" ", "-")}:${process.pid}`;
  #milliseconds = 0;

  constructor(
    readonly place: string,
    private readonly client: Redis,
    private readonly own: OwnKeys,
    private readonly options: JobWorkerOptions,
    private readonly work: Work,
    private readonly packages: QueuePackages,
  ) {
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Who finishes first does not look at it.
    this.failed.catch(() => {});
  }

  /** Throws a QueueError when the queue's jobs are for another build; one that is done with them only remembers it. */
  async checkBuild(): Promise<void> {
    const { build, lists, sets } = this.own;
    const known = await this.client.get(build);
    if (known === null || known === this.options.build) return;
    const counts = await Promise.all([
      ...lists.map((key) => this.client.llen(key)),
      ...sets.map((key) => this.client.zcard(key)),
    ]);
    if (counts.some((count) => count > 0)) throw this.otherBuild(known);
  }

  start(name: string): void {
    const { threads, lockSeconds, tell } = this.options;
    const milliseconds = 1000 * lockSeconds;
    const worker = new this.packages.bullmq.Worker<string, ReturnValue>(
      name,
      (job, token) => this.process(job, token),
      {
        connection: this.client,
        prefix: PREFIX,
        name: this.#name,
        concurrency: threads,
        lockDuration: milliseconds,
        stalledInterval: milliseconds,
        maxStalledCount: WORKERS_LOST,
        // After a lost connection; BullMQ's own 15 s would leave the threads idle.
        runRetryDelay: 1000,
      },
    );
    worker.on("error", (error) => tell(error.message));
    this.#worker = worker;
  }

  async finish(signal: AbortSignal): Promise<void> {
    const putBack = () => this.#putBack.abort();
    if (signal.aborted) putBack();
    signal.addEventListener("abort", putBack, { once: true });
    const ended = new AbortController();
    try {
      const closing = this.#worker?.close();
      // What is to be put back waits for a server that is away; there its lock runs out as well.
      await Promise.race([closing, this.givenUp(ended.signal)]);
      this.client.disconnect();
      await closing;
    } finally {
      ended.abort();
      signal.removeEventListener("abort", putBack);
    }
  }

  /** Resolves when jobs were to be put back and the server did not answer for a while. */
  private async givenUp(ended: AbortSignal): Promise<void> {
    const { signal } = this.#putBack;
    if (!signal.aborted) await once(signal, "abort", { signal: ended }).catch(() => {});
    await sleep(PATIENCE, undefined, { signal: ended }).catch(() => {});
  }

  private async process(job: ServerJob<string, ReturnValue>, token = ""): Promise<ReturnValue> {
    const { build } = this.options;
    // An id ends with the build that the job is for.
    if (!job.id?.endsWith(`-${build.slice(0, 16)}`)) {
      // Or it would fetch the job that it puts back.
      await this.#worker?.pause(true);
      this.#fail(this.otherBuild(job.id?.split("-").at(-1) ?? ""));
      return this.backTo(job, token);
    }
    const start = performance.now();
    let value: string;
    try {
      value = await this.work(job.data, this.#putBack.signal);
    } catch (error) {
      if (this.#putBack.signal.aborted) return this.backTo(job, token);
      const message = `${error instanceof Error ? error.message : String(error)} (on ${this.#name})`;
      if ((await this.client.srem(this.own.unwanted, job.id)) === 0)
        throw new Error(message, { cause: error });
      job.opts.removeOnFail = true;
      throw new this.packages.bullmq.UnrecoverableError(message);
    }
    this.adapt(performance.now() - start);
    const digest = createHash("sha256").update(value).digest("hex");
    const [isUnwanted, other] = await this.note(job, digest);
    if (other !== undefined)
      throw new this.packages.bullmq.UnrecoverableError(
        `its result has other bits on ${this.#name} than on ${other}`,
      );
    if (isUnwanted) job.opts.removeOnComplete = true;
    return { worker: this.#name, digest, value };
  }

  /** Whether nobody waits for the job any more, and the worker whose value is another one. */
  private async note(
    { id = "", queueQualifiedName }: ServerJob,
    digest: string,
  ): Promise<[boolean, string | undefined]> {
    const { digests, conflicts, unwanted } = this.own;
    const keys = [digests, conflicts, unwanted, `${queueQualifiedName}:${id}`];
    const answer = await this.client.eval(NOTE, keys.length, ...keys, id, digest, this.#name);
    const [isUnwanted, other] = Array.isArray(answer) ? answer : [];
    return [isUnwanted === 1, typeof other === "string" ? other : undefined];
  }

  /** Puts the job back in front of the others, as if nobody had taken it. */
  private async backTo(job: ServerJob, token: string): Promise<never> {
    await job.moveToWait(token);
    throw new this.packages.bullmq.WaitingError();
  }

  /** Short jobs lie ready behind the ones at hand; where a job takes long another worker may have time for it. */
  private adapt(milliseconds: number): void {
    this.#milliseconds =
      this.#milliseconds === 0 ? milliseconds : 0.8 * this.#milliseconds + 0.2 * milliseconds;
    const { threads } = this.options;
    const wanted = this.#milliseconds < SHORT ? threads + 1 : threads;
    if (this.#worker && this.#worker.concurrency !== wanted) this.#worker.concurrency = wanted;
  }

  private otherBuild(build: string): QueueError {
    return new QueueError(
      `${this.place} has runs for another build of normlab (${build.slice(0, 8)}; this worker is ${this.options.build.slice(0, 8)}), whose results may have other bits. ` +
        "Install the same version of normlab here as where the sweep was started.",
    );
  }
}
