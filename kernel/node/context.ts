// Which cell the running code belongs to, through timers, promises and listeners: the only AsyncLocalStorage here.
//
// Node 20 keeps what belongs to a promise or a timer in properties of it, which console.log would show among a reader's
// own: `Promise { 5, [Symbol(kResourceStore)]: Cell { … } }`. Node 24 does so for timers alone. They are made invisible here.
import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { RunningCell } from "../language/host.js";

const cells = new AsyncLocalStorage<RunningCell>();

export function runAs<T>(cell: RunningCell, code: () => T): T {
  return cells.run(cell, code);
}

export function currentCell(): RunningCell | undefined {
  return cells.getStore();
}

/** The names under which Node keeps what it knows of an asynchronous task at its object. */
const descriptions = new Set(["async_id_symbol", "trigger_async_id_symbol", "kResourceStore"]);

function hideBookkeeping(task: object): void {
  for (const symbol of Object.getOwnPropertySymbols(task)) {
    if (!descriptions.has(symbol.description ?? "")) continue;
    const property = Object.getOwnPropertyDescriptor(task, symbol);
    if (property?.enumerable && property.configurable)
      Object.defineProperty(task, symbol, { ...property, enumerable: false });
  }
}

/** What AsyncLocalStorage has inside, up to Node 22: it copies the store from the task that makes another one. */
interface Propagating {
  kResourceStore?: symbol;
  _propagate?(this: Propagating, task: object, by: object, type: string): void;
}

/** From now on a promise prints as `Promise { 5 }`, and a timer as in plain Node. */
export function hideContext(): void {
  const inside = cells as Propagating & typeof cells;
  const { kResourceStore, _propagate } = inside;
  if (typeof kResourceStore !== "symbol" || _propagate === undefined) return;
  // Promises are too many to look at each: only those that are printed.
  Object.defineProperty(Promise.prototype, inspect.custom, {
    value: function (this: object) {
      hideBookkeeping(this);
      return this;
    },
    configurable: true,
    writable: true,
  });
  inside._propagate = function (task, by, type) {
    _propagate.call(this, task, by, type);
    if (type !== "PROMISE" && kResourceStore in task)
      Object.defineProperty(task, kResourceStore, { enumerable: false });
  };
}

/** Where Node keeps the context of a timer, from version 24 on; null when it keeps none there. */
let frameOfTimers: symbol | null | undefined;

/** A timer is printed without the cell that it belongs to. */
export function hideContextOf(timer: object): void {
  if (frameOfTimers === undefined)
    frameOfTimers =
      Object.getOwnPropertySymbols(timer).find(({ description }) => description === "kAsyncContextFrame") ??
      null;
  if (frameOfTimers !== null && frameOfTimers in timer)
    Object.defineProperty(timer, frameOfTimers, { enumerable: false });
}
