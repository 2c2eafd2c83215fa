/** What is kept on the server beside BullMQ's own keys, under the queue's own name: a list of its keys shows all. */
export interface OwnKeys {
  /** The build that the jobs are for. */
  build: string;
  /** A hash: of each job that was done the digest of its value, and who did it. */
  digests: string;
  /** A hash: conflicts as JSON, by their jobs. */
  conflicts: string;
  /** BullMQ's own lists and sets of the jobs that are not done. */
  lists: readonly string[];
  sets: readonly string[];
  /** A set: the jobs that nobody waits for any more, and a worker still does. */
  unwanted: string;
}

export const PREFIX = "normlab";

export function ownKeys(name: string): OwnKeys {
  const bullmqKey = (what: string) => `${PREFIX}:${name}:${what}`;
  const key = (what: string) => bullmqKey(`own:${what}`);
  return {
    build: key("build"),
    digests: key("digests"),
    conflicts: key("conflicts"),
    lists: ["wait", "active"].map(bullmqKey),
    sets: ["delayed", "prioritized"].map(bullmqKey),
    unwanted: key("unwanted"),
  };
}

/** What a worker gives back, as BullMQ keeps it. */
export interface ReturnValue {
  worker: string;
  digest: string;
  value: string;
}
