// To the system's administrator every folder is open and every limit is none: what a test says about rights is tried in
// a process without any.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const nobody = 65534;

/** Options of a process that has no more rights than a user has. */
export const unprivileged: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Why no such process can run this repository's code, or undefined when it can. */
export function whyNotUnprivileged(): string | undefined {
  if (process.platform === "win32") return "Windows has other rights";
  const repository = fileURLToPath(new URL("../../package.json", import.meta.url));
  const { status } = spawnSync(
    process.execPath,
    ["-e", "fs.readFileSync(process.argv[1])", repository],
    unprivileged,
  );
  return status === 0 ? undefined : "a user without rights can't read the repository";
}

/** A folder that everybody may look into and nobody may write to; `openFolder` makes it one that can be removed. */
export function closedFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o555);
  return folder;
}

export function openFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  return folder;
}
