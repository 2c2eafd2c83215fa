// normlab doctor: everything that a cell needs to run and to be shown, from Node up to the browser.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { isSnapshotCurrent } from "../node/start-up/build.js";
import { kernelName } from "../spec/kernelspec.js";
import { reasonOf } from "./files.js";
import { findKernel, ownerOf } from "./installed.js";
import { packageVersion } from "./package.js";
import { userDataFolder } from "./place.js";
import { type Python, type PythonPackage, pythonAt, pythonOnPath } from "./python.js";

export interface Finding {
  /** "wrong" keeps notebooks from running; "advice" does not. */
  readonly state: "good" | "advice" | "wrong";
  readonly subject: string;
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const signs = { good: "✓", advice: "○", wrong: "✗" } as const;

/** The oldest versions that normlab is written for. */
const least = {
  node: "20.19",
  python: "3.10",
  packages: { jupyterlab: "4", notebook: "7", nbconvert: "7" } as Partial<Record<PythonPackage, string>>,
};

/** Whether a version such as 22.1.0 reaches another such as 20.19. */
export function reaches(version: string, wanted: string): boolean {
  const [have, need] = [version, wanted].map((text) => text.split(".").map(Number.parseFloat));
  const at = need.findIndex((part, index) => (have[index] ?? 0) !== part);
  return at < 0 || (have[at] ?? 0) > need[at];
}

export function checkNode(version: string): Finding {
  if (reaches(version, least.node))
    return { state: "good", subject: "Node", text: `${version}, ${process.execPath}` };
  return {
    state: "wrong",
    subject: "Node",
    text: `${version} is too old: normlab needs ${least.node}.`,
    remedy: "Install a newer Node (nodejs.org, nvm or your system's packages), then: normlab install",
  };
}

/** The package's own parts, of which zeromq is machine code. */
function checkPackage(packageRoot: string): Finding {
  const subject = "normlab";
  try {
    const require = createRequire(join(packageRoot, "package.json"));
    require("zeromq");
    const typescript: { version: string } = require("typescript");
    return {
      state: "good",
      subject,
      text: `${packageVersion()} with TypeScript ${typescript.version}, ${packageRoot}`,
    };
  } catch (error) {
    return {
      state: "wrong",
      subject,
      text: `The package in ${packageRoot} is not whole: ${reasonOf(error).split("\n")[0]}`,
      remedy: "Install it again: npm install, with the file that it came in.",
    };
  }
}

export function checkPython(python: Python | undefined): Finding {
  const subject = "Python";
  if (python === undefined)
    return {
      state: "wrong",
      subject,
      text: "There is none on the PATH, and Jupyter runs on it.",
      remedy: `Install Python ${least.python} or newer, or name yours: normlab doctor --python PATH`,
    };
  const version = python.version.join(".");
  if (reaches(version, least.python))
    return { state: "good", subject, text: `${version}, ${python.executable}` };
  return {
    state: "wrong",
    subject,
    text: `${python.executable} is ${version}: Jupyter needs ${least.python} or newer.`,
    remedy: "Install a newer Python, or name another: normlab doctor --python PATH",
  };
}

const clients = ["jupyterlab", "notebook", "nbconvert"] as const;

export function checkJupyter({ packages, executable }: Python): Finding {
  const subject = "Jupyter";
  const present = clients.filter((name) => packages[name] !== undefined);
  const versions = present.map((name) => `${name} ${packages[name]}`).join(", ");
  if (packages.jupyter_core === undefined || present.length === 0)
    return {
      state: "wrong",
      subject,
      text: `${executable} has no JupyterLab, Notebook or nbconvert.`,
      remedy: `"${executable}" -m pip install jupyterlab, or name the Python that has them: normlab doctor --python PATH`,
    };
  const old = present.filter((name) => !reaches(packages[name] ?? "0", least.packages[name] ?? "0"));
  if (old.length === 0) return { state: "good", subject, text: versions };
  return {
    state: "advice",
    subject,
    text: `${versions}: older than what normlab is tested with.`,
    remedy: `"${executable}" -m pip install --upgrade ${old.join(" ")}`,
  };
}

/** The kernelspec that Jupyter finds first. */
export function checkKernel(
  packageRoot: string,
  dataPath: readonly string[],
  node = process.execPath,
): Finding {
  const subject = "kernel";
  const remedy = "normlab install, with the option that names your Jupyter (normlab install --help)";
  for (const data of dataPath) {
    const folder = join(data, "kernels", kernelName);
    const kernel = findKernel(folder);
    if (kernel === undefined) continue;
    const owner = ownerOf(kernel, packageRoot);
    if (owner === "gone" || kernel.packageRoot === undefined)
      return {
        state: "wrong",
        subject,
        text:
          kernel.packageRoot === undefined
            ? `${folder} does not start a normlab.`
            : `${folder} starts the normlab in ${kernel.packageRoot}, which is no longer there.`,
        remedy: owner === "gone" ? remedy : `${remedy} and --force`,
      };
    if (owner === "another")
      return {
        state: "wrong",
        subject,
        text: `${folder} starts another normlab, in ${kernel.packageRoot}.`,
        remedy: `To use this one: ${remedy} and --force. To use that one, ask its own doctor.`,
      };
    if (kernel.node === undefined || !existsSync(kernel.node))
      return {
        state: "wrong",
        subject,
        text: `${folder} starts Node from ${kernel.node}, which is no longer there.`,
        remedy,
      };
    if (kernel.node === node) return { state: "good", subject, text: folder };
    return {
      state: "advice",
      subject,
      text: `${folder} starts another Node than this: ${kernel.node}.`,
      remedy: `To use this one: ${remedy}`,
    };
  }
  return { state: "wrong", subject, text: "No Jupyter here knows it.", remedy };
}

async function checkStart(packageRoot: string): Promise<Finding> {
  const subject = "quick start";
  if (await isSnapshotCurrent(packageRoot)) return { state: "good", subject, text: "prepared" };
  return {
    state: "advice",
    subject,
    text: "Not prepared for this Node: the kernel starts a second or two slower.",
    remedy: "normlab install prepares it.",
  };
}

export function checkRenderer({ dataPath, packages, executable }: Python): Finding {
  const subject = "figures";
  const found = dataPath
    .map((data) => join(data, "labextensions", "jupyterlab-plotly"))
    .find((folder) => existsSync(folder));
  if (found)
    return { state: "good", subject, text: `interactive: plotly ${packages.plotly ?? ""}, ${found}` };
  return {
    state: "advice",
    subject,
    text: "JupyterLab and Notebook show them as still pictures: plotly's renderer is not there.",
    remedy: `"${executable}" -m pip install plotly, then reload the page. VS Code brings its own renderer.`,
  };
}

/** What `npm start` sets in a checkout, too. */
const roomyLimits = { iopub_msg_rate_limit: 1e6, iopub_data_rate_limit: 1e9 };

export function checkLimits({ limits }: Python): Finding | undefined {
  if (limits === null) return undefined;
  const subject = "output limits";
  const { iopub_msg_rate_limit: messages, iopub_data_rate_limit: bytes } = limits;
  const text = `A Jupyter server passes on ${messages} messages and ${bytes} bytes a second`;
  // 0 is no limit.
  const tight = (["iopub_msg_rate_limit", "iopub_data_rate_limit"] as const).filter(
    (name) => limits[name] > 0 && limits[name] < roomyLimits[name],
  );
  if (tight.length === 0) return { state: "good", subject, text };
  const flags = tight.map((name) => `--ZMQChannelsWebsocketConnection.${name}=${roomyLimits[name]}`);
  return {
    state: "advice",
    subject,
    text: `${text}, and drops what a cell prints beyond that.`,
    remedy: `jupyter lab ${flags.join(" ")}`,
  };
}

export interface Options {
  readonly packageRoot: string;
  /** The Python to look at; the one on the PATH when absent. */
  readonly python?: string;
  readonly tell: (message: string) => void;
}

/** Tells what it found and what to do about each; 1 when something is wrong, else 0. */
export async function doctor({ packageRoot, python: program, tell }: Options): Promise<number> {
  const python = program === undefined ? pythonOnPath() : pythonAt(program);
  const hasJupyter = python?.packages.jupyter_core !== undefined;
  const findings = [
    checkNode(process.versions.node),
    checkPackage(packageRoot),
    checkPython(python),
    python && checkJupyter(python),
    checkKernel(packageRoot, hasJupyter ? python.dataPath : [userDataFolder()]),
    await checkStart(packageRoot),
    hasJupyter ? checkRenderer(python) : undefined,
    hasJupyter ? checkLimits(python) : undefined,
  ].filter((finding) => finding !== undefined);
  for (const { state, subject, text, remedy } of findings) {
    tell(`${signs[state]} ${subject}: ${text}`);
    if (remedy !== undefined) tell(`    ${remedy}`);
  }
  const wrong = findings.filter(({ state }) => state === "wrong").length;
  tell(wrong === 0 ? "\nNotebooks can run." : `\n${wrong} of ${findings.length} are wrong.`);
  return wrong === 0 ? 0 : 1;
}
