// Workers that are kernels, and one that is ready before it is asked for: TypeScript and its declarations take a second.
import type { Assets, ToWorker } from "../messages.js";

/** Tells the service worker what the page loaded before it was there, so that all of it is kept. */
function keepForLater(): void {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const addresses = [location.href.replace(/#.*/, ""), ...loaded];
  navigator.serviceWorker?.controller?.postMessage({ type: "keep", addresses });
}

/** How long to wait for the service worker (ms); some pages get none, as in a private window. */
const patience = 3000;

export class Workers {
  readonly #base: URL;
  readonly #version: string;
  readonly #script: URL;
  readonly #assets: Assets;
  #spare: Worker | undefined;
  #controlled: Promise<void> | undefined;

  /** `base` is the folder of JupyterLite and the scope of its service worker; `version` is JupyterLite's. */
  constructor(base: URL, assets: URL, version: string) {
    this.#version = version;
    this.#base = base;
    this.#script = new URL("worker.js", assets);
    this.#assets = {
      module: new URL("module/", assets).href,
      declarations: new URL("declarations.json", assets).href,
    };
  }

  /** Registers the service worker as JupyterLite does, only earlier, and makes the first worker under its control. */
  start(): void {
    this.#controlled = this.#control();
    void this.#controlled.then(() => this.#makeSpare());
  }

  /** One that has begun to load all that needs no notebook. */
  async take(): Promise<Worker> {
    await this.#controlled;
    const worker = this.#spare ?? this.#make();
    this.#spare = undefined;
    // The next notebook's, when this one has had its time to open.
    setTimeout(() => {
      this.#makeSpare();
      keepForLater();
    }, 10_000);
    return worker;
  }

  /**
   * A worker that starts before the service worker controls the page stays without it, and so would neither see an
   * interrupt in a loop nor reach files.
   */
  async #control(): Promise<void> {
    const { serviceWorker } = navigator;
    if (serviceWorker === undefined) return;
    const controlled = new Promise<void>((resolve) => {
      if (serviceWorker.controller) resolve();
      serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true });
      setTimeout(resolve, patience);
    });
    const address = new URL("service-worker.js?enableCache=true", this.#base).href;
    try {
      await serviceWorker.register(address);
      // JupyterLite takes a worker whose version it has not noted for an old one, and removes it.
      localStorage.setItem(`${address}-version`, this.#version);
    } catch {
      // JupyterLite says so when it fails as well.
      return;
    }
    await controlled;
  }

  #makeSpare(): void {
    this.#spare ??= this.#make();
  }

  #make(): Worker {
    const worker = new Worker(this.#script, { type: "module" });
    const prepare: ToWorker = { type: "prepare", assets: this.#assets };
    worker.postMessage(prepare);
    return worker;
  }
}
