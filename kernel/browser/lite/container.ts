// How JupyterLab loads an extension: a script that leaves a container at window._JUPYTERLAB, with the page's shared
// modules given to its `init` and its own asked for by `get` (webpack's module federation, of which this is all that an
// extension without modules to share needs). The script runs before JupyterLab itself, and so begins what takes time.
import { createExtension } from "./extension.js";
import type {
  CoreUtilities,
  LabServices,
  LabUtilities,
  LiteServices,
  LiteUtilities,
  UserInterface,
} from "./jupyterlite.js";
import { createLessons } from "./lessons.js";
import { Workers } from "./workers.js";

/** Set by kernel/setup/site.js. */
declare const NORMLAB_SITE: {
  readonly name: string;
  readonly version: string;
  readonly assets: string;
  /** JupyterLite's version. */
  readonly lite: string;
};

interface SharedModule {
  get(): Promise<() => unknown>;
}
type Scope = Readonly<Record<string, Readonly<Record<string, SharedModule>>>>;

const { name, version, assets, lite } = NORMLAB_SITE;

/** This script lies in extensions/NAME/static/ below the page's base. */
const script = document.currentScript;
const base = new URL(
  "../".repeat(name.split("/").length + 2),
  script instanceof HTMLScriptElement ? script.src : location.href,
);
const workers = new Workers(base, new URL(`${assets}/`, base), lite);
workers.start();

let scope: Scope = {};

async function shared(module: string): Promise<unknown> {
  const versions = Object.values(scope[module] ?? {});
  if (versions.length === 0) throw new Error(`this page has no ${module}, which normlab's kernel needs`);
  const factory = await versions[0].get();
  return factory();
}

const container = {
  init(given: Scope): void {
    scope = given;
  },
  async get(): Promise<() => object> {
    const kernel = createExtension({
      liteServices: (await shared("@jupyterlite/services")) as LiteServices,
      liteUtilities: (await shared("@jupyterlite/apputils")) as LiteUtilities,
      labServices: (await shared("@jupyterlab/services")) as LabServices,
      coreUtilities: (await shared("@jupyterlab/coreutils")) as CoreUtilities,
      workers,
      version,
    });
    const lessons = createLessons({
      labUtilities: (await shared("@jupyterlab/apputils")) as LabUtilities,
      userInterface: (await shared("@jupyterlab/ui-components")) as UserInterface,
      base,
    });
    return () => ({ __esModule: true, default: [kernel, lessons] });
  },
};

const holder = globalThis as { _JUPYTERLAB?: Record<string, unknown> };
holder._JUPYTERLAB ??= {};
holder._JUPYTERLAB[name] = container;
