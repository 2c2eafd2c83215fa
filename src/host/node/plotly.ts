import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** As `npm run build` packs it; where tsc alone has run it is read from its package. */
const packed = fileURLToPath(new URL("../../figure/libraries/plotly.js", import.meta.url));

/** Plotly's script. */
export function plotly(): { file: string; source: string } {
  // The packed script is ASCII: read as Latin-1 it needs no decoding, and a byte a character of memory.
  if (existsSync(packed)) return { file: packed, source: readFileSync(packed, "latin1") };
  const file = createRequire(import.meta.url).resolve("plotly.js-dist");
  return { file, source: readFileSync(file, "utf8") };
}
