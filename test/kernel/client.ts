// A Jupyter client for tests and benchmarks: starts a kernel as a process and speaks ZeroMQ to it.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer, Request, Subscriber } from "zeromq";
import { kernelspec } from "../../kernel/spec/kernelspec.js";
import type { Connection } from "../../kernel/wire/connection.js";
import { type Content, Framing, type Message } from "../../kernel/wire/message.js";
import { incoming, lookAgain } from "../../kernel/wire/receive.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

export interface StartOptions {
  /** What runs the kernel; "{connection_file}" stands for the file. normlab's kernel when absent. */
  readonly argv?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What the kernel writes to its stderr; collected in `log` in any case. */
  readonly flags?: readonly string[];
  /** Whose process it is; the connection file becomes theirs. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface Execution {
  /** execute_reply's content. */
  readonly reply: Content;
  /** What came on iopub with this cell as parent, up to the idle status. */
  readonly messages: Message[];
}

export interface ExecuteOptions {
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly user_expressions?: Record<string, string>;
  readonly allow_stdin?: boolean;
  readonly stop_on_error?: boolean;
}

type Channel = "shell" | "control" | "stdin";

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
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
  static async prepare(): Promise<{ start(options?: StartOptions): KernelProcess }> {
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
      start({ argv = kernelArgv, flags = [], cwd = folder, env = process.env, uid, gid } = {}) {
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

interface Waiter {
  readonly wanted: (message: Message) => boolean;
  readonly resolve: (message: Message) => void;
}

/** One client of a kernel: its own sockets, its own session. */
export class KernelClient {
  readonly session = randomUUID();
  /** All that came on iopub, in order. */
  readonly published: Message[] = [];
  readonly #framing: Framing;
  readonly #sockets: Record<Channel, Dealer>;
  readonly iopub: Subscriber;
  readonly #replies: Message[] = [];
  #waiters: Waiter[] = [];
  #publishedWaiters: Waiter[] = [];
  /** Answers input_request; without one they stay unanswered. */
  onInput: ((prompt: string, password: boolean) => string) | undefined;

  constructor(
    readonly connection: Connection,
    options: {
      key?: string;
      keep?: boolean;
      /** Milliseconds between two tries to reach a kernel that does not listen yet; 100 when absent. */
      reconnectInterval?: number;
    } = {},
  ) {
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
      const message = this.#framing.unpack(frames);
      if (message.header.msg_type === "input_request") {
        const { prompt, password } = message.content;
        if (this.onInput === undefined) continue;
        this.send("input_reply", { value: this.onInput(String(prompt), password === true) }, "stdin");
        continue;
      }
      this.#replies.push(message);
      this.#waiters = settle(this.#waiters, message);
    }
  }

  async #readPublished(keep: boolean): Promise<void> {
    for await (const frames of incoming(this.iopub)) {
      const message = this.#framing.unpack(frames);
      if (keep) this.published.push(message);
      this.#publishedWaiters = settle(this.#publishedWaiters, message);
    }
  }

  /** Sends a request; gives its msg_id. */
  send(type: string, content: Content, channel: Channel = "shell"): string {
    const frames = this.frames(type, content);
    void this.#sockets[channel].send(frames.frames).catch(() => {});
    return frames.id;
  }

  frames(type: string, content: Content): { id: string; frames: (Uint8Array | Buffer)[] } {
    // Framing makes headers of a kernel; a request's has the client's session, which the routing id is too.
    const frames = this.#framing.pack({ identities: [], type, parent: {}, content: JSON.stringify(content) });
    const header = JSON.parse(Buffer.from(frames[2]).toString());
    return { id: header.msg_id, frames };
  }

  sendFrames(frames: (Uint8Array | Buffer)[], channel: Channel = "shell"): Promise<void> {
    return this.#sockets[channel].send(frames);
  }

  /** The reply to a request that was sent. */
  reply(id: string): Promise<Message> {
    const wanted = (message: Message) => message.parentHeader.msg_id === id;
    const found = this.#replies.find(wanted);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiters.push({ wanted, resolve }));
  }

  /** The first message on iopub that fits, those from before included. */
  publication(wanted: (message: Message) => boolean): Promise<Message> {
    const found = this.published.find(wanted);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#publishedWaiters.push({ wanted, resolve }));
  }

  /** What was published on iopub for a request. */
  publishedFor(id: string): Message[] {
    return this.published.filter(({ parentHeader }) => parentHeader.msg_id === id);
  }

  idle(id: string): Promise<Message> {
    return this.publication(
      ({ parentHeader, header, content }) =>
        parentHeader.msg_id === id && header.msg_type === "status" && content.execution_state === "idle",
    );
  }

  async request(type: string, content: Content = {}, channel: Channel = "shell"): Promise<Message> {
    const id = this.send(type, content, channel);
    const reply = await this.reply(id);
    return reply;
  }

  sendCell(code: string, options: ExecuteOptions = {}): string {
    return this.send("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
      ...options,
    });
  }

  async executed(id: string): Promise<Execution> {
    const [reply] = await Promise.all([this.reply(id), this.idle(id)]);
    return { reply: reply.content, messages: this.publishedFor(id) };
  }

  /** Runs a cell to its end. */
  execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    return this.executed(this.sendCell(code, options));
  }

  interrupt(): Promise<Message> {
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

function settle(waiters: Waiter[], message: Message): Waiter[] {
  const fitting = waiters.filter(({ wanted }) => wanted(message));
  for (const { resolve } of fitting) resolve(message);
  return fitting.length === 0 ? waiters : waiters.filter((waiter) => !fitting.includes(waiter));
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

/** All text that a cell printed to a stream. */
export function printed(messages: Message[], name: "stdout" | "stderr" = "stdout"): string {
  return messages
    .filter(({ header, content }) => header.msg_type === "stream" && content.name === name)
    .map(({ content }) => String(content.text))
    .join("");
}

export function ofType(messages: Message[], type: string): Message[] {
  return messages.filter(({ header }) => header.msg_type === type);
}
