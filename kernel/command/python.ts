// What a Python says of itself and of the Jupyter in its environment.
import { spawnSync } from "node:child_process";
import { Problem } from "./problem.js";

/** Runs in the Python that is asked, so that nothing is guessed about where it keeps things. */
const questions = `
import json, os, sys
answer = {
    "version": list(sys.version_info[:3]),
    "executable": sys.executable,
    "prefix": sys.prefix,
    "isEnvironment": sys.prefix != sys.base_prefix or os.path.isdir(os.path.join(sys.prefix, "conda-meta")),
    "packages": {},
    "dataFolder": None,
    "dataPath": [],
    "limits": None,
}
try:
    from importlib import metadata
    for name in ["jupyter_core", "jupyter_client", "jupyter_server", "jupyterlab", "notebook", "nbconvert", "plotly"]:
        try:
            answer["packages"][name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    from jupyter_core.paths import jupyter_config_path, jupyter_data_dir, jupyter_path
    answer["dataFolder"] = jupyter_data_dir()
    answer["dataPath"] = jupyter_path()
    from traitlets.config.loader import Config, JSONFileConfigLoader, PyFileConfigLoader
    config = Config()
    for folder in reversed(jupyter_config_path()):
        for name in ["jupyter_config", "jupyter_server_config", "jupyter_lab_config", "jupyter_notebook_config"]:
            for loader, suffix in [(PyFileConfigLoader, ".py"), (JSONFileConfigLoader, ".json")]:
                try:
                    config.merge(loader(name + suffix, path=folder).load_config())
                except Exception:
                    pass  # Most of these files do not exist; what one does wrong is told by Jupyter itself.
    answer["limits"] = {}
    for short, default in [("iopub_msg_rate_limit", 1000), ("iopub_data_rate_limit", 1000000)]:
        found = [config[owner][short] for owner in ["ZMQChannelsWebsocketConnection", "ServerApp", "NotebookApp"]
                 if owner in config and short in config[owner]]
        answer["limits"][short] = (found + [default])[0]
except ImportError:
    pass
print(json.dumps(answer))
`;

export type PythonPackage =
  | "jupyter_core"
  | "jupyter_client"
  | "jupyter_server"
  | "jupyterlab"
  | "notebook"
  | "nbconvert"
  | "plotly";

export interface Python {
  readonly version: readonly [number, number, number];
  readonly executable: string;
  /** The environment's folder. */
  readonly prefix: string;
  /** Whether it is a virtual or conda environment, not the system's Python. */
  readonly isEnvironment: boolean;
  /** The versions of those of Jupyter's packages that it has, and plotly's. */
  readonly packages: Readonly<Partial<Record<PythonPackage, string>>>;
  /** Jupyter's data folder of this user; null without Jupyter. */
  readonly dataFolder: string | null;
  /** The folders in which its Jupyter looks for kernels and extensions, first ones first. */
  readonly dataPath: readonly string[];
  /** How much a Jupyter server passes on a second, by its configuration files; null without Jupyter. */
  readonly limits: Readonly<Record<"iopub_msg_rate_limit" | "iopub_data_rate_limit", number>> | null;
}

function ask(program: string, args: readonly string[]): Python | undefined {
  const { status, stdout } = spawnSync(program, [...args, "-c", questions], {
    encoding: "utf8",
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
  });
  if (status !== 0) return undefined;
  try {
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  } catch {
    return undefined;
  }
}

/** The first Python on the PATH that answers. */
export function pythonOnPath(): Python | undefined {
  for (const [program, ...args] of [["python3"], ["python"], ["py", "-3"]]) {
    const python = ask(program, args);
    if (python) return python;
  }
  return undefined;
}

/** @throws {Problem} when no Python answers there */
export function pythonAt(program: string): Python {
  const python = ask(program, []);
  if (python) return python;
  throw new Problem(
    `No Python answers at ${program}: give --python the path of the program, such as .venv/bin/python.`,
  );
}

/**
 * A Python whose Jupyter a command needs: the one that is named, else the first on the PATH.
 * @param needed the package that the command runs
 * @throws {Problem} that says what is missing, and how to name another Python
 */
export function pythonWith(needed: PythonPackage, named: string | undefined, command: string): Python {
  const python = named === undefined ? pythonOnPath() : pythonAt(named);
  const other = `or name another Python: normlab ${command} … --python PATH.`;
  if (python === undefined)
    throw new Problem(
      `There is no Python on the PATH, and ${needed} runs on it: install Python and Jupyter (pip install jupyterlab), ${other}`,
    );
  if (python.packages[needed] === undefined)
    throw new Problem(
      `${python.executable} has no ${needed}, which belongs to Jupyter: install it (${python.executable} -m pip install jupyterlab), ${other}`,
    );
  return python;
}
