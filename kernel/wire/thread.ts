// What the control thread tells the main thread, and the memory that both see.
import type { Connection } from "./connection.js";
import type { Content, Message } from "./message.js";

export interface ThreadData {
  readonly connection: Connection;
  readonly kernelInfo: Content;
  readonly debugFile?: string;
  readonly shared: SharedArrayBuffer;
  /** The process that started the kernel. */
  readonly startedBy: number;
}

/** Slots of the shared Int32Array. */
export const slots = {
  /** Counts the turns of the main thread's event loop that were asked for by "ping". */
  turns: 0,
  /** Counts interrupt requests, so that a main thread that waits for output to leave can see one. */
  interrupts: 1,
  /** Not 0 while an interrupt is to end every loop that runs; compiled loops read it. */
  stop: 2,
  length: 3,
} as const;

export type ToMain =
  /** A request that the control thread has answered; its statuses are still to be published. */
  | { readonly type: "answered"; readonly message: Message }
  | { readonly type: "interrupt" }
  | { readonly type: "ping" }
  | { readonly type: "shutdown"; readonly message: Message }
  | { readonly type: "failed"; readonly reason: string };

export type ToControl =
  /** A new cell starts, and so many interrupts had come in before it. */
  { readonly type: "cell"; readonly interrupts: number } | { readonly type: "close" };
