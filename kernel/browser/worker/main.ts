// The kernel in a worker of a page: the same language and session as on Node. See ../messages.ts for what is said.
//
//   prepare   TypeScript, the declarations and a checker that has seen cells like a reader's; normlab's module
//   open      a notebook: its folder, its line to the page
import { createEvaluator, rehearseFrontEnd } from "../../language/evaluator.js";
import { engineLibraries } from "../../language/libraries.js";
import { Cell } from "../../session/cell.js";
import { kernelInfo } from "../../session/kernel-info.js";
import { Session } from "../../session/session.js";
import type { Assets, FromWorker, ToWorker } from "../messages.js";
import { drive, packageRoot, platform, rehearsal } from "../platform.js";
import { Drive, PackagedFiles, WorkerFiles } from "./files.js";
import { WorkerHost } from "./host.js";
import { PageLine } from "./line.js";
import { WorkerModules } from "./modules.js";
import { capturePrinting } from "./printing.js";
import { PolledStop } from "./stop.js";
import { CellTimers } from "./timers.js";
import { WorkerTransport } from "./transport.js";

const post = (message: FromWorker): void => globalThis.postMessage(message);
// Captured here: cells get another one.
const warn = console.warn.bind(console);

interface Prepared {
  readonly frontEnd: ReturnType<typeof rehearseFrontEnd>["frontEnd"];
  readonly packaged: PackagedFiles;
  readonly modules: WorkerModules;
}

interface Opened {
  readonly session: Session;
  readonly stop: PolledStop;
}

let prepared: Promise<Prepared> | undefined;
let opened: Promise<Opened> | undefined;

async function prepare(assets: Assets): Promise<Prepared> {
  const answer = await fetch(assets.declarations);
  if (!answer.ok) throw new Error(`${assets.declarations} could not be loaded (status ${answer.status}).`);
  const packaged = new PackagedFiles(await answer.json());
  const { frontEnd } = rehearseFrontEnd(platform(engineLibraries()), packaged, rehearsal, drive);
  const modules = new WorkerModules(assets);
  modules.warm();
  return { frontEnd, packaged, modules };
}

async function open({ folder, version, line }: Extract<ToWorker, { type: "open" }>): Promise<Opened> {
  if (prepared === undefined) throw new Error("a worker is prepared before it opens a notebook");
  const { frontEnd, packaged, modules } = await prepared;
  const pageLine = new PageLine(line);
  const readerFiles = new Drive(pageLine, folder);
  const files = new WorkerFiles(packaged, readerFiles);
  const stop = new PolledStop(pageLine, () => performance.now());
  const host = new WorkerHost({ platform: frontEnd.platform, files, readerFiles, modules, stop });
  const evaluator = createEvaluator({ host, folder, packageRoot, frontEnd });
  const transport = new WorkerTransport(post, warn);
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

const fail = (error: unknown): void =>
  post({ type: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });

globalThis.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "prepare":
      prepared = prepare(data.assets);
      prepared.catch(fail);
      break;
    case "open":
      opened = open(data);
      opened.then(() => post({ type: "ready" }), fail);
      break;
    case "request":
      void opened?.then(({ session }) => session.request({ ...data.request, from: undefined }));
      break;
    case "interrupt":
      void opened?.then(({ session, stop }) => {
        stop.tell(data.count);
        session.interrupt();
      });
  }
});
