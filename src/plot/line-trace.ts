import type { Trace } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import type { Point } from "./values.js";

const markersAtMost = 30;

/** A line with gaps where points miss. It has markers when points are few, or stand alone, where no line would show. */
export function lineTrace(
  name: string,
  x: readonly Point[],
  y: readonly Point[],
  color: string,
  dash: string,
): Trace {
  const present = y.map((value, index) => value !== null && x[index] !== null);
  const alone = present.some((here, index) => here && !present[index - 1] && !present[index + 1]);
  const some = present.includes(true);
  return {
    type: "scatter",
    mode: alone || present.length <= markersAtMost ? "lines+markers" : "lines",
    name: escapeText(some ? name : `${name} (nothing to draw)`.trim()),
    ...placesOf(x),
    y,
    line: { color, dash, width: 2 },
    marker: { color, size: 6 },
  };
}

/** Steps at equal distances are told by the first and the distance: notebooks keep half as many numbers. */
function placesOf(x: readonly Point[]): { x: readonly Point[] } | { x0: number; dx: number } {
  const [first, second] = x;
  if (x.length < 3 || first === null || second === null) return { x };
  const distance = second - first;
  const even = x.every((place, index) => place === first + index * distance);
  return even ? { x0: first, dx: distance } : { x };
}
