// The language as this process has it: from the start-up snapshot that Node was started with (`node --snapshot-blob`),
// where loading it takes no time, or from its files, which takes a second or two.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type * as language from "../../language/evaluator.js";
import { type FrontEnd, type StartUp, startUpKey } from "./held.js";

/**
 * V8's options for the snapshot; Node refuses one that was made with others, so that start.sh has the same. V8 would
 * hash every string anew, against strangers who choose keys that collide: a tenth of the time that a snapshot takes.
 * Young objects have from the start the room that they would have after some hundred cells: fewer collections, of which
 * each makes old objects of young garbage.
 */
export const snapshotOptions = ["--no-rehash-snapshot", "--min-semi-space-size=16"];

/**
 * Which language this is, and where: a snapshot holds absolute paths. By its text, which takes 1 ms longer than
 * their times: what packs files or makes an image of them rounds those.
 */
export function languageSources(packageRoot: string): string {
  const folder = path.join(packageRoot, "dist/kernel/language");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js"),
  );
  const hash = createHash("sha256").update(path.resolve(packageRoot));
  for (const name of files.sort()) hash.update(`\0${name}\0`).update(readFileSync(path.join(folder, name)));
  return hash.digest("hex");
}

/** For the first who asks: a front end is one notebook's. */
export async function takeLanguage(
  packageRoot: string,
): Promise<Pick<StartUp, "createEvaluator"> & { readonly frontEnd?: FrontEnd }> {
  const global = globalThis as { [startUpKey]?: StartUp };
  const startUp = global[startUpKey];
  delete global[startUpKey];
  // A child process that inherits Node's options has no use for the snapshot.
  const option = process.execArgv.indexOf("--snapshot-blob");
  if (option >= 0) process.execArgv.splice(option, 2);
  process.execArgv = process.execArgv.filter((arg) => !snapshotOptions.includes(arg));
  if (startUp?.sources === languageSources(packageRoot)) return startUp;
  // By its place, and not by a relative path: this file may be a part of a packed one.
  const evaluator = path.join(packageRoot, "dist/kernel/language/evaluator.js");
  const { createEvaluator }: typeof language = await import(pathToFileURL(evaluator).href);
  return { createEvaluator };
}
