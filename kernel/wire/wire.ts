// The kernel's end of the wire: the shell, iopub and stdin sockets on the main thread, control and heartbeat in a
// thread of their own (control.ts).
//
//   client <-> shell, iopub, stdin <-> this <-> session        client <-> control, heartbeat <-> control.ts <-> this
import { Worker } from "node:worker_threads";
import { Publisher, Router } from "zeromq";
import { address, type Connection } from "./connection.js";
import { Log } from "./log.js";
import { type Content, Framing, type Header, type Message } from "./message.js";
import { Output, type SocketName } from "./output.js";
import { incoming, lookAgain } from "./receive.js";
import { slots, type ThreadData, type ToControl, type ToMain } from "./thread.js";

export type StreamName = "stdout" | "stderr";

export interface Request {
  readonly channel: "shell" | "stdin";
  readonly message: Message;
  /** When it was read, by performance.now(). */
  readonly read: number;
}

export interface WireOptions {
  readonly connection: Connection;
  readonly kernelInfo: Content;
  readonly debugFile?: string;
}

export interface Handlers {
  request(request: Request): void;
  interrupt(): void;
  shutdown(): void;
}

export interface PublishOptions {
  readonly metadata?: Content;
  readonly buffers?: Uint8Array[];
  /** The topic that iopub clients may subscribe to; the message's type when absent. */
  readonly topic?: string;
}

export class Wire {
  /** The control thread is gone, or a socket could not listen. */
  onFailure: (reason: string) => void = () => {};

  readonly #iopub = new Publisher({ linger: 1000, sendTimeout: 0, noDrop: true });
  // Replies are as many as requests: a limit would only make the router drop them in silence.
  readonly #shell = new Router({ linger: 1000, sendTimeout: 0, sendHighWaterMark: 0, ...lookAgain });
  readonly #stdin = new Router({ linger: 0, sendTimeout: 0, sendHighWaterMark: 0, ...lookAgain });
  readonly #options: WireOptions;
  /** Asked at once: it may be gone before the control thread runs. */
  readonly #startedBy = process.ppid;
  #worker: Worker | undefined;
  readonly #shared: Int32Array;
  readonly #log: Log;
  readonly #framing: Framing;
  readonly #output: Output;
  #handlers: Handlers | undefined;
  readonly #early: (Request | ToMain)[] = [];
  /** The cell that runs, told again after a request was answered in between. */
  #busyWith: Partial<Header> | undefined;

  constructor(options: WireOptions) {
    const { connection, debugFile } = options;
    this.#options = options;
    const shared = new SharedArrayBuffer(slots.length * Int32Array.BYTES_PER_ELEMENT);
    this.#shared = new Int32Array(shared);
    this.#log = new Log(debugFile);
    this.#framing = new Framing(connection.key, connection.signature_scheme);
    const sockets = { iopub: this.#iopub, shell: this.#shell, stdin: this.#stdin };
    this.#output = new Output(sockets, this.#framing, this.#log, () => this.interrupts);
  }

  /** Listens; what comes in waits for `start`, but for kernel_info. */
  async listen(): Promise<void> {
    const { connection } = this.#options;
    await Promise.all([
      this.#shell.bind(address(connection, "shell_port")),
      this.#iopub.bind(address(connection, "iopub_port")),
      this.#stdin.bind(address(connection, "stdin_port")),
    ]);
    this.#status("starting", {});
    const read = async (channel: "shell" | "stdin", socket: Router) => {
      for await (const frames of incoming(socket)) this.#read(channel, frames);
    };
    for (const [channel, socket] of [["shell", this.#shell] as const, ["stdin", this.#stdin] as const]) {
      read(channel, socket).catch((error) => {
        if (!socket.closed) this.onFailure(String(error));
      });
    }
  }

  /**
   * Starts the control thread, before `start`. Nothing waits for it: a thread takes long to begin with in a process that
   * was started from a snapshot, and what is sent to its sockets until then is kept by those who sent it.
   */
  listenForControl(): void {
    const { buffer } = this.#shared;
    if (!(buffer instanceof SharedArrayBuffer)) throw new Error("the slots are not in shared memory");
    const workerData: ThreadData = { ...this.#options, shared: buffer, startedBy: this.#startedBy };
    this.#worker = new Worker(new URL("./control.js", import.meta.url), { workerData });
    this.#worker.on("message", (message: ToMain) => this.#receive(message));
    this.#worker.on("error", (error) => this.onFailure(String(error)));
  }

  /** Hands over the requests that come in, those from before first. */
  start(handlers: Handlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) {
      if ("type" in message) this.#receive(message);
      else handlers.request(message);
    }
  }

  #read(channel: "shell" | "stdin", frames: Buffer[]): void {
    let message: Message;
    try {
      message = this.#framing.unpack(frames);
    } catch (error) {
      this.#log.fault(`${channel}: message dropped: ${error instanceof Error ? error.message : error}`);
      return;
    }
    const { header, content } = message;
    this.#log.message("in", channel, header.msg_type, () => ({ header, content }));
    const request: Request = { channel, message, read: performance.now() };
    if (header.msg_type === "kernel_info_request") {
      this.answer(request, "kernel_info_reply", this.#options.kernelInfo);
    } else if (this.#handlers === undefined) {
      this.#early.push(request);
    } else {
      this.#handlers.request(request);
    }
  }

  #receive(message: ToMain): void {
    if (message.type === "failed") {
      this.onFailure(message.reason);
    } else if (this.#handlers === undefined) {
      this.#early.push(message);
    } else if (message.type === "answered") {
      this.#around(message.message.header, () => {});
    } else if (message.type === "shutdown") {
      const { header, content } = message.message;
      this.#around(header, () =>
        this.publish("shutdown_reply", { status: "ok", restart: content.restart === true }, header),
      );
      this.#handlers.shutdown();
    } else {
      // "interrupt" and "ping" both ask whether the event loop turns.
      Atomics.add(this.#shared, slots.turns, 1);
      if (message.type === "interrupt") this.#handlers.interrupt();
    }
  }

  /** Interrupt requests so far, those included that a blocked main thread has not been told of yet. */
  get interrupts(): number {
    return Atomics.load(this.#shared, slots.interrupts);
  }

  /** Its one number is not 0 while an interrupt is to end every loop that runs. */
  get stopRequested(): Int32Array {
    return this.#shared.subarray(slots.stop, slots.stop + 1);
  }

  publish(type: string, content: Content, parent: Partial<Header>, options: PublishOptions = {}): void {
    this.#output.send("iopub", {
      identities: [Buffer.from(options.topic ?? type)],
      type,
      parent,
      content: JSON.stringify(content),
      metadata: JSON.stringify(options.metadata ?? {}),
      buffers: options.buffers,
    });
  }

  stream(name: StreamName, text: string, parent: Partial<Header>): void {
    this.publish("stream", { name, text }, parent, { topic: `stream.${name}` });
  }

  #status(state: "starting" | "busy" | "idle", parent: Partial<Header>): void {
    this.publish("status", { execution_state: state }, parent);
  }

  /** A cell starts. What was to end the one before is over. */
  startCell(parent: Partial<Header>): void {
    // At once, and not by the control thread: the first loop of the cell may come before that.
    Atomics.store(this.#shared, slots.stop, 0);
    const message: ToControl = { type: "cell", interrupts: this.interrupts };
    this.#worker?.postMessage(message);
    this.#busyWith = parent;
    this.#status("busy", parent);
  }

  endCell(parent: Partial<Header>): void {
    this.#busyWith = undefined;
    this.#status("idle", parent);
  }

  /** Says busy before and idle after, and busy again where a cell is running. */
  #around(parent: Partial<Header>, between: () => void): void {
    this.#status("busy", parent);
    between();
    this.#status("idle", parent);
    if (this.#busyWith !== undefined) this.#status("busy", this.#busyWith);
  }

  /** The reply of a cell. */
  reply(request: Request, type: string, content: Content, metadata: Content = {}): void {
    const { identities, header } = request.message;
    const socket: SocketName = request.channel;
    this.#output.send(socket, {
      identities,
      type,
      parent: header,
      content: JSON.stringify(content),
      metadata: JSON.stringify(metadata),
    });
  }

  /** The reply of any other request, with its statuses around. */
  answer(request: Request, type: string, content: Content): void {
    this.#around(request.message.header, () => this.reply(request, type, content));
  }

  /** Publishes for a request that has no reply, with its statuses around. */
  publishFor(request: Request, type: string, content: Content): void {
    const { header } = request.message;
    this.#around(header, () => this.publish(type, content, header));
  }

  /** Asks the client that sent a request for a line of input. */
  requestInput(request: Request, prompt: string, password: boolean): void {
    this.reply({ ...request, channel: "stdin" }, "input_request", { prompt, password });
  }

  /** A line for the kernel's log. */
  fault(text: string): void {
    this.#log.fault(text);
  }

  /** Closes the sockets; resolves when the process may end. What was sent still leaves, for a second at most. */
  close(): Promise<void> {
    for (const socket of [this.#shell, this.#iopub, this.#stdin]) socket.close();
    return new Promise((resolve) => {
      if (this.#worker === undefined) return resolve();
      this.#worker.once("exit", () => resolve());
      const message: ToControl = { type: "close" };
      this.#worker.postMessage(message);
    });
  }
}
