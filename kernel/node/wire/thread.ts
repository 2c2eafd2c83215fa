// The wire's thread: owns all five sockets. So interrupts, shutdown and the heartbeat are answered while a cell blocks
// the main thread, what a cell prints leaves while it runs, and sending is awaited.
//
//   client <-> shell, stdin, control, heartbeat, iopub <-> this <-> MessagePort, shared memory <-> main thread (wire.ts)
import { isMainThread, type MessagePort, workerData } from "node:worker_threads";
import { Publisher, Reply, Router } from "zeromq";
import type { Content, Header, Request } from "../../session/transport.js";
import { kernelInfo } from "../kernel-info.js";
import {
  type Parcel,
  type SocketName,
  slots,
  type ThreadData,
  type ToMain,
  type ToThread,
} from "./between-threads.js";
import { address, type Port } from "./connection.js";
import { Framing, type Message } from "./framing.js";
import { Interrupter } from "./interrupter.js";
import { Log } from "./log.js";
import { incoming, lookAgain } from "./receive.js";
import { Sending } from "./sending.js";

if (isMainThread) throw new Error("kernel/node/wire/thread.ts runs as a worker thread");
const { main, ...data } = workerData as ThreadData & { readonly main: MessagePort };
const { connection } = data;
const shared = new Int32Array(data.shared);
const log = new Log(data.debugFile);
const framing = new Framing(connection.key, connection.signature_scheme);

/** How long the main thread may take to end after a shutdown request before the process is killed (ms). */
const shutdownLimit = 2000;
/** How long what is still to be sent may take to leave when the kernel ends (ms). */
const lastWords = 1000;
/** How often it is looked whether the process that the kernel was started for is still there (ms). */
const parentCheck = 1000;

// Replies are as many as requests: a limit would only make the router drop them in silence.
const router = (linger: number) => new Router({ linger, sendTimeout: 0, sendHighWaterMark: 0, ...lookAgain });
const sockets = {
  iopub: new Publisher({ linger: lastWords, sendTimeout: 0, noDrop: true }),
  shell: router(lastWords),
  control: router(lastWords),
  stdin: router(0),
};
const heartbeat = new Reply({ linger: 0, ...lookAgain });
const sending = new Sending(sockets, framing, log);
/** Not behind output that waits for a client which does not read: who sends an interrupt waits for its reply. */
const controlReplies = new Sending(sockets, framing, log);

function toMain(message: ToMain): void {
  main.postMessage(message);
}

let info: Content | undefined;
function ownInfo(): Content {
  info ??= kernelInfo(data.packageRoot);
  return info;
}

/** The main thread answers kernel_info_request. */
let isReady = false;
/** The request whose cell the main thread runs. */
let busyWith: Partial<Header> | undefined;

function publishStatus(state: "starting" | "busy" | "idle", parent: Partial<Header>): void {
  sending.send({
    socket: "iopub",
    identities: ["status"],
    type: "status",
    parent,
    content: JSON.stringify({ execution_state: state }),
  });
}

/** Answers a request here, with its statuses around, and busy again where a cell is running. */
function answer(socket: SocketName, message: Message, type: string | undefined, content: Content): void {
  publishStatus("busy", message.header);
  if (type !== undefined) {
    const { identities, header } = message;
    const reply: Parcel = { socket, identities, type, parent: header, content: JSON.stringify(content) };
    (socket === "control" ? controlReplies : sending).send(reply);
  }
  publishStatus("idle", message.header);
  if (busyWith !== undefined) publishStatus("busy", busyWith);
}

const interrupter = new Interrupter(shared, data.processMark, toMain, () =>
  log.fault(
    "the interrupted cell does not stop: it is in code that cannot be interrupted (a library's loop, native code); " +
      "it ends when that returns, or with the kernel",
  ),
);

const control: Record<string, (message: Message) => void> = {
  kernel_info_request: (message) => answer("control", message, "kernel_info_reply", ownInfo()),
  interrupt_request: (message) => {
    interrupter.interrupt();
    answer("control", message, "interrupt_reply", { status: "ok" });
  },
  shutdown_request: (message) => {
    answer("control", message, "shutdown_reply", {
      status: "ok",
      restart: message.content.restart === true,
    });
    toMain({ type: "shutdown" });
    setTimeout(endProcess, shutdownLimit);
  },
};

function receive(channel: "shell" | "control" | "stdin", message: Message): void {
  const { header, identities } = message;
  const { msg_type: type } = header;
  if (channel === "control") {
    const handler = control[type];
    if (handler !== undefined) handler(message);
    else {
      log.fault(`control: this kernel knows no message of the type ${type}`);
      const replyType = type.endsWith("_request") ? type.replace(/_request$/, "_reply") : undefined;
      const evalue = `this kernel knows no message of the type ${type} on its control channel`;
      answer("control", message, replyType, { status: "error", ename: "Error", evalue, traceback: [evalue] });
    }
  } else if (type === "kernel_info_request" && !isReady) {
    answer(channel, message, "kernel_info_reply", ownInfo());
  } else {
    const { parentHeader, metadata, content, buffers } = message;
    const request: Request = {
      channel,
      header,
      parentHeader,
      metadata,
      content,
      buffers,
      from: identities,
    };
    toMain({ type: "request", request });
  }
}

/** Ends the process from outside, for a main thread that does not end by itself. */
function endProcess(): void {
  process.kill(process.pid, "SIGKILL");
}

main.on("message", (message: ToThread) => {
  if (message.type === "send") {
    const { parcel } = message;
    const { content, type } = parcel;
    if (type === "status")
      busyWith = JSON.parse(content).execution_state === "busy" ? parcel.parent : undefined;
    sending.send(parcel, () => {
      Atomics.sub(shared, slots.queuedLength, content.length);
      Atomics.sub(shared, slots.queued, 1);
      Atomics.notify(shared, slots.queued);
    });
  } else if (message.type === "ready") isReady = true;
  else void close();
});

async function close(): Promise<void> {
  await Promise.race([sending.drained(), new Promise((resolve) => setTimeout(resolve, lastWords))]);
  closeSockets({ type: "closed" });
}

/** Closes what this thread listens on, and then tells the main thread, which ends the process. */
function closeSockets(message: ToMain): void {
  for (const socket of [...Object.values(sockets), heartbeat]) socket.close();
  // Not in this turn: the sockets' readers have to see that they are closed, or zeromq aborts the process. This thread
  // stays: a main thread that does not end, since a cell holds it, is still to be ended.
  setTimeout(() => toMain(message), 20);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function bind(socket: Publisher | Router | Reply, port: Port): Promise<void> {
  try {
    await socket.bind(address(connection, port));
  } catch (error) {
    throw new Error(`cannot listen on ${address(connection, port)} (${port}): ${reasonOf(error)}`);
  }
}

async function listen(): Promise<void> {
  const bound = await Promise.allSettled([
    bind(sockets.shell, "shell_port"),
    bind(sockets.iopub, "iopub_port"),
    bind(sockets.stdin, "stdin_port"),
    bind(sockets.control, "control_port"),
    bind(heartbeat, "hb_port"),
  ]);
  const refused = bound.find((result) => result.status === "rejected");
  if (refused) {
    // All are done by now: zeromq aborts a process that ends while one is still being bound.
    closeSockets({ type: "failed", reason: reasonOf(refused.reason) });
    return;
  }
  publishStatus("starting", {});
  const read = async (channel: "shell" | "control" | "stdin") => {
    for await (const frames of incoming(sockets[channel])) {
      let message: Message;
      try {
        message = framing.unpack(frames);
      } catch (error) {
        log.fault(`${channel}: message dropped: ${error instanceof Error ? error.message : error}`);
        continue;
      }
      const { header, content } = message;
      log.message("in", channel, header.msg_type, () => ({ header, content }));
      receive(channel, message);
    }
  };
  const beat = async () => {
    for await (const frames of incoming(heartbeat)) await heartbeat.send(frames);
  };
  await Promise.all([read("shell"), read("control"), read("stdin"), beat()]);
}

// A kernel whose Jupyter server is gone has no user: it would run for ever, and nobody would know.
const { parent } = data;
if (parent !== undefined) {
  setInterval(() => {
    if (data.parentIsDirect ? process.ppid !== parent : !isAlive(parent)) endProcess();
  }, parentCheck).unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

listen().catch((error) => {
  if (!sockets.control.closed) toMain({ type: "failed", reason: reasonOf(error) });
});
