import { createHash } from "node:crypto";
import type { RenderRequest } from "../protocol.js";
import type { Page } from "./page.js";
import { planPointLayers, pointMarkup } from "./point-layer.js";
import { Serializer } from "./serialize.js";

/** Size of a picture whose layout sets none: Plotly's own. */
const defaultSize = { width: 700, height: 450 };

/** A small generator (mulberry32) in place of Math.random, which Plotly makes ids with. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws a figure as SVG. The same request gives the same bytes, whatever was drawn before. */
export async function drawSvg(page: Page, { figure, title, description }: RenderRequest): Promise<string> {
  const digest = createHash("sha256")
    .update(JSON.stringify([figure, title, description]))
    .digest();
  Math.random = seeded(digest.readInt32LE());
  const layout = { ...defaultSize, ...figure.layout, autosize: false };
  const prefix = `f${digest.toString("hex").slice(0, 10)}`;
  const plan = planPointLayers({ ...figure, layout });
  return page.draw(plan.figure, async (graph) => {
    const points = await pointMarkup(page, graph, plan.layers, prefix);
    const svg = page.snapshot(graph);
    return new Serializer(prefix, points).picture(svg, {
      title,
      description,
    });
  });
}
