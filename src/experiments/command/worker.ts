/** `normlab worker --queue redis://host/name`. */
import { host } from "#host";
import { OptionError } from "../../base/errors.js";
import { checkSpec } from "../check-spec.js";
import { Crew, stoppedBy } from "../crew.js";
import { lineOf } from "../results-lines.js";
import { queueAddress } from "./queue-address.js";
import { stopSignals } from "./stop-signals.js";
import { numberOf, readArguments, UsageError } from "./usage.js";

const USAGE =
  "normlab worker --queue redis://host/name [--threads N] [--lock SECONDS] [--grace SECONDS] [--quiet]";

/** Seconds without a sign of life after which a worker's runs are given to others. Locks are renewed in a half of it. */
const LOCK = 30;

/** Of a shell's or a scheduler's patience, which is 30 seconds in most places. */
const GRACE = 25;

/** The exit code: 0 ended by a signal; a worker ends by itself only when something is wrong. */
export async function worker(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(USAGE, args, {
    queue: { type: "string" },
    threads: { type: "string" },
    lock: { type: "string" },
    grace: { type: "string" },
    quiet: { type: "boolean", default: false },
  });
  if (positionals.length > 0) throw new UsageError("it takes no words beside options.", USAGE);
  const address = queueAddress(values.queue, USAGE);
  const threads = numberOf("worker", "--threads", values.threads, 1) ?? host.processors();
  const lockSeconds = numberOf("worker", "--lock", values.lock, 1) ?? LOCK;
  const grace = numberOf("worker", "--grace", values.grace, 0) ?? GRACE;
  const { queues } = host;
  if (queues === null) throw new OptionError("worker: no queue can be reached from here.");
  const tell = (message: string) => {
    if (!values.quiet) process.stderr.write(`normlab worker: ${message}\n`);
  };

  const { signal, finish } = stopSignals({ grace });
  // The threads train, so that this one renews locks whatever a run does.
  const crew = new Crew(threads);
  let done = 0;
  try {
    const options = { build: host.build(), threads, lockSeconds, tell };
    const running = await queues.work(address, options, async (data, stop) => {
      const result = await crew.run(checkSpec(JSON.parse(data)), stop);
      done++;
      return lineOf(result);
    });
    tell(
      `${running.place}, ${threads} ${threads === 1 ? "thread" : "threads"}, build ${options.build.slice(0, 8)}`,
    );
    const stopped = stoppedBy({ signal, finish });
    try {
      await Promise.race([running.failed, stopped.promise]);
    } finally {
      stopped.release();
      await running.finish(signal);
    }
  } finally {
    await crew.end();
  }
  tell(`${done} runs done`);
  return 0;
}
