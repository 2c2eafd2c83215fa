import type { FloatArray } from "../kernels/float-array.js";
import type {
  AveragePoolGradientArguments,
  MaxPoolGradientArguments,
  Pooling,
  PoolingArguments,
} from "../kernels/windows.js";

/** Calls `visit` with each output's place and the places of its window that lie inside the image, row by row. */
function eachWindow(shape: Pooling, visit: (output: number, inputs: readonly number[]) => void): void {
  const { planes, height, width, kernelHeight, kernelWidth } = shape;
  const { strideY, strideX, top, left, outHeight, outWidth } = shape;
  const inputs: number[] = [];
  let output = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        inputs.length = 0;
        for (let row = y * strideY - top; row < y * strideY - top + kernelHeight; row++) {
          for (let column = x * strideX - left; column < x * strideX - left + kernelWidth; column++) {
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            inputs.push((plane * height + row) * width + column);
          }
        }
        visit(output++, inputs);
      }
    }
  }
}

/** Which of the places has the largest value: the first of equal ones; NaN counts as the largest. */
function largestOf(x: FloatArray, places: readonly number[]): number {
  return places.reduce((best, place) => (Number.isNaN(x[best]) || x[place] <= x[best] ? best : place));
}

/** out = the largest value of each window; NaN where one of them is NaN. */
export function maxPool({ x, out, ...shape }: PoolingArguments): void {
  eachWindow(shape, (output, inputs) => {
    out[output] = x[largestOf(x, inputs)];
  });
}

/** Each window's gradient goes to its largest value, the first of equal ones. */
export function maxPoolBackward({ gradOut, x, gradInput, ...shape }: MaxPoolGradientArguments): void {
  gradInput.fill(0, 0, shape.planes * shape.height * shape.width);
  eachWindow(shape, (output, inputs) => {
    gradInput[largestOf(x, inputs)] += gradOut[output];
  });
}

/** out = (1/(kernelHeight·kernelWidth)) Σ over the window; the frame's places count as 0. */
export function averagePool({ x, out, ...shape }: PoolingArguments): void {
  const count = shape.kernelHeight * shape.kernelWidth;
  eachWindow(shape, (output, inputs) => {
    out[output] = inputs.reduce((sum, place) => sum + x[place], 0) / count;
  });
}

/** Each value of a window gets 1/(kernelHeight·kernelWidth) of the window's gradient. */
export function averagePoolBackward({ gradOut, gradInput, ...shape }: AveragePoolGradientArguments): void {
  const count = shape.kernelHeight * shape.kernelWidth;
  gradInput.fill(0, 0, shape.planes * shape.height * shape.width);
  eachWindow(shape, (output, inputs) => {
    for (const place of inputs) gradInput[place] += gradOut[output] / count;
  });
}
