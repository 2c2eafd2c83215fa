/** `normlab queue status | drain`. */
import { host } from "#host";
import { OptionError } from "../../base/errors.js";
import type { JobQueue } from "../../host/host.js";
import { queueAddress } from "./queue-address.js";
import { readArguments, UsageError } from "./usage.js";

const USAGE = "normlab queue status|drain --queue redis://host/name";

const actions: Readonly<Record<string, (queue: JobQueue) => Promise<string>>> = {
  async status(queue) {
    const { waiting, active, completed, failed, workers, build } = await queue.state();
    const rows = [
      ["waiting", waiting],
      ["being done", active],
      ["done, not fetched", completed],
      ["failed", failed],
      ["workers", workers],
      ["build", build === undefined ? "none" : build.slice(0, 8)],
    ] as const;
    return [queue.place, ...rows.map(([name, value]) => `${name.padEnd(18)}${value}`)].join("\n");
  },
  async drain(queue) {
    const count = await queue.drain();
    return `${count} ${count === 1 ? "run" : "runs"} taken off ${queue.place}; those that a worker does are dropped when they are done.`;
  },
};

/** The exit code. */
export async function queue(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(USAGE, args, { queue: { type: "string" } });
  const [name = ""] = positionals;
  if (positionals.length !== 1 || !Object.hasOwn(actions, name))
    throw new UsageError("it takes status or drain.", USAGE);
  const { queues } = host;
  if (queues === null) throw new OptionError("queue: no queue can be reached from here.");
  const opened = await queues.open(queueAddress(values.queue, USAGE));
  try {
    process.stdout.write(`${await actions[name](opened)}\n`);
  } finally {
    await opened.close();
  }
  return 0;
}
