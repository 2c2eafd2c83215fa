// A notebook on Node: the session over the evaluator and a host, and all of this process that cells see changed.
import { Cell } from "../session/cell.js";
import { Session } from "../session/session.js";
import type { Content, Transport } from "../session/transport.js";
import { Children } from "./children.js";
import { currentCell } from "./context.js";
import { NodeHost } from "./host.js";
import { platform } from "./platform.js";
import { capturePrinting } from "./printing.js";
import type { ProcessMark } from "./processes.js";
import { takeLanguage } from "./start-up/language.js";
import { endTimersWithCells } from "./timers.js";
import { quietWarnings } from "./warnings.js";

export interface NotebookOptions {
  readonly transport: Transport;
  readonly kernelInfo: Content;
  readonly folder: string;
  readonly packageRoot: string;
  readonly stopRequested: Int32Array;
  readonly processMark: ProcessMark;
  waitingForChild(cell: number): void;
  /** Signals that were sent to this process for interrupts so far. */
  signalsSent(): number;
}

/** The notebook of a process that is its kernel: what is printed, started and left behind here is its cells'. */
export async function openNotebook(options: NotebookOptions): Promise<{ session: Session; close(): void }> {
  const { transport, kernelInfo, folder, packageRoot, stopRequested, processMark, waitingForChild } = options;
  const { createEvaluator, frontEnd } = await takeLanguage(packageRoot);
  const host = new NodeHost({
    platform: frontEnd?.platform ?? platform(packageRoot),
    packageRoot,
    stopRequested,
    signalsSent: options.signalsSent,
    endProcesses: (cell, how) => children.end(cell, how === "ask" ? "SIGTERM" : "SIGKILL"),
  });
  const evaluator = createEvaluator({ host, folder, packageRoot, frontEnd });
  const session = new Session({ transport, evaluator, host, kernelInfo });
  const print = session.print.bind(session);
  capturePrinting(print);
  const children = new Children({ print, mark: processMark, currentCell, waiting: waitingForChild });
  endTimersWithCells(currentCell, (cell) => cell instanceof Cell && cell.isGone);
  quietWarnings();
  // The wire's thread gets interrupts; its SIGINT is for vm's breakOnSigint, and would end the process without a handler.
  process.on("SIGINT", () => host.sawSignal());
  evaluator.warm();
  return {
    session,
    close: () => {
      session.close();
      evaluator.close();
    },
  };
}
