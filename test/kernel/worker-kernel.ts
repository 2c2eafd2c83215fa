// A kernel in a worker of a page of headless Chromium, without JupyterLite: the page hands messages through, and answers
// the worker's questions as JupyterLite's extension does. The service worker is the site's.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import type { ClientMessage, FromWorker, ToWorker } from "../../kernel/browser/messages.js";
import { drive } from "../../kernel/browser/platform.js";
import { type Header, protocolVersion } from "../../kernel/session/transport.js";
import { chromiumOptions } from "../browser/chromium.js";
import { StaticHost } from "../browser/site/server.js";
import { type Channel, Client } from "./messages.js";

const root = new URL("../../../", import.meta.url);
const built = (path: string) => fileURLToPath(new URL(`dist/${path}`, root));

/** Its functions are called by the test: `tell` posts to the worker. */
const page = `<!DOCTYPE html><title>kernel</title><link rel="icon" href="data:,">
<script type="module">
const id = crypto.randomUUID();
let interrupts = 0;
const channel = new BroadcastChannel("/sw-api.v1");
const answers = { interrupts: () => interrupts, list: () => [], read: () => null, write: () => "no files here", remove: () => "no files here" };
channel.onmessage = ({ data }) => {
  if (data.browsingContextId !== id || data.data === undefined) return;
  channel.postMessage({ response: answers[data.data.ask](data.data), browsingContextId: id, requestId: data.requestId });
};
const controlled = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
await navigator.serviceWorker.register("service-worker.js");
if (!navigator.serviceWorker.controller) await controlled;
const worker = new Worker("worker.js", { type: "module" });
// Many at once: each call of the test's takes a millisecond.
const heard = [];
const pass = (message) => heard.push(message) === 1 && setTimeout(() => hear(heard.splice(0)));
worker.onmessage = ({ data }) => pass(data);
worker.onerror = ({ message }) => pass({ type: "failed", reason: message });
globalThis.tell = (message) => worker.postMessage(message);
globalThis.interrupt = () => tell({ type: "interrupt", count: ++interrupts });
const line = { address: new URL("api/stdin/normlab", location.href).href, browsingContextId: id, kernel: "test" };
tell({ type: "open", folder: ${JSON.stringify(drive)}, version: "0.0.0", line });
</script>`;

declare const tell: (message: ToWorker) => void;
declare const interrupt: () => void;

export class WorkerKernel extends Client {
  readonly #browser: Browser;
  readonly #host: StaticHost;
  readonly #page: Page;

  private constructor(browser: Browser, host: StaticHost, shown: Page) {
    super();
    this.#browser = browser;
    this.#host = host;
    this.#page = shown;
  }

  static async start(): Promise<WorkerKernel> {
    const browser = await chromium.launch(chromiumOptions());
    const code = readFileSync(built("browser-kernel/service-worker.js"), "utf8");
    const host = await StaticHost.start(built("browser-kernel"), {
      folders: { "module/": built("browser") },
      pages: { "": page, "service-worker.js": `const NORMLAB_VERSION = "test";\n${code}` },
    });
    const shown = await browser.newPage();
    const kernel = new WorkerKernel(browser, host, shown);
    const ready = new Promise<void>((resolve, reject) => {
      void shown.exposeFunction("hear", (messages: readonly FromWorker[]) => {
        for (const message of messages)
          if (message.type === "message") kernel.#receive(message.message);
          else if (message.type === "ready") resolve();
          else reject(new Error(message.reason));
      });
    });
    try {
      await shown.goto(host.address);
      await ready;
    } catch (error) {
      await kernel.close();
      throw error;
    }
    return kernel;
  }

  override send(
    type: string,
    content: Record<string, unknown>,
    channel: Channel = "shell",
    parentHeader: Partial<Header> = {},
  ): string {
    const header: Header = {
      msg_id: randomUUID(),
      session: this.session,
      username: "test",
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    };
    const request = { channel, header, parentHeader, metadata: {}, content, buffers: [] };
    void this.#tell({ type: "request", request });
    return header.msg_id;
  }

  override async interrupt(): Promise<void> {
    await this.#page.evaluate(() => interrupt());
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#host.stop();
  }

  async #tell(message: ToWorker): Promise<void> {
    await this.#page.evaluate((sent) => tell(sent), message);
  }

  #receive({ channel, header, parent, content, metadata }: ClientMessage): void {
    const message = { header, parentHeader: parent, content, metadata, buffers: [] };
    if (channel === "iopub") this.receivePublished(message);
    else this.receive(message);
  }
}
