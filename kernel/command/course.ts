// normlab new: the course, copied to where its reader may write.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reasonOf } from "./install.js";
import { Problem } from "./problem.js";

export interface Copied {
  readonly folder: string;
  readonly copied: readonly string[];
  /** Files that were there already, and are not as the course has them. */
  readonly kept: readonly string[];
}

/** Copies every file that is not there yet. */
export function copyCourse(from: string, to: string): Copied {
  const folder = resolve(to);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new Problem(`${folder} is a file: name a folder for the course, new or not.`);
  const copied: string[] = [];
  const kept: string[] = [];
  try {
    for (const name of filesBelow(from)) {
      const [source, target] = [join(from, name), join(folder, name)];
      if (existsSync(target)) {
        if (!readFileSync(source).equals(readFileSync(target))) kept.push(name);
        continue;
      }
      mkdirSync(dirname(target), { recursive: true });
      copyWhole(source, target);
      copied.push(name);
    }
  } catch (error) {
    throw new Problem(`The course cannot be copied to ${folder}: ${reasonOf(error)}.`);
  }
  return { folder, copied, kept };
}

/** Names below a folder, sorted; what Jupyter keeps beside notebooks is no part of the course. */
function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .flatMap((entry) => {
      const name = prefix === "" ? entry.name : join(prefix, entry.name);
      return entry.isDirectory() ? filesBelow(folder, name) : [name];
    })
    .sort();
}

/** Copied to another name first: a copy that was cut off would pass for the reader's own file the next time. */
function copyWhole(source: string, target: string): void {
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    copyFileSync(source, unfinished);
    renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
