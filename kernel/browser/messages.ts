// What a page and the worker that is its kernel tell each other.
//
//   page -> worker   open (a notebook), request, interrupt
//   worker -> page   ready or failed, message (to a client)
//   worker -> page   Question, by a synchronous request through the page's service worker: a loop that runs, and a module
//                    that wants a file, cannot wait for a message
import type { Content, Header, Request } from "../session/transport.js";

/** How the worker asks the page something and waits for the answer. */
export interface Line {
  /** The address that the service worker answers. */
  readonly address: string;
  /** By which the page knows that it is asked. */
  readonly browsingContextId: string;
  readonly kernel: string;
}

/** A request as it travels: where it came from is the worker's own affair. */
export type RequestMessage = Omit<Request, "from">;

export type ToWorker =
  | { readonly type: "open"; readonly folder: string; readonly version: string; readonly line?: Line }
  | { readonly type: "request"; readonly request: RequestMessage }
  /** How many interrupts there were by now. */
  | { readonly type: "interrupt"; readonly count: number };

/** A message to a client. */
export interface ClientMessage {
  readonly channel: "iopub" | "shell" | "control" | "stdin";
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly content: Content;
  readonly metadata: Content;
  readonly buffers: readonly Uint8Array[];
}

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "message"; readonly message: ClientMessage };

/** An entry of a folder of the reader's. */
export interface DriveEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
  /** Milliseconds of the last change. */
  readonly modified: number;
}

/** Bytes travel as base64. Paths are relative to the top of the page's files. */
export type Question =
  | { readonly ask: "interrupts" }
  | { readonly ask: "list"; readonly path: string }
  | { readonly ask: "read"; readonly path: string }
  | { readonly ask: "write"; readonly path: string; readonly content: string }
  | { readonly ask: "remove"; readonly path: string };

export interface Answers {
  readonly interrupts: number;
  /** null for no such folder. */
  readonly list: readonly DriveEntry[] | null;
  /** null for no such file. */
  readonly read: string | null;
  /** What went wrong, or null. */
  readonly write: string | null;
  readonly remove: string | null;
}
