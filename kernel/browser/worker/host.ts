// The host in a worker of a page. See language/host.ts and session/host.ts.
//
// A page has no AsyncLocalStorage: timers know their cell, and whatever else runs late counts as the latest cell's.
import { inspect } from "node-inspect-extracted";
import type { Host, HostFiles, HostModules, Platform, RunningCell } from "../../language/host.js";
import type { SessionHost } from "../../session/host.js";
import type { Drive } from "./files.js";
import { missingModuleHint } from "./modules.js";
import type { PolledStop } from "./stop.js";
import { type CellTimers, later, turn } from "./timers.js";

/** How long a message about an interrupt may be on its way after a loop has seen it (ms). */
const messageTime = 500;

export interface WorkerHostOptions {
  readonly platform: Platform;
  readonly files: HostFiles;
  readonly readerFiles: Drive;
  readonly modules: HostModules;
  readonly stop: PolledStop;
}

export class WorkerHost implements Host, SessionHost {
  readonly platform: Platform;
  readonly files: HostFiles;
  readonly readerFiles: Drive;
  readonly modules: HostModules;
  readonly stop: PolledStop;
  /** Set by whoever gives cells their timers. */
  timers: CellTimers | undefined;
  #current: RunningCell | undefined;
  #latest: RunningCell | undefined;
  #onFault: (error: unknown) => void = () => {};

  constructor({ platform, files, readerFiles, modules, stop }: WorkerHostOptions) {
    this.platform = platform;
    this.files = files;
    this.readerFiles = readerFiles;
    this.modules = modules;
    this.stop = stop;
  }

  now(): number {
    return performance.now();
  }

  /** An indirect eval, in the global scope; the text names itself for stacks. */
  runScript(code: string, name: string): unknown {
    // biome-ignore lint/security/noGlobalEval: it is how a page runs a text
    const indirectEval = eval;
    return indirectEval(`${code}\n//# sourceURL=${name.replaceAll(/\s/g, "%20")}`);
  }

  /** Nothing breaks into a script but its own loops, which look at `stop`. */
  interruptible<T>(call: () => T): T {
    return call();
  }

  runAs<T>(cell: RunningCell, code: () => T): T {
    const outer = this.#current;
    this.#current = cell;
    if (this.#latest === undefined || cell.number >= this.#latest.number) this.#latest = cell;
    try {
      return code();
    } finally {
      this.#current = outer;
    }
  }

  get currentCell(): RunningCell | undefined {
    return this.#current ?? this.#latest;
  }

  inspect(value: unknown, options?: Parameters<SessionHost["inspect"]>[1]): string {
    return inspect(value, options);
  }

  missingModuleHint(specifier: string): string | undefined {
    return missingModuleHint(specifier);
  }

  later(call: () => void, time: number): () => void {
    return later(call, time);
  }

  turn(): Promise<void> {
    return turn();
  }

  async calm(): Promise<void> {
    const began = performance.now();
    while (this.stop.isOnItsWay && performance.now() - began < messageTime) await turn();
    this.stop.settle();
    this.readerFiles.refresh();
  }

  get pendingTimers(): number {
    return this.timers?.pending ?? 0;
  }

  /** Tells of an error that nobody caught while its cell is the current one. */
  fault(error: unknown): void {
    this.#onFault(error);
  }

  onFault(listener: (error: unknown) => void): void {
    this.#onFault = listener;
    globalThis.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      listener(event.reason);
    });
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      listener(event.error);
    });
  }

  /** A page starts no processes. */
  endProcesses(): void {}
}
