// Files as the language sees them.
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import type { FileStat, HostFiles } from "../language/host.js";

/** Node's files; paths have forward slashes. */
export const nodeFiles: HostFiles = {
  read(file) {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  },
  stat(path): FileStat | undefined {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) return { kind: "file", version: found.mtimeMs };
    return found?.isDirectory() ? { kind: "folder", version: found.mtimeMs } : undefined;
  },
  list(folder) {
    try {
      return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const isLink = entry.isSymbolicLink();
        const isFolder = isLink
          ? statSync(`${folder}/${entry.name}`, { throwIfNoEntry: false })?.isDirectory()
          : entry.isDirectory();
        return [{ name: entry.name, kind: isFolder ? ("folder" as const) : ("file" as const) }];
      });
    } catch {
      return [];
    }
  },
  realPath(path) {
    try {
      return realpathSync.native(path).replaceAll("\\", "/");
    } catch {
      return path;
    }
  },
};
