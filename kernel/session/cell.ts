// A cell while it runs, and afterwards for as long as something of it still does.
import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import timers from "node:timers";
import type { Evaluator } from "../evaluate/evaluator.js";
import type { Header } from "../wire/message.js";
import type { Request, Wire } from "../wire/wire.js";
import { CellOutput } from "./cell-output.js";

// Captured here, since cells see replaced timers.
const afterwards = timers.setTimeout;

/** How long an interrupted cell and its processes may take to end by themselves (ms). */
const graceTime = 200;

/** ename, evalue and traceback, as error messages and replies have them. */
export type ErrorDescription = ReturnType<Evaluator["describe"]>;

export class Cell {
  readonly output: CellOutput;
  readonly abort = new AbortController();
  /** Rejects when the cell is given up after an interrupt. */
  readonly givenUp: Promise<never>;
  /** Rejects what the cell waits for, see givenUp. */
  giveUp: (reason: unknown) => void = () => {};
  /** The first error that nobody in the cell caught, from a timer or a promise. */
  fault: ErrorDescription | undefined;
  replied = false;
  /** Child processes that it started and that still run. */
  readonly children = new Set<ChildProcess>();

  constructor(
    readonly number: number,
    readonly request: Request,
    wire: Wire,
  ) {
    this.output = new CellOutput(wire, request.message.header);
    this.givenUp = new Promise((_, reject) => {
      this.giveUp = reject;
    });
    this.givenUp.catch(() => {});
  }

  get header(): Header {
    return this.request.message.header;
  }

  /** Ends what runs for the cell, with `reason` for what listens to its signal. */
  interrupt(reason: unknown): void {
    this.abort.abort(reason);
    this.output.abandon();
    for (const child of this.children) child.kill("SIGTERM");
    afterwards(() => {
      for (const child of this.children) child.kill("SIGKILL");
      this.giveUp(reason);
    }, graceTime);
  }

  get interrupted(): boolean {
    return this.abort.signal.aborted;
  }
}

const running = new AsyncLocalStorage<Cell>();
let latest: Cell | undefined;

/** Runs code of a cell: all that it starts, timers and promises too, belongs to the cell. */
export function runIn<T>(cell: Cell, code: () => T): T {
  latest = cell;
  return running.run(cell, code);
}

/** The cell that the running code belongs to, when that is known. */
export function ownCell(): Cell | undefined {
  return running.getStore();
}

/** The cell that the running code belongs to; the latest when it can't be known (callbacks of native code). */
export function currentCell(): Cell | undefined {
  return running.getStore() ?? latest;
}
