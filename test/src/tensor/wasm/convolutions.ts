/** Generated convolutions: kernels, strides and frames of any kind. */
import fc from "fast-check";
import { frameOf, windowsOver } from "../../../../src/nn/windows.js";
import type { Convolution, Windows } from "../../../../src/tensor/kernels/windows.js";

export const upTo = (max: number, min = 1) => fc.integer({ min, max });
export const pair = (max: number, min = 1) => fc.tuple(upTo(max, min), upTo(max, min));

/** Kernels, strides and frames of any kind over images that a kernel fits. */
export const windows: fc.Arbitrary<Windows> = fc
  .record({ size: pair(20), kernel: pair(5), stride: pair(4), padding: pair(3, 0) })
  .filter(({ size, kernel, padding }) =>
    kernel.every((length, axis) => length <= size[axis] + 2 * padding[axis]),
  )
  .map(({ size, kernel, stride, padding }) => windowsOver("test", size, kernel, stride, frameOf(padding)));

export const convolutions: fc.Arbitrary<Convolution> = fc
  .tuple(fc.record({ n: upTo(9), inChannels: upTo(6), outChannels: upTo(10) }), windows)
  .map(([sizes, over]) => ({ ...sizes, ...over }));
