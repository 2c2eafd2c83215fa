import { FigureError } from "./figure-error.js";
import type { FigureJson, Json } from "./schema.js";

const flat = "Draw it flat, as a heatmap or contour";

/** Kinds of trace that need WebGL or map data, neither of which a picture without a browser has, and what to use. */
const alternatives: Record<string, string> = {
  scattergl: 'Use type: "scatter", which draws the same marks; 10 000 points are fine',
  scatterpolargl: 'Use type: "scatterpolar"',
  heatmapgl: 'Use type: "heatmap"',
  pointcloud: 'Use type: "scatter", or type: "histogram2d" for more than 10 000 points',
  splom: 'Use one type: "scatter" trace for each pair, with layout.grid',
  parcoords: 'Use one type: "scatter" line for each sample over the dimensions',
  surface: flat,
  mesh3d: flat,
  isosurface: flat,
  volume: flat,
  cone: "Use layout.annotations with arrows",
  streamtube: "Use layout.annotations with arrows",
  scatter3d: 'Use type: "scatter" with the third value as marker.color',
};
const maps = /^(?:choropleth|scattergeo|scattermap|densitymap|choroplethmap)/;
const remotePicture = /^(?!data:)/i;

function sourceOf(picture: Json): string {
  const source =
    typeof picture === "object" && picture !== null && !Array.isArray(picture) ? picture.source : null;
  return typeof source === "string" ? source : "";
}

/** @throws FigureError for what cannot be drawn without a browser and a network, with the alternative named */
export function checkDrawable({ data, layout }: FigureJson): void {
  for (const [i, { type = "scatter" }] of data.entries()) {
    const kind = String(type);
    const alternative = alternatives[kind];
    if (alternative) {
      throw new FigureError(
        `data[${i}] has type "${kind}", which needs WebGL; a static picture is drawn without. ${alternative}.`,
      );
    }
    if (maps.test(kind)) {
      throw new FigureError(
        `data[${i}] has type "${kind}", whose map would be fetched from a server. ` +
          'Use type: "scatter" with longitude and latitude as x and y.',
      );
    }
    if (kind === "image" && sourceOf(data[i]) !== "") {
      throw new FigureError(
        `data[${i}] is an image with a source, which only a browser decodes. ` +
          "Use z (rows of [red, green, blue]), or layout.images with the same source.",
      );
    }
  }
  const pictures = Array.isArray(layout.images) ? layout.images : [];
  for (const [i, picture] of pictures.entries()) {
    const source = sourceOf(picture);
    if (source === "" || !remotePicture.test(source)) continue;
    throw new FigureError(
      `layout.images[${i}].source is an address, and figures ask no server. ` +
        "Use a data: URL, such as data:image/png;base64,….",
    );
  }
}
