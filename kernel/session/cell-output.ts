// What one cell shows, in order: a bundle that is still a Promise keeps its place, and what follows waits for it.
import type { SessionHost } from "./host.js";
import type { Content, Header, PublishOptions, StreamName, Transport } from "./transport.js";

/** What is printed within this time (ms) leaves together, but for the first few writes: those leave at once. */
const batchTime = 50;
const writesAtOnce = 10;
const batchLength = 1 << 17;

interface Place {
  send: (() => void) | undefined;
}

export class CellOutput {
  readonly #transport: Transport;
  readonly #parent: Header;
  readonly #host: Pick<SessionHost, "later" | "now">;
  readonly #isEnded: () => boolean;
  /** Starts with a bundle that is not there yet; empty otherwise. */
  #places: Place[] = [];
  #settled: (() => void)[] = [];
  #text = "";
  #name: StreamName = "stdout";
  #batchStart = 0;
  #writes = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(
    transport: Transport,
    parent: Header,
    host: Pick<SessionHost, "later" | "now">,
    /** Whether the cell was interrupted: what it prints or shows from then on is nobody's. */
    isEnded: () => boolean,
  ) {
    this.#transport = transport;
    this.#parent = parent;
    this.#host = host;
    this.#isEnded = isEnded;
  }

  /**
   * Text that was printed. Few writes leave at once, so that a line shows before a long computation; many in a row
   * leave together, as a client that lags loses what is more than it can queue, counted in messages.
   */
  write(name: StreamName, text: string): void {
    if (text === "" || this.#isEnded()) return;
    if (name !== this.#name) this.flush();
    this.#name = name;
    this.#text += text;
    const now = this.#host.now();
    if (now - this.#batchStart > batchTime) {
      this.#batchStart = now;
      this.#writes = 0;
    }
    if (++this.#writes <= writesAtOnce || this.#text.length > batchLength) this.flush();
    else this.#cancelTimer ??= this.#host.later(() => this.flush(), batchTime);
  }

  /** Sends the text that is kept back. */
  flush(): void {
    if (this.#text === "") return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const [name, text] = [this.#name, this.#text];
    this.#text = "";
    this.#put(() =>
      this.#transport.publish("stream", { name, text }, this.#parent, { topic: `stream.${name}` }),
    );
  }

  publish(type: string, content: Content, options?: PublishOptions): void {
    if (this.#isEnded()) return;
    this.flush();
    this.#put(() => this.#transport.publish(type, content, this.#parent, options));
  }

  /** Publishes what a Promise resolves to at the place where this was called; `failed` may show why it can't. */
  publishLater<T>(promise: Promise<T>, publish: (value: T) => void, failed: (reason: unknown) => void): void {
    if (this.#isEnded()) {
      // Whatever becomes of it is nobody's.
      promise.catch(() => {});
      return;
    }
    this.flush();
    const place: Place = { send: undefined };
    this.#places.push(place);
    const fill = (send: () => void) => {
      this.flush();
      const waiting = this.#places.indexOf(place);
      if (waiting < 0) return;
      // What is sent now goes in front of what came after it.
      const [, ...after] = this.#places.splice(waiting);
      send();
      this.#places.push(...after);
      this.#advance();
    };
    promise.then(
      (value) => fill(() => publish(value)),
      (reason) => fill(() => failed(reason)),
    );
  }

  /** Resolves when no bundle is outstanding. */
  settled(): Promise<void> {
    this.flush();
    if (this.#places.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /** Gives up the bundles that are not there yet: the cell has failed, or was interrupted. */
  abandon(): void {
    for (const place of this.#places) place.send ??= () => {};
    this.#advance();
  }

  #put(send: () => void): void {
    if (this.#places.length === 0) send();
    else this.#places.push({ send });
  }

  #advance(): void {
    while (this.#places.length > 0) {
      const { send } = this.#places[0];
      if (send === undefined) return;
      this.#places.shift();
      send();
    }
    for (const resolve of this.#settled.splice(0)) resolve();
  }
}
