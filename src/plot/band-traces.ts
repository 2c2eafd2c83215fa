import type { Trace } from "../figure/schema.js";
import { translucent } from "./palette.js";
import type { Point } from "./values.js";

/** The area between two lines: one closed outline for each run of points that both lines have, so that gaps stay open. */
export function bandTraces(
  x: readonly Point[],
  low: readonly Point[],
  high: readonly Point[],
  color: string,
  opacity = 0.18,
): Trace[] {
  return runs(x, low, high).map((run) => {
    const back = [...run].reverse();
    return {
      type: "scatter",
      mode: "lines",
      x: [...run.map((index) => x[index]), ...back.map((index) => x[index])],
      y: [...run.map((index) => high[index]), ...back.map((index) => low[index])],
      fill: "toself",
      fillcolor: translucent(color, opacity),
      line: { width: 0 },
      hoverinfo: "skip",
      showlegend: false,
    };
  });
}

function runs(...lists: readonly (readonly Point[])[]): number[][] {
  const found: number[][] = [];
  let open = false;
  for (let index = 0; index < lists[0].length; index++) {
    const present = lists.every((list) => list[index] !== null);
    if (present && !open) found.push([]);
    if (present) found[found.length - 1].push(index);
    open = present;
  }
  return found;
}
