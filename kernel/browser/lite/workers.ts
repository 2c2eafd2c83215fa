// Workers that are kernels, and one that is ready before it is asked for: TypeScript and its declarations take a second.
// They are the page's, made by the script that it begins with (start.ts) and taken by the extension.

/**
 * How long to wait for the service worker (ms), which reaches no file afterwards. Where a page gets none, as in a private
 * window, that is known at once; on a busy machine its first start takes seconds.
 */
const patience = 20_000;

/** When the next notebook's worker is made, and all is kept for later (ms): this one has had its time to open. */
const rest = 10_000;

const holder = globalThis as { normlabWorkers?: Workers };

/** The page's workers. */
export function pageWorkers(): Workers {
  if (holder.normlabWorkers === undefined)
    throw new Error("this page does not begin with normlab's start.js, which makes its kernels");
  return holder.normlabWorkers;
}

/** What becomes a kernel. */
export interface KernelWorker {
  readonly worker: Worker;
  /** Without a service worker it reaches no files, and its loops hear of no interrupt. */
  readonly hasServiceWorker: boolean;
}

export class Workers {
  /** JupyterLite's folder, which is the scope of its service worker. */
  readonly base: URL;
  /** The folder of what a kernel loads, and plotly.js. */
  readonly assets: URL;
  readonly #controlled: Promise<void>;
  #spare: KernelWorker | undefined;

  /**
   * Registers the service worker as JupyterLite does, only earlier, and makes the first worker under its control.
   * @param version JupyterLite's
   */
  static start(base: URL, assets: URL, version: string): void {
    holder.normlabWorkers ??= new Workers(base, assets, version);
  }

  private constructor(base: URL, assets: URL, version: string) {
    this.base = base;
    this.assets = assets;
    this.#controlled = this.#control(version);
    void this.#controlled.then(() => this.#makeSpare());
  }

  /** One that has begun to load all that needs no notebook. */
  async take(): Promise<KernelWorker> {
    await this.#controlled;
    if (this.#spare?.hasServiceWorker === false && isControlled()) {
      // The service worker came after all.
      this.#spare.worker.terminate();
      this.#spare = undefined;
    }
    const taken = this.#spare ?? this.#make();
    this.#spare = undefined;
    setTimeout(() => {
      this.#makeSpare();
      // What is not kept is asked for again.
      this.#keepForLater().catch(() => {});
    }, rest);
    return taken;
  }

  /**
   * A worker that starts before the service worker controls the page stays without it, and so would neither see an
   * interrupt in a loop nor reach files.
   */
  #control(version: string): Promise<void> {
    const { serviceWorker } = navigator;
    if (serviceWorker === undefined) return Promise.resolve();
    const address = new URL("service-worker.js?enableCache=true", this.base).href;
    const registered = serviceWorker.register(address).then(
      // JupyterLite takes a worker whose version it has not noted for an old one, and removes it.
      () => localStorage.setItem(`${address}-version`, version),
    );
    if (serviceWorker.controller) {
      // JupyterLite says so when it fails as well.
      registered.catch(() => {});
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      // A page that was still being made when the service worker took over its pages has been passed over: it asks again.
      const asking = setInterval(() => {
        void serviceWorker.ready.then(({ active }) => active?.postMessage({ type: "claim" }));
      }, 250);
      const end = () => {
        clearInterval(asking);
        resolve();
      };
      serviceWorker.addEventListener("controllerchange", end, { once: true });
      registered.catch(end);
      setTimeout(end, patience);
    });
  }

  /**
   * Tells the service worker what the page loaded before it was there, so that all of it is kept. Then a second one, which
   * controls no page, puts the scripts into the same cache again while it is installed: see ../service-worker/keeper.ts.
   */
  async #keepForLater(): Promise<void> {
    const { serviceWorker } = navigator;
    const controller = serviceWorker?.controller;
    if (!controller) return;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const channel = new MessageChannel();
    const kept = new Promise((resolve) => {
      channel.port1.onmessage = resolve;
    });
    // No figure may have been drawn so far.
    const figures = new URL("plotly.js", this.assets).href;
    const addresses = [location.href.replace(/#.*/, ""), figures, ...loaded];
    controller.postMessage({ type: "keep", addresses, port: channel.port2 }, [channel.port2]);
    await kept;
    const scope = new URL("keeper/", this.base);
    await serviceWorker.register(new URL("keeper.js", this.base), { scope: scope.pathname });
  }

  #makeSpare(): void {
    this.#spare ??= this.#make();
  }

  #make(): KernelWorker {
    const worker = new Worker(new URL("worker.js", this.assets), { type: "module" });
    return { worker, hasServiceWorker: isControlled() };
  }
}

/** Some pages have no service workers at all, as by http from another machine. */
const isControlled = () => Boolean(navigator.serviceWorker?.controller);
