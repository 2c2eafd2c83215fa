// The host on Node: files, modules, scripts, time, and the context of cells. See language/host.ts and session/host.ts.
import { inspect } from "node:util";
import * as vm from "node:vm";
import type { Host, HostFiles, HostModules, HostStop, Platform, RunningCell } from "../language/host.js";
import type { SessionHost } from "../session/host.js";
import { currentCell, hideContext, runAs } from "./context.js";
import { nodeFiles } from "./files.js";
import { missingModuleHint } from "./missing-module.js";
import { NodeModules } from "./modules.js";
import { later, pendingTimers, turn } from "./timers.js";

/** The script through which all code of cells is called; stack traces leave it out. */
export const trampolineFile = "normlab-trampoline";

const trampolineKey = Symbol.for("normlab.evaluate");
/** Signals break into scripts only, not into functions called later: so the cell's function is called by a script. */
const trampoline = new vm.Script(`globalThis[Symbol.for("normlab.evaluate")]()`, {
  filename: trampolineFile,
});

export interface NodeHostOptions {
  readonly platform: Platform;
  readonly packageRoot: string;
  /** Its one number is not 0 while an interrupt is to end every loop that runs. */
  readonly stopRequested: Int32Array;
  endProcesses(cell: RunningCell, how: "ask" | "kill"): void;
  /** Signals that were sent to this process for interrupts so far; there are none when absent. */
  signalsSent?(): number;
}

/** How long a signal that was sent may take to arrive (ms). */
const signalTime = 500;

export class NodeHost implements Host, SessionHost {
  readonly platform: Platform;
  readonly files: HostFiles = nodeFiles;
  readonly modules: HostModules;
  readonly stop: HostStop;
  readonly endProcesses: NodeHostOptions["endProcesses"];
  readonly #signalsSent: () => number;
  #signalsSeen = 0;

  constructor({
    platform,
    packageRoot,
    stopRequested,
    endProcesses,
    signalsSent = () => 0,
  }: NodeHostOptions) {
    this.#signalsSent = signalsSent;
    this.platform = platform;
    this.modules = new NodeModules(packageRoot);
    this.stop = {
      begin: () => Atomics.store(stopRequested, 0, 0),
      requested: stopRequested,
      isRequested: () => Atomics.load(stopRequested, 0) !== 0,
    };
    this.endProcesses = endProcesses;
    hideContext();
  }

  now(): number {
    return performance.now();
  }

  runScript(code: string, name: string): unknown {
    return new vm.Script(code, {
      filename: name,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext({ displayErrors: false });
  }

  interruptible<T>(call: () => T, interrupt: unknown): T {
    const global = globalThis as { [trampolineKey]?: () => T };
    const outer = global[trampolineKey];
    global[trampolineKey] = call;
    try {
      return trampoline.runInThisContext({ breakOnSigint: true, displayErrors: false }) as T;
    } catch (error) {
      const interrupted =
        (error as NodeJS.ErrnoException | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
      if (interrupted) this.sawSignal();
      throw interrupted ? interrupt : error;
    } finally {
      if (outer === undefined) delete global[trampolineKey];
      else global[trampolineKey] = outer;
    }
  }

  /** A signal has arrived; several may arrive as one. */
  sawSignal(): void {
    this.#signalsSeen = this.#signalsSent();
  }

  async calm(): Promise<void> {
    const began = performance.now();
    while (this.#signalsSeen < this.#signalsSent() && performance.now() - began < signalTime) {
      await new Promise<void>((resolve) => {
        later(resolve, 1);
      });
    }
    this.#signalsSeen = this.#signalsSent();
  }

  runAs<T>(cell: RunningCell, code: () => T): T {
    return runAs(cell, code);
  }

  get currentCell(): RunningCell | undefined {
    return currentCell();
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

  get pendingTimers(): number {
    return pendingTimers();
  }

  onFault(listener: (error: unknown) => void): void {
    process.on("unhandledRejection", listener);
    process.on("uncaughtException", listener);
  }
}
