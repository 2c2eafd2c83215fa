/** Files of data that specs name: by their paths, and by what they hold. */
import { host } from "#host";
import { OptionError } from "../base/errors.js";
import { DataError, unreadable } from "../data/data-error.js";
import type { CheckedSpec } from "./spec.js";

type FileOfData = Extract<CheckedSpec["data"], { set: "csv" }>["file"];

/**
 * The file's path. Throws a DataError when the spec names its SHA-256 and it is missing or another one. Looked at for every run:
 * a program and its threads outlive what lies in a folder, and reading the file takes longer than this.
 */
export function pathOf(file: FileOfData): string {
  if (typeof file === "string") return file;
  const { path, sha256 } = file;
  const own = digestOfFile(path, ` The spec names one with the SHA-256 ${sha256}.`);
  if (own !== sha256)
    throw new DataError(
      { file: path },
      `its SHA-256 is ${own}, and the spec names ${sha256}: it is another file, or another version of it. Put the right one there.`,
    );
  return path;
}

function digestOfFile(path: string, more: string): string {
  try {
    return host.sha256(host.files.read(path));
  } catch (error) {
    const { message, place } = unreadable(path, error);
    throw new DataError(place, message.slice(path.length + 2) + more);
  }
}

/**
 * Throws an OptionError when the spec names a file without its SHA-256: what lies at a path differs between machines.
 *
 * @param owner what the message starts with
 */
export function checkFilesNamed({ data }: CheckedSpec, owner: string): void {
  const named = Object.entries(filesOf(data)).find(([, file]) => typeof file === "string");
  if (named === undefined) return;
  const [key, path] = named;
  throw new OptionError(
    `${owner}.data.${key}: on several machines a file needs its SHA-256, so that all of them read the same one: ` +
      `{ "path": ${JSON.stringify(path)}, "sha256": "${digestHere(String(path))}" }.`,
  );
}

function filesOf(data: CheckedSpec["data"]): Record<string, FileOfData> {
  switch (data.set) {
    case "csv":
      return { file: data.file };
    case "idx":
      return { images: data.images, labels: data.labels };
    default:
      return {};
  }
}

/** The digest of the file as it is here, or dots. */
function digestHere(path: string): string {
  try {
    return digestOfFile(path, "");
  } catch {
    return "…";
  }
}
