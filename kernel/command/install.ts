// normlab install and normlab uninstall: the kernelspec, and what else the package keeps outside its own folder.
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSnapshot } from "../node/start-up/build.js";
import { kernelName, kernelspec } from "../spec/kernelspec.js";
import { drawingCache } from "./cache.js";
import { reasonOf, writeWhole } from "./files.js";
import { findKernel, type InstalledKernel, ownerOf } from "./installed.js";
import { kernelFolder, type Place } from "./place.js";
import { Problem } from "./problem.js";

export interface Options {
  readonly packageRoot: string;
  readonly force: boolean;
  /** Is told what was done, in sentences. */
  readonly tell: (message: string) => void;
}

const hint = "Choose another place: --user, --prefix P or --python PATH.";

function refuseOthers(kernel: InstalledKernel, folder: string, { packageRoot, force }: Options): void {
  if (force || ownerOf(kernel, packageRoot) !== "another") return;
  const whose =
    kernel.packageRoot === undefined
      ? `is a kernel named ${kernelName} that this package did not write`
      : `belongs to the normlab in ${kernel.packageRoot}`;
  throw new Problem(`${folder} ${whose}. It stays as it is; with --force it goes. ${hint}`);
}

/** Writes the kernelspec and, where this Node can, the start-up snapshot. */
export async function install(place: Place, options: Options): Promise<void> {
  const { packageRoot, tell } = options;
  const folder = kernelFolder(place);
  const present = findKernel(folder);
  if (present) refuseOthers(present, folder, options);
  const text = `${JSON.stringify(kernelspec({ packageRoot }), null, 2)}\n`;
  if (present?.text === text) tell(`The kernel is in ${folder} already, for ${place.meaning}.`);
  else {
    try {
      mkdirSync(folder, { recursive: true });
      writeWhole(join(folder, "kernel.json"), (unfinished) => writeFileSync(unfinished, text));
    } catch (error) {
      if (!present) removeEmpty(folder, place.prefix);
      throw new Problem(`The kernel cannot be put into ${folder}: ${reasonOf(error)}. ${hint}`);
    }
    tell(`The kernel "TypeScript (normlab)" is now in ${folder}, for ${place.meaning}.`);
  }
  try {
    if ((await buildSnapshot(packageRoot)) === "built") tell("Its quick start is prepared.");
  } catch (error) {
    const reason = reasonOf(error).split("\n")[0];
    tell(`It will start a second or two slower, as its quick start could not be prepared: ${reason}.`);
  }
}

/** Removes what `install` wrote, folders that it leaves empty, and the cache of the figures' library. */
export function uninstall(place: Place, options: Options): void {
  const { tell } = options;
  const folder = kernelFolder(place);
  const present = findKernel(folder);
  if (present) refuseOthers(present, folder, options);
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    throw new Problem(`${folder} cannot be removed: ${reasonOf(error)}.`);
  }
  removeEmpty(dirname(folder), place.prefix);
  tell(
    present
      ? `The kernel is no longer in ${folder}.`
      : `There is no kernel in ${folder}: nothing to remove. normlab doctor finds where it is.`,
  );
  const cache = drawingCache();
  rmSync(cache, { recursive: true, force: true });
}

/** Removes a folder and those above it as long as they are empty; the prefix itself stays. */
function removeEmpty(folder: string, prefix: string): void {
  for (let at = folder; at.startsWith(prefix) && at !== prefix; at = dirname(at)) {
    try {
      if (readdirSync(at).length > 0) return;
      rmdirSync(at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
    }
  }
}
