// How JupyterLab loads an extension: a script that leaves a container at window._JUPYTERLAB, with the page's shared
// modules given to its `init` and its own asked for by `get` (webpack's module federation, of which this is all that an
// extension without modules to share needs).
import { createExtension } from "./extension.js";
import { createFigures } from "./figures.js";
import type {
  CoreUtilities,
  LabServices,
  LabUtilities,
  LiteServices,
  LiteStorage,
  LiteUtilities,
  LuminoWidgets,
  MathJax,
  Notebooks,
  RenderMime,
  SettingRegistries,
  Translations,
  UserInterface,
} from "./jupyterlite.js";
import { createLater } from "./later.js";
import { createLessons } from "./lessons.js";
import { createSettings } from "./settings.js";
import { createStorage } from "./storage.js";
import {
  createOutputs,
  gatherToolbarItems,
  leaveClosedMenus,
  loadMathJaxForFormulas,
  measureCellsLater,
} from "./unseen.js";
import { pageWorkers } from "./workers.js";

/** Set by kernel/setup/site.js. */
declare const NORMLAB_SITE: {
  readonly name: string;
  readonly version: string;
};

interface SharedModule {
  get(): Promise<() => unknown>;
}
type Scope = Readonly<Record<string, Readonly<Record<string, SharedModule>>>>;

const { name, version } = NORMLAB_SITE;
const workers = pageWorkers();

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
  async get(module: string): Promise<() => object> {
    // Asked for before there is an application: the renderers that it is made with.
    if (module === "./mimeExtension") {
      const widgets = (await shared("@lumino/widgets")) as LuminoWidgets;
      leaveClosedMenus(widgets);
      loadMathJaxForFormulas((await shared("@jupyterlab/mathjax-extension")) as MathJax);
      measureCellsLater((await shared("@jupyterlab/notebook")) as Notebooks);
      gatherToolbarItems().catch((error: unknown) => console.warn(error));
      const figures = createFigures(widgets, new URL("plotly.js", workers.assets));
      const outputs = createOutputs((await shared("@jupyterlab/rendermime")) as RenderMime);
      return () => ({ __esModule: true, default: [figures, ...outputs] });
    }
    const coreUtilities = (await shared("@jupyterlab/coreutils")) as CoreUtilities;
    const labUtilities = (await shared("@jupyterlab/apputils")) as LabUtilities;
    const kernel = createExtension({
      liteServices: (await shared("@jupyterlite/services")) as LiteServices,
      liteUtilities: (await shared("@jupyterlite/apputils")) as LiteUtilities,
      labServices: (await shared("@jupyterlab/services")) as LabServices,
      coreUtilities,
      labUtilities,
      workers,
      version,
    });
    const lessons = createLessons({
      labUtilities,
      userInterface: (await shared("@jupyterlab/ui-components")) as UserInterface,
      base: workers.base,
    });
    const storage = createStorage({
      liteServices: (await shared("@jupyterlite/services")) as LiteServices,
      labServices: (await shared("@jupyterlab/services")) as LabServices,
      coreUtilities,
      liteStorage: (await shared("@jupyterlite/localforage")) as LiteStorage,
      translations: (await shared("@jupyterlab/translation")) as Translations,
    });
    const settings = createSettings((await shared("@jupyterlab/settingregistry")) as SettingRegistries);
    const later = createLater({ coreUtilities, shared });
    return () => ({ __esModule: true, default: [...storage, settings, kernel, lessons, later] });
  },
};

const holder = globalThis as { _JUPYTERLAB?: Record<string, unknown> };
holder._JUPYTERLAB ??= {};
holder._JUPYTERLAB[name] = container;
