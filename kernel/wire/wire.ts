// The main thread's end of the wire: starts the wire thread (server.ts), hands it what leaves the kernel, and
// gets requests from it. Blocks the main thread while too much output is under way, so that memory stays bounded.
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection.js";
import type { Content, Header, Message } from "./message.js";
import { type Channel, type StreamName, slots, type ThreadData, type ToMain, type ToWire } from "./thread.js";

export interface Request {
  readonly channel: Channel;
  readonly message: Message;
  /** When it came in: milliseconds since 1970. */
  readonly arrived: number;
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

/** So many bytes may be on their way to ZeroMQ before the main thread waits. */
const limit = 1 << 24;
/** The main thread looks for an interrupt so often while it waits (ms). */
const waitStep = 100;

export class Wire {
  /** The wire thread is gone, or could not listen. */
  onFailure: (reason: string) => void = () => {};

  readonly #worker: Worker;
  readonly #shared: Int32Array;
  #posted = 0;
  #handlers: Handlers | undefined;
  readonly #early: ToMain[] = [];

  constructor(options: WireOptions) {
    const shared = new SharedArrayBuffer(slots.length * Int32Array.BYTES_PER_ELEMENT);
    this.#shared = new Int32Array(shared);
    const workerData: ThreadData = { ...options, shared };
    this.#worker = new Worker(new URL("./server.js", import.meta.url), { workerData, env: process.env });
    this.#worker.on("message", (message: ToMain) => this.#receive(message));
    this.#worker.on("error", (error) => this.onFailure(String(error)));
  }

  /** Hands over the requests that come in, those from before first. */
  start(handlers: Handlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) this.#receive(message);
  }

  #receive(message: ToMain): void {
    if (message.type === "failed") {
      this.onFailure(message.reason);
    } else if (this.#handlers === undefined) {
      this.#early.push(message);
    } else if (message.type === "request") {
      this.#handlers.request(message);
    } else if (message.type === "shutdown") {
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
    const text = JSON.stringify(content);
    const buffers = options.buffers ?? [];
    const size = buffers.reduce((sum, buffer) => sum + buffer.byteLength, text.length);
    this.#post({
      type: "publish",
      size,
      message: {
        identities: [Buffer.from(options.topic ?? type)],
        type,
        parent,
        content: text,
        metadata: JSON.stringify(options.metadata ?? {}),
        buffers,
      },
    });
    this.#waitForOutput(size);
  }

  stream(name: StreamName, text: string, parent: Partial<Header>): void {
    this.#post({ type: "stream", name, text, parent, size: text.length });
    this.#waitForOutput(text.length);
  }

  status(state: "busy" | "idle", parent: Partial<Header>): void {
    // At once, and not by the wire thread's answer: the first loop of a new cell may come before that.
    if (state === "busy") Atomics.store(this.#shared, slots.stop, 0);
    this.#post({ type: "status", state, parent, interrupts: this.interrupts });
  }

  /** The reply of a request that has a busy and an idle status of its own already. */
  reply(request: Request, type: string, content: Content, metadata: Content = {}): void {
    this.#reply(request, type, content, metadata, false);
  }

  /** The reply of a request with nothing around it: says busy before and idle after. */
  answer(request: Request, type: string, content: Content): void {
    this.#reply(request, type, content, {}, true);
  }

  #reply(request: Request, type: string, content: Content, metadata: Content, status: boolean): void {
    const { identities, header } = request.message;
    const message = {
      identities,
      type,
      parent: header,
      content: JSON.stringify(content),
      metadata: JSON.stringify(metadata),
    };
    this.#post({ type: "reply", channel: request.channel, message, status });
  }

  /** Asks the client that sent a request for a line of input. */
  requestInput(request: Request, prompt: string, password: boolean): void {
    const { identities, header } = request.message;
    const content = JSON.stringify({ prompt, password });
    const message = { identities, type: "input_request", parent: header, content };
    this.#post({ type: "reply", channel: "stdin", message, status: false });
  }

  /** A line for the kernel's log. */
  fault(text: string): void {
    this.#post({ type: "fault", text });
  }

  /** Resolves when all output has left and the sockets are closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#worker.once("exit", () => resolve());
      this.#post({ type: "close" });
    });
  }

  #post(message: ToWire): void {
    this.#worker.postMessage(message);
  }

  #waitForOutput(size: number): void {
    this.#posted = (this.#posted + size) | 0;
    const interruptsBefore = this.interrupts;
    for (;;) {
      const sent = Atomics.load(this.#shared, slots.sentBytes);
      // Both counters wrap at 2^32; their difference does not.
      if (((this.#posted - sent) | 0) <= limit || this.interrupts !== interruptsBefore) return;
      Atomics.wait(this.#shared, slots.sentBytes, sent, waitStep);
    }
  }
}
