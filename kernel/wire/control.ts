// The control thread: owns the control and the heartbeat socket, so that interrupts, shutdown and the heartbeat are
// answered while a cell blocks the main thread.
//
//   client <-> control, heartbeat <-> this thread <-> MessagePort, shared memory <-> main thread (wire.ts)
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { address } from "./connection.js";
import { Interrupter } from "./interrupter.js";
import { Log } from "./log.js";
import { type Content, Framing, type Message } from "./message.js";
import { incoming, lookAgain } from "./receive.js";
import { slots, type ThreadData, type ToControl, type ToMain } from "./thread.js";

if (isMainThread || parentPort === null) throw new Error("kernel/wire/control.ts runs as a worker thread");
const main = parentPort;
const { connection, kernelInfo, debugFile, shared: sharedBuffer, startedBy } = workerData as ThreadData;
const shared = new Int32Array(sharedBuffer);
const log = new Log(debugFile);
const framing = new Framing(connection.key, connection.signature_scheme);

/** How long the main thread may take to end after a shutdown request before the process is killed (ms). */
const shutdownLimit = 2000;
/** How often it is looked whether the process that started the kernel is still there (ms). */
const parentCheck = 1000;

// Replies are as many as requests: a limit would only make the router drop them in silence.
const control = new Router({ linger: 1000, sendHighWaterMark: 0, ...lookAgain });
const heartbeat = new Reply({ linger: 0, ...lookAgain });

function toMain(message: ToMain): void {
  main.postMessage(message);
}

const interrupter = new Interrupter(shared, toMain, () =>
  log.fault(
    "the interrupted cell does not stop: it is in code that cannot be interrupted (a library's loop, native code); " +
      "it ends when that returns, or with the kernel",
  ),
);

function receive(frames: Buffer[]): void {
  let message: Message;
  try {
    message = framing.unpack(frames);
  } catch (error) {
    log.fault(`control: message dropped: ${error instanceof Error ? error.message : error}`);
    return;
  }
  const { header, content, identities } = message;
  log.message("in", "control", header.msg_type, () => ({ header, content }));
  const reply = (type: string, replyContent: Content) => {
    log.message("out", "control", type, () => ({ parent: header.msg_id, content: replyContent }));
    control
      .send(framing.pack({ identities, type, parent: header, content: JSON.stringify(replyContent) }))
      .catch((error) => log.fault(`${type}: ${error}`));
  };
  if (header.msg_type === "kernel_info_request") {
    reply("kernel_info_reply", kernelInfo);
    toMain({ type: "answered", message });
  } else if (header.msg_type === "interrupt_request") {
    interrupter.interrupt();
    reply("interrupt_reply", { status: "ok" });
    toMain({ type: "answered", message });
  } else if (header.msg_type === "shutdown_request") {
    reply("shutdown_reply", { status: "ok", restart: content.restart === true });
    toMain({ type: "shutdown", message });
    setTimeout(endProcess, shutdownLimit);
  } else {
    log.fault(`control: no answer is known for ${header.msg_type}`);
  }
}

/** Ends the process from outside, for a main thread that does not end by itself. */
function endProcess(): void {
  process.kill(process.pid, "SIGKILL");
}

main.on("message", (message: ToControl) => {
  if (message.type === "close") {
    control.close();
    heartbeat.close();
    // Not in this turn: the sockets' readers have to see that they are closed, or zeromq aborts the process.
    setTimeout(() => process.exit(), 20);
  } else if (message.interrupts === Atomics.load(shared, slots.interrupts)) {
    // A new cell is not to be ended by the interrupt of the one before.
    interrupter.end();
  }
});

async function listen(): Promise<void> {
  await Promise.all([
    control.bind(address(connection, "control_port")),
    heartbeat.bind(address(connection, "hb_port")),
  ]);
  const beat = async () => {
    for await (const frames of incoming(heartbeat)) await heartbeat.send(frames);
  };
  const read = async () => {
    for await (const frames of incoming(control)) receive(frames);
  };
  await Promise.all([read(), beat()]);
}

// A kernel whose Jupyter server is gone has no user: it would run for ever, and nobody would know.
setInterval(() => {
  if (process.ppid !== startedBy) endProcess();
}, parentCheck).unref();

listen().catch((error) => {
  if (!control.closed)
    toMain({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
});
