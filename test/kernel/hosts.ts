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
  /** Whether cells have Node.js: its modules, and contexts that asynchronous calls keep. */
  readonly isNode: boolean;
  start(): Promise<Running>;
}

const runtime = `Node.js ${process.versions.node}`;

const everywhere: readonly TestHost[] = [
  { name: "over ZeroMQ", runtime, isNode: true, start: () => startKernel() },
  {
    name: "in this process",
    runtime,
    isNode: true,
    start: async () => {
      const client = new InProcessKernel();
      return { client, stop: async () => client.close() };
    },
  },
];

const inPage: TestHost = {
  name: "in a page",
  runtime: "a browser",
  isNode: false,
  start: async () => {
    const client = await WorkerKernel.start();
    return { client, stop: () => client.close() };
  },
};

/** Those whose cells have a thread of their own, so that a test goes on while a cell blocks. */
export const hostsApart = () => hosts.filter(({ name }) => name !== "in this process");

export const hosts = findChromium() === undefined ? everywhere : [...everywhere, inPage];
