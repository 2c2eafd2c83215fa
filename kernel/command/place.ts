// Where Jupyter looks for kernels, and which of these places a command line means.
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { kernelName } from "../spec/kernelspec.js";
import type { CommandLine } from "./commands.js";
import { type Python, pythonAt, pythonOnPath } from "./python.js";

export interface Place {
  /** The data folder, which ends in share/jupyter or stands for it. */
  readonly dataFolder: string;
  /** The folder that is not ours to remove, however empty it is. */
  readonly prefix: string;
  /** Which Jupyters look there, in words. */
  readonly meaning: string;
}

export const kernelFolder = ({ dataFolder }: Place) => join(dataFolder, "kernels", kernelName);

/** Jupyter's data folder of this user, by Jupyter's own rules, for when there is no Jupyter to ask. */
export function userDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment.JUPYTER_DATA_DIR) return resolve(environment.JUPYTER_DATA_DIR);
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  if (platform === "win32")
    return environment.APPDATA ? join(environment.APPDATA, "jupyter") : join(home, ".jupyter", "data");
  return join(environment.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

function inPrefix(prefix: string, meaning: string): Place {
  return { dataFolder: join(prefix, "share", "jupyter"), prefix, meaning };
}

function ofUser(python: Python | undefined): Place {
  const dataFolder = python?.dataFolder ?? userDataFolder();
  return { dataFolder, prefix: dataFolder, meaning: "every Jupyter that you start" };
}

/** The place that --user, --prefix or --python means, or what fits best when none is given. */
export function choosePlace(
  values: CommandLine["values"],
  findPython: () => Python | undefined = pythonOnPath,
): Place {
  if (typeof values.prefix === "string") {
    const prefix = resolve(values.prefix);
    return inPrefix(prefix, `the Jupyter of ${prefix}`);
  }
  if (typeof values.python === "string") {
    const { prefix } = pythonAt(values.python);
    return inPrefix(prefix, `the Jupyter of ${prefix}`);
  }
  const python = findPython();
  if (!values.user && python?.isEnvironment && python.packages.jupyter_core !== undefined)
    return inPrefix(
      python.prefix,
      `the Jupyter of ${python.prefix}, the environment of the Python on the PATH`,
    );
  return ofUser(python);
}
