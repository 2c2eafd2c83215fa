// The one queue through which everything leaves the kernel, in order.
//
// Output goes to a publisher that never drops (ZMQ_XPUB_NODROP): when the queue of one client is full, sending
// waits, and so does the cell that prints (see Wire.#post). A client that reads nothing for 10 s is set aside:
// one message is sent in dropping mode, after which libzmq leaves the full queue out until it has drained.
import type { Publisher, Router } from "zeromq";
import type { Log } from "./log.js";
import type { Framing, Header, Outgoing } from "./message.js";
import type { StreamName } from "./thread.js";

/** A client that reads nothing for so long (ms) loses output. */
const stallLimit = 10_000;
/** Between two tries to send to a client whose queue is full (ms). */
const retryDelay = 1;
/** What is printed within this time (ms) leaves as one message: slower than eyes see, 20 times a second at most. */
const batchTime = 50;
/** A batch leaves when it has so many characters. */
const batchLength = 1 << 17;

type Item =
  | { readonly socket: "iopub"; readonly message: Outgoing; readonly size: number }
  | { readonly socket: "shell" | "stdin"; readonly message: Outgoing; readonly size: 0 };

interface Batch {
  readonly name: StreamName;
  readonly parent: Partial<Header>;
  readonly texts: string[];
  length: number;
  size: number;
}

export interface OutputSockets {
  readonly iopub: Publisher;
  readonly shell: Router;
  readonly stdin: Router;
}

export class OutputQueue {
  readonly #items: Item[] = [];
  #batch: Batch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;

  constructor(
    private readonly sockets: OutputSockets,
    private readonly framing: Framing,
    private readonly log: Log,
    private readonly sent: (bytes: number) => void,
  ) {}

  publish(message: Outgoing, size: number): void {
    this.#closeBatch();
    this.#push({ socket: "iopub", message, size });
  }

  reply(socket: "shell" | "stdin", message: Outgoing): void {
    this.#closeBatch();
    this.#push({ socket, message, size: 0 });
  }

  /** Text for stdout or stderr: joined with what was printed just before under the same parent. */
  stream(name: StreamName, text: string, parent: Partial<Header>, size: number): void {
    const batch = this.#batch;
    if (batch !== undefined && batch.name === name && batch.parent.msg_id === parent.msg_id) {
      batch.texts.push(text);
      batch.length += text.length;
      batch.size += size;
    } else {
      this.#closeBatch();
      this.#batch = { name, parent, texts: [text], length: text.length, size };
      this.#timer = setTimeout(() => this.#closeBatch(), batchTime);
    }
    if (this.#batch !== undefined && this.#batch.length >= batchLength) this.#closeBatch();
  }

  /** Resolves when all that was queued has been handed to ZeroMQ. */
  async drain(): Promise<void> {
    this.#closeBatch();
    while (this.#draining !== undefined) await this.#draining;
  }

  #closeBatch(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    clearTimeout(this.#timer);
    this.#batch = undefined;
    const content = JSON.stringify({ name: batch.name, text: batch.texts.join("") });
    const message = {
      identities: [Buffer.from(`stream.${batch.name}`)],
      type: "stream",
      parent: batch.parent,
      content,
    };
    this.#push({ socket: "iopub", message, size: batch.size });
  }

  #push(item: Item): void {
    this.#items.push(item);
    this.#draining ??= this.#sendAll().finally(() => {
      this.#draining = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    // Taken by index, as shift() on a long array moves all of it.
    let next = 0;
    while (next < this.#items.length) {
      const item = this.#items[next++];
      if (next === 1024) {
        this.#items.splice(0, next);
        next = 0;
      }
      const { message, socket } = item;
      this.log.message("out", socket, message.type, () => ({
        parent: message.parent.msg_id,
        content: message.content,
      }));
      const frames = this.framing.pack(message);
      try {
        if (socket === "iopub") await this.#publishWaiting(frames);
        else await this.sockets[socket].send(frames);
      } catch (error) {
        this.log.fault(
          `${message.type} could not be sent: ${error instanceof Error ? error.message : error}`,
        );
      }
      if (item.size > 0) this.sent(item.size);
    }
    this.#items.length = 0;
  }

  async #publishWaiting(frames: (Uint8Array | Buffer)[]): Promise<void> {
    const { iopub } = this.sockets;
    let since: number | undefined;
    for (;;) {
      try {
        return await iopub.send(frames);
      } catch (error) {
        if (!isFull(error)) throw error;
      }
      since ??= performance.now();
      if (performance.now() - since > stallLimit) {
        this.log.fault(
          `a client has read no output for ${stallLimit / 1000} s: it is dropped, and loses output`,
        );
        iopub.noDrop = false;
        try {
          return await iopub.send(frames);
        } finally {
          iopub.noDrop = true;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, retryDelay));
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
