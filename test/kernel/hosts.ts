// The kernels that tests of messages run on: a process that is spoken to over ZeroMQ, and one in the test's own process.
import { startKernel } from "./client.js";
import { InProcessKernel } from "./in-process.js";
import type { Client } from "./messages.js";

export interface Running {
  readonly client: Client;
  stop(): Promise<void>;
}

export const hosts: readonly { readonly name: string; start(): Promise<Running> }[] = [
  { name: "over ZeroMQ", start: () => startKernel() },
  {
    name: "in this process",
    start: async () => {
      const client = new InProcessKernel();
      return { client, stop: async () => client.close() };
    },
  },
];
