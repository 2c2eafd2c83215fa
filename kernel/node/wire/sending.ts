// Everything that leaves the kernel, in order, one message after the other.
//
// Output goes to a publisher that never drops (ZMQ_XPUB_NODROP): when the queue of one client is full, sending fails and
// is tried again, and the main thread that made the output waits once enough of it is queued here (wire.ts), so that
// memory stays bounded. A client that reads nothing for 10 s is set aside: one message is sent in dropping mode, after
// which libzmq leaves the full queue out until it has drained.
import { setTimeout as wait } from "node:timers/promises";
import type { Publisher, Router } from "zeromq";
import type { Parcel, SocketName } from "./between-threads.js";
import type { Framing } from "./framing.js";
import type { Log } from "./log.js";

/** A client that reads nothing for so long (ms) loses output. */
const stallLimit = 10_000;
/** Between two tries to send to a client whose queue is full (ms). */
const retryDelay = 1;

export type Sockets = { readonly iopub: Publisher } & Readonly<Record<Exclude<SocketName, "iopub">, Router>>;

export class Sending {
  readonly #sockets: Sockets;
  readonly #framing: Framing;
  readonly #log: Log;
  #queue: { parcel: Parcel; sent: () => void }[] = [];
  #running: Promise<void> | undefined;

  constructor(sockets: Sockets, framing: Framing, log: Log) {
    this.#sockets = sockets;
    this.#framing = framing;
    this.#log = log;
  }

  /** `sent` is called when the message has left, or was given up. */
  send(parcel: Parcel, sent: () => void = () => {}): void {
    this.#queue.push({ parcel, sent });
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when all has left. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      for (const { parcel, sent } of batch) {
        await this.#sendOne(parcel);
        sent();
      }
    }
  }

  async #sendOne(parcel: Parcel): Promise<void> {
    const { socket, type, parent, content } = parcel;
    this.#log.message("out", socket, type, () => ({ parent: parent.msg_id, content }));
    const frames = this.#framing.pack(parcel);
    const began = performance.now();
    for (;;) {
      try {
        await this.#sockets[socket].send(frames);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
          this.#log.fault(`${type} could not be sent: ${error}`);
          return;
        }
      }
      if (performance.now() - began > stallLimit) break;
      await wait(retryDelay);
    }
    this.#log.fault(
      `a client has read no output for ${stallLimit / 1000} s: it is dropped, and loses output`,
    );
    const { iopub } = this.#sockets;
    iopub.noDrop = false;
    await iopub.send(frames).catch(() => {});
    iopub.noDrop = true;
  }
}
