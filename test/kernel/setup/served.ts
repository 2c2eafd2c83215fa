// A script of kernel/setup that serves on this machine until it is stopped.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { repository } from "./modules.js";

/** One that nobody listens at now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export class Served {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = "";

  constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#process = spawn(process.execPath, [join(repository, "kernel", "setup", script), ...args], {
      env: { ...process.env, NORMLAB_SETUP: "done", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#said += text;
      });
    this.#ended = once(this.#process, "close");
  }

  /** Asks again until the server is there; what it has said when it ends before that. */
  async answer(address: string): Promise<Response> {
    while (this.#process.exitCode === null && this.#process.signalCode === null) {
      const response = await fetch(address).catch(() => undefined);
      if (response !== undefined) return response;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`it ended and had served nothing:\n${this.#said}`);
  }

  /** As a terminal's or a service's manager does it. Resolves when its output is closed: nothing that it started is left. */
  async stop(): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#ended;
  }
}
