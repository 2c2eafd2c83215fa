// The package that this command belongs to.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json. */
export const packageRoot: string = fileURLToPath(new URL("../../../", import.meta.url)).replace(/[\\/]$/, "");

export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).version;
}
