// A cell while it runs, and afterwards for as long as something of it still does.
import type { RunningCell } from "../language/host.js";
import { CellOutput } from "./cell-output.js";
import type { SessionHost } from "./host.js";
import type { Request, Transport } from "./transport.js";

/** How long an interrupted cell and its processes may take to end by themselves (ms). */
const graceTime = 200;

/** ename, evalue and traceback, as error messages and replies have them. */
export interface ErrorDescription {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export class Cell implements RunningCell {
  readonly output: CellOutput;
  readonly abort = new AbortController();
  /** Rejects when the cell is given up after an interrupt. */
  readonly givenUp: Promise<never>;
  #giveUp: (reason: unknown) => void = () => {};
  /** The first error that nobody in the cell caught, from a timer or a promise. */
  fault: ErrorDescription | undefined;
  replied = false;

  constructor(
    readonly number: number,
    readonly request: Request,
    transport: Transport,
    private readonly host: SessionHost,
  ) {
    this.output = new CellOutput(transport, request.header, host, () => this.isStopped);
    this.givenUp = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.givenUp.catch(() => {});
  }

  /** Ends what runs for the cell, with `reason` for what listens to its signal. */
  interrupt(reason: unknown): void {
    this.output.flush();
    this.abort.abort(reason);
    this.output.abandon();
    this.host.endProcesses(this, "ask");
    this.host.later(() => {
      this.host.endProcesses(this, "kill");
      this.#giveUp(reason);
    }, graceTime);
  }

  /** It was interrupted, and has been answered: nothing of it runs on. */
  get isGone(): boolean {
    return this.replied && this.abort.signal.aborted;
  }

  /** Also while it holds the thread, and the session could not be told of the interrupt. */
  get isStopped(): boolean {
    if (this.abort.signal.aborted) return true;
    const { requested } = this.host.stop;
    return !this.replied && requested[0] !== 0 && this.host.stop.isRequested();
  }
}
