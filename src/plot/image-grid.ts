import { checkCount, checkOptions, ValueError } from "../base/errors.js";
import { Figure } from "../figure/figure.js";
import type { FigureAttributes } from "../figure/schema.js";
import { escapeText } from "../figure/text.js";
import { altText } from "./alt-text.js";
import { type FrameOptions, frameKeys, frameLayout } from "./frame.js";
import { palette } from "./palette.js";
import { checkNumbers, checkSome, type Numbers, type Point } from "./values.js";

export interface ImageGridOptions extends FrameOptions {
  /** One list of pixels an image, row after row. */
  images: readonly Numbers[];
  /** Pixels down and across; the square root of their number by default. */
  shape?: readonly [number, number];
  /** A word below each image, such as its class. */
  names?: readonly string[];
  /** Which images are set off by colour, such as those that were mistaken. */
  marked?: readonly boolean[];
  /** Images a row; 10 by default. */
  columns?: number;
}

/** Pixels of the screen that the longer side of an image takes, and the word below it. */
const imageSide = 48;
const nameHeight = 16;

/**
 * Grey images side by side: dark is large, as ink on paper; a pixel that is not finite is left out.
 *
 *     plot.imageGrid({ title: "Which are mistaken?", images: [[0, 1, 1, 0], [1, 0, 0, 1]], names: ["3", "5"], marked: [false, true] });
 *
 * @throws ValueError when there is no image, or sizes, names or marks don't fit
 */
export function imageGrid(options: ImageGridOptions): Figure {
  const owner = "plot.imageGrid";
  checkOptions(owner, options, [...frameKeys, "images", "shape", "names", "marked", "columns"]);
  const { images, names, marked } = options;
  checkSome(owner, "images", images);
  for (const [index, image] of images.entries()) checkNumbers(owner, `images[${index}]`, image);
  const [down, across] = options.shape ?? squareShape(owner, images[0].length);
  images.forEach((image, index) => {
    if (image.length !== down * across)
      throw new ValueError(
        `${owner}: images[${index}] has ${image.length} pixels, and not ${down}×${across}.`,
      );
  });
  for (const [key, list] of Object.entries({ names, marked }))
    if (list !== undefined && list.length !== images.length)
      throw new ValueError(`${owner}: ${key} has ${list.length} items for ${images.length} images.`);
  const { columns = Math.min(10, images.length) } = options;
  checkCount(owner, "columns", columns);

  const rows = Math.ceil(images.length / columns);
  const scale = imageSide / Math.max(down, across);
  const gap = Math.max(1, Math.round((names === undefined ? 4 : nameHeight) / scale));
  const cell = { down: down + gap, across: across + Math.max(1, Math.round(6 / scale)) };
  const z = Array.from({ length: rows * cell.down }, () =>
    new Array<Point>(columns * cell.across).fill(null),
  );
  images.forEach((image, index) => {
    const top = Math.floor(index / columns) * cell.down;
    const left = (index % columns) * cell.across;
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++) {
        const value = image[y * across + x];
        z[top + y][left + x] = Number.isFinite(value) ? value : null;
      }
  });
  const width = options.width ?? Math.max(200, Math.round(columns * cell.across * scale) + 32);
  const height =
    options.height ?? Math.max(100, Math.round(rows * cell.down * scale) + (options.title ? 60 : 32));
  return new Figure({
    alt: altText(
      options.title,
      `${images.length} images of ${down}×${across} pixels`,
      ...(names ? [`Below them: ${names.join(", ")}`] : []),
    ),
    data: [{ type: "heatmap", z, colorscale: inkOnPaper, showscale: false, hoverinfo: "skip" }],
    layout: {
      ...frameLayout(
        owner,
        { ...options, width, height },
        { margin: { l: 16, r: 16, t: options.title ? 44 : 16, b: 16 } },
      ),
      xaxis: { visible: false, range: [-0.5, columns * cell.across - 0.5], constrain: "domain" },
      yaxis: { visible: false, range: [rows * cell.down - 0.5, -0.5], scaleanchor: "x", constrain: "domain" },
      annotations: (names ?? []).map((name, index) => {
        const middle = (index % columns) * cell.across + (across - 1) / 2;
        const foot = Math.floor(index / columns) * cell.down + down - 0.5;
        return label(middle, foot, name, marked?.[index] === true);
      }),
      shapes: images.flatMap((_, index) => {
        if (marked?.[index] !== true) return [];
        const x0 = (index % columns) * cell.across - 0.5;
        const y0 = Math.floor(index / columns) * cell.down - 0.5;
        return [
          {
            type: "rect",
            x0,
            y0,
            x1: x0 + across,
            y1: y0 + down,
            line: { color: palette.vermillion, width: 2 },
          },
        ];
      }),
    },
  });
}

const inkOnPaper: [number, string][] = [
  [0, "#F2F2F2"],
  [1, "#000000"],
];

function label(x: number, y: number, name: string, marked: boolean): FigureAttributes {
  const text = escapeText(String(name));
  return {
    x,
    y,
    yanchor: "top",
    text: marked ? `<b>${text}</b>` : text,
    showarrow: false,
    borderpad: 0,
    font: { size: 11, color: marked ? palette.vermillion : "#1A1A1A" },
  };
}

function squareShape(owner: string, pixels: number): [number, number] {
  const side = Math.round(Math.sqrt(pixels));
  if (pixels > 0 && side * side === pixels) return [side, side];
  throw new ValueError(`${owner}: ${pixels} pixels make no square; give shape: [rows, columns].`);
}
