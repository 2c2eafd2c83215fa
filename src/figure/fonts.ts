import { host } from "#host";

export type FontStyle = "regular" | "bold" | "italic" | "bold-italic";

/** The family that PNG pictures are written in: Liberation Sans, whose widths are Arial's, under its licence's name. */
export const fontFamily = "Normlab Sans";

interface StyleMeasures {
  /** By the first code of a range of characters: advances in font units, 0 where there is no glyph. */
  widths: Record<string, number[]>;
  /** Where the outlines begin and end, from the glyph's origin; 0 where there is none. */
  ink: Record<string, ([from: number, to: number] | 0)[]>;
  /** What the advance changes between two neighbours. */
  kerning: Record<string, number>;
}

interface Measures {
  unitsPerEm: number;
  ascent: number;
  descent: number;
  styles: Record<FontStyle, StyleMeasures>;
}

interface Glyph {
  advance: number;
  from: number;
  to: number;
}

interface Font extends Measures {
  glyphs: Record<FontStyle, Map<number, Glyph>>;
}

let loaded: Font | undefined;

/** The font's measures, which `test/golden/figure_font.py` makes; read when the first text is measured. */
function font(): Font {
  if (!loaded) {
    const measures: Measures = JSON.parse(new TextDecoder().decode(host.resource("normlab-sans.json")));
    const { regular, bold, italic } = measures.styles;
    const glyphs = {
      regular: glyphsOf(regular),
      bold: glyphsOf(bold),
      italic: glyphsOf(italic),
      "bold-italic": glyphsOf(measures.styles["bold-italic"]),
    };
    loaded = { ...measures, glyphs };
  }
  return loaded;
}

function glyphsOf({ widths, ink }: StyleMeasures): Map<number, Glyph> {
  const table = new Map<number, Glyph>();
  for (const [first, advances] of Object.entries(widths)) {
    for (const [i, advance] of advances.entries()) {
      const [from, to] = ink[first][i] || [0, 0];
      if (advance > 0) table.set(Number(first) + i, { advance, from, to });
    }
  }
  return table;
}

/** Combining marks, and the zero-width spaces that Plotly puts around superscripts. */
const withoutWidth = /^[\p{Mn}\p{Cf}]$/u;

/** A glyph that the font lacks: a full em for ideographs and emoji, a digit's width for the rest that has a width. */
function substitute(code: number): Glyph {
  if (withoutWidth.test(String.fromCodePoint(code))) return { advance: 0, from: 0, to: 0 };
  const wide = (code >= 0x2e80 && code <= 0xd7ff) || (code >= 0xf900 && code <= 0xffef) || code > 0xffff;
  const advance = (wide ? 1 : 0.556) * font().unitsPerEm;
  return { advance, from: 0, to: advance };
}

const fixedPitch = /mono|courier|consol|menlo/i;
const fixedWidth = 0.6;

/** Chromium measures advances in 64ths of a pixel. */
const layoutUnit = 1 / 64;

export interface TextExtent {
  /** From where the text begins to where the next one goes on. */
  advance: number;
  /** The box of the text, from where it begins: advances and outlines. */
  left: number;
  right: number;
}

/**
 * How wide a line of text is, in pixels: the sum of the glyphs' advances and of the kerning between neighbours. The
 * box also holds the outlines, whose ends Chromium rounds outwards to whole pixels for each glyph.
 */
export function textExtent(text: string, size: number, style: FontStyle, family: string): TextExtent {
  if (fixedPitch.test(family)) {
    const advance = [...text].length * fixedWidth * size;
    return { advance, left: 0, right: advance };
  }
  const { unitsPerEm, styles, glyphs } = font();
  const scale = size / unitsPerEm;
  const { kerning } = styles[style];
  let units = 0;
  let [left, right] = [0, 0];
  let previous = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const { advance, from, to } = glyphs[style].get(code) ?? substitute(code);
    units += kerning[previous + character] ?? 0;
    left = Math.min(left, units * scale + Math.floor(from * scale));
    right = Math.max(right, units * scale + Math.ceil(to * scale));
    units += advance;
    previous = character;
  }
  const advance = Math.ceil((units * scale) / layoutUnit) * layoutUnit;
  return { advance, left, right: Math.max(right, advance) };
}

/** Height in pixels above the baseline, rounded as browsers do. */
export function ascent(size: number): number {
  return Math.round((size * font().ascent) / font().unitsPerEm);
}

/** Depth in pixels below the baseline, rounded as browsers do. */
export function descent(size: number): number {
  return Math.round((size * font().descent) / font().unitsPerEm);
}
