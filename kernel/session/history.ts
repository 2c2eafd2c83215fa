// This session's cells, for history_request.
import type { Content } from "./transport.js";

interface Entry {
  readonly line: number;
  readonly input: string;
  readonly output: string | null;
}

/** The only session there is a history of, the running one. */
const session = 1;

export class History {
  readonly #entries: Entry[] = [];

  add(line: number, input: string, output: string | null): void {
    this.#entries.push({ line, input, output });
  }

  /** history_reply's `history`: tuples of session, line and input, or input and output. */
  answer(request: Content): unknown[] {
    return this.#select(request).map(({ line, input, output }) => [
      session,
      line,
      request.output === true ? [input, output] : input,
    ]);
  }

  #select(request: Content): Entry[] {
    if (request.hist_access_type === "range") {
      // 0 is the running session, as is its own number; there is none before it.
      if (request.session !== undefined && request.session !== 0 && request.session !== session) return [];
      const start = typeof request.start === "number" ? request.start : 0;
      const stop = typeof request.stop === "number" ? request.stop : Number.POSITIVE_INFINITY;
      return this.#entries.filter(({ line }) => line >= start && line < stop);
    }
    const count = typeof request.n === "number" ? request.n : Number.POSITIVE_INFINITY;
    let found = this.#entries;
    if (request.hist_access_type === "search") {
      const pattern = globPattern(typeof request.pattern === "string" ? request.pattern : "*");
      found = found.filter(({ input }) => pattern.test(input));
      if (request.unique === true) {
        const last = new Map(found.map((entry) => [entry.input, entry]));
        found = found.filter((entry) => last.get(entry.input) === entry);
      }
    }
    return count >= found.length ? found : count <= 0 ? [] : found.slice(-count);
  }
}

/** SQLite's GLOB, which is what the protocol's patterns are: * and ? over the whole input. */
function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[^]*")
    .replace(/\?/g, "[^]");
  return new RegExp(`^${source}$`);
}
