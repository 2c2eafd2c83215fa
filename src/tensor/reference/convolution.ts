import type {
  Convolution,
  ConvolutionArguments,
  InputGradientArguments,
  WeightGradientArguments,
} from "../kernels/windows.js";

/**
 * Calls `visit` for every product of a convolution: with the places of a value of the input, of the weight that it meets and
 * of the output that the product is a part of. Places of a window that lie outside the image are left out: there the input is 0.
 * Of each output the products come in the order of channel, row and column of the window.
 */
function eachProduct(
  shape: Convolution,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const { n, inChannels, outChannels, height, width, kernelHeight, kernelWidth } = shape;
  const { strideY, strideX, top, left, outHeight, outWidth } = shape;
  let output = 0;
  for (let sample = 0; sample < n; sample++) {
    for (let o = 0; o < outChannels; o++) {
      for (let y = 0; y < outHeight; y++) {
        for (let x = 0; x < outWidth; x++) {
          let weight = o * inChannels * kernelHeight * kernelWidth;
          for (let c = 0; c < inChannels; c++) {
            const plane = (sample * inChannels + c) * height * width;
            for (let ky = 0; ky < kernelHeight; ky++) {
              const row = y * strideY + ky - top;
              for (let kx = 0; kx < kernelWidth; kx++, weight++) {
                const column = x * strideX + kx - left;
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                visit(plane + row * width + column, weight, output);
              }
            }
          }
          output++;
        }
      }
    }
  }
}

/** out[n, o, y, x] = bias[o] + Σ_{c, ky, kx} weight[o, c, ky, kx]·input[n, c, y·strideY + ky − top, x·strideX + kx − left]. */
export function convolve({ x: input, weight, bias, out, ...shape }: ConvolutionArguments): void {
  const { n, outChannels, outHeight, outWidth } = shape;
  const places = outHeight * outWidth;
  out.fill(0, 0, n * outChannels * places);
  eachProduct(shape, (i, w, o) => {
    out[o] += weight[w] * input[i];
  });
  if (bias === null) return;
  for (let o = 0; o < n * outChannels * places; o++) out[o] += bias[Math.floor(o / places) % outChannels];
}

/** gradWeight[w] = Σ g·input over the products that weight w is in; gradBias[o] = Σ g over images and places. */
export function convolveBackwardWeight(step: WeightGradientArguments): void {
  const { x: input, gradOut, gradWeight, gradBias, ...shape } = step;
  const { n, inChannels, outChannels, kernelHeight, kernelWidth, outHeight, outWidth } = shape;
  gradWeight.fill(0, 0, outChannels * inChannels * kernelHeight * kernelWidth);
  eachProduct(shape, (i, w, o) => {
    gradWeight[w] += gradOut[o] * input[i];
  });
  if (gradBias === null) return;
  const places = outHeight * outWidth;
  gradBias.fill(0, 0, outChannels);
  for (let o = 0; o < n * outChannels * places; o++)
    gradBias[Math.floor(o / places) % outChannels] += gradOut[o];
}

/** gradInput[i] = Σ g·weight over the products that input i is in. */
export function convolveBackwardInput({
  gradOut,
  weight,
  gradInput,
  ...shape
}: InputGradientArguments): void {
  gradInput.fill(0, 0, shape.n * shape.inChannels * shape.height * shape.width);
  eachProduct(shape, (i, w, o) => {
    gradInput[i] += gradOut[o] * weight[w];
  });
}
