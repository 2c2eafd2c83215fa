import { readFileSync } from "node:fs";

/** Folder of the font, which `test/golden/figure_font.py` makes; relative to dist/src/figure/worker. */
const folder = new URL("../../../../src/figure/files/", import.meta.url);

export type FontStyle = "regular" | "bold" | "italic" | "bold-italic";
const styles: readonly FontStyle[] = ["regular", "bold", "italic", "bold-italic"];

/** The family that PNG pictures are written in: Liberation Sans, whose widths are Arial's, under its licence's name. */
export const fontFamily = "Normlab Sans";

interface Measures {
  unitsPerEm: number;
  ascent: number;
  descent: number;
  styles: Record<FontStyle, { widths: Record<string, number[]>; kerning: Record<string, number> }>;
}

const measures = JSON.parse(readFileSync(new URL("normlab-sans.json", folder), "utf8")) as Measures;

const advances = new Map<FontStyle, Map<number, number>>();
for (const style of styles) {
  const table = new Map<number, number>();
  for (const [first, widths] of Object.entries(measures.styles[style].widths)) {
    for (const [i, width] of widths.entries()) table.set(Number(first) + i, width);
  }
  advances.set(style, table);
}

/** Width of a glyph that the font lacks: a full em for ideographs and emoji, a digit's width for the rest. */
function substituteWidth(code: number): number {
  const wide = (code >= 0x2e80 && code <= 0xd7ff) || (code >= 0xf900 && code <= 0xffef) || code > 0xffff;
  return wide ? measures.unitsPerEm : 0.556 * measures.unitsPerEm;
}

const fixedPitch = /mono|courier|consol|menlo/i;
const fixedWidth = 0.6;

/** Width in pixels of a line of text: the sum of the glyphs' advances and of the kerning between neighbours. */
export function textWidth(text: string, size: number, style: FontStyle, family: string): number {
  if (fixedPitch.test(family)) return [...text].length * fixedWidth * size;
  const table = advances.get(style);
  const { kerning } = measures.styles[style];
  let units = 0;
  let previous = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    units += table?.get(code) || substituteWidth(code);
    units += kerning[previous + character] ?? 0;
    previous = character;
  }
  return (units * size) / measures.unitsPerEm;
}

/** Height in pixels above the baseline, rounded as browsers do. */
export function ascent(size: number): number {
  return Math.round((size * measures.ascent) / measures.unitsPerEm);
}

/** Depth in pixels below the baseline, rounded as browsers do. */
export function descent(size: number): number {
  return Math.round((size * measures.descent) / measures.unitsPerEm);
}

/** The font's files, for drawing PNG pictures. */
export function fontFiles(): Uint8Array[] {
  return styles.map((style) => readFileSync(new URL(`normlab-sans-${style}.ttf`, folder)));
}
