import { host } from "#host";
import { unwritable } from "../../data/data-error.js";

/** Writes the file so that whoever looks sees the old content or the new one, never a half. Throws a DataError that says why when it can't. */
export function writeWhole(file: string, content: Uint8Array | string): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    host.files.writeWhole(file, bytes);
  } catch (error) {
    throw unwritable(file, error);
  }
}
