import { encodePng } from "./png.js";

/** What a canvas of the DOM has. */
interface CanvasShape {
  width: number;
  height: number;
}

interface ImageData {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

type Color = readonly [number, number, number, number];

const opaqueBlack: Color = [0, 0, 0, 255];

function parseColor(text: string): Color {
  const list = /^rgba?\(([^)]*)\)$/.exec(text.trim())?.[1];
  if (list) {
    const [r = 0, g = 0, b = 0, alpha = 1] = list.split(",").map(Number);
    return [r, g, b, alpha * 255];
  }
  const hexadecimal = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (!hexadecimal) return opaqueBlack;
  const digits = hexadecimal.length === 3 ? hexadecimal.replace(/./g, "$&$&") : hexadecimal;
  const [r, g, b] = [0, 2, 4].map((start) => Number.parseInt(digits.slice(start, start + 2), 16));
  return [r, g, b, 255];
}

/**
 * The part of a canvas that Plotly's heatmaps and images need: filled rectangles and whole pictures of pixels. It
 * replaces pixels and never mixes them, since those marks do not overlap.
 */
class Raster {
  fillStyle = "#000";
  private pixels = new Uint8ClampedArray(0);
  private width = 0;
  private height = 0;

  constructor(private readonly canvas: CanvasShape) {
    this.fit();
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.fit();
    const color = parseColor(this.fillStyle);
    const [left, right] = [Math.max(0, Math.round(x)), Math.min(this.width, Math.round(x + width))];
    const [top, bottom] = [Math.max(0, Math.round(y)), Math.min(this.height, Math.round(y + height))];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++)
        this.pixels.set(color, (row * this.width + column) * 4);
    }
  }

  createImageData(width: number, height: number): ImageData {
    return { width, height, data: new Uint8ClampedArray(width * height * 4) };
  }

  putImageData({ width, height, data }: ImageData): void {
    this.fit();
    for (let row = 0; row < Math.min(height, this.height); row++) {
      const line = data.subarray(row * width * 4, (row * width + Math.min(width, this.width)) * 4);
      this.pixels.set(line, row * this.width * 4);
    }
  }

  toDataURL(): string {
    this.fit();
    const png = encodePng(this.width, this.height, this.pixels);
    return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  }

  /** A canvas is cleared when its size is set. */
  private fit(): void {
    const { width, height } = this.canvas;
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.pixels = new Uint8ClampedArray(width * height * 4);
  }
}

const rasters = new WeakMap<object, Raster>();

function rasterOf(canvas: CanvasShape): Raster {
  let raster = rasters.get(canvas);
  if (!raster) {
    raster = new Raster(canvas);
    rasters.set(canvas, raster);
  }
  return raster;
}

/** The canvases of the DOM: two dimensions only, so that Plotly never starts WebGL. */
export const canvasAdapter = {
  getContext: ({ canvas }: { canvas: CanvasShape }, type: string): Raster | null =>
    type === "2d" ? rasterOf(canvas) : null,
  toDataURL: ({ canvas }: { canvas: CanvasShape }): string => rasterOf(canvas).toDataURL(),
};
