/** What the module needs of its surroundings, on Node. */
import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { availableParallelism, hostname } from "node:os";
import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { threadId } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import type { Host, Program } from "../host.js";
import { build } from "./build.js";
import { files } from "./files.js";
import { hotKernels } from "./hot-kernels.js";
import { plotly } from "./plotly.js";
import { queues } from "./queue/index.js";
import { resource } from "./resources.js";
import { newStockDisplay } from "./stock-tslab.js";
import { startPool, threads } from "./threads.js";

// Captured here: a notebook's kernel may replace the timers that its cells see.
const afterOthers = setImmediate;

const program: Program = {
  id: process.pid,
  thread: threadId,
  start: Date.now() - 1000 * process.uptime(),
  machine: hostname(),
  isRunning(id) {
    try {
      process.kill(id, 0);
      return true;
    } catch (error) {
      // EPERM: it runs, and belongs to somebody else.
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
};

export const host: Host = {
  name: `Node ${process.versions.node}`,
  resource,
  gunzip: gunzipSync,
  sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
  plotly,
  files,
  program,
  threads,
  processors: availableParallelism,
  startPool,
  // piscina calls what the file exports.
  serve: (run) => run,
  hotKernels,
  queues,
  build,
  pause: () =>
    new Promise((resolve) => {
      afterOthers(resolve);
    }),
  sleep: (milliseconds, signal) =>
    // An aborted wait is over, too.
    sleep(milliseconds, undefined, { signal }).catch(() => {}),
  later(milliseconds, call) {
    const timer = setTimeout(call, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  expectManyListeners: (signal) => setMaxListeners(0, signal),
  setting: (name) => process.env[name],
  warn: (message) => process.emitWarning(message),
  console: {
    write: (text) => process.stderr.write(text),
    get isTerminal() {
      return process.stderr.isTTY === true && process.env.CI === undefined;
    },
    get columns() {
      return process.stderr.columns;
    },
  },
  inspect,
  newStockDisplay,
};
