import type { Element } from "happy-dom";
import type { FigureJson, Json, JsonObject } from "../schema.js";
import type { CalculatedPoint, CalculatedTrace, GraphElement, Page, PlotlyAxis } from "./page.js";
import { toPng } from "./resvg.js";
import { declarations } from "./serialize.js";

/** From here on the markers of a trace are one picture: as elements of their own 10 000 take seconds and megabytes. */
const manyPoints = 1000;

/** Different looks of one trace's markers that are drawn this way; with more, each marker is an element. */
const manyLooks = 500;

/** Steps of a colour scale, as many as a colour channel has. */
const colorSteps = 256;

/** Characters that the markers of a trace may take as elements; beyond, they become a picture of pixels. */
const largeMarkup = 200_000;

/** Pixels of a picture of markers per pixel of the figure: for dense screens, unless the picture grows too large. */
const pixelScales = [2, 1];

/** Characters that a picture of markers may have at the larger scale. */
const largePicture = 200_000;

/** The attributes of a marker that may differ from point to point. */
const attributes = ["color", "size", "symbol", "opacity"];

/** The markers of one trace, by their looks. */
interface PointLayer {
  trace: number;
  marker: JsonObject;
  /** Index of each point's look. */
  lookOfPoint: number[];
  /** A point that has the look, for each look. */
  pointOfLook: number[];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Numbers that are colours, in as many steps as can be seen, with the ends of the scale made explicit. */
function quantizeColors(marker: JsonObject): JsonObject {
  const { color } = marker;
  if (!Array.isArray(color)) return marker;
  const numbers = color.filter((value): value is number => typeof value === "number");
  if (numbers.length === 0) return marker;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbers) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const cmin = typeof marker.cmin === "number" ? marker.cmin : least;
  const cmax = typeof marker.cmax === "number" ? marker.cmax : most;
  const step = (cmax - cmin) / (colorSteps - 1);
  if (!(step > 0) || marker.cmid !== undefined || typeof marker.coloraxis === "string") return marker;
  const rounded = color.map((value) =>
    typeof value === "number" ? cmin + Math.round((value - cmin) / step) * step : value,
  );
  return { ...marker, cmin, cmax, color: rounded };
}

function planLayer(trace: JsonObject, index: number): PointLayer | null {
  const { type = "scatter", mode, x, y, cliponaxis } = trace;
  const count = Math.max(Array.isArray(x) ? x.length : 0, Array.isArray(y) ? y.length : 0);
  const markersOnly = mode === "markers" || mode === "lines+markers";
  if (type !== "scatter" || !markersOnly || count <= manyPoints || cliponaxis === false) return null;
  const given = isObject(trace.marker) ? trace.marker : {};
  const outline = isObject(given.line) ? given.line : {};
  if (Array.isArray(outline.color) || Array.isArray(outline.width) || given.maxdisplayed !== undefined)
    return null;
  if (given.gradient !== undefined || given.standoff !== undefined || given.angle !== undefined) return null;
  const marker = quantizeColors(given);
  const lists = attributes.map((name) => marker[name]).filter((value) => Array.isArray(value));
  const looks = new Map<string, number>();
  const layer: PointLayer = { trace: index, marker, lookOfPoint: [], pointOfLook: [] };
  for (let point = 0; point < count; point++) {
    const key = JSON.stringify(lists.map((list) => list[point]));
    let look = looks.get(key);
    if (look === undefined) {
      look = looks.size;
      looks.set(key, look);
      layer.pointOfLook.push(point);
    }
    layer.lookOfPoint.push(look);
  }
  return looks.size > manyLooks ? null : layer;
}

/** A figure whose traces of many markers Plotly lays out without drawing the markers, and what is then to be drawn. */
export function planPointLayers(figure: FigureJson): { figure: FigureJson; layers: PointLayer[] } {
  const layers: PointLayer[] = [];
  const data = figure.data.map((trace, i) => {
    const layer = planLayer(trace, i);
    if (!layer) return trace;
    layers.push(layer);
    // Axes, legend and colour bar still know every point.
    return { ...trace, marker: { ...(isObject(trace.marker) ? trace.marker : {}), maxdisplayed: 1 } };
  });
  return { figure: { ...figure, data }, layers };
}

/** How Plotly draws a marker: its outline around the origin, and its style. */
interface Look {
  d: string;
  style: string;
}

async function drawLooks(page: Page, layer: PointLayer, layout: JsonObject, color: Json): Promise<Look[]> {
  const marker: JsonObject = { color, ...layer.marker };
  for (const name of attributes) {
    const list = marker[name];
    if (Array.isArray(list)) marker[name] = layer.pointOfLook.map((point) => list[point]);
  }
  const places = layer.pointOfLook.map((_, i) => i);
  const { template = null, coloraxis = null } = layout;
  const figure: FigureJson = {
    data: [{ type: "scatter", mode: "markers", x: places, y: places, marker }],
    layout: { width: 700, height: 450, template, coloraxis },
    config: {},
  };
  const looks = await page.draw(figure, (graph) =>
    [...graph.querySelectorAll("path.point")].map((point) => ({
      d: (point.getAttribute("d") ?? "").replace(/[^\w\s.,-]/g, ""),
      style: plainStyle(point.getAttribute("style") ?? ""),
    })),
  );
  if (looks.length !== layer.pointOfLook.length)
    throw new Error("a marker has a look that Plotly does not draw");
  return looks;
}

/** Declarations whose values are colours and numbers, which markup can hold as they are. */
function plainStyle(style: string): string {
  const plain = declarations(style).filter(([property, setting]) =>
    /^[\w-]+ [\w\s#%.,()-]+$/.test(`${property} ${setting}`),
  );
  return plain.map(([property, setting]) => `${property}:${setting.replace(/,\s+/g, ",")}`).join(";");
}

interface Places {
  x: number[];
  y: number[];
  look: number[];
}

/** The axis that a trace calls "x2": its layout's `xaxis2`. */
function axisOf(graph: GraphElement, id: string): PlotlyAxis {
  return graph._fullLayout[id.replace(/^[xy]/, "$&axis")] as PlotlyAxis;
}

/** Where the points lie, in pixels of the plot; those without a place are gaps. */
function placesOf(
  graph: GraphElement,
  layer: PointLayer,
  points: readonly CalculatedPoint[],
  trace: CalculatedTrace,
): Places {
  const [xaxis, yaxis] = [axisOf(graph, trace.xaxis), axisOf(graph, trace.yaxis)];
  const places: Places = { x: [], y: [], look: [] };
  for (const [i, point] of points.entries()) {
    const [x, y] = [xaxis.c2p(point.x), yaxis.c2p(point.y)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    places.x.push(Math.round(100 * x) / 100);
    places.y.push(Math.round(100 * y) / 100);
    places.look.push(layer.lookOfPoint[i]);
  }
  return places;
}

const circle = /^M([\d.]+),0A\1,\1 0 1,1 0,-\1A\1,\1 0 0,1 \1,0Z$/;

const plainColor = /^(?:#[0-9a-f]+|rgba?\([\d\s,.]+\))$/i;

/** The disc that a look draws: the attributes of a line without length whose round ends look the same. */
function discOf({ d, style }: Look): Record<string, string> | null {
  const settings = new Map(declarations(style));
  const radius = circle.exec(d)?.[1];
  const fill = settings.get("fill");
  const outline = Number.parseFloat(settings.get("stroke-width") ?? "0");
  if (radius === undefined || fill === undefined || !plainColor.test(fill) || outline > 0) return null;
  const opacity = Number(settings.get("opacity") ?? 1) * Number(settings.get("fill-opacity") ?? 1);
  return {
    stroke: fill.replace(/\s/g, ""),
    "stroke-width": String(2 * Number(radius)),
    "stroke-opacity": String(Math.round(1000 * opacity) / 1000),
  };
}

const attributesOf = (list: Iterable<[string, string]>): string =>
  Array.from(list, ([name, value]) => ` ${name}="${value}"`).join("");

const tenth = (value: number): number => Math.round(10 * value) / 10;

/** Discs as SVG, some 26 characters each: the first look's attributes stand on the group, those of others on each. */
function discsMarkup(discs: Record<string, string>[], { x, y, look }: Places): string {
  const [common, ...others] = discs;
  const own = [
    "",
    ...others.map((disc) => attributesOf(Object.entries(disc).filter(([k, v]) => v !== common[k]))),
  ];
  let markup = `<g fill="none" stroke-linecap="round"${attributesOf(Object.entries(common))}>`;
  for (const [i, left] of x.entries())
    markup += `<path${own[look[i]]} d="M${tenth(left)},${tenth(y[i])}h0"/>`;
  return `${markup}</g>`;
}

const ownLooks = (looks: Look[], prefix: string): string => {
  const paths = looks.map(({ d, style }, i) => `<path id="${prefix}${i}" d="${d}" style="${style}"/>`);
  return `<defs>${paths.join("")}</defs>`;
};

/** Other markers: each a reference to its look. */
function usesMarkup(looks: Look[], { x, y, look }: Places, prefix: string): string {
  let markup = ownLooks(looks, prefix);
  for (const [i, left] of x.entries()) {
    markup += `<use xlink:href="#${prefix}${look[i]}" x="${left}" y="${y[i]}"/>`;
  }
  return markup;
}

/** The same as a picture of pixels, when they are too many. */
async function rasterMarkup(markup: string, width: number, height: number): Promise<string> {
  const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const svg = `<svg ${namespaces} width="${width}" height="${height}">${markup}</svg>`;
  let png = "";
  for (const scale of pixelScales) {
    png = Buffer.from(await toPng(svg, scale)).toString("base64");
    if (png.length <= largePicture) break;
  }
  const box = `x="0" y="0" width="${width}" height="${height}" preserveAspectRatio="none"`;
  return `<image ${box} xlink:href="data:image/png;base64,${png}"/>`;
}

/** The markers of a layer, and the element of the laid-out figure whose content they are. */
async function layerMarkup(
  page: Page,
  graph: GraphElement,
  layer: PointLayer,
  prefix: string,
): Promise<[Element, string] | null> {
  const points = graph.calcdata.find(([first]) => first.trace?.index === layer.trace);
  const trace = points?.[0].trace;
  const group = trace && graph.querySelector(`.trace${trace.uid} .points`);
  if (!points || !trace || !group) return null;
  const looks = await drawLooks(page, layer, graph._fullLayout as unknown as JsonObject, trace.marker.color);
  const places = placesOf(graph, layer, points, trace);
  const discs = looks.map(discOf);
  if (discs.every((disc) => disc !== null)) return [group as never, discsMarkup(discs, places)];
  const markup = usesMarkup(looks, places, `${prefix}-m${layer.trace}-`);
  if (markup.length <= largeMarkup) return [group as never, markup];
  const [width, height] = [trace.xaxis, trace.yaxis].map((id) => Math.ceil(axisOf(graph, id)._length));
  return [group as never, await rasterMarkup(markup, width, height)];
}

/**
 * The markers that {@link planPointLayers} left out, by the elements that they belong in.
 *
 * @param prefix begins every id
 */
export async function pointMarkup(
  page: Page,
  graph: GraphElement,
  layers: PointLayer[],
  prefix: string,
): Promise<Map<Element, string>> {
  const markup = new Map<Element, string>();
  for (const layer of layers) {
    const entry = await layerMarkup(page, graph, layer, prefix);
    if (entry) markup.set(...entry);
  }
  return markup;
}
