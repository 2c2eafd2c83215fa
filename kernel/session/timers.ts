// Timers of an interrupted cell do nothing any more. A cell's own view of setTimeout, setInterval and setImmediate.
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import type { Cell } from "./cell.js";

type Callback = (this: unknown, ...args: unknown[]) => unknown;
type Start = (callback: unknown, ...rest: unknown[]) => object;

export function endTimersWithCells(currentCell: () => Cell | undefined): void {
  const starts = {
    setTimeout: timers.setTimeout,
    setInterval: timers.setInterval,
    setImmediate: timers.setImmediate,
  };
  // Captured: a cell may replace the global.
  const stop = timers.clearInterval;
  for (const [name, original] of Object.entries(starts)) {
    const start = original as unknown as Start;
    const replaced = (callback: unknown, ...rest: unknown[]) => {
      const cell = currentCell();
      if (cell === undefined || typeof callback !== "function") return start(callback, ...rest);
      const call = callback as Callback;
      const handle = start(
        function (this: unknown, ...args: unknown[]) {
          if (!cell.interrupted) Reflect.apply(call, this, args);
          else if (name === "setInterval") stop(handle as NodeJS.Timeout);
        },
        ...rest,
      );
      return handle;
    };
    // util.promisify finds the form with a Promise in a property of the function.
    Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original));
    Object.assign(timers, { [name]: replaced });
    Object.assign(globalThis, { [name]: replaced });
  }
  syncBuiltinESMExports();
}
