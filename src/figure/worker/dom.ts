import { existsSync } from "node:fs";

/** As `npm run build` packs it; where tsc alone has run the package is loaded. */
const packed = new URL("../libraries/happy-dom.js", import.meta.url);

/** The DOM that Plotly draws in. */
export async function loadDom(): Promise<typeof import("happy-dom")> {
  return existsSync(packed) ? import(packed.href) : import("happy-dom");
}
