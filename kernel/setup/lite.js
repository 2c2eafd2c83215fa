// JupyterLite with the kernel and notebooks inside, as a folder of plain files.
//
// `jupyter lite build` makes JupyterLite itself, once for each version; the kernel's extension, its assets and the
// notebooks are laid into a copy of that, in the places that JupyterLite's documentation gives them.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { filesBelow, hashOf, readIfThere, writeAtomically } from "./files.js";
import { bundleLab } from "./lite-bundle.js";
import { browserKernel, browserModule, extensionName, libraries, packExtension } from "./pack.js";
import { root, venvProgram } from "./paths.js";
import { showStep } from "./progress.js";
import { run } from "./run.js";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const base = join(root, "node_modules", ".cache", "normlab-lite");

/** https://jupyterlite.readthedocs.io/en/stable/reference/cli.html */
const build = {
  LiteBuildConfig: {
    // Ours is added below, and none of this machine.
    ignore_sys_prefix: ["federated_extensions"],
    federated_extensions: [],
    no_sourcemaps: true,
    apps: ["lab", "repl", "notebooks"],
  },
};

const page = {
  "jupyter-lite-schema-version": 0,
  "jupyter-config-data": {
    appName: "normlab",
    defaultKernelName: "normlab",
    enableServiceWorkerCache: "true",
    // The site's own pages and the tests speak to it.
    exposeAppInBrowser: true,
    contentsAllJsonFile: "all.json",
    disabledExtensions: [
      // kernel/browser/lite/settings.ts is in its place.
      "@jupyterlab/apputils-extension:settings",
      // And kernel/browser/lite/storage.ts in theirs.
      "@jupyterlite/services-extension:settings",
      "@jupyterlite/services-extension:default-drive",
      "@jupyterlite/application-extension:translator-connector",
      // Another animation, over the page that has its own.
      "@jupyterlab/apputils-extension:splash",
    ],
    settingsOverrides: {
      // Only cells that the reader sees are drawn.
      "@jupyterlab/notebook-extension:tracker": { windowingMode: "full" },
    },
  },
};

/**
 * Plugins of JupyterLab's application that start when a page has rested: kernel/browser/lite/later.ts. Each is of no use to
 * another one, keeps no tab open, and finds the notebooks that are open when it starts.
 */
const laterPlugins = [
  "@jupyterlab/notebook-extension:active-cell-tool",
  "@jupyterlab/notebook-extension:metadata-editor",
];

/** Planets that circle JupyterLite's logo take time from what they are to shorten, where no graphics card draws them. */
const still = ".jupyterlite-moon { animation: none !important; }";

/** What the base is made of. */
const wantedBase = () =>
  hashOf(JSON.stringify([build, page]), readIfThere(join(root, "kernel", "setup", "requirements.txt")) ?? "");

async function makeBase() {
  const stamp = join(base, ".normlab-build");
  if (readIfThere(stamp) === wantedBase()) return;
  await showStep("building JupyterLite", async () => {
    const staging = join(base, "staging");
    rmSync(base, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true });
    writeFileSync(join(staging, "jupyter_lite_config.json"), JSON.stringify(build));
    writeFileSync(join(staging, "jupyter-lite.json"), JSON.stringify(page));
    const options = ["--lite-dir", staging, "--output-dir", join(base, "lite")];
    await run(venvProgram("python"), ["-m", "jupyterlite_core", "build", ...options], {
      what: "jupyter lite build",
      cwd: staging,
    });
    rmSync(staging, { recursive: true });
    writeAtomically(stamp, wantedBase());
  });
}

const plotly = join(libraries, "plotly.js");

/** The worker, the declarations, the module and plotly.js in one folder, named after what is in it: it may be kept for ever. */
function copyAssets(lite) {
  const files = [...[browserKernel, browserModule].flatMap((folder) => filesBelow(folder)), plotly];
  const isShipped = (path) => !/\.normlab-build$|(?:service-worker|keeper|start)\.js$/.test(path);
  const hash = createHash("sha256");
  for (const file of files.filter(isShipped)) hash.update(basename(file)).update(readFileSync(file));
  const name = `normlab-${hash.digest("hex").slice(0, 12)}`;
  cpSync(browserKernel, join(lite, name), { recursive: true, filter: isShipped });
  cpSync(browserModule, join(lite, name, "module"), { recursive: true, filter: isShipped });
  copyFileSync(plotly, join(lite, name, basename(plotly)));
  return name;
}

/** @returns the extension's script */
async function addExtension(lite) {
  const script = join(lite, "extensions", extensionName, "static", "remoteEntry.js");
  const file = join(lite, "jupyter-lite.json");
  const settings = JSON.parse(readFileSync(file, "utf8"));
  const data = settings["jupyter-config-data"];
  await packExtension(script, { name: extensionName, version });
  // Named after its content, as it may be kept for ever.
  const load = `static/remoteEntry.${hashOf(readFileSync(script)).slice(0, 20)}.js`;
  const folder = join(lite, "extensions", extensionName);
  copyFileSync(script, join(folder, load));
  rmSync(script);
  // No "liteExtension": that is for what JupyterLite needs before it has an application.
  const loading = { load, extension: "./extension", mimeExtension: "./mimeExtension" };
  const manifest = {
    name: extensionName,
    version,
    license: "MIT",
    jupyterlab: { extension: true, mimeExtension: true, _build: loading },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  data.federated_extensions = [{ name: extensionName, ...loading }, ...(data.federated_extensions ?? [])];
  writeFileSync(file, JSON.stringify(settings));
  return readFileSync(join(folder, load), "utf8");
}

/** JupyterLite's pages with an application in them. */
const apps = ["lab", "notebooks", "repl"];

/** Browsers load the icons that a page's manifest names: one that is small. */
function changeManifest(lite) {
  const file = join(lite, "manifest.webmanifest");
  const { icons: _, shortcuts: __, ...manifest } = JSON.parse(readFileSync(file, "utf8"));
  const icons = [{ src: "./icon-120x120.png", type: "image/png", sizes: "120x120" }];
  writeFileSync(file, JSON.stringify({ ...manifest, name: "normlab", short_name: "normlab", icons }));
}

/**
 * What JupyterLite's config-utils.js gathers from eight files at each visit: the settings of the site and, over those, of
 * the app. kernel/browser/lite/page.ts makes one of them.
 */
function pageConfig(lite, app) {
  const [site, own] = [".", app].map(
    (folder) =>
      JSON.parse(readFileSync(join(lite, folder, "jupyter-lite.json"), "utf8"))["jupyter-config-data"],
  );
  const both = ["federated_extensions", "settingsOverrides", "litePluginSettings"].filter(
    (key) => key in own,
  );
  if (both.length > 0)
    throw new Error(
      `${app} of JupyterLite has ${both.join(", ")} of its own, which page.ts merges with none.`,
    );
  const { disabledExtensions = [], ...rest } = own;
  return [{ ...site, disabledExtensions: [...site.disabledExtensions, ...disabledExtensions] }, rest];
}

/** JSON in an element of a page. */
const element = (id, value) =>
  `<script id="${id}" type="application/json">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;

/** JupyterLab leaves out what kernel/browser/lite/later.ts starts. */
function leaveForLater(lite) {
  const file = join(lite, "lab", "jupyter-lite.json");
  const settings = JSON.parse(readFileSync(file, "utf8"));
  const leftOut = { disabledExtensions: laterPlugins, normlabLaterPlugins: laterPlugins };
  settings["jupyter-config-data"] = { ...settings["jupyter-config-data"], ...leftOut };
  writeFileSync(file, JSON.stringify(settings));
}

/**
 * Each app's page begins with what it would ask the host for, the script that starts a kernel's worker, and JupyterLab. It
 * stands still while it loads.
 */
function changePages(lite, { assets, extension, folders }) {
  const start = readFileSync(join(browserKernel, "start.js"), "utf8").replaceAll("</script", "<\\/script");
  const { appVersion } = JSON.parse(readFileSync(join(lite, "jupyter-lite.json"), "utf8"))[
    "jupyter-config-data"
  ];
  const bundled = bundleLab(lite, extension);
  for (const app of apps) {
    const file = join(lite, app, "index.html");
    let page = readFileSync(file, "utf8");
    const scripts = app === "lab" ? bundled.map((address) => `../${address}`) : [addressOfBundle(page, file)];
    const begin = `<meta charset="utf-8">
    ${element("jupyter-config-data", pageConfig(lite, app))}
    ${element("normlab-folders", Object.fromEntries(folders))}
    <script data-base="../" data-assets="${assets}/" data-lite="${appVersion}">${start}</script>
    ${scripts.map((address) => `<script defer src="${address}"></script>`).join("")}
    <link rel="icon" type="image/png" href="../icon-120x120.png" class="idle favicon">
    <style>${still}</style>`;
    page = replaced(page, /<link id="jupyter-lite-main"[^>]*>/, "", file);
    page = replaced(page, /<script id="jupyter-config-data"[\s\S]*?<\/script>/, "", file);
    page = replaced(page, /<script>\s*\(async function[\s\S]*?config-utils\.js[\s\S]*?<\/script>/, "", file);
    writeFileSync(file, replaced(page, '<meta charset="utf-8">', begin, file));
  }
}

function addressOfBundle(page, file) {
  const [, address] = /<link id="jupyter-lite-main"[^>]* href="([^"]+)"/.exec(page) ?? [];
  if (address === undefined)
    throw new Error(`${file} has no bundle: this is for another version of JupyterLite.`);
  return address;
}

function replaced(text, what, by, file) {
  const result = text.replace(what, () => by);
  if (result === text) throw new Error(`${file} has no ${what}: this is for another version of JupyterLite.`);
  return result;
}

const kinds = { ".ipynb": ["notebook", "json"], ".json": ["file", "json"] };

/** Jupyter's description of a file or folder: https://jupyter-server.readthedocs.io/en/stable/developers/contents.html */
function described(path, file) {
  const stat = statSync(file);
  const time = stat.mtime.toISOString();
  const ending = /\.[^.]*$/.exec(path)?.[0] ?? "";
  const [type, format] = stat.isDirectory() ? ["directory", null] : (kinds[ending] ?? ["file", "text"]);
  return {
    name: basename(path),
    path,
    type,
    format,
    mimetype: null,
    content: null,
    created: time,
    last_modified: time,
    size: stat.isDirectory() ? null : stat.size,
    writable: true,
  };
}

/**
 * A shipped notebook carries its version, and a reader's copy the one that it began as: kernel/browser/lite/lessons.ts.
 * @returns the version
 */
function addNotebook(file, target) {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const shipped = hashOf(text).slice(0, 12);
  const notebook = JSON.parse(text);
  notebook.metadata = { ...notebook.metadata, normlab: { ...notebook.metadata?.normlab, shipped } };
  writeFileSync(target, `${JSON.stringify(notebook, null, 1)}\n`);
  return shipped;
}

/**
 * Files that the page offers its readers, with the listing of each folder.
 * @returns the listings by the path of their folders
 */
function addNotebooks(lite, { folder: notebooks, files: all }) {
  const versions = {};
  const files = all.filter((file) => basename(file) !== "README.md");
  const folders = new Map([["", new Set()]]);
  for (const file of files) {
    const path = relative(notebooks, file).split(sep).join("/");
    const target = join(lite, "files", path);
    mkdirSync(dirname(target), { recursive: true });
    if (path.endsWith(".ipynb")) versions[path] = addNotebook(file, target);
    else copyFileSync(file, target);
    for (let at = path; at !== ""; ) {
      const folder = at.includes("/") ? at.slice(0, at.lastIndexOf("/")) : "";
      if (!folders.has(folder)) folders.set(folder, new Set());
      folders.get(folder).add(at);
      at = folder;
    }
  }
  const listings = new Map();
  for (const [folder, paths] of folders) {
    const content = [...paths].sort().map((path) => described(path, join(notebooks, path)));
    listings.set(folder, content);
    const listing = { ...described(folder, join(notebooks, folder)), format: "json", content };
    writeAtomically(join(lite, "api", "contents", folder, "all.json"), JSON.stringify(listing));
  }
  writeAtomically(join(lite, "lessons.json"), JSON.stringify(versions));
  return listings;
}

/**
 * Writes JupyterLite into the folder `lite`.
 * @param notebooks a folder as site-notebooks.js reads it
 * @returns the name of the folder in it that holds the worker, the module and plotly.js
 */
export async function buildLite(lite, notebooks) {
  await makeBase();
  cpSync(join(base, "lite"), lite, { recursive: true });
  for (const name of ["doc", "api/contents", "files"])
    rmSync(join(lite, name), { recursive: true, force: true });
  for (const name of ["rspack.config.js", "rspack.config.analyze.js", "rspack.config.watch.js"])
    if (existsSync(join(lite, name))) rmSync(join(lite, name));
  const assets = copyAssets(lite);
  const extension = await addExtension(lite);
  const folders = addNotebooks(lite, notebooks);
  leaveForLater(lite);
  changePages(lite, { assets, extension, folders });
  changeManifest(lite);
  return assets;
}
