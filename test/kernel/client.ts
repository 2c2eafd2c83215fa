// A Jupyter client for tests and benchmarks: starts a kernel as a process and speaks ZeroMQ to it.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer, Request, Subscriber } from "zeromq";
import type { Connection } from "../../kernel/node/wire/connection.js";
import { Framing } from "../../kernel/node/wire/framing.js";
import { incoming, lookAgain } from "../../kernel/node/wire/receive.js";
import type { Content, Header } from "../../kernel/session/transport.js";
import { kernelspec } from "../../kernel/spec/kernelspec.js";
import { type Channel, Client, type Message } from "./messages.js";

export type { ExecuteOptions, Execution } from "./messages.js";
export { ofType, printed } from "./messages.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

export interface StartOptions {
  /** What runs the kernel; "{connection_file}" stands for the file. normlab's kernel when absent. */
  readonly argv?: readonly string[];
  readonly cwd?: string;
  /** That of a kernel which Jupyter starts when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** What the kernel writes to its stderr; collected in `log` in any case. */
  readonly flags?: readonly string[];
  /** Whose process it is; the connection file becomes theirs. */
  readonly uid?: number;
  readonly gid?: number;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Jupyter says for whom it starts a kernel, which ends with that process. */
function jupyterEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, JPY_PARENT_PID: String(process.pid) };
}

/** What Jupyter starts. */
export const kernelArgv = kernelspec({ packageRoot: repository }).argv;

/** A kernel process and the file that says how to reach it. */
export class KernelProcess {
  log = "";
  readonly #folder: string;

  private constructor(
    readonly process: ChildProcess,
    readonly connection: Connection,
    folder: string,
  ) {
    this.#folder = folder;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
      });
    }
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  }

  /** Writes a connection file; `start` then starts the process, for who measures the time that takes. */
  static async prepare(): Promise<{
    readonly connection: Connection;
    start(options?: StartOptions): KernelProcess;
  }> {
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await Promise.all(
      Array.from({ length: 5 }, freePort),
    );
    const connection: Connection = {
      transport: "tcp",
      ip: "127.0.0.1",
      shell_port,
      iopub_port,
      stdin_port,
      control_port,
      hb_port,
      key: randomUUID(),
      signature_scheme: "hmac-sha256",
    };
    const folder = mkdtempSync(join(tmpdir(), "normlab-kernel-test-"));
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection));
    return {
      connection,
      start({ argv = kernelArgv, flags = [], cwd = folder, env = jupyterEnvironment(), uid, gid } = {}) {
        if (uid !== undefined && gid !== undefined)
          for (const path of [folder, file]) chownSync(path, uid, gid);
        const [command, ...args] = [...argv, ...flags].map((arg) => arg.replace("{connection_file}", file));
        const child = spawn(command, args, { cwd, env, uid, gid, stdio: ["ignore", "pipe", "pipe"] });
        return new KernelProcess(child, connection, folder);
      },
    };
  }

  static async start(options: StartOptions = {}): Promise<KernelProcess> {
    return (await KernelProcess.prepare()).start(options);
  }

  get exited(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  exit(): Promise<number | null> {
    if (this.exited) return Promise.resolve(this.process.exitCode);
    return new Promise((resolve) => this.process.once("exit", resolve));
  }

  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exit();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One client of a kernel: its own sockets, its own session. */
export class KernelClient extends Client {
  readonly #framing: Framing;
  readonly #sockets: Record<Channel, Dealer>;
  readonly iopub: Subscriber;

  constructor(
    readonly connection: Connection,
    options: {
      key?: string;
      keep?: boolean;
      /** Milliseconds between two tries to reach a kernel that does not listen yet; 100 when absent. */
      reconnectInterval?: number;
    } = {},
  ) {
    super();
    this.#framing = new Framing(options.key ?? connection.key, connection.signature_scheme);
    const address = (port: number) => `tcp://127.0.0.1:${port}`;
    const dealer = (port: number) => {
      const socket = new Dealer({
        routingId: this.session,
        linger: 0,
        reconnectInterval: options.reconnectInterval ?? 100,
        ...lookAgain,
      });
      socket.connect(address(port));
      return socket;
    };
    this.#sockets = {
      shell: dealer(connection.shell_port),
      control: dealer(connection.control_port),
      stdin: dealer(connection.stdin_port),
    };
    this.iopub = new Subscriber({ linger: 0, ...lookAgain });
    this.iopub.connect(address(connection.iopub_port));
    this.iopub.subscribe();
    for (const channel of ["shell", "control", "stdin"] as const) void this.#read(channel);
    void this.#readPublished(options.keep ?? true);
  }

  async #read(channel: Channel): Promise<void> {
    for await (const frames of incoming(this.#sockets[channel])) {
      this.receive(this.#framing.unpack(frames));
    }
  }

  async #readPublished(keep: boolean): Promise<void> {
    for await (const frames of incoming(this.iopub)) {
      this.receivePublished(this.#framing.unpack(frames), keep);
    }
  }

  /** Sends a request; gives its msg_id. */
  override send(
    type: string,
    content: Content,
    channel: Channel = "shell",
    parent: Partial<Header> = {},
  ): string {
    const frames = this.frames(type, content, parent);
    void this.#sockets[channel].send(frames.frames).catch(() => {});
    return frames.id;
  }

  frames(
    type: string,
    content: Content,
    parent: Partial<Header> = {},
  ): { id: string; frames: (Uint8Array | string)[] } {
    // Framing makes headers of a kernel; a request's has the client's session, which the routing id is too.
    const frames = this.#framing.pack({ identities: [], type, parent, content: JSON.stringify(content) });
    const header = JSON.parse(Buffer.from(frames[2] as Uint8Array).toString());
    return { id: header.msg_id, frames };
  }

  sendFrames(frames: (Uint8Array | string)[], channel: Channel = "shell"): Promise<void> {
    return this.#sockets[channel].send(frames);
  }

  override interrupt(): Promise<Message> {
    return this.request("interrupt_request", {}, "control");
  }

  /** Waits until the kernel answers and its output arrives here. */
  async ready(): Promise<Message> {
    const first = this.send("kernel_info_request", {});
    const reply = await this.reply(first);
    // A subscription takes effect some time after the connection: ask until an answer's status is seen.
    for (;;) {
      const id = this.send("kernel_info_request", {});
      const seen = this.idle(id).then(() => true);
      if (await Promise.race([seen, new Promise<false>((resolve) => setTimeout(resolve, 10, false))]))
        return reply;
    }
  }

  close(): void {
    for (const socket of [...Object.values(this.#sockets), this.iopub]) {
      // What a dead kernel never took must not keep this process alive.
      socket.linger = 0;
      socket.close();
    }
  }
}

/** Whether the heartbeat socket echoes. */
export async function heartbeat(connection: Connection): Promise<boolean> {
  const socket = new Request({ linger: 0, receiveTimeout: 1000 });
  socket.connect(`tcp://127.0.0.1:${connection.hb_port}`);
  try {
    await socket.send("beat");
    const [echo] = await socket.receive();
    return echo.toString() === "beat";
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** A kernel with one client that is ready. */
export async function startKernel(options: StartOptions = {}): Promise<{
  kernel: KernelProcess;
  client: KernelClient;
  stop(): Promise<void>;
}> {
  const kernel = await KernelProcess.start(options);
  const client = new KernelClient(kernel.connection);
  await client.ready();
  return {
    kernel,
    client,
    async stop() {
      client.close();
      await kernel.kill();
    },
  };
}
