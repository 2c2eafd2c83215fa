// npm run site -- [--output DIR] [--notebooks DIR] [--serve [PORT]]: the website, as plain files for any static host, also below a
// subfolder.
//
//   index.html, playground.html, lessons/, scoreboard.html    the site's own pages (site-pages.js)
//   lite/                JupyterLite with the kernel and the lessons inside (lite.js)
//   service-worker.js    keeps what was loaded, for when there is no network; lite/ has one of its own
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { filesBelow, fingerprint, readIfThere } from "./files.js";
import { buildLite } from "./lite.js";
import { browserKernel, browserModule } from "./pack.js";
import { root, venvProgram } from "./paths.js";
import { Problem, runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { setupOfScript } from "./setup.js";

const usage = "Usage: npm run site -- [--output DIR] [--notebooks DIR] [--serve [PORT]]";

/** npm runs scripts in the package's folder; paths are meant from where the person stood. */
const standpoint = process.env.npm_lifecycle_event === "site" ? process.env.INIT_CWD : undefined;

function readArguments(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { output: { type: "string" }, notebooks: { type: "string" }, serve: { type: "boolean" } },
    });
    const [port = "8000", ...others] = values.serve ? positionals : ["8000", ...positionals];
    if (others.length > 0) throw new Error(`${others[0]} is too much.`);
    if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535)
      throw new Error(`${port} is no port: --serve takes a number from 1 to 65535.`);
    return { ...values, port: Number(port) };
  } catch (error) {
    throw new Problem(`${error.message}\n${usage}`);
  }
}

/** Its bytes differ with every content of the site, which is how a browser learns of a new one. */
function writeServiceWorker(file, content) {
  const code = readFileSync(join(browserKernel, basename(file)), "utf8");
  const declared = `const NORMLAB_VERSION = ${JSON.stringify(content.slice(0, 12))};\n${code}`;
  writeFileSync(file, declared);
}

/** What a site is made of: the kernel, the module, these scripts, the notebooks, JupyterLite. */
function ingredients(notebooks) {
  return fingerprint([
    ...[browserKernel, browserModule].map((folder) => join(folder, ".normlab-build")),
    ...filesBelow(join(root, "kernel", "setup")),
    ...filesBelow(join(root, "kernel", "browser")),
    ...filesBelow(join(root, "kernel", "template")),
    ...notebooks.files,
  ]);
}

/** A site that is there is replaced as a whole: what is anything else stays. */
function checkOutput(output) {
  if (!existsSync(output)) return;
  if (!statSync(output).isDirectory())
    throw new Problem(`${output} is a file: name a folder for the site with --output DIR.`);
  if (readdirSync(output).length > 0 && !existsSync(join(output, stampName)))
    throw new Problem(
      `${output} holds something else than a site of normlab, and would be replaced: name another folder with --output DIR.`,
    );
}

/** What builds that were killed have left beside it. */
function removeLeftovers(output) {
  const folder = dirname(output);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, of, pid] = /^(.+)\.(\d+)\.tmp$/.exec(name) ?? [];
    if (of === basename(output) && !isRunning(Number(pid)))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

const stampName = ".normlab-site";

/** Builds the site unless it is there and nothing that it is made of has changed. */
export async function buildSite(output, folder) {
  checkOutput(output);
  // From the build, which the set-up may just have made.
  const { readFolder } = await import("./site-notebooks.js");
  const notebooks = readFolder(folder, output);
  const stamp = join(output, stampName);
  const wanted = ingredients(notebooks);
  if (readIfThere(stamp) === wanted) return;
  removeLeftovers(output);
  const fresh = `${output}.${process.pid}.tmp`;
  mkdirSync(fresh, { recursive: true });
  try {
    await makeSite(fresh, notebooks, wanted);
    rmSync(output, { recursive: true, force: true });
    renameSync(fresh, output);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function makeSite(fresh, notebooks, wanted) {
  await showStep("making the website", async () => {
    const assets = await buildLite(join(fresh, "lite"), notebooks);
    const { writePages } = await import("./site-pages.js");
    await writePages(fresh, notebooks, assets);
    for (const file of ["service-worker.js", "lite/service-worker.js", "lite/keeper.js"])
      writeServiceWorker(join(fresh, file), wanted);
    writeFileSync(join(fresh, stampName), wanted);
  });
}

/** Shows it on this machine alone, by Python's own server, until it is stopped. */
async function serve(output, port) {
  await new Promise((resolved, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(port, "127.0.0.1", () => probe.close(resolved));
  }).catch((error) => {
    throw new Problem(
      `Port ${port} cannot be had (${error.code}): name another, such as --serve ${port + 1}.`,
    );
  });
  console.log(`It is at http://localhost:${port}/ until you press Ctrl-C.`);
  const args = ["-m", "http.server", String(port), "--bind", "127.0.0.1", "--directory", output];
  const server = spawn(venvProgram("python"), args, { stdio: ["ignore", "ignore", "inherit"] });
  // The terminal's Ctrl-C reaches the server itself; a signal to this process alone does not.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => server.kill("SIGTERM"));
  await new Promise((resolved, reject) => {
    server.once("error", reject).once("close", resolved);
  });
}

if (process.argv[1] === import.meta.filename)
  await runScript(async (args) => {
    const values = readArguments(args);
    await setupOfScript();
    const output = resolve(standpoint ?? "", values.output ?? join(root, "out", "site"));
    const notebooks = resolve(standpoint ?? "", values.notebooks ?? join(root, "notebooks"));
    if (!existsSync(notebooks) || !statSync(notebooks).isDirectory())
      throw new Problem(`There is no folder ${notebooks}.\n${usage}`);
    await buildSite(output, notebooks);
    console.log(`The website is in ${output}: any static host serves it.`);
    if (values.serve) await serve(output, values.port);
  });
