// The kernels that tests of messages run on: a process that is spoken to over ZeroMQ, one in the test's own process, and
// one in a worker of a page, where Chromium is installed.
import { findChromium } from "../browser/chromium.js";
import { startKernel } from "./client.js";
import { InProcessKernel } from "./in-process.js";
import type { Client } from "./messages.js";
import { WorkerKernel } from "./worker-kernel.js";

export interface Running {
  readonly client: Client;
  stop(): Promise<void>;
}

export interface TestHost {
  readonly name: string;
  /** What kernel_info says that cells run on. */
  readonly runtime: string;
  start(): Promise<Running>;
}

const runtime = `Node.js ${process.versions.node}`;

const everywhere: readonly TestHost[] = [
  { name: "over ZeroMQ", runtime, start: () => startKernel() },
  {
    name: "in this process",
    runtime,
    start: async () => {
      const client = new InProcessKernel();
      return { client, stop: async () => client.close() };
    },
  },
];

const inPage: TestHost = {
  name: "in a page",
  runtime: "a browser",
  start: async () => {
    const client = await WorkerKernel.start();
    return { client, stop: () => client.close() };
  },
};

export const hosts = findChromium() === undefined ? everywhere : [...everywhere, inPage];
