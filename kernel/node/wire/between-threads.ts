// What the wire's thread and the main thread tell each other, and the memory that both see.
import type { Request } from "../../session/transport.js";
import type { Connection } from "./connection.js";
import type { Outgoing } from "./framing.js";

export interface ThreadData {
  readonly connection: Connection;
  readonly packageRoot: string;
  readonly debugFile?: string;
  readonly shared: SharedArrayBuffer;
  /** The process that the kernel ends with, when it was started for one. */
  readonly parent: number | undefined;
  /** Whether the parent is the process that started the kernel, and no other between them. */
  readonly parentIsDirect: boolean;
  /** Marks what the kernel's cells start; see node/processes.ts. */
  readonly processMark: string;
}

/** Slots of the shared Int32Array. */
export const slots = {
  /** Counts the turns of the main thread's event loop that were asked for by "ping". */
  turns: 0,
  /** Counts interrupt requests, so that a main thread that waits for output to leave can see one. */
  interrupts: 1,
  /** Not 0 while an interrupt is to end every loop that runs; compiled loops read it. */
  stop: 2,
  /** The cell, by the count of node/children.ts, for whose process the main thread waits; 0 for none. */
  child: 3,
  /** Messages that the main thread has handed over and that are not sent yet, and their length. */
  queued: 4,
  queuedLength: 5,
  /** Counts the signals that were sent for interrupts. */
  signals: 6,
  length: 7,
} as const;

export type SocketName = "iopub" | "shell" | "control" | "stdin";

/** A message on its way to the clients. */
export interface Parcel extends Omit<Outgoing, "identities"> {
  readonly socket: SocketName;
  /** The way to the client, or the topic. */
  readonly identities: readonly (Uint8Array | string)[];
}

export type ToMain =
  | { readonly type: "request"; readonly request: Request }
  | { readonly type: "interrupt" }
  | { readonly type: "ping" }
  | { readonly type: "shutdown" }
  | { readonly type: "closed" }
  | { readonly type: "failed"; readonly reason: string };

export type ToThread =
  | { readonly type: "send"; readonly parcel: Parcel }
  /** The main thread answers kernel_info_request itself from here on. */
  | { readonly type: "ready" }
  | { readonly type: "close" };

/** What the thread has for a request's `from`: the frames that lead back to its client. */
export type Identities = readonly Uint8Array[];
