// Plugins of JupyterLab that a reader does not miss in a page's first seconds: they make editors, in a panel that is closed,
// before the notebook shows. The page leaves them out (kernel/setup/lite.js) and gets them here, when it has rested.
import { whenIdle, whenRested } from "./idle.js";
import type { Application, CoreUtilities, Plugin } from "./jupyterlite.js";

/** Of the page's settings, the list of what was left out. */
const option = "normlabLaterPlugins";

export interface LaterOptions {
  readonly coreUtilities: CoreUtilities;
  /** One of the modules that the page's extensions share. */
  shared(module: string): Promise<unknown>;
}

function isModule(module: unknown): module is { readonly default: Plugin | readonly Plugin[] } {
  return typeof module === "object" && module !== null && "default" in module;
}

export function createLater({ coreUtilities, shared }: LaterOptions): Plugin {
  async function register(app: Application, ids: readonly string[]): Promise<void> {
    for (const name of new Set(ids.map((id) => id.slice(0, id.indexOf(":"))))) {
      const module = await shared(name);
      if (!isModule(module)) throw new Error(`${name} has no plugins`);
      for (const plugin of [module.default].flat()) if (ids.includes(plugin.id)) app.registerPlugin(plugin);
    }
  }

  async function begin(app: Application): Promise<void> {
    const ids: readonly string[] = JSON.parse(coreUtilities.PageConfig.getOption(option) || "[]");
    await app.restored;
    await whenRested();
    await register(app, ids);
    for (const id of ids) {
      await whenIdle();
      await app.activatePlugin(id).catch((error: unknown) => console.warn(`${id} did not start`, error));
    }
  }

  return {
    id: "@normlab/kernel:later",
    description: "Plugins that start when the page has rested.",
    autoStart: true,
    activate: (app: Application) => {
      begin(app).catch((error: unknown) => console.warn(error));
    },
  };
}
