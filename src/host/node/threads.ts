import { isMainThread, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Pool, Threads } from "../host.js";

export const threads: Threads = {
  isMain: isMainThread,
  start: (file, options) => new Worker(file, options),
  receive: receiveMessageOnPort,
  processorTime() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

export async function startPool<Input, Output>(threads: number): Promise<Pool<Input, Output>> {
  const { Piscina } = await import("piscina");
  return new Piscina<Input, Output>({
    filename: new URL("../../../packed/sweep-worker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // Options of this process, such as a debugger's or a test runner's, are none of the workers' business.
    execArgv: [],
  });
}
