/** A peer's kernel, started and connected, for one measurement. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type Execution, KernelClient, KernelProcess } from "../../kernel/client.js";
import type { KernelPeer } from "./peers.js";

/** A kernel that does not answer for so long (ms) has failed the measurement. */
const patience = 15_000;

/**
 * The same for all peers. With NODE_EXTRA_CA_CERTS Node 20 reads certificates whenever it starts, which takes a tenth of a
 * second that says nothing about a kernel.
 */
function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return { ...rest, JPY_PARENT_PID: String(process.pid) };
}

export class PeerSession {
  private constructor(
    readonly peer: KernelPeer,
    readonly kernel: KernelProcess,
    readonly client: KernelClient,
    /** From the start of the process to the end of the first cell (ms). */
    readonly startTime: number,
  ) {}

  /** Starts a kernel and runs a first cell. */
  static async start(peer: KernelPeer): Promise<PeerSession> {
    const prepared = await KernelProcess.prepare();
    const began = performance.now();
    const kernel = prepared.start({ argv: peer.argv, env: environment() });
    const client = new KernelClient(kernel.connection);
    await within(patience, client.ready(), `${peer.name} did not start:\n`, () => kernel.log);
    await within(patience, client.execute("1 + 1"), `${peer.name} did not run a cell:\n`, () => kernel.log);
    return new PeerSession(peer, kernel, client, performance.now() - began);
  }

  /** Runs a cell; gives the milliseconds to its reply and the idle status, whichever is later. */
  async time(code: string): Promise<number> {
    const began = performance.now();
    await this.run(code);
    return performance.now() - began;
  }

  run(code: string): Promise<Execution> {
    return within(patience, this.client.execute(code), `${this.peer.name} did not end a cell`);
  }

  /** Resident memory of the kernel's process, in MB. */
  memory(): number {
    const { pid } = this.kernel.process;
    if (process.platform === "linux") {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      return Number(kilobytes) / 1024;
    }
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
  }

  async end(): Promise<void> {
    this.client.close();
    await this.kernel.kill();
  }
}

export function within<T>(time: number, promise: Promise<T>, what: string, more = () => ""): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}${more()} (${time / 1000} s)`)), time);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
