// What the main thread and the wire thread say to each other.
import type { Connection } from "./connection.js";
import type { Content, Header, Message, Outgoing } from "./message.js";

export interface ThreadData {
  readonly connection: Connection;
  readonly kernelInfo: Content;
  readonly debugFile?: string;
  readonly shared: SharedArrayBuffer;
}

/** Slots of the shared Int32Array. */
export const slots = {
  /** Counts the turns of the main thread's event loop that were asked for by "ping". */
  turns: 0,
  /** Bytes of output handed to ZeroMQ so far, modulo 2^32: the main thread waits when it is too far ahead. */
  sentBytes: 1,
  /** Counts interrupt requests, so that a main thread that waits for output to leave can see one. */
  interrupts: 2,
  /** Not 0 while an interrupt is to end every loop that runs; compiled loops read it. */
  stop: 3,
  length: 4,
} as const;

export type Channel = "shell" | "control" | "stdin";

/** From the wire thread to the main thread. */
export type ToMain =
  | {
      readonly type: "request";
      readonly channel: Channel;
      readonly message: Message;
      readonly arrived: number;
    }
  | { readonly type: "interrupt" }
  | { readonly type: "ping" }
  | { readonly type: "shutdown" }
  | { readonly type: "failed"; readonly reason: string };

/** From the main thread to the wire thread. `size` is what it counts for in back-pressure. */
export type ToWire =
  | { readonly type: "publish"; readonly message: Outgoing; readonly size: number }
  | {
      readonly type: "stream";
      readonly name: StreamName;
      readonly text: string;
      readonly parent: Partial<Header>;
      readonly size: number;
    }
  | {
      readonly type: "status";
      readonly state: "busy" | "idle";
      readonly parent: Partial<Header>;
      /** Interrupts that had come in when this was sent: they are over when a new cell starts. */
      readonly interrupts: number;
    }
  /** A reply, between a busy and an idle status of its own when `status` is set. */
  | {
      readonly type: "reply";
      readonly channel: Channel;
      readonly message: Outgoing;
      readonly status: boolean;
    }
  | { readonly type: "fault"; readonly text: string }
  | { readonly type: "close" };

export type StreamName = "stdout" | "stderr";
