// The kernel in a worker of a page: the same language and session as on Node. See ../messages.ts for what is said.
//
// What needs no notebook is prepared at once: a checker that has seen cells like a reader's, and normlab's module.
import { createEvaluator, rehearseFrontEnd } from "../../language/evaluator.js";
import { engineLibraries } from "../../language/libraries.js";
import { Cell } from "../../session/cell.js";
import { kernelInfo } from "../../session/kernel-info.js";
import { Session } from "../../session/session.js";
import type { FromWorker, ToWorker } from "../messages.js";
import { drive, packageRoot, platform, rehearsal } from "../platform.js";
import declarations from "./declarations.js";
import { Drive, PackagedFiles, WorkerFiles } from "./files.js";
import { WorkerHost } from "./host.js";
import { PageLine } from "./line.js";
import { WorkerModules } from "./modules.js";
import { capturePrinting } from "./printing.js";
import { PolledStop } from "./stop.js";
import { CellTimers, later } from "./timers.js";
import { WorkerTransport } from "./transport.js";

const post = (message: FromWorker): void => globalThis.postMessage(message);
// Captured here: cells get another one.
const warn = console.warn.bind(console);

/** How long a kernel has been idle behind a cell before it does what only later requests need (ms). */
const restAfter = 3_000;

interface Prepared {
  readonly frontEnd: ReturnType<typeof rehearseFrontEnd>["frontEnd"];
  readonly packaged: PackagedFiles;
  readonly modules: WorkerModules;
}

interface Opened {
  readonly session: Session;
  readonly stop: PolledStop;
}

/**
 * Before this module's own code has ended: with it ends what a browser compiles ahead the next time, and so TypeScript's
 * functions that a cell needs are among that.
 */
function prepare(): Prepared {
  const modules = new WorkerModules(new URL("module/", import.meta.url));
  modules.warm();
  const packaged = new PackagedFiles(declarations);
  const { frontEnd } = rehearseFrontEnd(platform(engineLibraries()), packaged, rehearsal, drive);
  return { frontEnd, packaged, modules };
}

function open(
  { frontEnd, packaged, modules }: Prepared,
  { folder, version, line }: Extract<ToWorker, { type: "open" }>,
): Opened {
  const pageLine = new PageLine(line);
  const readerFiles = new Drive(pageLine, folder);
  const files = new WorkerFiles(packaged, readerFiles);
  const stop = new PolledStop(pageLine, () => performance.now());
  const host = new WorkerHost({ platform: frontEnd.platform, files, readerFiles, modules, stop });
  const evaluator = createEvaluator({ host, folder, packageRoot, frontEnd });
  const transport = new WorkerTransport(restingAfter(evaluator.rest), warn);
  const info = kernelInfo({
    normlab: version,
    typescript: evaluator.typescriptVersion,
    runtime: "a browser",
  });
  const session = new Session({ transport, evaluator, host, kernelInfo: info });
  capturePrinting((name, text) => session.print(name, text));
  host.timers = new CellTimers({
    current: () => host.currentCell,
    isGone: (cell) => cell instanceof Cell && cell.isGone,
    runAs: (cell, code) => host.runAs(cell, code),
    fault: (error) => host.fault(error),
  });
  host.timers.install();
  evaluator.warm();
  return { session, stop };
}

/** Posts messages, and calls when the kernel has had nothing to do for a while; not before it has run a cell. */
function restingAfter(rest: () => void): typeof post {
  let hasRun = false;
  let putOff = () => {};
  return (message) => {
    post(message);
    if (message.type !== "message") return;
    const { header, content } = message.message;
    putOff();
    hasRun ||= header.msg_type === "execute_reply";
    if (hasRun && header.msg_type === "status" && content.execution_state === "idle")
      putOff = later(rest, restAfter);
  };
}

const fail = (error: unknown): void =>
  post({ type: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });

const prepared = prepare();
let opened: Opened | undefined;

export function receive(message: ToWorker): void {
  switch (message.type) {
    case "open":
      try {
        opened = open(prepared, message);
        post({ type: "ready" });
      } catch (error) {
        fail(error);
      }
      break;
    case "request":
      opened?.session.request({ ...message.request, from: undefined });
      break;
    case "interrupt":
      opened?.stop.tell(message.count);
      opened?.session.interrupt();
  }
}
