// What a page of JupyterLite knows of its site from its own text (kernel/setup/lite.js writes it), where JupyterLite asks
// the host: a question to the host takes as long as a tenth of the way to the first result.

/** The id of the element with the site's folders. */
const foldersId = "normlab-folders";
/** The id of JupyterLab's settings of the page: PageConfig of @jupyterlab/coreutils. */
const configId = "jupyter-config-data";

/** Jupyter's description of a file or folder. */
export interface SiteFile {
  readonly name: string;
  readonly path: string;
  readonly type: string;
}

function textOf(id: string): string | undefined {
  return document.getElementById(id)?.textContent ?? undefined;
}

/** What the site ships in each of its folders, by the folder's path. */
export function siteFolders(): ReadonlyMap<string, readonly SiteFile[]> {
  const text = textOf(foldersId);
  return new Map(text === undefined ? [] : Object.entries(JSON.parse(text)));
}

/** Addresses that JupyterLab joins to its base by itself. */
const joinedLater: ReadonlySet<string> = new Set(["licensesUrl", "themesUrl"]);

type Settings = Readonly<Record<string, unknown>>;

/** With addresses of this host, as JupyterLite's config-utils.js makes them. */
function resolved(settings: Settings, folder: URL): Settings {
  const address = ([key, value]: [string, unknown]): [string, unknown] => {
    const isRelative = key.endsWith("Url") && !joinedLater.has(key) && String(value).startsWith("./");
    return [key, isRelative ? new URL(String(value), folder).pathname : value];
  };
  return Object.fromEntries(Object.entries(settings).map(address));
}

/** Makes one of the settings of the site and those of the page's app. `base` is JupyterLite's folder. */
export function mergePageConfig(base: URL): void {
  const element = document.getElementById(configId);
  if (element === null) throw new Error(`this page has no settings: no element ${configId}`);
  const [site, app]: [Settings, Settings] = JSON.parse(element.textContent ?? "");
  const merged = { ...resolved(site, base), ...resolved(app, new URL(".", location.href)) };
  element.textContent = JSON.stringify(merged);
}
