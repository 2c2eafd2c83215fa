import { ShapeError } from "../base/errors.js";
import { showShape } from "../tensor/tensor.js";

/** [N, C], [N, C, L] or [N, C, H, W] seen as [n, c, s]: s places of each channel of each sample. */
export interface ChannelShape {
  n: number;
  c: number;
  s: number;
}

/** Throws a ShapeError unless `shape` has 2 to 4 axes, at least one sample, and `channels` on axis 1. */
export function channelShape(layer: string, shape: readonly number[], channels: number): ChannelShape {
  const [n, c, ...places] = shape;
  if (shape.length < 2 || shape.length > 4)
    throw new ShapeError(`${layer} takes [N, C], [N, C, L] or [N, C, H, W]; got ${showShape(shape)}.`);
  if (c !== channels)
    throw new ShapeError(
      `This ${layer} has ${channels} channels and its input ${c}: ${showShape(shape)}. Channels are axis 1.`,
    );
  const s = places.reduce((product, length) => product * length, 1);
  if (n * s === 0)
    throw new ShapeError(`${layer} got an empty batch, ${showShape(shape)}: it has nothing to average.`);
  return { n, c, s };
}
