/** Queues on a server of Redis or Valkey, by BullMQ. */
import type { Queues } from "../../host.js";

const setting = (name: string) => process.env[name];

/** What a queue needs is loaded when one is asked for. */
export const queues: Queues = {
  async open(address) {
    const { openQueue } = await import("./queue.js");
    return openQueue(address, setting);
  },
  async work(address, options, work) {
    const { startWorker } = await import("./worker.js");
    return startWorker(address, options, work, setting);
  },
};
