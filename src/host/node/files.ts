import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Files } from "../host.js";

function writeAll(descriptor: number, content: Uint8Array): void {
  for (let done = 0; done < content.length; ) done += writeSync(descriptor, content, done);
}

/** Where even this fails the rest of what was written stays. */
function takeBack(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size);
  } catch {
    // What is to be told is why it could not be written.
  }
}

let temporary: string | undefined;

function makeTemporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "normlab-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const files: Files = {
  read: (file) => readFileSync(file),
  readText: (file) => new TextDecoder().decode(readFileSync(file)),
  writeWhole(file, content) {
    const temporary = `${file}.${randomUUID()}.tmp`;
    try {
      const descriptor = openSync(temporary, "wx");
      try {
        writeAll(descriptor, content);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  },
  append(file, content, durable = false) {
    const descriptor = openSync(file, "a");
    try {
      const { size } = fstatSync(descriptor);
      try {
        writeAll(descriptor, content);
        if (durable) fsyncSync(descriptor);
      } catch (error) {
        takeBack(descriptor, size);
        throw error;
      }
    } finally {
      closeSync(descriptor);
    }
  },
  truncate: (file, length) => truncateSync(file, length),
  create: (file, content) => writeFileSync(file, content, { flag: "wx" }),
  remove: (file) => rmSync(file, { force: true }),
  absolute: (file) => resolve(file),
  temporary() {
    temporary ??= makeTemporary();
    return temporary;
  },
};
