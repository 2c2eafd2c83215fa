/**
 * Pictures kept of figures. A file `<subject>.pictures.ts` beside the tests exports by default the figures of its
 * subject under the names of their pictures; pictures.test.ts holds each against test/pictures/<name>.svg, and
 * compare-with-chromium.ts against a real browser. NORMLAB_UPDATE_PICTURES=1 writes the pictures anew.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Figure } from "../../../src/figure/figure.js";

export type Pictures = Record<string, () => Figure>;

const tests = fileURLToPath(new URL("../../", import.meta.url));
const folder = new URL("../../../../test/pictures/", import.meta.url);

/** Every picture of the tests. */
export async function allPictures(): Promise<Pictures> {
  const all: Pictures = {};
  const files = readdirSync(tests, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".pictures.js")).sort()) {
    const { default: pictures } = (await import(pathToFileURL(join(tests, file)).href)) as {
      default: Pictures;
    };
    for (const [name, draw] of Object.entries(pictures)) {
      if (name in all) throw new Error(`Two pictures are called "${name}".`);
      all[name] = draw;
    }
  }
  return all;
}

/** The file of a picture. */
export function pictureFile(name: string): string {
  return fileURLToPath(new URL(`${name.replace(/[^\w-]+/g, "-")}.svg`, folder));
}
