// Everything that leaves the main thread, in order.
//
// Output goes to a publisher that never drops (ZMQ_XPUB_NODROP): when the queue of one client is full, sending fails,
// and the main thread waits until there is room, and with it the cell that prints, so that memory stays bounded.
// Sending takes effect at once, also in the middle of a synchronous cell: libzmq has a thread of its own. A client
// that reads nothing for 10 s is set aside: one message is sent in dropping mode, after which libzmq leaves the full
// queue out until it has drained.
import timers from "node:timers";
import { inspect } from "node:util";
import type { Publisher, Router } from "zeromq";
import type { Log } from "./log.js";
import type { Framing, Outgoing } from "./message.js";

// Captured here, since cells see replaced timers.
const later = timers.setTimeout;

/** A client that reads nothing for so long (ms) loses output. */
const stallLimit = 10_000;
/** Between two tries to send to a client whose queue is full (ms). */
const retryDelay = 1;

export type SocketName = "iopub" | "shell" | "stdin";

interface Packed {
  readonly socket: SocketName;
  readonly type: string;
  readonly frames: (Uint8Array | Buffer)[];
}

export class Output {
  /** What is still to be sent, since waiting for room was given up for an interrupt. */
  #waiting: Packed[] = [];
  #tryingLater = false;
  #fullSince: number | undefined;
  /** Nobody wakes it: it is there to wait a moment on. */
  readonly #clock = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  constructor(
    private readonly sockets: { readonly iopub: Publisher; readonly shell: Router; readonly stdin: Router },
    private readonly framing: Framing,
    private readonly log: Log,
    /** Counts interrupts: nothing waits for a client after one. */
    private readonly interrupts: () => number,
  ) {}

  send(socket: SocketName, message: Outgoing): void {
    const { type, parent, content } = message;
    this.log.message("out", socket, type, () => ({ parent: parent.msg_id, content }));
    const packed = { socket, type, frames: this.framing.pack(message) };
    const before = this.interrupts();
    while (!(this.#sendWaiting() && this.#try(packed))) {
      if (this.interrupts() !== before) {
        this.#waiting.push(packed);
        this.#sendLater();
        return;
      }
      Atomics.wait(this.#clock, 0, 0, retryDelay);
    }
  }

  /** Sends what waits, as far as there is room; whether all has been sent. */
  #sendWaiting(): boolean {
    let sent = 0;
    while (sent < this.#waiting.length && this.#try(this.#waiting[sent])) sent++;
    this.#waiting.splice(0, sent);
    return this.#waiting.length === 0;
  }

  #sendLater(): void {
    if (this.#tryingLater) return;
    this.#tryingLater = true;
    later(() => {
      this.#tryingLater = false;
      if (!this.#sendWaiting()) this.#sendLater();
    }, retryDelay);
  }

  /** Sends one message; false when a client's queue is full. */
  #try({ socket, type, frames }: Packed): boolean {
    const error = this.#sendNow(socket, frames);
    if (error === undefined) {
      this.#fullSince = undefined;
      return true;
    }
    if (!isFull(error)) {
      this.log.fault(`${type} could not be sent: ${error}`);
      return true;
    }
    this.#fullSince ??= performance.now();
    if (performance.now() - this.#fullSince < stallLimit) return false;
    this.log.fault(`a client has read no output for ${stallLimit / 1000} s: it is dropped, and loses output`);
    this.#fullSince = undefined;
    const { iopub } = this.sockets;
    iopub.noDrop = false;
    this.#sendNow(socket, frames);
    iopub.noDrop = true;
    return true;
  }

  /** ZeroMQ sends at once, or not at all, as there is no time-out: only the Promise has the outcome, already settled. */
  #sendNow(socket: SocketName, frames: (Uint8Array | Buffer)[]): string | undefined {
    const sending = this.sockets[socket].send(frames);
    sending.catch(() => {});
    const text = inspect(sending, { breakLength: Number.POSITIVE_INFINITY });
    return text.includes("<rejected>") ? text : undefined;
  }
}

function isFull(error: string): boolean {
  return error.includes("EAGAIN");
}
