// The wire thread: owns the five sockets, so that they are read and answered while a cell blocks the main thread.
//
//   client <-> shell, control, stdin, iopub, heartbeat <-> this thread <-> MessagePort <-> main thread (wire.ts)
//
// Answers by itself what needs no evaluator: kernel_info (from the first moment on), interrupts and shutdown.
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { Publisher, Reply, Router } from "zeromq";
import { address } from "./connection.js";
import { Interrupter } from "./interrupter.js";
import { Log } from "./log.js";
import { type Content, Framing, type Header, type Message, type Outgoing } from "./message.js";
import { OutputQueue } from "./output.js";
import { type Channel, slots, type ThreadData, type ToMain, type ToWire } from "./thread.js";

if (isMainThread || parentPort === null) throw new Error("kernel/wire/server.ts runs as a worker thread");
const main = parentPort;
const { connection, kernelInfo, debugFile, shared: sharedBuffer } = workerData as ThreadData;
const shared = new Int32Array(sharedBuffer);
const log = new Log(debugFile);
const framing = new Framing(connection.key, connection.signature_scheme);

/** How long the main thread may take to end after a shutdown request before the process is killed (ms). */
const shutdownLimit = 2000;
/** How often it is looked whether the process that started the kernel is still there (ms). */
const parentCheck = 1000;

const iopub = new Publisher({ linger: 1000, sendTimeout: 0, noDrop: true });
// Replies are as many as requests: a limit would only make the router drop them in silence.
const shell = new Router({ linger: 1000, sendHighWaterMark: 0 });
const control = new Router({ linger: 1000, sendHighWaterMark: 0 });
const stdin = new Router({ linger: 0, sendHighWaterMark: 0 });
const heartbeat = new Reply({ linger: 0 });

const output = new OutputQueue({ iopub, shell, stdin }, framing, log, (bytes) => {
  Atomics.add(shared, slots.sentBytes, bytes);
  Atomics.notify(shared, slots.sentBytes);
});
const interrupter = new Interrupter(shared, toMain, () => {
  const text =
    "The cell does not stop: it is in code that cannot be interrupted (a library's loop, or native code). " +
    "It ends when that returns; restarting the kernel ends it now, and forgets all variables.\n";
  output.stream("stderr", text, busyWith ?? {}, 0);
});

/** The request that the main thread is busy with, told again after a request was answered in between. */
let busyWith: Partial<Header> | undefined;

function toMain(message: ToMain): void {
  main.postMessage(message);
}

function status(state: "starting" | "busy" | "idle", parent: Partial<Header>): void {
  output.publish(outgoing("status", { execution_state: state }, parent, [Buffer.from("status")]), 0);
}

function outgoing(
  type: string,
  content: Content,
  parent: Partial<Header>,
  identities: Uint8Array[],
): Outgoing {
  return { type, content: JSON.stringify(content), parent, identities };
}

/** A reply outside of a cell: busy, the reply, idle, and busy again when a cell is running. */
function answer(channel: Channel, message: Outgoing, between: () => void = () => {}): void {
  status("busy", message.parent);
  between();
  if (channel === "control") {
    // Not through the queue: an interrupt is answered even when a client has stopped reading output.
    log.message("out", channel, message.type, () => ({
      parent: message.parent.msg_id,
      content: message.content,
    }));
    control.send(framing.pack(message)).catch((error) => log.fault(`${message.type}: ${error}`));
  } else {
    output.reply(channel, message);
  }
  status("idle", message.parent);
  if (busyWith !== undefined) status("busy", busyWith);
}

function receive(channel: Channel, frames: Buffer[]): void {
  const arrived = performance.timeOrigin + performance.now();
  let message: Message;
  try {
    message = framing.unpack(frames);
  } catch (error) {
    log.fault(`${channel}: message dropped: ${error instanceof Error ? error.message : error}`);
    return;
  }
  const { header, content, identities } = message;
  const type = header.msg_type;
  log.message("in", channel, type, () => ({ header, content }));
  const reply = (replyType: string, replyContent: Content) =>
    outgoing(replyType, replyContent, header, identities);
  if (type === "kernel_info_request") {
    answer(channel, reply("kernel_info_reply", kernelInfo));
  } else if (type === "interrupt_request") {
    answer(channel, reply("interrupt_reply", { status: "ok" }), () => interrupter.interrupt());
  } else if (type === "shutdown_request") {
    answer(channel, reply("shutdown_reply", { status: "ok", restart: content.restart === true }));
    output.publish(
      outgoing("shutdown_reply", { status: "ok", restart: content.restart === true }, header, [
        Buffer.from("shutdown_reply"),
      ]),
      0,
    );
    toMain({ type: "shutdown" });
    setTimeout(endProcess, shutdownLimit);
  } else {
    toMain({ type: "request", channel, message, arrived });
  }
}

/** Ends the process from outside, for a main thread that does not end by itself. */
function endProcess(): void {
  process.kill(process.pid, "SIGKILL");
}

async function close(): Promise<void> {
  interrupter.end();
  await Promise.race([output.drain(), new Promise((resolve) => setTimeout(resolve, shutdownLimit / 2))]);
  for (const socket of [shell, control, stdin, heartbeat, iopub]) socket.close();
  process.exit();
}

const handlers: { [Type in ToWire["type"]]: (message: Extract<ToWire, { type: Type }>) => void } = {
  publish: ({ message, size }) => output.publish(message, size),
  stream: ({ name, text, parent, size }) => output.stream(name, text, parent, size),
  status: ({ state, parent, interrupts }) => {
    // A new cell is not to be ended by the interrupt of the one before.
    if (state === "busy" && interrupts === Atomics.load(shared, slots.interrupts)) interrupter.end();
    busyWith = state === "busy" ? parent : undefined;
    status(state, parent);
  },
  reply: ({ channel, message, status: own }) => {
    if (own) answer(channel, message);
    else output.reply(channel === "stdin" ? "stdin" : "shell", message);
  },
  fault: ({ text }) => log.fault(text),
  close: () => void close(),
};
main.on("message", <Type extends ToWire["type"]>(message: Extract<ToWire, { type: Type }>) => {
  const handle: (message: Extract<ToWire, { type: Type }>) => void = handlers[message.type as Type];
  handle(message);
});

async function listen(): Promise<void> {
  await Promise.all([
    shell.bind(address(connection, "shell_port")),
    iopub.bind(address(connection, "iopub_port")),
    control.bind(address(connection, "control_port")),
    stdin.bind(address(connection, "stdin_port")),
    heartbeat.bind(address(connection, "hb_port")),
  ]);
  status("starting", {});
  const read = async (channel: Channel, socket: Router) => {
    for await (const frames of socket) receive(channel, frames);
  };
  const beat = async () => {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  };
  await Promise.all([read("shell", shell), read("control", control), read("stdin", stdin), beat()]);
}

// A kernel whose Jupyter server is gone has no user: it would run for ever, and nobody would know.
const startedBy = process.ppid;
setInterval(() => {
  if (process.ppid !== startedBy) endProcess();
}, parentCheck).unref();

listen().catch((error) => {
  if (!shell.closed)
    toMain({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
});
