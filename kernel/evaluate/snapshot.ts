// The start-up snapshot: a front end that has TypeScript, its library and normlab's declarations loaded, parsed and
// checked, as part of the memory that Node starts with. Without one, loading all that takes a second or two.
// build-snapshot.ts writes it; Node is started with it by `node --snapshot-blob`, and this file finds it again.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { FrontEnd } from "./front-end.js";
import { loadCompiler } from "./tslab.js";

export const snapshotKey = Symbol.for("normlab.snapshot");

/**
 * V8's options for a snapshot; Node refuses one that was made with others, so that start.sh has the same. V8 would
 * hash every string anew, against strangers who choose keys that collide: a tenth of the time that a snapshot takes.
 */
export const snapshotOptions = ["--no-rehash-snapshot"];

export interface Snapshot {
  /** What the snapshot was made from; see `snapshotSources`. */
  sources: string;
  frontEnd: FrontEnd;
}

/** A hash of the compiled front end, and of where it is: a snapshot holds absolute paths. */
export function snapshotSources(packageRoot: string): string {
  const folder = path.join(packageRoot, "dist/kernel/evaluate");
  const hash = createHash("sha256").update(packageRoot);
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith(".js")) hash.update(file).update(readFileSync(path.join(folder, file)));
  }
  return hash.digest("hex");
}

/** The front end that this process was started with, for the first who asks, if it fits; a fresh one otherwise. */
export function takeFrontEnd(packageRoot: string): FrontEnd {
  const global = globalThis as { [snapshotKey]?: Snapshot };
  const snapshot = global[snapshotKey];
  delete global[snapshotKey];
  // A child process that inherits Node's options has no use for the snapshot.
  const option = process.execArgv.indexOf("--snapshot-blob");
  if (option >= 0) process.execArgv.splice(option, 2);
  process.execArgv = process.execArgv.filter((arg) => !snapshotOptions.includes(arg));
  if (snapshot?.sources === snapshotSources(packageRoot)) return snapshot.frontEnd;
  return new FrontEnd(loadCompiler(packageRoot));
}
