/**
 * The stock tslab kernel, for readers who run the module there. Its cells reach `require("tslab")`; a module does not,
 * so the copy that this process runs is found among the loaded modules.
 */
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { StockDisplay } from "../host.js";

interface StockApi {
  newDisplay(): StockDisplay;
}

/** A new output place of the stock tslab kernel, or undefined when this process is not one. */
export function newStockDisplay(): StockDisplay | undefined {
  const require = createRequire(import.meta.url);
  const kernelModule = join(`${sep}tslab`, "dist", "jupyter.js");
  const loaded = Object.keys(require.cache).find((path) => path.endsWith(kernelModule));
  if (loaded === undefined) return undefined;
  // null until a kernel has run its first cell: tslab is then a mere library of this process.
  if (require(loaded).lastWriteDisplayData == null) return undefined;
  const api = require(join(dirname(loaded), "public.js")) as StockApi;
  return api.newDisplay();
}
