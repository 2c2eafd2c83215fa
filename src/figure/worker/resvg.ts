import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { fontFamily } from "../fonts.js";

/** Folder of the font; relative to dist/src/figure/worker. */
const folder = new URL("../../../../src/figure/files/", import.meta.url);
const styles = ["regular", "bold", "italic", "bold-italic"];

let fonts: Uint8Array[] | undefined;

async function load(): Promise<Uint8Array[]> {
  if (!fonts) {
    await initWasm(readFileSync(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")));
    fonts = styles.map((style) => readFileSync(new URL(`normlab-sans-${style}.ttf`, folder)));
  }
  return fonts;
}

/** An SVG picture as PNG. Texts are written in the font that is shipped, never in the system's. */
export async function toPng(svg: string, scale: number): Promise<Uint8Array> {
  const fontBuffers = await load();
  // resvg knows the enlarging of whole pixels by SVG's older word only.
  const readable = svg.replaceAll("image-rendering:pixelated", "image-rendering:optimizeSpeed");
  const resvg = new Resvg(readable, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontBuffers,
      loadSystemFonts: false,
      defaultFontFamily: fontFamily,
      sansSerifFamily: fontFamily,
    },
  });
  try {
    const image = resvg.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}
