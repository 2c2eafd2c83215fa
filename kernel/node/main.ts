// The kernel on Node: node dist/kernel/node/main.js CONNECTION_FILE [--debug[=FILE]]
//
//   wire/          messages in and out, in a thread of their own
//   host.ts        what language/ and session/ need of Node
//   printing.ts, children.ts, timers.ts     what cells print, start and leave behind
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelInfo } from "./kernel-info.js";
import { processMark } from "./processes.js";
import { readConnection } from "./wire/connection.js";
import { Wire } from "./wire/wire.js";

const usage = "usage: node dist/kernel/node/main.js CONNECTION_FILE [--debug[=FILE]]";
const packageRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** The file that --debug names, one in the temporary folder when it names none. */
function debugFile(flags: string[]): string | undefined {
  const flag = flags.find((arg) => arg === "--debug" || arg.startsWith("--debug="));
  if (flag === undefined) return undefined;
  const file = flag.slice("--debug=".length) || join(tmpdir(), `normlab-kernel-${process.pid}.log`);
  process.stderr.write(`[normlab kernel] messages are logged to ${file}\n`);
  return file;
}

// Captured here: in a cell it is an error, and its standard error is the cell's.
const exit = process.exit.bind(process);
const writeError = process.stderr.write.bind(process.stderr);

function fail(reason: unknown): never {
  writeError(`[normlab kernel] ${reason instanceof Error ? reason.message : reason}\n`);
  return exit(1);
}

/** What start.sh asked of the C library for this process is not for those that cells start. */
function forgetTunables(): void {
  if (process.env.GLIBC_TUNABLES === "glibc.malloc.hugetlb=1") delete process.env.GLIBC_TUNABLES;
}

async function main(args: string[]): Promise<void> {
  forgetTunables();
  const flags = args.filter((arg) => arg.startsWith("--"));
  const files = args.filter((arg) => !arg.startsWith("--"));
  if (files.length !== 1) fail(usage);
  const id = randomUUID();
  const options = {
    connection: readConnection(files[0]),
    packageRoot,
    debugFile: debugFile(flags),
    processMark: id,
  };
  // First of all: its thread begins, and answers, while the rest is loaded here.
  const wire = new Wire(options, fail);
  const { openNotebook } = await import("./notebook.js");
  const { session, close } = await openNotebook({
    transport: wire,
    kernelInfo: kernelInfo(packageRoot),
    folder: process.cwd(),
    packageRoot,
    stopRequested: wire.stopRequested,
    processMark: processMark(id),
    waitingForChild: (cell) => wire.waitingForChild(cell),
    signalsSent: () => wire.signalsSent,
  });
  process.exit = (code) => {
    throw new Error(
      `process.exit(${code ?? ""}) in a cell: it would end the kernel and forget all variables. ` +
        "Restart the kernel instead, or throw an error to end the cell.",
    );
  };
  wire.start({
    request: (request) => session.request(request),
    interrupt: () => session.interrupt(),
    shutdown: () => {
      close();
      void wire.close().then(() => exit(0));
    },
  });
}

main(process.argv.slice(2)).catch(fail);
