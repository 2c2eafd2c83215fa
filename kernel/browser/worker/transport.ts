// Jupyter's messages over messages of a worker.
import {
  type Content,
  type Header,
  type PublishOptions,
  protocolVersion,
  type Request,
  type Transport,
} from "../../session/transport.js";
import type { ClientMessage, FromWorker } from "../messages.js";
import { turn } from "./timers.js";

/** What is not JSON does not get through a wire. */
const plain = (content: Content): Content => JSON.parse(JSON.stringify(content));

export class WorkerTransport implements Transport {
  readonly #post: (message: FromWorker) => void;
  readonly #log: (text: string) => void;
  readonly #session = crypto.randomUUID();

  constructor(post: (message: FromWorker) => void, log: (text: string) => void) {
    this.#post = post;
    this.#log = log;
  }

  publish(type: string, content: Content, parent: Partial<Header>, options: PublishOptions = {}): void {
    this.#send("iopub", type, content, parent, options);
  }

  reply({ channel, header }: Request, type: string, content: Content, metadata?: Content): void {
    this.#send(channel, type, content, header, { metadata });
  }

  requestInput({ header }: Request, prompt: string, password: boolean): string {
    return this.#send("stdin", "input_request", { prompt, password }, header);
  }

  /** What has come is handed over when the event loop turns. */
  receiveAll(): Promise<void> {
    return turn();
  }

  fault(text: string): void {
    this.#log(`[normlab kernel] ${text}`);
  }

  /** Gives the message's id. */
  #send(
    channel: ClientMessage["channel"],
    type: string,
    content: Content,
    parent: Partial<Header>,
    { metadata = {}, buffers = [] }: PublishOptions = {},
  ): string {
    const header: Header = {
      msg_id: crypto.randomUUID(),
      session: this.#session,
      username: "normlab",
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    };
    const message = { channel, header, parent, content: plain(content), metadata: plain(metadata), buffers };
    this.#post({ type: "message", message });
    return header.msg_id;
  }
}
