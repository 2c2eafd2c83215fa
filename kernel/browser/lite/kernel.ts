// A kernel as JupyterLite has it, which only passes messages on: the session in the worker answers all of them, one
// after the other where the protocol says so.
import type { ClientMessage, FromWorker, RequestMessage, ToWorker } from "../messages.js";
import { drive } from "../platform.js";
import type { BaseKernel, KernelOptions, LabMessage, Shared } from "./jupyterlite.js";

export interface NormlabKernel extends BaseKernel {
  readonly ready: Promise<void>;
  /** How often it was interrupted. */
  readonly interrupts: number;
  /** Whether a loop hears of them; a cell that waits for something always does. */
  readonly isHeardInLoops: boolean;
  interrupt(): void;
}

export interface KernelContext {
  readonly worker: Worker;
  readonly version: string;
  /** undefined where the page has no service worker. */
  readonly browsingContextId: string | undefined;
  closed(kernel: NormlabKernel): void;
}

/** The class is made when the page has given its base class. */
export function kernelClass({
  liteServices,
  labServices,
  coreUtilities,
}: Shared): new (
  options: KernelOptions,
  context: KernelContext,
) => NormlabKernel {
  return class extends liteServices.BaseKernel implements NormlabKernel {
    readonly ready: Promise<void>;
    readonly #worker: Worker;
    readonly #context: KernelContext;
    readonly #sendMessage: (message: LabMessage) => void;
    readonly isHeardInLoops: boolean;
    interrupts = 0;

    constructor(options: KernelOptions, context: KernelContext) {
      super(options);
      this.#context = context;
      this.#worker = context.worker;
      this.#sendMessage = options.sendMessage;
      this.ready = new Promise((resolve, reject) => {
        this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
          if (data.type === "message") this.#forward(data.message);
          else if (data.type === "ready") resolve();
          else reject(new Error(`normlab's kernel did not start: ${data.reason}`));
        };
        this.#worker.onerror = ({ message }) =>
          reject(new Error(`normlab's kernel did not start: ${message}`));
      });
      // Who asks for it is told; nobody else needs to be.
      this.ready.catch((error: unknown) => console.error(error));
      const { browsingContextId, version } = context;
      this.isHeardInLoops = browsingContextId !== undefined;
      const address = new URL("api/stdin/normlab", coreUtilities.PageConfig.getBaseUrl()).href;
      this.#post({
        type: "open",
        folder: folderOf(options.location),
        version,
        ...(browsingContextId !== undefined && {
          line: { address, browsingContextId, kernel: options.id },
        }),
      });
    }

    /** Resolves at once: JupyterLite would hold back completion until a cell has ended. */
    async handleMessage(message: LabMessage): Promise<void> {
      const request: RequestMessage = {
        channel: message.channel === "iopub" ? "shell" : message.channel,
        header: message.header,
        parentHeader: message.parent_header,
        metadata: message.metadata,
        content: message.content,
        buffers: (message.buffers ?? []).map(bytesOf),
      };
      this.#post({ type: "request", request });
    }

    interrupt(): void {
      this.#post({ type: "interrupt", count: ++this.interrupts });
    }

    override dispose(): void {
      if (this.isDisposed) return;
      this.#context.closed(this);
      this.#worker.terminate();
      super.dispose();
    }

    #post(message: ToWorker): void {
      this.#worker.postMessage(message);
    }

    #forward({ channel, header, parent, content, metadata, buffers }: ClientMessage): void {
      this.#sendMessage(
        labServices.KernelMessage.createMessage({
          msgType: header.msg_type,
          msgId: header.msg_id,
          channel,
          // By it JupyterLite finds the client.
          session: parent.session ?? "",
          parentHeader: parent,
          content,
          metadata,
          buffers,
        }),
      );
    }
  };
}

/** "BrowserStorage:solutions" as the worker has it. */
function folderOf(location: string): string {
  const path = location.replace(/^[^:/]*:/, "").replace(/^\/+|\/+$/g, "");
  return path === "" ? drive : `${drive}/${path}`;
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
