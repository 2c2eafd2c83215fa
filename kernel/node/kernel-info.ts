// What the kernel on Node says of itself.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { kernelInfo as infoOf } from "../session/kernel-info.js";
import type { Content } from "../session/transport.js";

export function kernelInfo(packageRoot: string): Content {
  return infoOf({
    normlab: versionIn(join(packageRoot, "package.json")),
    // Of the package: TypeScript itself is loaded later, and by way of the start-up snapshot.
    typescript: versionIn(
      createRequire(join(packageRoot, "package.json")).resolve("typescript/package.json"),
    ),
    runtime: `Node.js ${process.versions.node}`,
  });
}

function versionIn(manifest: string): string {
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
