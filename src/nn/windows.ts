import { checkCount, OptionError, ShapeError, showValue } from "../base/errors.js";
import type { Windows } from "../tensor/kernels/windows.js";
import { showShape } from "../tensor/tensor.js";

/** A length for rows and columns alike, or [rows, columns]. */
export type Extent = number | readonly [rows: number, columns: number];

/** Rows and columns of a kernel, a stride or a padding. Throws an OptionError for what is neither. */
export function extentOf(layer: string, option: string, value: Extent, least = 1): readonly [number, number] {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2)
    throw new OptionError(
      `${layer}: ${option} must be a number or [rows, columns]; got ${showValue(value)}.`,
    );
  const [rows, columns] = pair;
  checkCount(layer, option, rows, least);
  checkCount(layer, option, columns, least);
  return [rows, columns];
}

/** 3, or [3, 1] where rows and columns differ: as an extent stands in a layer's name. */
export function showExtent([rows, columns]: readonly [number, number]): string {
  return rows === columns ? String(rows) : `[${rows}, ${columns}]`;
}

/** The frame around the image: so many rows above and below, so many columns before and behind. */
export interface Frame {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export const frameOf = ([rows, columns]: readonly [number, number]): Frame => ({
  top: rows,
  bottom: rows,
  left: columns,
  right: columns,
});

/**
 * How windows lie over an image of height × width: outHeight = ⌊(height + top + bottom − kernelHeight)/strideY⌋ + 1, and the same
 * for the width. Throws a ShapeError when a window is larger than the image in its frame.
 */
export function windowsOver(
  layer: string,
  [height, width]: readonly [number, number],
  [kernelHeight, kernelWidth]: readonly [number, number],
  [strideY, strideX]: readonly [number, number],
  { top, bottom, left, right }: Frame,
): Windows {
  const [rows, columns] = [height + top + bottom, width + left + right];
  if (kernelHeight > rows || kernelWidth > columns) {
    const framed = rows === height && columns === width ? "" : `, ${rows} × ${columns} with its padding`;
    throw new ShapeError(
      `${layer}: a window of ${kernelHeight} × ${kernelWidth} does not fit an image of ${height} × ${width}${framed}. ` +
        "Use a smaller kernel, more padding, or fewer poolings before.",
    );
  }
  return {
    height,
    width,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    top,
    left,
    outHeight: Math.floor((rows - kernelHeight) / strideY) + 1,
    outWidth: Math.floor((columns - kernelWidth) / strideX) + 1,
  };
}

/**
 * Throws a ShapeError unless `shape` is [N, channels, H, W] with at least one image and place; `channels` undefined takes any
 * number. The message says how what came can be made one.
 */
export function checkImages(layer: string, shape: readonly number[], channels?: number): void {
  const wanted = `[N, ${channels ?? "C"}, H, W]`;
  const [n, c, ...places] = shape;
  if (shape.length !== 4)
    throw new ShapeError(`${layer} takes ${wanted}; got ${showShape(shape)}.${reshapeHint(shape, channels)}`);
  if (channels !== undefined && c !== channels)
    throw new ShapeError(
      `${layer} takes ${wanted}; got ${showShape(shape)}. Channels are axis 1: make it with inChannels ${c}.`,
    );
  if (n === 0 || places.includes(0) || c === 0)
    throw new ShapeError(
      `${layer} got no values, ${showShape(shape)}: it needs one image of one place at least.`,
    );
}

function reshapeHint(shape: readonly number[], channels = 1): string {
  const [n, ...rest] = shape;
  if (shape.length === 3) {
    const [height, width] = rest;
    const target = showShape([n, 1, height, width]);
    return channels === 1
      ? ` Reshape to ${target}.`
      : ` Reshape to ${target}, and make the layer with inChannels 1.`;
  }
  const side = Math.sqrt(rest[0] / channels);
  if (shape.length === 2 && Number.isInteger(side) && side > 0)
    return ` Reshape to ${showShape([n, channels, side, side])}; digits({ flatten: false }) gives images.`;
  return " Reshape to images, channels first.";
}
