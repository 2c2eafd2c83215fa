// Packs what is loaded often into few files: a module of many files takes most of its time to find and open them.
import { copyFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { asciiScript } from "./ascii.js";
import { writeAtomically } from "./files.js";
import { libraryPart } from "./library-part.js";
import { root } from "./paths.js";

/** Where src/host/node/plotly.ts and src/figure/worker/dom.ts look for them. */
export const libraries = join(root, "dist", "src", "figure", "libraries");

/**
 * All of the module that a package runs: what `import "normlab"` and `import "normlab/course"` load, the threads and the command for
 * experiments. Tests load the files it is made of, in dist/src.
 */
export const packedModule = join(root, "dist", "packed");

/** What start.sh runs where there is a start-up snapshot, and what that is made from. */
export const packedKernel = join(root, "dist", "kernel", "packed");

/** What every packing says to esbuild. */
const common = { legalComments: "eof", logLevel: "error", metafile: true, absWorkingDir: root };

/** What the module's packings for Node and for browsers have in common: the files that are loaded by name, and their shared parts. */
const moduleParts = (compiled) => ({
  entryPoints: {
    index: join(compiled, "index.js"),
    course: join(compiled, "course", "index.js"),
    "sweep-worker": join(compiled, "experiments", "worker.js"),
  },
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
});

/**
 * The module with the packages it always loads; not those that take files of their own or are only sometimes
 * needed. The module's files go on finding what lies beside their sources.
 */
export async function packModule() {
  const { build: pack } = await import("esbuild");
  const compiled = join(root, "dist", "src");
  const parts = moduleParts(compiled);
  rmSync(packedModule, { recursive: true, force: true });
  const { metafile } = await pack({
    ...common,
    ...parts,
    entryPoints: {
      ...parts.entryPoints,
      experiments: join(compiled, "experiments", "command", "main.js"),
      "figure-worker": join(compiled, "figure", "worker", "main.js"),
      "team-thread": join(compiled, "tensor", "wasm", "team-thread.js"),
    },
    outdir: packedModule,
    external: ["bullmq", "ioredis", "piscina", "@resvg/resvg-wasm", "happy-dom", "plotly.js-dist", "tslab"],
    mainFields: ["module", "main"],
    platform: "node",
    plugins: [{ name: "places", setup: (build) => keepPlaces(build, compiled) }],
  });
  writeAtomically(join(packedModule, "LICENCES.txt"), licencesOf(Object.keys(metafile.inputs)));
}

/** The module for browsers, with the files that it reads beside it. */
export const browserModule = join(root, "dist", "browser");

/**
 * The module for a page or a worker: "#host" leads to src/host/browser/, and a file that still imports something of
 * Node's is an error here. What a run rarely needs is in files of its own.
 */
export async function packForBrowsers() {
  const { build: pack } = await import("esbuild");
  const compiled = join(root, "dist", "src");
  rmSync(browserModule, { recursive: true, force: true });
  const { metafile } = await pack({
    ...common,
    ...moduleParts(compiled),
    outdir: browserModule,
    minify: true,
    // A layer prints as its class's name, and cells may ask for it, on a page as on Node.
    keepNames: true,
    conditions: ["browser"],
    // The package has a build for browsers, which no condition of its own leads to.
    alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" },
    // workerpool asks for these on Node only. Ours are written "node:…" and are not let through.
    external: ["worker_threads", "os", "child_process"],
    mainFields: ["browser", "module", "main"],
    platform: "browser",
    target: "es2022",
  });
  for (const file of browserFiles()) copyFileSync(file, join(browserModule, basename(file)));
  writeAtomically(join(browserModule, "LICENCES.txt"), licencesOf(Object.keys(metafile.inputs)));
}

/** The files that src/host/browser/resources.ts asks for. */
function browserFiles() {
  const data = join(root, "src", "data", "files");
  return [
    join(root, "dist", "src", "tensor", "wasm", "kernels.wasm"),
    join(data, "digits-images-idx3-ubyte.gz"),
    join(data, "digits-labels-idx1-ubyte.gz"),
    join(data, "fashion-train-images-idx3-ubyte.gz"),
    join(data, "fashion-train-labels-idx1-ubyte.gz"),
    join(data, "fashion-test-images-idx3-ubyte.gz"),
    join(data, "fashion-test-labels-idx1-ubyte.gz"),
    join(root, "src", "figure", "files", "normlab-sans.json"),
  ];
}

/**
 * The kernel in three files: its main thread, the wire's thread, and the script of its start-up snapshot with TypeScript in
 * it. They are CommonJS, as a process and a thread that load no ES module begin earlier. Without comments and spaces the
 * snapshot is a quarter smaller, and as much quicker to load; in ASCII V8 keeps a script in one byte a character.
 */
export async function packKernel() {
  const { build: pack } = await import("esbuild");
  const compiled = join(root, "dist", "kernel", "node");
  rmSync(packedKernel, { recursive: true, force: true });
  const { metafile } = await pack({
    ...common,
    entryPoints: {
      main: join(compiled, "main.js"),
      thread: join(compiled, "wire", "thread.js"),
      "start-up": join(compiled, "start-up", "script.js"),
    },
    outdir: packedKernel,
    bundle: true,
    external: ["zeromq"],
    platform: "node",
    format: "cjs",
    charset: "ascii",
    minifyWhitespace: true,
    banner: { js: 'const ownPlace = require("node:url").pathToFileURL(__filename).href;' },
    define: { "import.meta.url": "ownPlace" },
    plugins: [
      { name: "no crypto", setup: leaveOutCrypto },
      { name: "short names", setup: shortenTypeScript },
    ],
  });
  writeAtomically(join(packedKernel, "package.json"), '{ "type": "commonjs" }\n');
  writeAtomically(join(packedKernel, "LICENCES.txt"), licencesOf(Object.keys(metafile.inputs)));
}

/** The kernel for pages: its worker, TypeScript, what the checker reads, and JupyterLite's extension. */
export const browserKernel = join(root, "dist", "browser-kernel");

/** The name of the JupyterLite extension. */
export const extensionName = "@normlab/kernel";

/**
 * The worker keeps the names of its functions, by which stack traces know them; TypeScript, in a file of its own, keeps none.
 * The worker begins with a small file, which imports the others: kernel/browser/worker/entry.ts.
 * An import of Node's that is left is an error here.
 */
export async function packBrowserKernel() {
  const { build: pack } = await import("esbuild");
  const sources = join(root, "kernel", "browser");
  rmSync(browserKernel, { recursive: true, force: true });
  const forPages = {
    ...common,
    bundle: true,
    mainFields: ["browser", "module", "main"],
    platform: "browser",
    target: "es2022",
  };
  const packed = await Promise.all([
    pack({
      ...forPages,
      entryPoints: { worker: join(sources, "worker", "entry.ts") },
      outdir: browserKernel,
      splitting: true,
      chunkNames: "kernel-[hash]",
      format: "esm",
      minifyWhitespace: true,
      minifySyntax: true,
      // Written below.
      external: ["./declarations.js"],
      plugins: [{ name: "TypeScript apart", setup: keepTypeScriptApart }],
    }),
    pack({
      ...forPages,
      stdin: { contents: 'export { default } from "typescript";', resolveDir: root },
      outfile: join(browserKernel, "typescript.js"),
      format: "esm",
      minify: true,
    }),
    pack({
      ...forPages,
      entryPoints: { start: join(sources, "lite", "start.ts") },
      outdir: browserKernel,
      format: "iife",
      minify: true,
    }),
    // NORMLAB_VERSION stays a free name: the site that they are for writes it in front.
    pack({
      ...forPages,
      entryPoints: {
        "service-worker": join(sources, "service-worker", "main.ts"),
        keeper: join(sources, "service-worker", "keeper.ts"),
      },
      outdir: browserKernel,
      format: "iife",
      minify: true,
    }),
  ]);
  writeAtomically(
    join(browserKernel, "declarations.js"),
    asciiScript(`export default ${JSON.stringify(await declarations())};\n`),
  );
  const inputs = packed.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeAtomically(join(browserKernel, "LICENCES.txt"), licencesOf(inputs));
}

function keepTypeScriptApart(build) {
  build.onResolve({ filter: /^typescript$/ }, () => ({ path: "./typescript.js", external: true }));
}

/** The text of every declaration file that the checker of a page reads, by the name that it has there. */
async function declarations() {
  const compiled = (name) => import(pathToFileURL(join(root, "dist", "kernel", name)).href);
  const { packageRoot, places, platform, rehearsal, drive } = await compiled("browser/platform.js");
  const { rehearseFrontEnd } = await compiled("language/evaluator.js");
  const { ts } = await compiled("language/typescript.js");
  const { knownLibraries } = await compiled("language/libraries.js");
  const { nodeFiles } = await compiled("node/files.js");
  const require = createRequire(import.meta.url);
  const folders = [
    [places.library, dirname(require.resolve("typescript"))],
    [dirname(places.tslab), dirname(require.resolve("tslab/dist/public.d.ts"))],
    [packageRoot, root],
  ];
  /** Where a file of the page is here; undefined for the reader's. */
  const placeOf = (path) => {
    const [name, folder] = folders.find(([start]) => path === start || path.startsWith(`${start}/`)) ?? [];
    return name === undefined ? undefined : folder + path.slice(name.length);
  };
  const files = {
    read: (path) => placeOf(path) && nodeFiles.read(placeOf(path)),
    stat: (path) => placeOf(path) && nodeFiles.stat(placeOf(path)),
    list: (path) => (placeOf(path) ? nodeFiles.list(placeOf(path)) : []),
    realPath: (path) => path,
  };
  const cells = [...rehearsal, 'import * as tslab from "tslab"; import { check } from "normlab/course";'];
  const here = platform(knownLibraries);
  const { frontEnd, files: read } = rehearseFrontEnd(here, files, cells, drive);
  const { program } = frontEnd.check(cells.at(-1));
  const { of, declarations: part, limits } = here.part;
  const made = libraryPart(ts, program, `${here.library}/${of}`);
  return {
    ...Object.fromEntries(read.sort().map((path) => [path, files.read(path)])),
    [`${here.library}/${part}`]: made.declarations,
    [`${here.library}/${limits}`]: JSON.stringify(made.limits),
  };
}

/** The extension's one script. `site` says where its worker is; see kernel/browser/lite/container.ts. */
export async function packExtension(outfile, site) {
  const { build: pack } = await import("esbuild");
  await pack({
    ...common,
    entryPoints: [join(root, "kernel", "browser", "lite", "container.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    define: { NORMLAB_SITE: JSON.stringify(site) },
  });
}

/** The scripts of the site's own pages. */
export async function packSite(outdir) {
  const { build: pack } = await import("esbuild");
  const pages = join(root, "kernel", "browser", "site");
  const forPages = { ...common, outdir, bundle: true, minify: true, platform: "browser", target: "es2022" };
  await pack({
    ...forPages,
    entryPoints: {
      playground: join(pages, "playground", "page.ts"),
      trainer: join(pages, "playground", "trainer.ts"),
    },
    format: "esm",
  });
  await pack({ ...forPages, entryPoints: { offline: join(pages, "offline.ts") }, format: "iife" });
}

/**
 * A Node 24 whose snapshot holds node:crypto aborts when it needs it again (an assertion about its keys). TypeScript,
 * which hashes the texts of files, has a function of its own for where there is none.
 */
function leaveOutCrypto(build) {
  build.onResolve({ filter: /^crypto$/ }, ({ importer }) =>
    importer.includes("typescript") ? { path: "crypto", namespace: "left-out" } : undefined,
  );
  build.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
    contents: 'throw new Error("node:crypto is not in a snapshot");',
  }));
}

/** TypeScript with short names inside is half as long, and all of it is in the snapshot. Ours keep theirs: stacks show them. */
function shortenTypeScript(build) {
  build.onLoad({ filter: /[\\/]typescript[\\/]lib[\\/]typescript\.js$/ }, async ({ path }) => {
    const { transform } = await import("esbuild");
    const options = { charset: "ascii", legalComments: "none", minifyIdentifiers: true, minifySyntax: true };
    const { code } = await transform(readFileSync(path, "utf8"), options);
    return { contents: code, loader: "js" };
  });
}

/** A file of ours that says import.meta.url means itself, not the packed file that it became a part of. */
function keepPlaces(build, compiled) {
  build.onLoad({ filter: /\.js$/ }, ({ path }) => {
    if (!path.startsWith(compiled)) return undefined;
    const source = readFileSync(path, "utf8");
    const place = relative(packedModule, path).replaceAll("\\", "/");
    const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
    return { contents: source.replaceAll("import.meta.url", url), resolveDir: dirname(path) };
  });
}

/**
 * happy-dom is 600 files, which load five times as fast as one; Plotly's comments are half of its 10 MB, which every
 * page of its own would hold. ASCII is read as it is, without decoding.
 */
export async function packLibraries() {
  const { build: pack } = await import("esbuild");
  const require = createRequire(import.meta.url);
  const banner =
    'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  const packed = await Promise.all([
    pack({
      ...common,
      charset: "ascii",
      stdin: { contents: 'export { Window } from "happy-dom";', resolveDir: root },
      outfile: join(libraries, "happy-dom.js"),
      bundle: true,
      platform: "node",
      format: "esm",
      banner: { js: banner },
    }),
    pack({
      ...common,
      charset: "ascii",
      entryPoints: [require.resolve("plotly.js-dist")],
      outfile: join(libraries, "plotly.js"),
      minify: true,
    }),
  ]);
  const inputs = packed.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeAtomically(join(libraries, "LICENCES.txt"), licencesOf(inputs));
}

/** The licences of the packages that files belong to: what is packed leaves its package's own file behind. */
function licencesOf(files) {
  const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[0]);
  const folders = [...new Set(names.filter((name) => name !== undefined))].sort();
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file ? readFileSync(join(root, folder, file), "utf8").trim() : license;
      return `${name} ${version}\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
