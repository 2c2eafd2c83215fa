import type { FloatArray } from "./float-array.js";

/**
 * Windows of kernelHeight × kernelWidth places that move over an image of height × width, strideY rows and strideX columns at
 * a time. The image stands in a frame of empty places: `top` rows above it, `left` columns before it, and as many below and
 * behind as the last window needs. Window (y, x) has its first place at row y·strideY − top and column x·strideX − left.
 */
export interface Windows {
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly top: number;
  readonly left: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** x [n, inChannels, height, width] to [n, outChannels, outHeight, outWidth], with weights [outChannels, inChannels, kernelHeight, kernelWidth]. */
export interface Convolution extends Windows {
  readonly n: number;
  readonly inChannels: number;
  readonly outChannels: number;
}

/** x [planes, height, width] to [planes, outHeight, outWidth]: each channel of each image is a plane by itself. */
export interface Pooling extends Windows {
  readonly planes: number;
}

export interface ConvolutionArguments extends Convolution {
  readonly x: FloatArray;
  readonly weight: FloatArray;
  /** [outChannels]; null adds nothing. */
  readonly bias: FloatArray | null;
  readonly out: FloatArray;
}

export interface WeightGradientArguments extends Convolution {
  readonly x: FloatArray;
  readonly gradOut: FloatArray;
  readonly gradWeight: FloatArray;
  /** [outChannels]; null when nobody asks for it. */
  readonly gradBias: FloatArray | null;
}

export interface InputGradientArguments extends Convolution {
  readonly gradOut: FloatArray;
  readonly weight: FloatArray;
  readonly gradInput: FloatArray;
}

export interface PoolingArguments extends Pooling {
  readonly x: FloatArray;
  readonly out: FloatArray;
}

export interface MaxPoolGradientArguments extends Pooling {
  readonly gradOut: FloatArray;
  readonly x: FloatArray;
  readonly gradInput: FloatArray;
}

export interface AveragePoolGradientArguments extends Pooling {
  readonly gradOut: FloatArray;
  readonly gradInput: FloatArray;
}
