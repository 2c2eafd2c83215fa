import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { unwritable } from "../../data/data-error.js";

/**
 * Writes the file under a temporary name beside it, and renames it when all is on the disk: whoever looks sees the old
 * content or the new one, never a half. The temporary name is nobody else's, so that of two who write at once the last one
 * wins, as a whole; a program that is killed as it writes leaves it behind. Throws a DataError that says why when it can't.
 */
export function writeWhole(file: string, content: Uint8Array | string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  try {
    const descriptor = openSync(temporary, "wx");
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(file, error);
  }
}
