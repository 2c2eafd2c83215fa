// The set-up: node_modules, the build, .venv with Jupyter, and the kernel in it. Every script of package.json
// starts with it. Each step knows when it has nothing to do, and writes its stamp last: a step that was cut off
// is done again from its start by the next run.
import { existsSync, lstatSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.js";
import { hashOf, readIfThere, writeAtomically } from "./files.js";
import { root, venvProgram, virtualEnvironment } from "./paths.js";
import { checkNode, findPython } from "./prerequisites.js";
import { runScript } from "./problem.js";
import { showStep } from "./progress.js";
import { allDone, npm, run } from "./run.js";

const modulesStamp = join(root, "node_modules", ".normlab-lock");
const venvStamp = join(virtualEnvironment, ".normlab-lock");
const requirements = join(root, "kernel", "setup", "requirements.txt");

async function installModules() {
  const lock = hashOf(readIfThere(join(root, "package-lock.json")) ?? "", process.platform, process.arch);
  if (readIfThere(modulesStamp) === lock) return;
  await showStep("installing npm packages from the lock file", async () => {
    rmSync(modulesStamp, { force: true });
    await npm(["ci", "--no-audit", "--no-fund"], { what: "npm ci" });
    writeAtomically(modulesStamp, lock);
  });
}

/** What makes a .venv the wanted one. The folder counts: programs in a virtual environment carry its path. */
const wantedVenv = () => hashOf(readIfThere(requirements) ?? "", virtualEnvironment);

const venvIsCurrent = () => readIfThere(venvStamp) === wantedVenv() && existsSync(venvProgram("python"));

async function installJupyter(python) {
  await showStep("installing Jupyter into .venv (about a minute the first time)", async () => {
    const [program, ...args] = python.command;
    // Where .venv is a link, what it points to is somebody else's: clearing through it would empty that.
    if (lstatSync(virtualEnvironment, { throwIfNoEntry: false })?.isSymbolicLink())
      unlinkSync(virtualEnvironment);
    // --clear: what an earlier, cut-off run left behind goes first.
    await run(program, [...args, "-m", "venv", "--clear", virtualEnvironment], { what: "Making .venv" });
    await run(
      venvProgram("python"),
      [
        // Python compiles what is imported, when it first is: most of Jupyter never is.
        ...["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps", "--no-compile"],
        ...["--require-hashes", "-r", requirements],
      ],
      { what: "pip install" },
    );
    // JupyterLab ships a CommonJS yarn.js; without this our package.json would make Node read it as an ES module.
    writeAtomically(join(virtualEnvironment, "package.json"), '{ "type": "commonjs" }\n');
    writeAtomically(venvStamp, wantedVenv());
  });
}

const shareOfJupyter = join(virtualEnvironment, "share", "jupyter");

function writeIfChanged(file, value) {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (readIfThere(file) !== text) writeAtomically(file, text);
}

async function installKernel() {
  const spec = await import(pathToFileURL(join(root, "dist", "kernel", "spec", "kernelspec.js")).href);
  writeIfChanged(
    join(shareOfJupyter, "kernels", "normlab", "kernel.json"),
    spec.kernelspec({ packageRoot: root }),
  );
  // Nothing is fetched at run time: JupyterLab neither asks for news nor looks for updates. A reader's own choice wins.
  writeIfChanged(join(shareOfJupyter, "lab", "settings", "overrides.json"), {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    // The course's README is for reading; its links open the lessons.
    "@jupyterlab/docmanager-extension:plugin": { defaultViewers: { markdown: "Markdown Preview" } },
  });
}

async function prepareStart() {
  const builder = join(root, "dist", "kernel", "node", "start-up", "build.js");
  if (!existsSync(builder)) return;
  const { buildSnapshot, isSnapshotCurrent } = await import(pathToFileURL(builder).href);
  if (await isSnapshotCurrent(root)) return;
  await showStep("preparing a quick start of the kernel", async () => {
    // The kernel starts without its snapshot too, a second or two later.
    await buildSnapshot(root).catch((error) =>
      console.error(`no start-up snapshot: ${error.message.split("\n")[0]}`),
    );
  });
}

/**
 * Brings the checkout to where notebooks run: idempotent, and quick when nothing changed.
 * @throws {Problem} that says what is missing or what failed, with the failing program's output.
 */
export async function setup() {
  checkNode();
  const jupyter = venvIsCurrent() ? undefined : findPython();
  // The two downloads do not need each other.
  await allDone([installModules().then(build), ...(jupyter ? [installJupyter(jupyter)] : [])]);
  await installKernel();
  await prepareStart();
}

/** {@link setup} of a script, unless NORMLAB_SETUP says that it was done: tests run after it, and start scripts many times. */
export async function setupOfScript() {
  if (process.env.NORMLAB_SETUP !== "done") await setup();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runScript(async () => {
    await setup();
    console.log("normlab is set up. npm start opens the course; npm test runs all checks.");
  });
