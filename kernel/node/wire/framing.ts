// Framing and signing of Jupyter messages, protocol 5.4:
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { type Content, type Header, protocolVersion } from "../../session/transport.js";

/** A message from a client, its signature already checked. */
export interface Message {
  readonly identities: Uint8Array[];
  readonly header: Header;
  readonly parentHeader: Partial<Header>;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: Uint8Array[];
}

/** A message to clients. `content` and `metadata` are JSON text, since the main thread has serialized them. */
export interface Outgoing {
  readonly identities: readonly (Uint8Array | string)[];
  readonly type: string;
  readonly parent: Partial<Header>;
  readonly metadata?: string;
  readonly content: string;
  readonly buffers?: readonly Uint8Array[];
  /** A new one when absent. */
  readonly id?: string;
  /** When it was made; now when absent. */
  readonly date?: string;
}
const delimiter = Buffer.from("<IDS|MSG>");

export class MessageError extends Error {
  override name = "MessageError";
}

/** Packs and unpacks the messages of one kernel. */
export class Framing {
  readonly #session = randomUUID();
  readonly #key: string;
  readonly #algorithm: string;

  constructor(key: string, signatureScheme: string) {
    this.#key = key;
    this.#algorithm = signatureScheme.replace(/^hmac-/, "");
  }

  #signature(parts: readonly Uint8Array[]): Buffer {
    if (this.#key === "") return Buffer.alloc(0);
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return Buffer.from(hmac.digest("hex"));
  }

  /** Unpacks received frames; throws a MessageError when they are no message, or not signed with our key. */
  unpack(frames: readonly Buffer[]): Message {
    const start = frames.findIndex((frame) => frame.equals(delimiter));
    if (start < 0 || frames.length < start + 6) throw new MessageError("frames without a Jupyter message");
    const parts = frames.slice(start + 2, start + 6);
    const expected = this.#signature(parts);
    const given = frames[start + 1];
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new MessageError("the signature does not fit the message");
    }
    let parsed: unknown[];
    try {
      parsed = parts.map((part) => JSON.parse(part.toString("utf8")));
    } catch {
      throw new MessageError("a part of the message is not JSON");
    }
    if (parsed.some((part) => typeof part !== "object" || part === null)) {
      throw new MessageError("a part of the message is not an object");
    }
    const [header, parentHeader, metadata, content] = parsed as [Header, Partial<Header>, Content, Content];
    if (typeof header.msg_type !== "string" || typeof header.msg_id !== "string") {
      throw new MessageError("the header has no msg_type or no msg_id");
    }
    return {
      identities: frames.slice(0, start),
      header,
      parentHeader,
      metadata,
      content,
      buffers: frames.slice(start + 6),
    };
  }

  /** The frames of a message, signed. */
  pack(message: Outgoing): (Uint8Array | string)[] {
    const header: Header = {
      msg_id: message.id ?? randomUUID(),
      session: this.#session,
      username: "kernel",
      date: message.date ?? new Date().toISOString(),
      msg_type: message.type,
      version: protocolVersion,
    };
    const parts = [
      Buffer.from(JSON.stringify(header)),
      Buffer.from(JSON.stringify(message.parent)),
      Buffer.from(message.metadata ?? "{}"),
      Buffer.from(message.content),
    ];
    return [...message.identities, delimiter, this.#signature(parts), ...parts, ...(message.buffers ?? [])];
  }
}
