// In place of JupyterLite's own plugins for settings, files and translations, which ask for the same thing again and again
// before a notebook shows: for each of 90 settings in a transaction of its own, six times; for a folder once for everybody
// who looks into it; for translations of a site that has none.
import type {
  CoreUtilities,
  LabServices,
  LiteServices,
  LiteSettings,
  LiteStorage,
  Store,
  Translations,
} from "./jupyterlite.js";
import { siteFolders } from "./page.js";

export interface StorageOptions {
  readonly liteServices: LiteServices;
  readonly labServices: LabServices;
  readonly coreUtilities: CoreUtilities;
  readonly liteStorage: LiteStorage;
  readonly translations: Translations;
}

/** A store that is read once, as a whole. */
export class RememberedStore implements Store {
  readonly #store: Store;
  #content: Promise<Map<string, unknown>> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async getItem(key: string): Promise<unknown> {
    return (await this.#read()).get(key) ?? null;
  }

  async setItem(key: string, value: unknown): Promise<unknown> {
    const stored = await this.#store.setItem(key, value);
    (await this.#read()).set(key, stored);
    return stored;
  }

  async removeItem(key: string): Promise<void> {
    await this.#store.removeItem(key);
    (await this.#read()).delete(key);
  }

  async clear(): Promise<void> {
    await this.#store.clear();
    (await this.#read()).clear();
  }

  async iterate(each: (value: unknown, key: string) => void): Promise<void> {
    for (const [key, value] of await this.#read()) each(value, key);
  }

  #read(): Promise<Map<string, unknown>> {
    this.#content ??= this.#readAll().catch((error: unknown) => {
      // Whoever asks next tries again.
      this.#content = undefined;
      throw error;
    });
    return this.#content;
  }

  async #readAll(): Promise<Map<string, unknown>> {
    const content = new Map<string, unknown>();
    await this.#store.iterate((value, key) => {
      content.set(key, value);
    });
    return content;
  }
}

const holder = globalThis as {
  /** The schemas of all settings as JSON; kernel/setup/lite-bundle.js puts them beside JupyterLab. */
  normlabSchemas?: string;
};

export function createStorage(options: StorageOptions): object[] {
  return [settingsPlugin(options), drivePlugin(options), translationsPlugin(options)];
}

interface Forage {
  readonly localforage: object;
}

/** How JupyterLite names a store, and by which means it is kept, unless the page says otherwise. */
function storeOptions({ PageConfig }: CoreUtilities, kind: "contents" | "settings", { localforage }: Forage) {
  const drivers: readonly string[] | null = JSON.parse(
    PageConfig.getOption(`${kind}StorageDrivers`) || "null",
  );
  return {
    storageName:
      PageConfig.getOption(`${kind}StorageName`) ||
      `JupyterLite Storage - ${PageConfig.getOption("baseUrl")}`,
    storageDrivers: drivers,
    localforage,
  };
}

function settingsPlugin({ liteServices, labServices, coreUtilities, liteStorage }: StorageOptions): object {
  class PageSettings extends liteServices.Settings implements LiteSettings {
    override defaultSettingsStorage(): Store {
      return new RememberedStore(super.defaultSettingsStorage());
    }

    override async _getAll(file: string): Promise<readonly object[]> {
      const { normlabSchemas } = holder;
      if (normlabSchemas === undefined) return super._getAll(file);
      // Whoever asks for schemas changes them.
      return file === "all.json" ? JSON.parse(normlabSchemas) : [];
    }
  }

  return {
    id: "@normlab/kernel:settings-manager",
    description: "Settings, which are read once.",
    autoStart: true,
    requires: [liteStorage.ILocalForage],
    provides: labServices.ISettingManager,
    activate: (_app: unknown, forage: Forage) =>
      new PageSettings(storeOptions(coreUtilities, "settings", forage)),
  };
}

function drivePlugin({ liteServices, labServices, coreUtilities, liteStorage }: StorageOptions): object {
  const folders = siteFolders();

  class SiteDrive extends liteServices.BrowserStorageDrive {
    /** The site's folders do not change while its page is open. */
    override async _getServerDirectory(path: string): Promise<Map<string, object>> {
      return new Map((folders.get(path) ?? []).map((file) => [file.name, file]));
    }
  }

  return {
    id: "@normlab/kernel:default-drive",
    description: "The site's files, and the reader's over those.",
    autoStart: true,
    requires: [liteStorage.ILocalForage],
    provides: labServices.IDefaultDrive,
    activate: (_app: unknown, forage: Forage) =>
      new SiteDrive(storeOptions(coreUtilities, "contents", forage)),
  };
}

function translationsPlugin({ translations }: StorageOptions): object {
  return {
    id: "@normlab/kernel:translations",
    description: "English, the only language that the site has.",
    autoStart: true,
    provides: translations.ITranslatorConnector,
    activate: () => ({
      fetch: async ({ language = "" }: { language?: string } = {}) => ({
        data: language === "" ? { en: { displayName: "English", nativeName: "English" } } : {},
        message: "",
      }),
    }),
  };
}
