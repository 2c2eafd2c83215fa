import { nearestOf, OptionError } from "../base/errors.js";

/**
 * Colours that people with any kind of colour vision tell apart: Okabe & Ito, "Color Universal Design" (2008), without
 * its yellow, which is too faint on white. The order puts the strongest contrasts first.
 */
export const palette = {
  blue: "#0072B2",
  vermillion: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  orange: "#E69F00",
  sky: "#56B4E9",
  black: "#000000",
} as const;

/** A colour by its name in the palette. */
export type ColorName = keyof typeof palette;

const colors = Object.values(palette);
const dashes = ["solid", "dash", "dot", "longdash", "dashdot", "longdashdot"];

/** The colour of the series at `index`: its own if it has one, the palette's next otherwise. */
export function seriesColor(index: number, own?: ColorName): string {
  if (own === undefined) return colors[index % colors.length];
  if (Object.hasOwn(palette, own)) return palette[own];
  const nearest = nearestOf(String(own), Object.keys(palette));
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  throw new OptionError(
    `There is no color "${own}" in the palette.${hint} Its colors: ${Object.keys(palette).join(", ")}.`,
  );
}

/** Solid lines as long as the colours last, then dashes, so that no two of 42 series look the same. */
export function seriesDash(index: number): string {
  return dashes[Math.floor(index / colors.length) % dashes.length];
}

/** A palette colour "#rrggbb" with an opacity from 0 to 1. */
export function translucent(color: string, opacity: number): string {
  const [red, green, blue] = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
  return `rgba(${red},${green},${blue},${opacity})`;
}

/** Dark to light for quantities from small to large (a part of cividis, legible in grey and without red or green). */
export const sequentialScale: [number, string][] = [
  [0, "#00224E"],
  [0.25, "#35456C"],
  [0.5, "#7D7C78"],
  [0.75, "#BCAF6F"],
  [1, "#FEE838"],
];
