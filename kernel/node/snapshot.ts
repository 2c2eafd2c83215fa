// The start-up snapshot: the language, with TypeScript, its library and normlab's declarations loaded, parsed and checked,
// as part of the memory that Node starts with. Without one, loading all that takes a second or two.
// build-snapshot.ts writes it; Node is started with it by `node --snapshot-blob`, and this file finds it again.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Evaluator, EvaluatorOptions } from "../language/evaluator.js";

export const snapshotKey = Symbol.for("normlab.snapshot");

/**
 * V8's options for a snapshot; Node refuses one that was made with others, so that start.sh has the same. V8 would
 * hash every string anew, against strangers who choose keys that collide: a tenth of the time that a snapshot takes.
 */
export const snapshotOptions = ["--no-rehash-snapshot"];

export interface Language {
  createEvaluator(options: EvaluatorOptions): Evaluator;
  frontEnd?: EvaluatorOptions["frontEnd"];
}

export interface Snapshot extends Language {
  /** What the snapshot was made from; see `snapshotSources`. */
  sources: string;
}

/** A hash of the compiled language, and of where it is: a snapshot holds absolute paths. */
export function snapshotSources(packageRoot: string): string {
  const folder = path.join(packageRoot, "dist/kernel/language");
  const hash = createHash("sha256").update(packageRoot);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  for (const file of files) {
    if (file.endsWith(".js")) hash.update(file).update(readFileSync(path.join(folder, file)));
  }
  return hash.digest("hex");
}

/** The language that this process was started with, for the first who asks, if it fits; freshly loaded otherwise. */
export async function takeLanguage(packageRoot: string): Promise<Language> {
  const global = globalThis as { [snapshotKey]?: Snapshot };
  const snapshot = global[snapshotKey];
  delete global[snapshotKey];
  // A child process that inherits Node's options has no use for the snapshot.
  const option = process.execArgv.indexOf("--snapshot-blob");
  if (option >= 0) process.execArgv.splice(option, 2);
  process.execArgv = process.execArgv.filter((arg) => !snapshotOptions.includes(arg));
  if (snapshot?.sources === snapshotSources(packageRoot)) return snapshot;
  return import("../language/evaluator.js");
}
