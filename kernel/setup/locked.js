// What package-lock.json says of single packages.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The locked versions of packages and of all that they depend on, as lines "name version integrity", sorted: they stay the same
 * when the lock changes for other packages' sake.
 */
export function lockedVersions(folder, names) {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const lines = new Map();
  const add = (name, from) => {
    const place = placeOf(packages, name, from);
    if (place === undefined)
      throw new Error(`package-lock.json has no "${name}", which ${from || "the build"} needs.`);
    if (lines.has(place)) return;
    const { version, integrity, dependencies = {} } = packages[place];
    lines.set(place, `${name} ${version} ${integrity}`);
    for (const inner of Object.keys(dependencies)) add(inner, place);
  };
  for (const name of names) add(name, "");
  return Array.from(lines.values()).sort();
}

/** Where Node finds a package that is imported from the one at `from`: the nearest folder node_modules that has it. */
function placeOf(packages, name, from) {
  for (let folder = from; ; folder = outer(folder)) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === "") return undefined;
  }
}

/** The package whose node_modules holds the one at `place`, "" for the root. */
function outer(place) {
  return place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/")));
}
