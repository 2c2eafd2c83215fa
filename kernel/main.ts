// The kernel: node dist/kernel/main.js CONNECTION_FILE [--debug[=FILE]]
//
//   wire/      messages in and out; control and heartbeat in a thread of their own
//   session/   what is done with a request, and what belongs to which cell
//   evaluate/  TypeScript cells, run with tslab's compiler
//   display/   values as MIME bundles
import { AsyncResource } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { typescriptVersion } from "./evaluate/tslab.js";
import { readConnection } from "./wire/connection.js";
import { type Content, protocolVersion } from "./wire/message.js";
import { Wire } from "./wire/wire.js";

const usage = "usage: node dist/kernel/main.js CONNECTION_FILE [--debug[=FILE]]";
const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

function kernelInfo(): Content {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "normlab",
    implementation_version: version,
    banner: `normlab ${version}: TypeScript ${typescriptVersion} on Node.js ${process.versions.node}`,
    language_info: {
      name: "typescript",
      version: typescriptVersion,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
    ],
    supported_features: [],
    debugger: false,
  };
}

/** The file that --debug names, one in the temporary folder when it names none. */
function debugFile(flags: string[]): string | undefined {
  const flag = flags.find((arg) => arg === "--debug" || arg.startsWith("--debug="));
  if (flag === undefined) return undefined;
  const file = flag.slice("--debug=".length) || join(tmpdir(), `normlab-kernel-${process.pid}.log`);
  process.stderr.write(`[normlab kernel] messages are logged to ${file}\n`);
  return file;
}

function fail(reason: unknown): never {
  process.stderr.write(`[normlab kernel] ${reason instanceof Error ? reason.message : reason}\n`);
  process.exit(1);
}

async function main(args: string[]): Promise<void> {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const files = args.filter((arg) => !arg.startsWith("--"));
  if (files.length !== 1) fail(usage);
  const wire = new Wire({
    connection: readConnection(files[0]),
    kernelInfo: kernelInfo(),
    debugFile: debugFile(flags),
  });
  wire.onFailure = fail;
  await wire.listen();
  const [
    { createEvaluator },
    { Session },
    { capturePrinting },
    { currentCell, ownCell },
    { Orphans },
    { endTimersWithCells },
  ] = await Promise.all([
    import("./evaluate/evaluator.js"),
    import("./session/session.js"),
    import("./session/capture.js"),
    import("./session/cell.js"),
    import("./session/orphans.js"),
    import("./session/timers.js"),
  ]);
  const exit = process.exit.bind(process);
  const evaluator = createEvaluator({ cwd: process.cwd(), packageRoot });
  const session = new Session(wire, evaluator);
  const orphans = new Orphans();
  capturePrinting({
    print: (name, text) => {
      const cell = currentCell();
      if (cell === undefined) wire.fault(text.trimEnd());
      else cell.output.write(name, text);
    },
    bind: (listener) => AsyncResource.bind(listener),
    started: (child, isDetached) => {
      if (!isDetached) orphans.add(child);
      const children = ownCell()?.children;
      if (children === undefined) return;
      children.add(child);
      child.once("exit", () => children.delete(child));
    },
  });
  endTimersWithCells(ownCell);
  process.exit = (code) => {
    throw new Error(
      `process.exit(${code ?? ""}) in a cell: it would end the kernel and forget all variables. ` +
        "Restart the kernel instead, or throw an error to end the cell.",
    );
  };
  // The control thread gets interrupts; its SIGINT is for vm's breakOnSigint, and would end the process without a handler.
  process.on("SIGINT", () => {});
  // Before the first cell, which may have come already and never end: only this thread can then stop it.
  wire.listenForControl();
  wire.start({
    request: (request) => session.request(request),
    interrupt: () => session.interrupt(),
    shutdown: () => {
      evaluator.close();
      void wire.close().then(() => exit(0));
    },
  });
  evaluator.warm();
}

main(process.argv.slice(2)).catch(fail);
