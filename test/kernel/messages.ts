// What a client of a kernel keeps of its messages, and how tests ask for them, however they travel.
import { randomUUID } from "node:crypto";
import type { Content, Header } from "../../kernel/session/transport.js";

/** A message from the kernel. */
export interface Message {
  readonly header: Header;
  readonly parentHeader: Partial<Header>;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
}

export interface Execution {
  /** execute_reply's content. */
  readonly reply: Content;
  /** What came on iopub with this cell as parent, up to the idle status. */
  readonly messages: Message[];
}

export interface ExecuteOptions {
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly user_expressions?: Record<string, string>;
  readonly allow_stdin?: boolean;
  readonly stop_on_error?: boolean;
}

export type Channel = "shell" | "control" | "stdin";

interface Waiter {
  readonly wanted: (message: Message) => boolean;
  readonly resolve: (message: Message) => void;
}

export abstract class Client {
  readonly session = randomUUID();
  /** All that came on iopub, in order. */
  readonly published: Message[] = [];
  readonly #replies: Message[] = [];
  #waiters: Waiter[] = [];
  #publishedWaiters: Waiter[] = [];
  /** Answers input_request; without one they stay unanswered. */
  onInput: ((prompt: string, password: boolean) => string) | undefined;

  /** Sends a request; gives its msg_id. */
  abstract send(type: string, content: Content, channel?: Channel, parent?: Partial<Header>): string;

  abstract interrupt(): Promise<unknown>;

  protected receive(message: Message): void {
    if (message.header.msg_type === "input_request") {
      const { prompt, password } = message.content;
      if (this.onInput === undefined) return;
      const value = this.onInput(String(prompt), password === true);
      this.send("input_reply", { value }, "stdin", message.header);
      return;
    }
    this.#replies.push(message);
    this.#waiters = settle(this.#waiters, message);
  }

  protected receivePublished(message: Message, keep = true): void {
    if (keep) this.published.push(message);
    this.#publishedWaiters = settle(this.#publishedWaiters, message);
  }

  /** The reply to a request that was sent. */
  reply(id: string): Promise<Message> {
    const wanted = (message: Message) => message.parentHeader.msg_id === id;
    const found = this.#replies.find(wanted);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiters.push({ wanted, resolve }));
  }

  /** The first message on iopub that fits, those from before included. */
  publication(wanted: (message: Message) => boolean): Promise<Message> {
    const found = this.published.find(wanted);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#publishedWaiters.push({ wanted, resolve }));
  }

  /** What was published on iopub for a request. */
  publishedFor(id: string): Message[] {
    return this.published.filter(({ parentHeader }) => parentHeader.msg_id === id);
  }

  idle(id: string): Promise<Message> {
    return this.publication(
      ({ parentHeader, header, content }) =>
        parentHeader.msg_id === id && header.msg_type === "status" && content.execution_state === "idle",
    );
  }

  async request(type: string, content: Content = {}, channel: Channel = "shell"): Promise<Message> {
    const id = this.send(type, content, channel);
    const reply = await this.reply(id);
    return reply;
  }

  sendCell(code: string, options: ExecuteOptions = {}): string {
    return this.send("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
      ...options,
    });
  }

  async executed(id: string): Promise<Execution> {
    const [reply] = await Promise.all([this.reply(id), this.idle(id)]);
    return { reply: reply.content, messages: this.publishedFor(id) };
  }

  /** Runs a cell to its end. */
  execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    return this.executed(this.sendCell(code, options));
  }
}

function settle(waiters: Waiter[], message: Message): Waiter[] {
  const fitting = waiters.filter(({ wanted }) => wanted(message));
  for (const { resolve } of fitting) resolve(message);
  return fitting.length === 0 ? waiters : waiters.filter((waiter) => !fitting.includes(waiter));
}

/** All text that a cell printed to a stream. */
export function printed(messages: Message[], name: "stdout" | "stderr" = "stdout"): string {
  return messages
    .filter(({ header, content }) => header.msg_type === "stream" && content.name === name)
    .map(({ content }) => String(content.text))
    .join("");
}

export function ofType(messages: Message[], type: string): Message[] {
  return messages.filter(({ header }) => header.msg_type === type);
}
