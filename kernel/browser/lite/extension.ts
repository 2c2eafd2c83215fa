// The JupyterLite extension: normlab's kernel among the page's, its interrupts, and the answers to its questions.
import { answerQuestion, asQuestion } from "./answers.js";
import type {
  Application,
  KernelClient,
  KernelOptions,
  KernelSpecs,
  LabUtilities,
  ServiceWorkerManager,
  Shared,
} from "./jupyterlite.js";
import { kernelClass, type NormlabKernel } from "./kernel.js";
import type { Workers } from "./workers.js";

export interface ExtensionOptions extends Shared {
  readonly workers: Workers;
  readonly labUtilities: LabUtilities;
  readonly version: string;
}

const unheard =
  "This page has no service worker, as in a private window: a loop does not hear of the interrupt. Restart the kernel to end it, or open the page in an ordinary window.";

export function createExtension({ workers, version, labUtilities, ...shared }: ExtensionOptions): object {
  const { liteServices, liteUtilities, coreUtilities } = shared;
  const Kernel = kernelClass(shared);
  const running = new Map<string, NormlabKernel>();

  const activate = (
    app: Application,
    specs: KernelSpecs,
    client: KernelClient,
    serviceWorker: ServiceWorkerManager | null,
  ): void => {
    const { contents } = app.serviceManager;
    serviceWorker?.registerStdinHandler("normlab", async (data) => {
      const asked = asQuestion(data);
      // Whoever asks waits for an answer, whatever becomes of it here.
      if (asked === undefined) return null;
      const interrupts = running.get(asked.kernel)?.interrupts ?? 0;
      const baseUrl = coreUtilities.PageConfig.getBaseUrl();
      return answerQuestion(asked.question, { interrupts, contents, baseUrl }).catch(() => null);
    });
    // JupyterLite's own only takes back cells that wait; a kernel never hears of it.
    const interrupt = client.interrupt.bind(client);
    client.interrupt = async (id) => {
      const kernel = running.get(id);
      if (kernel === undefined) await interrupt(id);
      else kernel.interrupt();
      if (kernel?.isHeardInLoops === false) labUtilities.Notification.error(unheard, { autoClose: false });
    };
    specs.register({
      spec: {
        name: "normlab",
        display_name: "TypeScript (normlab)",
        language: "typescript",
        argv: [],
        resources: {},
      },
      create: async (options: KernelOptions) => {
        const { worker, hasServiceWorker } = await workers.take();
        const kernel: NormlabKernel = new Kernel(options, {
          worker,
          version,
          browsingContextId: hasServiceWorker ? serviceWorker?.browsingContextId : undefined,
          closed: ({ id }) => running.delete(id),
        });
        running.set(kernel.id, kernel);
        return kernel;
      },
    });
  };

  return {
    id: "@normlab/kernel:plugin",
    description: "TypeScript cells, checked, in a worker of this page.",
    autoStart: true,
    requires: [liteServices.IKernelSpecs, liteServices.IKernelClient],
    optional: [liteUtilities.IServiceWorkerManager],
    activate,
  };
}
