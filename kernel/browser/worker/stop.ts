// How loops learn of an interrupt: nobody can set a flag from outside without shared memory, so they ask the page, now
// and then. A worker that gives way to its event loop gets the message that says the same.
import type { HostStop } from "../../language/host.js";
import type { PageLine } from "./line.js";

/** Between two questions to the page (ms). */
const askEvery = 100;
/** A look at the clock is due after so many looks at the flag, fewer where these come slowly. */
const mostLooks = 4096;
/** Looks at the clock are to be about so far apart (ms). */
const clockEvery = 5;

export class PolledStop implements HostStop {
  /** Never 0: loops always ask, since nobody else would tell them. */
  readonly requested = new Int32Array([1]);
  readonly #line: PageLine;
  readonly #now: () => number;
  #isStopped = false;
  /** Interrupts that are over, or that came before this cell. */
  #seen = 0;
  /** Interrupts that the page has told of in a message. */
  #told = 0;
  #looks = 1;
  #left = 1;
  #lookedAt = 0;
  #askedAt = 0;

  constructor(line: PageLine, now: () => number) {
    this.#line = line;
    this.#now = now;
  }

  begin(): void {
    this.#isStopped = false;
    this.#seen = Math.max(this.#seen, this.#told);
    this.#askedAt = this.#lookedAt = this.#now();
    this.#looks = this.#left = 1;
  }

  isRequested(): boolean {
    if (this.#isStopped) return true;
    if (--this.#left > 0) return false;
    const now = this.#now();
    const passed = now - this.#lookedAt;
    if (passed < clockEvery / 2) this.#looks = Math.min(mostLooks, this.#looks * 2);
    else if (passed > clockEvery) this.#looks = Math.max(1, Math.floor((this.#looks * clockEvery) / passed));
    this.#left = this.#looks;
    this.#lookedAt = now;
    if (now - this.#askedAt >= askEvery) this.#ask();
    return this.#isStopped;
  }

  /** The page's message: so many interrupts by now. */
  tell(count: number): void {
    this.#told = count;
    if (count > this.#seen) this.#stop(count);
  }

  /** Whether an interrupt that a loop has seen is still to come as a message. */
  get isOnItsWay(): boolean {
    return this.#seen > this.#told;
  }

  /** Waits for no message any more. */
  settle(): void {
    this.#told = this.#seen;
  }

  #ask(): void {
    const count = this.#line.ask({ ask: "interrupts" });
    this.#askedAt = this.#now();
    if (typeof count === "number" && count > this.#seen) this.#stop(count);
  }

  #stop(count: number): void {
    this.#seen = count;
    this.#isStopped = true;
  }
}
