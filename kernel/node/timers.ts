// Timers of an interrupted cell do nothing any more, once the cell was answered. Until then they may, so that what the
// interrupt asked to end can end: a training that pauses looks at its signal in a setImmediate.
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import { hideContextOf } from "./context.js";
import { replaceFunction } from "./replace.js";

// Captured here: cells see others, and may replace them.
const { clearInterval, clearTimeout, setImmediate, setTimeout } = timers;

/** Calls once after so many ms, whatever cells do to timers; gives what prevents it. It keeps no process alive. */
export function later(call: () => void, time: number): () => void {
  const timer = setTimeout(call, time);
  timer.unref();
  return () => clearTimeout(timer);
}

/** Resolves when the event loop has turned. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export function pendingTimers(): number {
  let count = 0;
  for (const resource of process.getActiveResourcesInfo()) if (resource === "Timeout") count++;
  return count;
}

/** A cell's own view of setTimeout, setInterval and setImmediate. `isGone` looks at the cell that `current` gave. */
export function endTimersWithCells<Cell>(
  current: () => Cell | undefined,
  isGone: (cell: Cell) => boolean,
): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    replaceFunction(timers, name, (start) => (callback: unknown, ...rest: unknown[]) => {
      const cell = current();
      if (cell === undefined || typeof callback !== "function") return start(callback, ...rest);
      const run = function (this: unknown, ...args: unknown[]) {
        if (!isGone(cell)) Reflect.apply(callback, this, args);
        else if (name === "setInterval") clearInterval(handle as NodeJS.Timeout);
      };
      // A timer that is printed shows the function that it calls.
      Object.defineProperty(run, "name", { value: callback.name });
      const handle = start(run, ...rest);
      if (typeof handle === "object" && handle !== null) hideContextOf(handle);
      return handle;
    });
    Object.defineProperty(globalThis, name, {
      value: timers[name],
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  syncBuiltinESMExports();
}
