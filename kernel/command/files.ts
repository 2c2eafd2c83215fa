// Files that the commands write, each under another name first: one that was cut off would pass for whole the next time.
import { renameSync, rmSync } from "node:fs";

const codes: Readonly<Record<string, string>> = {
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "its disk can only be read",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a part of the path is a file",
};

/** What the system calls an error, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && codes[code]) || message;
}

/** Lets `write` make the file under another name, and renames it when it is whole. */
export function writeWhole(file: string, write: (unfinished: string) => void): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    write(unfinished);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
