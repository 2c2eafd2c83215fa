/** The side of a queue that puts jobs and fetches what they gave. */
import type { Queue } from "bullmq";
import type { ChainableCommander, Redis } from "ioredis";
import { QueueError } from "../../../base/errors.js";
import type { Conflict, Job, JobQueue, Outcome, QueueState } from "../../host.js";
import { readAddress } from "./address.js";
import { type OwnKeys, ownKeys, PREFIX, type ReturnValue } from "./keys.js";
import { queuePackages } from "./packages.js";
import { connect } from "./server.js";

/** Errors are tried again so often, after so many milliseconds; a worker that dies is not one. */
export const TRIES = { attempts: 3, backoff: { type: "fixed", delay: 500 } } as const;

/** Jobs that go to the server together. */
const TOGETHER = 500;

const UNFINISHED = ["wait", "active", "delayed", "prioritized"] as const;

export async function openQueue(
  text: string,
  setting: (name: string) => string | undefined,
): Promise<JobQueue> {
  const address = readAddress(text, setting);
  const packages = await queuePackages();
  const client = await connect(address, packages);
  const queue = new packages.bullmq.Queue<string>(address.name, {
    connection: client,
    prefix: PREFIX,
    // Nobody reads the stream of events, and each would hold a result.
    streams: { events: { maxLen: 10 } },
  });
  // A connection that is lost is made again, and the commands that wait for it are sent then.
  queue.on("error", () => {});
  return new ServerQueue(address.place, client, queue, ownKeys(address.name));
}

class ServerQueue implements JobQueue {
  constructor(
    readonly place: string,
    private readonly client: Redis,
    private readonly queue: Queue<string>,
    private readonly own: OwnKeys,
  ) {}

  async claim(build: string): Promise<void> {
    await this.client.setnx(this.own.build, build);
    const known = (await this.client.get(this.own.build)) ?? build;
    if (known === build) return;
    const { waiting, active } = await this.state();
    if (waiting + active > 0)
      throw new QueueError(
        `${this.place} has runs of another build of normlab (${known.slice(0, 8)}; this one is ${build.slice(0, 8)}). ` +
          "Wait for their end, or take them off with normlab queue drain, or give this sweep a queue of its own: another name behind the host.",
      );
    await this.client.set(this.own.build, build);
  }

  async put(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.client.srem(this.own.unwanted, ...jobs.map(({ id }) => id));
    await this.queue.addBulk(
      jobs.map(({ id, data }) => ({ name: "run", data, opts: { ...TRIES, jobId: id } })),
    );
  }

  async state(): Promise<QueueState> {
    const [counts, workers, build] = await Promise.all([
      this.queue.getJobCounts(...UNFINISHED, "completed", "failed"),
      this.queue.getWorkersCount(),
      this.client.get(this.own.build),
    ]);
    const { active = 0, completed = 0, failed = 0 } = counts;
    const unfinished = UNFINISHED.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
    return { waiting: unfinished - active, active, completed, failed, workers, build: build ?? undefined };
  }

  async finished(): Promise<{ completed: string[]; failed: string[]; conflicts: Conflict[] }> {
    const [completed, failed, conflicts] = await Promise.all([
      this.queue.getRanges(["completed"], 0, -1),
      this.queue.getRanges(["failed"], 0, -1),
      this.client.hvals(this.own.conflicts),
    ]);
    return { completed, failed, conflicts: conflicts.map((text) => JSON.parse(text)) };
  }

  async outcomes(ids: readonly string[]): Promise<Outcome[]> {
    const texts = await this.fields(ids, "returnvalue");
    return ids.flatMap((id, place) => {
      const text = texts[place];
      if (text === null) return [];
      const { worker, digest, value }: ReturnValue = JSON.parse(text);
      return [{ id, worker, digest, value }];
    });
  }

  async failures(ids: readonly string[]): Promise<{ id: string; reason: string }[]> {
    const reasons = await this.fields(ids, "failedReason");
    return ids.flatMap((id, place) => {
      const reason = reasons[place];
      return reason === null ? [] : [{ id, reason }];
    });
  }

  async unknown(ids: readonly string[]): Promise<string[]> {
    const found = await this.all(ids, (commands, id) => commands.exists(this.queue.toKey(id)));
    return ids.filter((_, place) => found[place] === 0);
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (let first = 0; first < ids.length; first += TOGETHER) {
      const some = ids.slice(first, first + TOGETHER);
      await this.client.sadd(this.own.unwanted, ...some);
      // 0: a worker does it, and takes it off by itself when it finds it unwanted.
      const removed = await Promise.all(some.map((id) => this.queue.remove(id)));
      const gone = some.filter((_, place) => removed[place] !== 0);
      if (gone.length > 0) await this.client.srem(this.own.unwanted, ...gone);
    }
  }

  async forget(ids: readonly string[]): Promise<void> {
    for (let first = 0; first < ids.length; first += TOGETHER) {
      const some = ids.slice(first, first + TOGETHER);
      await this.client.hdel(this.own.digests, ...some);
      await this.client.hdel(this.own.conflicts, ...some);
    }
  }

  async drain(): Promise<number> {
    const ids = await this.queue.getRanges([...UNFINISHED, "completed", "failed"], 0, -1);
    await this.remove(ids);
    await this.client.del(this.own.digests, this.own.conflicts, this.own.build);
    return ids.length;
  }

  async close(): Promise<void> {
    await this.queue.close();
    this.client.disconnect();
  }

  private async fields(ids: readonly string[], field: string): Promise<(string | null)[]> {
    const answers = await this.all(ids, (commands, id) => commands.hget(this.queue.toKey(id), field));
    return answers.map((answer) => (typeof answer === "string" ? answer : null));
  }

  /** The answers to a command for each id, which go to the server together. */
  private async all(
    ids: readonly string[],
    command: (commands: ChainableCommander, id: string) => void,
  ): Promise<unknown[]> {
    const answers: unknown[] = [];
    for (let first = 0; first < ids.length; first += TOGETHER) {
      const commands = this.client.pipeline();
      for (const id of ids.slice(first, first + TOGETHER)) command(commands, id);
      for (const [error, answer] of (await commands.exec()) ?? []) {
        if (error) throw error;
        answers.push(answer);
      }
    }
    return answers;
  }
}
