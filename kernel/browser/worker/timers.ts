// Timers of a worker: which cell they belong to, how many wait, and those of an interrupted cell that do nothing any more.
import type { RunningCell } from "../../language/host.js";

type Callback = (...args: unknown[]) => unknown;

// Captured here: cells see others, and may replace them.
const natives = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  setInterval: globalThis.setInterval.bind(globalThis),
  clearInterval: globalThis.clearInterval.bind(globalThis),
};

export function later(call: () => void, time: number): () => void {
  const timer = natives.setTimeout(call, time);
  return () => natives.clearTimeout(timer);
}

/**
 * Resolves when the event loop has turned. Rejections that nobody caught are told in a task of their own, which comes
 * after the next message but before a timer of a millisecond.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    natives.setTimeout(resolve, 1);
  });
}

export interface Ownership {
  current(): RunningCell | undefined;
  isGone(cell: RunningCell): boolean;
  runAs(cell: RunningCell, code: () => unknown): unknown;
  /** Tells of an error that nobody caught, which is the current cell's. */
  fault(error: unknown): void;
}

/** Gives cells timers of their own. */
export class CellTimers {
  readonly #waiting = new Set<number>();
  readonly #ownership: Ownership;

  constructor(ownership: Ownership) {
    this.#ownership = ownership;
  }

  get pending(): number {
    return this.#waiting.size;
  }

  install(): void {
    const set =
      (start: typeof natives.setTimeout, repeats: boolean) =>
      (callback: unknown, time?: number, ...args: unknown[]): number => {
        const { current, isGone, runAs, fault } = this.#ownership;
        const cell = current();
        if (typeof callback !== "function") throw new TypeError("a timer takes a function");
        const call = callback as Callback;
        const timer: number = start(() => {
          if (!repeats) this.#waiting.delete(timer);
          if (cell === undefined) call(...args);
          else if (!isGone(cell))
            runAs(cell, () => {
              try {
                call(...args);
              } catch (error) {
                // The page's own event for it comes when nobody knows any more whose timer it was.
                fault(error);
              }
            });
          else if (repeats) clear(timer);
        }, time);
        this.#waiting.add(timer);
        return timer;
      };
    const clear = (timer?: number): void => {
      if (timer !== undefined) this.#waiting.delete(timer);
      // One list of numbers serves both kinds.
      natives.clearTimeout(timer);
    };
    const offered = {
      setTimeout: set(natives.setTimeout, false),
      setInterval: set(natives.setInterval, true),
      clearTimeout: clear,
      clearInterval: clear,
    };
    for (const [name, value] of Object.entries(offered))
      Object.defineProperty(globalThis, name, {
        value,
        writable: true,
        configurable: true,
        enumerable: true,
      });
  }
}
