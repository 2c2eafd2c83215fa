// Builds the start-up snapshot, for this Node and this folder: `node dist/kernel/node/start-up/build.js`.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { platform } from "../platform.js";
import type { Rehearsal } from "./held.js";
import { languageSources, snapshotOptions } from "./language.js";

const run = promisify(execFile);

/** A folder without a tsconfig.json in it or above, as that of most notebooks: its options would be the snapshot's. */
const rehearsalFolder = "/normlab-notebook";

const rehearsal = [
  "1 + 1",
  "let a: number = 1; const b = [a, 2].map((x) => x * 2); console.log(b);",
  "function f<T>(x: T[]): T { for (const q of x) return q; return x[0]; }\nclass C { constructor(public v: number) {} g() { return f([this.v]); } }\nnew C(a).g()",
  'import * as fs from "node:fs"; import { join } from "node:path"; fs.existsSync(join("a", "b"))',
  'import { tensor, BatchNorm, digits, display } from "normlab"; const x = tensor([[1, 2], [3, 4]]); x',
  "interface P { a: string } type Q = keyof P; enum E { A, B } const m = new Map<string, P>(); [...m.values()].map((x) => x.a)",
  "for (const i of [1, 2]) await Promise.resolve(i); const { length, ...rest } = 'abc'; `${length}`",
  "const wrong: string = 1",
];

/** Where start.sh looks for them. */
export function snapshotFiles(packageRoot: string): { blob: string; machine: string; sources: string } {
  const folder = path.join(packageRoot, "dist", "start-up");
  return {
    blob: path.join(folder, "kernel.blob"),
    machine: path.join(folder, "machine"),
    sources: path.join(folder, "sources"),
  };
}

/** What esbuild made of script.ts when the package was built (setup/pack.js). */
function snapshotScript(packageRoot: string): string {
  return path.join(packageRoot, "dist", "kernel", "packed", "start-up.js");
}

async function machineOf(packageRoot: string, node: string): Promise<string> {
  const { stdout } = await run("/bin/sh", [
    path.join(packageRoot, "kernel/spec/start.sh"),
    "--machine",
    node,
  ]);
  return stdout;
}

/**
 * A hash of all that goes into a snapshot: the language, this Node, and the text of the declarations that it holds.
 * Undefined when one of them is gone.
 */
function contentsHash(packageRoot: string, held: readonly string[]): string | undefined {
  const hash = createHash("sha256");
  hash.update(`${process.version} ${languageSources(packageRoot)}`);
  for (const file of [snapshotScript(packageRoot), ...held]) {
    if (!existsSync(file)) return undefined;
    hash.update(`\0${file}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Notes beside the snapshot what it was made from; `held` are the declaration files in it. */
export async function noteSources(
  packageRoot: string,
  held: readonly string[],
  node = process.execPath,
): Promise<void> {
  const { machine, sources } = snapshotFiles(packageRoot);
  writeFileSync(sources, [contentsHash(packageRoot, held), ...held].join("\n"));
  // Last: start.sh uses a snapshot that has it.
  writeFileSync(machine, await machineOf(packageRoot, node));
}

/** Whether there is a snapshot and it fits, or there can be none. */
export async function isSnapshotCurrent(packageRoot: string, node = process.execPath): Promise<boolean> {
  if (process.platform === "win32") return true;
  const { blob, machine, sources } = snapshotFiles(packageRoot);
  if (![blob, machine, sources].every(existsSync)) return false;
  const [noted, ...held] = readFileSync(sources, "utf8").split("\n");
  if (noted !== contentsHash(packageRoot, held)) return false;
  return readFileSync(machine, "utf8") === (await machineOf(packageRoot, node));
}

/**
 * Runs a program whose output is no pipe. A Node that builds a snapshot warns of a module of its own; a pipe for that loads its
 * sockets, and from a snapshot that holds them Node 22 and later cannot start a thread that loads them, too: the process ends.
 */
async function runWithoutPipes(program: string, args: readonly string[], errors: string): Promise<void> {
  const stderr = openSync(errors, "w");
  try {
    const child = spawn(program, args, {
      stdio: ["ignore", "ignore", stderr],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    const [code, signal] = await once(child, "close");
    if (code !== 0)
      throw new Error(
        `${program} ${args.join(" ")} ended with ${signal ?? `code ${code}`}:\n${readFileSync(errors, "utf8")}`,
      );
  } finally {
    closeSync(stderr);
  }
}

/** A thread that loads all that Node has: a kernel's sockets have one, a sweep's runs and what cells start. */
const threadOfAll = `new (require("node:worker_threads").Worker)(
  "for (const name of require('node:module').builtinModules) try { require(name) } catch {}",
  { eval: true, stdout: true, stderr: true })`;

/**
 * Makes a snapshot, about six seconds, and tries it: a kernel starts from it whenever it is there.
 *
 * @returns the declaration files in it
 * @throws Error when this Node cannot make one, or cannot start a thread from it
 */
export async function makeSnapshot(packageRoot: string, node: string, blob: string): Promise<string[]> {
  const [list, order, errors] = ["files", "json", "errors"].map((ending) => `${blob}.${ending}`);
  const toRehearse: Rehearsal = {
    platform: platform(packageRoot),
    cells: rehearsal,
    folder: rehearsalFolder,
    sources: languageSources(packageRoot),
    list,
  };
  const options = [...snapshotOptions, "--snapshot-blob", blob];
  try {
    writeFileSync(order, JSON.stringify(toRehearse));
    await runWithoutPipes(node, [...options, "--build-snapshot", snapshotScript(packageRoot), order], errors);
    await runWithoutPipes(node, [...options, "--eval", threadOfAll], errors);
    return readFileSync(list, "utf8").split("\n");
  } finally {
    for (const file of [list, order, errors]) rmSync(file, { force: true });
  }
}

/**
 * Builds the snapshot unless it is there and fits. The kernel starts without one as well, only slower, so that a Node which
 * cannot build it is no reason to fail: the outcome says what it was.
 */
export async function buildSnapshot(
  packageRoot: string,
  node = process.execPath,
): Promise<"built" | "current"> {
  if (await isSnapshotCurrent(packageRoot, node)) return "current";
  const { blob, machine } = snapshotFiles(packageRoot);
  mkdirSync(path.dirname(blob), { recursive: true });
  rmSync(machine, { force: true });
  const unfinished = `${blob}.${process.pid}`;
  try {
    const held = await makeSnapshot(packageRoot, node, unfinished);
    renameSync(unfinished, blob);
    await noteSources(packageRoot, held, node);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return "built";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packageRoot = fileURLToPath(new URL("../../../../", import.meta.url));
  console.log(`start-up snapshot: ${await buildSnapshot(path.resolve(packageRoot))}`);
}
