// What the nearest package.json says of the .js and .ts files below it, as Node and TypeScript ask it.
import type { HostFiles } from "./host.js";
import { posix } from "./path.js";

/** Whether files without import or export are ES modules: `"type": "module"`. */
export function isModulePackage(files: HostFiles, file: string): boolean {
  for (let at = posix.dirname(file); !at.endsWith("/node_modules"); at = posix.dirname(at)) {
    const text = files.read(posix.join(at, "package.json"));
    if (text !== undefined) return typeOf(text) === "module";
    if (posix.dirname(at) === at) return false;
  }
  return false;
}

function typeOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
