// A notebook on Node: the session over the evaluator and a host, and all of this process that cells see changed.
import { fileURLToPath } from "node:url";
import { Cell } from "../session/cell.js";
import { Session } from "../session/session.js";
import type { Content, Transport } from "../session/transport.js";
import { Children } from "./children.js";
import { currentCell } from "./context.js";
import { NodeHost } from "./host.js";
import { platform } from "./platform.js";
import { capturePrinting } from "./printing.js";
import type { ProcessMark } from "./processes.js";
import { takeLanguage } from "./snapshot.js";
import { endTimersWithCells } from "./timers.js";
import { quietWarnings } from "./warnings.js";

// Loaded once, from the start-up snapshot where there is one.
const language = await takeLanguage(fileURLToPath(new URL("../../..", import.meta.url)));

interface NotebookOptions {
  readonly transport: Transport;
  readonly kernelInfo: Content;
  readonly folder: string;
  readonly packageRoot: string;
}

export interface Notebook {
  readonly session: Session;
  close(): void;
}

/** Changes nothing of this process but what the session offers to cells. */
export function createNotebook(options: NotebookOptions & { readonly host: NodeHost }): Notebook {
  const { transport, kernelInfo, folder, packageRoot, host } = options;
  const { createEvaluator, frontEnd } = language;
  const evaluator = createEvaluator({ host, folder, packageRoot, frontEnd });
  const session = new Session({ transport, evaluator, host, kernelInfo });
  evaluator.warm();
  return {
    session,
    close: () => {
      session.close();
      evaluator.close();
    },
  };
}

export interface ProcessOptions extends NotebookOptions {
  readonly stopRequested: Int32Array;
  readonly processMark: ProcessMark;
  waitingForChild(cell: number): void;
}

/** The notebook of a process that is its kernel: what is printed, started and left behind here is its cells'. */
export function openNotebook(options: ProcessOptions): Notebook {
  const { packageRoot, stopRequested, processMark, waitingForChild } = options;
  const host = new NodeHost({
    platform: platform(packageRoot),
    packageRoot,
    stopRequested,
    endProcesses: (cell, how) => children.end(cell, how === "ask" ? "SIGTERM" : "SIGKILL"),
  });
  const notebook = createNotebook({ ...options, host });
  const print = notebook.session.print.bind(notebook.session);
  capturePrinting(print);
  const children = new Children({ print, mark: processMark, currentCell, waiting: waitingForChild });
  endTimersWithCells(currentCell, (cell) => cell instanceof Cell && cell.isGone);
  const restoreWarnings = quietWarnings();
  return {
    session: notebook.session,
    close: () => {
      notebook.close();
      restoreWarnings();
    },
  };
}
