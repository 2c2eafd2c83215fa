/**
 * Convolutions as products of matrices, an image at a time: its windows side by side are a matrix of
 * [inChannels·kernelHeight·kernelWidth, outHeight·outWidth] ("patches"), which the weights multiply.
 */
import type {
  Convolution,
  ConvolutionArguments,
  InputGradientArguments,
  WeightGradientArguments,
} from "../kernels/windows.js";
import { Product } from "./exports.js";
import { packedFloats } from "./packing.js";
import type { Staging } from "./staging.js";
import { multiplyMatrices } from "./team.js";

interface Sizes {
  /** Values of a window. */
  k: number;
  /** Windows of an image. */
  places: number;
  /** Floats of an input image and of an output image. */
  inSize: number;
  outSize: number;
}

function sizesOf({ inChannels, outChannels, height, width, ...shape }: Convolution): Sizes {
  const places = shape.outHeight * shape.outWidth;
  return {
    k: inChannels * shape.kernelHeight * shape.kernelWidth,
    places,
    inSize: inChannels * height * width,
    outSize: outChannels * places,
  };
}

/** Calls `visit` with each place of the patches and the place in the image that it shows, −1 outside. */
function eachPatchValue(shape: Convolution, visit: (patch: number, input: number) => void): void {
  const { inChannels, height, width, kernelHeight, kernelWidth } = shape;
  const { strideY, strideX, top, left, outHeight, outWidth } = shape;
  let patch = 0;
  for (let c = 0; c < inChannels; c++) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let kx = 0; kx < kernelWidth; kx++) {
        for (let y = 0; y < outHeight; y++) {
          const row = y * strideY + ky - top;
          const start = (c * height + row) * width;
          for (let x = 0; x < outWidth; x++, patch++) {
            const column = x * strideX + kx - left;
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            visit(patch, inside ? start + column : -1);
          }
        }
      }
    }
  }
}

/** One product of arrays in the memory. */
function product(
  on: Staging,
  size: { m: number; n: number; k: number },
  arrays: { a: number; b: number; out: number },
  transposed: { transposeA: boolean; transposeB: boolean },
): () => void {
  const packed = packedFloats(size.m, size.k);
  const scratch = { scratchA: on.scratch(packed.a), scratchB: on.scratch(packed.b) };
  const { at } = on.memory
    .descriptor(Product, on.scratch(Product.bytes / 4))
    .fill({ ...size, ...arrays, ...transposed, ...scratch });
  return () => multiplyMatrices(on.memory, at, size);
}

export function convolve(on: Staging, { x, weight, bias, out, ...shape }: ConvolutionArguments): void {
  const { n, outChannels } = shape;
  const { k, places, inSize, outSize } = sizesOf(shape);
  const patches = on.scratch(k * places);
  const result = on.scratch(outSize);
  const multiply = product(
    on,
    { m: outChannels, n: places, k },
    { a: on.input(weight), b: patches, out: result },
    { transposeA: false, transposeB: false },
  );
  for (let sample = 0; sample < n; sample++) {
    const patchValues = on.memory.floats(patches, k * places);
    eachPatchValue(shape, (patch, input) => {
      patchValues[patch] = input < 0 ? 0 : x[sample * inSize + input];
    });
    multiply();
    out.set(on.memory.floats(result, outSize), sample * outSize);
  }
  on.finish();
  if (bias === null) return;
  for (let i = 0; i < n * outSize; i++) out[i] += bias[Math.floor(i / places) % outChannels];
}

export function convolveBackwardWeight(on: Staging, step: WeightGradientArguments): void {
  const { x, gradOut, gradWeight, gradBias, ...shape } = step;
  const { n, outChannels } = shape;
  const { k, places, inSize, outSize } = sizesOf(shape);
  const patches = on.scratch(k * places);
  const g = on.scratch(outSize);
  const result = on.scratch(outChannels * k);
  const multiply = product(
    on,
    { m: outChannels, n: k, k: places },
    { a: g, b: patches, out: result },
    { transposeA: false, transposeB: true },
  );
  const sums = new Float64Array(outChannels * k);
  for (let sample = 0; sample < n; sample++) {
    const patchValues = on.memory.floats(patches, k * places);
    eachPatchValue(shape, (patch, input) => {
      patchValues[patch] = input < 0 ? 0 : x[sample * inSize + input];
    });
    on.memory.floats(g, outSize).set(gradOut.subarray(sample * outSize, (sample + 1) * outSize));
    multiply();
    const ofImage = on.memory.floats(result, outChannels * k);
    for (let w = 0; w < sums.length; w++) sums[w] += ofImage[w];
  }
  gradWeight.set(sums);
  on.finish();
  if (gradBias === null) return;
  const biasSums = new Float64Array(outChannels);
  for (let i = 0; i < n * outSize; i++) biasSums[Math.floor(i / places) % outChannels] += gradOut[i];
  gradBias.set(biasSums);
}

export function convolveBackwardInput(on: Staging, step: InputGradientArguments): void {
  const { gradOut, weight, gradInput, ...shape } = step;
  const { n, outChannels } = shape;
  const { k, places, inSize, outSize } = sizesOf(shape);
  const g = on.scratch(outSize);
  const result = on.scratch(k * places);
  const multiply = product(
    on,
    { m: k, n: places, k: outChannels },
    { a: on.input(weight), b: g, out: result },
    { transposeA: true, transposeB: false },
  );
  gradInput.fill(0, 0, n * inSize);
  for (let sample = 0; sample < n; sample++) {
    on.memory.floats(g, outSize).set(gradOut.subarray(sample * outSize, (sample + 1) * outSize));
    multiply();
    const patchValues = on.memory.floats(result, k * places);
    eachPatchValue(shape, (patch, input) => {
      if (input >= 0) gradInput[sample * inSize + input] += patchValues[patch];
    });
  }
  on.finish();
}
