// npm run licences: the licences of all that the lock files install, npm's packages and Python's; it fails on one that
// is not permissive. MPL-2.0 is allowed as such packages are used as they come: the lock files hold their hashes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, venvProgram } from "./paths.js";
import { runScript } from "./problem.js";
import { setup } from "./setup.js";

const permitted = [
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Zlib"],
  ...["PSF-2.0", "Python-2.0", "CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "Unlicense"],
  "MPL-2.0",
];

/** Classifiers of Python packages that spdx-correct does not know, or takes for one licence where they may mean two. */
const classifiers = {
  "BSD License": "(BSD-2-Clause OR BSD-3-Clause)",
  "ISC License (ISCL)": "ISC",
  "Python Software Foundation License": "PSF-2.0",
};

/**
 * The packages of a package-lock.json, those of other platforms too.
 * @returns a list of { name, version, licence }; the licence is an SPDX expression, or undefined when none is stated
 */
export function licencesOfLock(lock) {
  return Object.entries(lock.packages)
    .filter(([place]) => place !== "")
    .map(([place, { version, license }]) => ({
      name: place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      licence: license,
    }));
}

/** What normlab installs from npm, and what it makes the API reference with. */
export function licencesOfNpm() {
  const locks = [
    join(root, "package-lock.json"),
    join(root, "kernel", "setup", "reference", "package-lock.json"),
  ];
  return locks.flatMap((file) => licencesOfLock(JSON.parse(readFileSync(file, "utf8"))));
}

/** The packages in .venv, in the same form: free words are turned into SPDX where they can only mean one licence. */
export async function licencesOfPython() {
  const { default: correct } = await import("spdx-correct");
  const { runPython } = await import("../../dist/kernel/command/scripts.js");
  const packages = await runPython(venvProgram("python"), join(root, "kernel", "setup", "licences.py"));
  return packages.map(([name, version, ...words]) => {
    const licences = words.map((word) => classifiers[word] ?? correct(word) ?? word);
    return { name, version, licence: licences.length > 0 ? licences.join(" AND ") : undefined };
  });
}

/** Those of the packages whose licence is unknown, or asks for more than a notice. */
export async function notPermitted(packages) {
  const { default: satisfies } = await import("spdx-satisfies");
  return packages.filter(({ licence }) => {
    try {
      return !satisfies(licence, permitted);
    } catch {
      // No SPDX expression: what it permits is for a person to read.
      return true;
    }
  });
}

function print(title, packages) {
  const named = new Map();
  for (const one of packages) {
    const licence = one.licence ?? "none stated";
    named.set(licence, [...(named.get(licence) ?? []), one]);
  }
  console.log(`${title}: ${packages.length} packages`);
  for (const [licence, members] of Array.from(named).sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`\n  ${licence} (${members.length})`);
    console.log(`    ${members.map(({ name, version }) => `${name} ${version}`).join(", ")}`);
  }
  console.log("");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runScript(async () => {
    await setup();
    const npm = licencesOfNpm();
    const python = await licencesOfPython();
    print("npm", npm);
    print("Python", python);
    const wrong = await notPermitted([...npm, ...python]);
    for (const { name, version, licence } of wrong)
      console.error(
        `${name} ${version}: ${licence ?? "no licence stated"} is not on the list of permissive licences.`,
      );
    if (wrong.length === 0) console.log("All of them are permissive, or MPL-2.0 and unmodified.");
    return wrong.length === 0 ? 0 : 1;
  });
