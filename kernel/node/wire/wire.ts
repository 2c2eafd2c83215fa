// The main thread's end of the wire; the sockets are in a thread of their own (thread.ts).
//
//   client <-> thread.ts <-> this <-> session
//
// What is sent is handed over at once, also in the middle of a synchronous cell. Once much is queued there, since a client
// reads more slowly than a cell prints, the main thread waits, and with it the cell.
import { randomUUID } from "node:crypto";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Content, Header, PublishOptions, Request, Transport } from "../../session/transport.js";
import {
  type Identities,
  type Parcel,
  slots,
  type ThreadData,
  type ToMain,
  type ToThread,
} from "./between-threads.js";
import type { Connection } from "./connection.js";
import { Log } from "./log.js";

/** So many messages, and so many characters of them, are queued before the main thread waits. */
const mostQueued = 500;
const mostQueuedLength = 32 << 20;
/** Between two looks at what is queued, and whether an interrupt came (ms); the thread wakes it before. */
const patience = 50;

export interface WireOptions {
  readonly connection: Connection;
  readonly packageRoot: string;
  readonly debugFile?: string;
  /** Marks what the kernel's cells start. */
  readonly processMark: string;
}

export interface Handlers {
  request(request: Request): void;
  interrupt(): void;
  shutdown(): void;
}

export class Wire implements Transport {
  readonly #thread: Worker;
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  readonly #log: Log;
  readonly #onFailure: (reason: string) => void;
  #handlers: Handlers | undefined;
  #onClosed: () => void = () => {};

  /** `onFailure`: a socket could not listen, or the thread is gone. */
  constructor(
    { connection, packageRoot, debugFile, processMark }: WireOptions,
    onFailure: (reason: string) => void,
  ) {
    const memory = new SharedArrayBuffer(slots.length * Int32Array.BYTES_PER_ELEMENT);
    this.#shared = new Int32Array(memory);
    this.#log = new Log(debugFile).begin();
    this.#onFailure = onFailure;
    const parent = parentProcess();
    const { port1, port2 } = new MessageChannel();
    const data: ThreadData = {
      connection,
      packageRoot,
      debugFile,
      processMark,
      shared: memory,
      parent,
      parentIsDirect: parent === process.ppid,
    };
    this.#port = port1;
    this.#thread = new Worker(new URL("./thread.js", import.meta.url), {
      workerData: { ...data, main: port2 },
      transferList: [port2],
      // It only passes messages on: what it leaves behind need not fill 48 MB before it is looked through.
      resourceLimits: { maxYoungGenerationSizeMb: 6 },
    });
    this.#thread.on("error", (error) => onFailure(error.message));
    this.#thread.on("exit", () => onFailure("the thread that speaks to the clients has ended"));
  }

  /** Hands over what comes in, and what came before. */
  start(handlers: Handlers): void {
    this.#handlers = handlers;
    this.#port.on("message", (message: ToMain) => this.#receive(message));
    this.#post({ type: "ready" });
  }

  receiveAll(): void {
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port))
      this.#receive(next.message);
  }

  #receive(message: ToMain): void {
    switch (message.type) {
      case "request":
        this.#handlers?.request(message.request);
        break;
      case "shutdown":
        this.#handlers?.shutdown();
        break;
      case "closed":
        this.#onClosed();
        break;
      case "failed":
        this.#onFailure(message.reason);
        break;
      default:
        // "interrupt" and "ping" both ask whether the event loop turns.
        Atomics.add(this.#shared, slots.turns, 1);
        if (message.type === "interrupt") this.#handlers?.interrupt();
    }
  }

  /** Its one number is not 0 while an interrupt is to end every loop that runs. */
  get stopRequested(): Int32Array {
    return this.#shared.subarray(slots.stop, slots.stop + 1);
  }

  /** Signals that were sent for interrupts so far. One may be on its way still. */
  get signalsSent(): number {
    return Atomics.load(this.#shared, slots.signals);
  }

  /** The main thread waits for a process of this cell, 0 for: no longer. */
  waitingForChild(cell: number): void {
    Atomics.store(this.#shared, slots.child, cell);
  }

  publish(type: string, content: Content, parent: Partial<Header>, options: PublishOptions = {}): void {
    this.#send({
      socket: "iopub",
      identities: [options.topic ?? type],
      type,
      parent,
      content: JSON.stringify(content),
      metadata: JSON.stringify(options.metadata ?? {}),
      buffers: options.buffers,
    });
  }

  reply(request: Request, type: string, content: Content, metadata: Content = {}): void {
    this.#send({
      socket: request.channel,
      identities: identitiesOf(request),
      type,
      parent: request.header,
      content: JSON.stringify(content),
      metadata: JSON.stringify(metadata),
    });
  }

  requestInput(request: Request, prompt: string, password: boolean): string {
    const id = randomUUID();
    this.#send({
      socket: "stdin",
      identities: identitiesOf(request),
      type: "input_request",
      parent: request.header,
      content: JSON.stringify({ prompt, password }),
      id,
    });
    return id;
  }

  fault(text: string): void {
    this.#log.fault(text);
  }

  #send(parcel: Parcel): void {
    this.#waitForRoom();
    Atomics.add(this.#shared, slots.queued, 1);
    Atomics.add(this.#shared, slots.queuedLength, parcel.content.length);
    this.#post({ type: "send", parcel: { ...parcel, date: new Date().toISOString() } });
  }

  /** Nothing waits for a client after an interrupt. */
  #waitForRoom(): void {
    const interrupts = Atomics.load(this.#shared, slots.interrupts);
    for (;;) {
      const queued = Atomics.load(this.#shared, slots.queued);
      const length = Atomics.load(this.#shared, slots.queuedLength);
      if (queued === 0 || (queued < mostQueued && length < mostQueuedLength)) return;
      if (Atomics.load(this.#shared, slots.interrupts) !== interrupts) return;
      Atomics.wait(this.#shared, slots.queued, queued, patience);
    }
  }

  #post(message: ToThread): void {
    this.#port.postMessage(message);
  }

  /** Closes the sockets; resolves when the process may end. What was sent still leaves, for a second at most. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#onClosed = resolve;
      this.#post({ type: "close" });
    });
  }
}

/** The process that Jupyter says the kernel is for. A kernel that was started as independent has none. */
function parentProcess(): number | undefined {
  const parent = Number(process.env.JPY_PARENT_PID);
  return Number.isInteger(parent) && parent > 1 ? parent : undefined;
}

/** Of a request that came through `thread.ts`, which put them there. */
function identitiesOf({ from }: Request): Identities {
  if (!Array.isArray(from)) throw new Error("a request that did not come from the wire");
  return from;
}
