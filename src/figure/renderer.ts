import type { MessagePort, Worker } from "node:worker_threads";
import { host } from "#host";
import type { Threads } from "../host/host.js";
import { FigureError } from "./figure-error.js";
import type { Picture, RendererStart, RenderRequest, ResponseMessage } from "./protocol.js";

export interface RendererOptions {
  /** Milliseconds of a processor that one picture may take. Default 30 000. */
  timeLimit?: number;
  /** Milliseconds of a processor that loading Plotly may take. Default 60 000. */
  startLimit?: number;
}

interface Job {
  id: number;
  request: RenderRequest;
  resolve(picture: Picture): void;
  reject(error: Error): void;
}

/** Milliseconds that are waited for a thread on a machine so busy that it hardly ever works. */
const LONGEST_WAIT = 600_000;

/** A running thread of src/figure/worker/main.ts. */
interface Thread {
  worker: Worker;
  port: MessagePort;
  answers: Int32Array;
  ready: boolean;
}

/**
 * Draws figures in a thread of its own, one after another, each within a time limit. A thread that does not answer in
 * time is ended, and the next figure gets a new one. The thread never keeps a process alive that waits for nothing.
 *
 * What counts is the time that a processor has worked: a picture that is there or not depending on what else a machine does
 * would make two runs of a notebook differ.
 */
export class Renderer {
  private thread: Thread | null = null;
  private readonly queue: Job[] = [];
  private current: Job | null = null;
  private deadline = Number.POSITIVE_INFINITY;
  /** The processor time of the program at which the current job has had its own, if no other thread works. */
  private enough = 0;
  /** When nothing is waited for any more, whatever the processors did. */
  private latest = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastId = 0;
  private readonly timeLimit: number;
  private readonly startLimit: number;

  constructor({ timeLimit = 30_000, startLimit = 60_000 }: RendererOptions = {}) {
    this.timeLimit = timeLimit;
    this.startLimit = startLimit;
  }

  /** Starts the thread, so that the first figure need not wait for Plotly to load. */
  warm(): void {
    this.start();
  }

  /** Draws a figure. @throws FigureError when Plotly cannot draw it or the time limit has passed. */
  render(request: RenderRequest): Promise<Picture> {
    return new Promise((resolve, reject) => {
      this.queue.push({ id: ++this.lastId, request, resolve, reject });
      this.next();
    });
  }

  /** The same without giving way to the event loop, for callers that cannot wait. */
  renderSync(request: RenderRequest): Picture {
    let outcome: { picture: Picture } | { error: Error } | undefined;
    this.queue.unshift({
      id: ++this.lastId,
      request,
      resolve: (picture) => {
        outcome = { picture };
      },
      reject: (error) => {
        outcome = { error };
      },
    });
    while (!outcome) {
      this.next();
      this.waitForAnswer();
    }
    if ("error" in outcome) throw outcome.error;
    return outcome.picture;
  }

  /** Ends the thread. What waits fails. */
  close(): void {
    this.stop();
    const error = new FigureError("The picture was not drawn: the renderer was closed.");
    for (const job of [this.current, ...this.queue.splice(0)]) job?.reject(error);
    this.current = null;
  }

  private get threads(): Threads {
    if (host.threads === null)
      throw new FigureError(
        `No static picture is made in ${host.name}, which draws the figure itself. Draw it in Node for a file.`,
      );
    return host.threads;
  }

  private start(): Thread {
    if (this.thread) return this.thread;
    const { threads } = this;
    const { port1, port2 } = new MessageChannel();
    const answers = new SharedArrayBuffer(4);
    const worker = threads.start(new URL("../../packed/figure-worker.js", import.meta.url), {
      workerData: { port: port2, answers } satisfies RendererStart,
      transferList: [port2],
      // Flags of the process, such as a test runner's or an inspector's, are not for this thread.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const thread: Thread = { worker, port: port1, answers: new Int32Array(answers), ready: false };
    port1.on("message", (message: ResponseMessage) => {
      if (this.thread === thread) this.receive(message);
    });
    worker.on("error", (error) => {
      if (this.thread === thread) this.fail(`the renderer stopped: ${error.message}`);
    });
    worker.unref();
    port1.unref();
    this.thread = thread;
    return thread;
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.deadline = Number.POSITIVE_INFINITY;
    this.thread?.port.close();
    void this.thread?.worker.terminate();
    this.thread = null;
  }

  /** Sends the next request, if the thread is free. */
  private next(): void {
    if (this.current) return;
    const job = this.queue.shift();
    const thread = this.start();
    if (!job) {
      thread.worker.unref();
      thread.port.unref();
      return;
    }
    thread.worker.ref();
    thread.port.ref();
    this.current = job;
    thread.port.postMessage({ ...job.request, id: job.id });
    this.limit(thread.ready ? this.timeLimit : this.startLimit);
  }

  private limit(milliseconds: number): void {
    this.enough = this.threads.processorTime() + milliseconds;
    this.latest = performance.now() + Math.max(LONGEST_WAIT, milliseconds);
    this.wait(milliseconds);
  }

  private wait(milliseconds: number): void {
    clearTimeout(this.timer);
    this.deadline = performance.now() + milliseconds;
    this.timer = setTimeout(() => this.expire(), milliseconds);
  }

  private receive(message: ResponseMessage): void {
    if ("ready" in message) {
      if (this.thread) this.thread.ready = true;
      if (this.current) this.limit(this.timeLimit);
      return;
    }
    const job = this.current;
    if (!job || job.id !== message.id) return;
    clearTimeout(this.timer);
    this.deadline = Number.POSITIVE_INFINITY;
    this.current = null;
    if ("error" in message) job.reject(new FigureError(`Plotly could not draw the figure: ${message.error}`));
    else job.resolve(message.picture);
    this.next();
  }

  private expire(): void {
    // The answer may be there, while this process was too busy to take it.
    const job = this.current;
    while (this.current === job && this.takeAnswer()) {
      if (this.deadline > performance.now()) return;
    }
    if (this.current !== job) return;
    const left = Math.min(this.enough - this.threads.processorTime(), this.latest - performance.now());
    if (left > 0) {
      this.wait(Math.ceil(left));
      return;
    }
    const seconds = (this.thread?.ready ? this.timeLimit : this.startLimit) / 1000;
    const what = this.thread?.ready ? "drawing it" : "loading Plotly";
    this.fail(`${what} took longer than ${seconds} s. Draw fewer points, or a histogram or heatmap of them`);
  }

  private fail(reason: string): void {
    const job = this.current;
    this.current = null;
    this.stop();
    job?.reject(new FigureError(`The figure was not drawn: ${reason}.`));
    if (this.queue.length > 0) this.next();
  }

  /** Receives what the thread has sent, without the event loop. Gives whether there was anything. */
  private takeAnswer(): boolean {
    const received = this.thread && this.threads.receive(this.thread.port);
    if (!received) return false;
    this.receive(received.message as ResponseMessage);
    return true;
  }

  /** Blocks until the thread has answered or the time limit has passed. */
  private waitForAnswer(): void {
    const { thread } = this;
    if (!thread) return;
    const seen = Atomics.load(thread.answers, 0);
    if (this.takeAnswer()) return;
    const left = this.deadline - performance.now();
    if (left <= 0 || Atomics.wait(thread.answers, 0, seen, left) === "timed-out") this.expire();
  }
}

/** Whether static pictures can be made here: not in a browser, which has no thread for them. */
export const canDraw = (): boolean => host.threads !== null;

let shared: Renderer | null = null;

/** The renderer of this process: one thread, since Plotly takes more than 100 MB. */
export function sharedRenderer(): Renderer {
  shared ??= new Renderer();
  return shared;
}
