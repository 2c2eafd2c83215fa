// Jupyter's messages as the session sees them, and what it needs of whoever carries them: ZeroMQ on Node
// (node/wire/), a worker's messages in a browser, arrays in tests.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html
export const protocolVersion = "5.4";

export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

export type Content = Record<string, unknown>;

export type StreamName = "stdout" | "stderr";

/** A message from a client. */
export interface Request {
  readonly channel: "shell" | "control" | "stdin";
  readonly header: Header;
  readonly parentHeader: Partial<Header>;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
  /** Who sent it: the transport's own, to find the way back. */
  readonly from: unknown;
}

export interface PublishOptions {
  readonly metadata?: Content;
  readonly buffers?: readonly Uint8Array[];
  /** The topic that clients may subscribe to; the message's type when absent. */
  readonly topic?: string;
}

/** Carries messages out, in the order of the calls. */
export interface Transport {
  /** To all clients, as a part of what `parent` asked for. */
  publish(type: string, content: Content, parent: Partial<Header>, options?: PublishOptions): void;
  /** To the client that sent the request. */
  reply(request: Request, type: string, content: Content, metadata?: Content): void;
  /** Asks the client that sent the request for a line of input; gives the msg_id of the question. */
  requestInput(request: Request, prompt: string, password: boolean): string;
  /** Hands over the requests that have come in by now, and that a cell which held the thread kept waiting. */
  receiveAll(): void | Promise<void>;
  /** A line for whoever runs the kernel. */
  fault(text: string): void;
}
