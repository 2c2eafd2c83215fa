import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The libraries as `npm run build` packs them, and as they come where tsc alone has run. */
const packedPlotly = fileURLToPath(new URL("./libraries/plotly.js", import.meta.url));
const packedDom = new URL("./libraries/happy-dom.js", import.meta.url);

/** Plotly's script. */
export function readPlotly(): { file: string; source: string } {
  // The packed script is ASCII: read as Latin-1 it needs no decoding, and a byte a character of memory.
  if (existsSync(packedPlotly)) return { file: packedPlotly, source: readFileSync(packedPlotly, "latin1") };
  const file = createRequire(import.meta.url).resolve("plotly.js-dist");
  return { file, source: readFileSync(file, "utf8") };
}

/** The DOM that Plotly draws in. */
export async function loadDom(): Promise<typeof import("happy-dom")> {
  return existsSync(packedDom) ? import(packedDom.href) : import("happy-dom");
}
