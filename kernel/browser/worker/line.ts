// Asks the page something and waits for the answer, without giving way to the event loop: by a synchronous request that
// the page's service worker hands over. No special headers are needed for it, as shared memory would.
import type { Answers, Line, Question } from "../messages.js";

/** How long an answer may take (ms): the page is busy. A loop goes on without one, but a file is not there then. */
const patience = { loop: 2000, file: 30_000 };

type Asked<Q extends Question> = Answers[Q["ask"]];

export class PageLine {
  readonly #line: Line | undefined;

  constructor(line: Line | undefined) {
    this.#line = line;
  }

  /** undefined when nobody answers: the page has no service worker, as in a private window of some browsers. */
  ask<Q extends Question>(question: Q): Asked<Q> | undefined {
    if (this.#line === undefined) return undefined;
    const { address, browsingContextId, kernel } = this.#line;
    const request = new XMLHttpRequest();
    request.open("POST", address, false);
    request.timeout = question.ask === "interrupts" ? patience.loop : patience.file;
    request.setRequestHeader("Content-Type", "application/json");
    try {
      request.send(JSON.stringify({ browsingContextId, data: { kernel, ...question } }));
      return request.status === 200 ? (JSON.parse(request.responseText) as Asked<Q>) : undefined;
    } catch {
      return undefined;
    }
  }
}
