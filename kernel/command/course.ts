// normlab new: the course, copied to where its reader may write.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { reasonOf, writeWhole } from "./files.js";
import { Problem } from "./problem.js";
import { ownPackage, readersCopy } from "./readers-copy.js";

export interface Copied {
  readonly folder: string;
  readonly copied: readonly string[];
  /** Files that were there already, and are not as the course has them. */
  readonly kept: readonly string[];
}

/** Copies every file that is not there yet, as its reader gets it, and a package.json for what its reader installs. */
export function copyCourse(
  from: string,
  to: string,
  { withoutSolutions = false }: { withoutSolutions?: boolean } = {},
): Copied {
  const folder = resolve(to);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new Problem(`${folder} is a file: name a folder for the course, new or not.`);
  const copied: string[] = [];
  const kept: string[] = [];
  try {
    const isForAll = (name: string) => !withoutSolutions || !name.startsWith(`solutions${sep}`);
    const contents = filesBelow(from)
      .filter(isForAll)
      .map((name) => [name, readersCopy(name, readFileSync(join(from, name)))] as const);
    for (const [name, content] of [...contents, ownPackage]) {
      const target = join(folder, name);
      if (existsSync(target)) {
        if (!content.equals(readFileSync(target))) kept.push(name);
        continue;
      }
      mkdirSync(dirname(target), { recursive: true });
      writeWhole(target, (unfinished) => writeFileSync(unfinished, content));
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
