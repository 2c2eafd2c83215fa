// npm run site -- [--output DIR] [--notebooks DIR]: the website, as plain files for any static host, also below a
// subfolder.
//
//   index.html, playground.html, lessons/, scoreboard.html    the site's own pages (site-pages.js)
//   lite/                JupyterLite with the kernel and the lessons inside (lite.js)
//   service-worker.js    keeps what was loaded, for when there is no network; lite/ has one of its own
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { filesBelow, fingerprint, readIfThere } from "./files.js";
import { buildLite } from "./lite.js";
import { browserKernel, browserModule } from "./pack.js";
import { root } from "./paths.js";
import { Problem, runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { setup } from "./setup.js";

const usage = "Usage: npm run site -- [--output DIR] [--notebooks DIR]";

/** npm runs scripts in the package's folder; paths are meant from where the person stood. */
const standpoint = process.env.npm_lifecycle_event === "site" ? process.env.INIT_CWD : undefined;

function readArguments(args) {
  try {
    return parseArgs({ args, options: { output: { type: "string" }, notebooks: { type: "string" } } }).values;
  } catch (error) {
    throw new Problem(`${error.message}\n${usage}`);
  }
}

/** Its bytes differ with every content of the site, which is how a browser learns of a new one. */
function writeServiceWorker(folder, content) {
  const code = readFileSync(join(browserKernel, "service-worker.js"), "utf8");
  const declared = `const NORMLAB_VERSION = ${JSON.stringify(content.slice(0, 12))};\n${code}`;
  writeFileSync(join(folder, "service-worker.js"), declared);
}

/** What a site is made of: the kernel, the module, these scripts, the notebooks, JupyterLite. */
function ingredients(notebooks) {
  return fingerprint([
    ...[browserKernel, browserModule].map((folder) => join(folder, ".normlab-build")),
    ...filesBelow(join(root, "kernel", "setup")),
    ...filesBelow(join(root, "kernel", "browser")),
    ...filesBelow(join(root, "kernel", "template")),
    ...filesBelow(notebooks, [".ipynb_checkpoints"]),
  ]);
}

/** Builds the site unless it is there and nothing that it is made of has changed. */
export async function buildSite(output, notebooks) {
  const stamp = join(output, ".normlab-site");
  const wanted = ingredients(notebooks);
  if (readIfThere(stamp) === wanted) return;
  const fresh = `${output}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await showStep("making the website", async () => {
    const assets = await buildLite(join(fresh, "lite"), notebooks);
    // From the build, which the set-up may just have made.
    const { writePages } = await import("./site-pages.js");
    await writePages(fresh, notebooks, assets);
    for (const folder of [fresh, join(fresh, "lite")]) writeServiceWorker(folder, wanted);
    writeFileSync(join(fresh, ".normlab-site"), wanted);
  });
  rmSync(output, { recursive: true, force: true });
  renameSync(fresh, output);
}

if (process.argv[1] === import.meta.filename)
  await runScript(async (args) => {
    const values = readArguments(args);
    if (process.env.NORMLAB_SETUP !== "done") await setup();
    const output = resolve(standpoint ?? "", values.output ?? join(root, "out", "site"));
    const notebooks = resolve(standpoint ?? "", values.notebooks ?? join(root, "notebooks"));
    if (!existsSync(notebooks)) throw new Problem(`There is no folder ${notebooks}.\n${usage}`);
    await buildSite(output, notebooks);
    console.log(`The website is in ${output}: any static host serves it.`);
  });
