// A kernel in this process, for tests that run thousands of cells: the same session and language as on the wire, over a
// transport of arrays, with files in memory or in a folder. One is open at a time: what it offers to cells is global.
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { createEvaluator, type EvaluatorOptions } from "../../kernel/language/evaluator.js";
import { FrontEnd } from "../../kernel/language/front-end.js";
import type { HostFiles } from "../../kernel/language/host.js";
import { currentCell } from "../../kernel/node/context.js";
import { nodeFiles } from "../../kernel/node/files.js";
import { NodeHost } from "../../kernel/node/host.js";
import { kernelInfo } from "../../kernel/node/kernel-info.js";
import { platform } from "../../kernel/node/platform.js";
import { decodeTo } from "../../kernel/node/printing.js";
import { replaceFunction } from "../../kernel/node/replace.js";
import { Cell } from "../../kernel/session/cell.js";
import { Session } from "../../kernel/session/session.js";
import {
  type Content,
  type Header,
  type PublishOptions,
  protocolVersion,
  type Request,
  type Transport,
} from "../../kernel/session/transport.js";
import { type Channel, Client, type Message } from "./messages.js";

const packageRoot = fileURLToPath(new URL("../../../", import.meta.url));

export interface InProcessOptions {
  /** Files in memory by name, relative to the notebook's folder; over what is on disk. */
  readonly files?: Readonly<Record<string, string>>;
  /** The notebook's folder; one that is not there when absent. */
  readonly folder?: string;
}

const info = kernelInfo(packageRoot);
/** Parses the library once for all kernels of a test run. */
const frontEnd: EvaluatorOptions["frontEnd"] = new FrontEnd(platform(packageRoot), nodeFiles);

/** A client and its kernel in one. */
export class InProcessKernel extends Client {
  readonly folder: string;
  readonly files: MemoryFiles;
  readonly #session: Session;
  readonly #close: () => void;
  readonly #stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** What the kernel says to whoever runs it. */
  log = "";

  constructor({
    files = {},
    folder = path.join(tmpdir(), `normlab-${randomUUID()}`),
  }: InProcessOptions = {}) {
    super();
    this.folder = folder;
    this.files = new MemoryFiles(folder, files);
    captureOnce();
    const host = new InProcessHost(this.files, this.#stop);
    const evaluator = createEvaluator({ host, folder, packageRoot, frontEnd });
    const session = new Session({ transport: this.#transport(), evaluator, host, kernelInfo: info });
    this.#session = session;
    this.#close = () => {
      session.close();
      evaluator.close();
      host.close();
    };
  }

  override send(
    type: string,
    content: Content,
    channel: Channel = "shell",
    parent: Partial<Header> = {},
  ): string {
    const header = headerOf(type, this.session);
    // As over a wire: copies, and not before the sender's turn has ended.
    const request: Request = structuredClone({
      channel,
      header,
      parentHeader: parent,
      metadata: {},
      content,
      buffers: [],
      from: undefined,
    });
    queueMicrotask(() => this.#session.request(request));
    return header.msg_id;
  }

  override async interrupt(): Promise<void> {
    this.#stop[0] = 1;
    this.#session.interrupt();
  }

  close(): void {
    this.#close();
  }

  #transport(): Transport {
    const session = randomUUID();
    const deliver = (
      type: string,
      parent: Partial<Header>,
      content: Content,
      options: PublishOptions = {},
    ) => {
      const { metadata = {}, buffers = [] } = options;
      const header = headerOf(type, session);
      // What is not JSON does not get through a wire either.
      const [sent, described] = [content, metadata].map((part) => JSON.parse(JSON.stringify(part)));
      const message: Message = { header, parentHeader: parent, content: sent, metadata: described, buffers };
      return message;
    };
    return {
      publish: (type, content, parent, options) =>
        this.receivePublished(deliver(type, parent, content, options)),
      reply: ({ header }, type, content, metadata) =>
        this.receive(deliver(type, header, content, { metadata })),
      requestInput: ({ header }, prompt, password) => {
        const question = deliver("input_request", header, { prompt, password });
        this.receive(question);
        return question.header.msg_id;
      },
      receiveAll: () => {},
      fault: (text) => {
        this.log += `${text}\n`;
      },
    };
  }
}

function headerOf(type: string, session: string): Header {
  return {
    msg_id: randomUUID(),
    session,
    username: "test",
    date: new Date().toISOString(),
    msg_type: type,
    version: protocolVersion,
  };
}

/** Files in memory in front of those on disk, where the declarations of TypeScript, Node and normlab are. */
export class MemoryFiles implements HostFiles {
  readonly #texts = new Map<string, { text: string; version: number }>();
  #version = 0;

  constructor(
    private readonly folder: string,
    files: Readonly<Record<string, string>>,
  ) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** Writes a file beside the notebook; `../x.ts` is one folder up. */
  write(name: string, text: string): void {
    this.#texts.set(path.posix.join(this.folder, name), { text, version: ++this.#version });
  }

  remove(name: string): void {
    this.#texts.delete(path.posix.join(this.folder, name));
  }

  read(file: string): string | undefined {
    return this.#texts.get(file)?.text ?? nodeFiles.read(file);
  }

  stat(file: string): ReturnType<HostFiles["stat"]> {
    const known = this.#texts.get(file);
    if (known !== undefined) return { kind: "file", version: known.version };
    if (this.#below(file).length > 0) return { kind: "folder", version: this.#version };
    return nodeFiles.stat(file);
  }

  list(folder: string): ReturnType<HostFiles["list"]> {
    const entries = new Map(nodeFiles.list(folder).map((entry) => [entry.name, entry]));
    for (const file of this.#below(folder)) {
      const [name, ...rest] = file.slice(folder.length + 1).split("/");
      entries.set(name, { name, kind: rest.length > 0 ? "folder" : "file" });
    }
    return [...entries.values()];
  }

  realPath(file: string): string {
    return this.#texts.has(file) ? file : nodeFiles.realPath(file);
  }

  #below(folder: string): string[] {
    return [...this.#texts.keys()].filter((file) => file.startsWith(`${folder}/`));
  }
}

/** The host on Node, with files in memory, and with errors that nobody caught only where they are a cell's. */
class InProcessHost extends NodeHost {
  override readonly files: HostFiles;

  constructor(files: HostFiles, stopRequested: Int32Array) {
    super({ platform: platform(packageRoot), packageRoot, stopRequested, endProcesses: () => {} });
    this.files = files;
  }

  override onFault(listener: (error: unknown) => void): void {
    faultListener = listener;
  }

  close(): void {
    faultListener = undefined;
  }
}

let faultListener: ((error: unknown) => void) | undefined;
let isCaptured = false;

/** Gives what cells print to their cells, and leaves the test runner's own output and faults alone. */
function captureOnce(): void {
  if (isCaptured) return;
  isCaptured = true;
  const cell = () => {
    const current = currentCell();
    return current instanceof Cell ? current : undefined;
  };
  for (const name of ["stdout", "stderr"] as const) {
    const write = decodeTo(name, (stream, text) => cell()?.output.write(stream, text));
    replaceFunction(
      process[name],
      "write",
      (original) => (chunk: unknown, encoding?: unknown, done?: unknown) => {
        if (cell() === undefined) return Reflect.apply(original, process[name], [chunk, encoding, done]);
        write(chunk, encoding);
        const callback = typeof encoding === "function" ? encoding : done;
        if (typeof callback === "function") process.nextTick(() => callback());
        return true;
      },
    );
  }
  replaceFunction(process, "emit", (emit) => (event: unknown, ...args: unknown[]) => {
    const isFault = event === "unhandledRejection" || event === "uncaughtException";
    if (!isFault || faultListener === undefined || cell() === undefined)
      return Reflect.apply(emit, process, [event, ...args]);
    faultListener(args[0]);
    return true;
  });
}
