import { NO_FILES } from "../host/host.js";

const noFiles = "a browser has no files. Run this in Node, or keep it in a variable";

/** Where in a file something is wrong; lines and columns count from 1. */
export interface DataPlace {
  file: string;
  line?: number;
  /** The number of the field in its line, and its name in the header when it has one. */
  column?: number;
  columnName?: string;
  /** For binary files: the offset of the byte. */
  byte?: number;
}

/** A data file is damaged, empty, ragged, or holds something other than numbers; says where. */
export class DataError extends Error {
  override name = "DataError";
  readonly place: DataPlace;

  constructor(place: DataPlace, problem: string) {
    super(`${describe(place)}: ${problem}`);
    this.place = place;
  }
}

function describe(place: DataPlace): string {
  const parts = [place.file];
  if (place.line !== undefined) parts.push(`line ${place.line}`);
  if (place.column !== undefined) {
    const name = place.columnName === undefined ? "" : ` ("${place.columnName}")`;
    parts.push(`column ${place.column}${name}`);
  }
  if (place.byte !== undefined) parts.push(`byte ${place.byte}`);
  return parts.join(", ");
}

/** Reads a whole file; when that fails the error says which file and what to look at. */
export function unreadable(file: string, error: unknown): DataError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT")
    return new DataError({ file }, "there is no such file. Check the path and the folder it starts from.");
  if (code === "EISDIR") return new DataError({ file }, "this is a folder; a file is needed.");
  if (code === NO_FILES) return new DataError({ file }, `it can't be read: ${noFiles}.`);
  return new DataError(
    { file },
    `the file can't be read: ${error instanceof Error ? error.message : error}.`,
  );
}

/** The same for a file that cannot be written; what it held before is still there. */
export function unwritable(file: string, error: unknown): DataError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: "the disk is full. Make room, or write to another disk",
    EDQUOT: "your share of the disk is used up. Make room, or write to another disk",
    EFBIG: "it would be larger than files may be there. Write to another disk",
    EROFS: "its disk can only be read. Write to another folder",
    EACCES: "you may not write there. Write to a folder of your own",
    EPERM: "you may not write there. Write to a folder of your own",
    ENOENT: "its folder does not exist. Make it first",
    ENOTDIR: "a part of its path is a file. Write to a folder",
    EISDIR: "this is a folder; a file is needed",
    [NO_FILES]: noFiles,
  };
  const reason = (code !== undefined && reasons[code]) || message;
  return new DataError({ file }, `it was not written: ${reason}. Nothing that was there has changed.`);
}
