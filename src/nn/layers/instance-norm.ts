import { checkCount, ShapeError } from "../../base/errors.js";
import { showShape, type Tensor } from "../../tensor/tensor.js";
import { type ChannelShape, channelShape } from "../channels.js";
import { SampleNorm, type SampleNormOptions } from "./sample-norm.js";

export type InstanceNormOptions = SampleNormOptions;

/**
 * Instance normalization (Ulyanov, Vedaldi & Lempitsky 2016): each channel of each sample of x [N, C, L] or [N, C, H, W] by its
 * own mean and biased variance over the places,
 *
 *     normalized = (x − mean) / √(variance + eps),   output = gamma·normalized + beta
 *
 * with gamma and beta [C]. Training and evaluation are the same. PyTorch's has gamma and beta only when asked ({ affine: false }
 * gives its default).
 *
 * @throws ShapeError where a channel has a single place, whose normalized value is 0 whatever it was.
 */
export class InstanceNorm extends SampleNorm {
  readonly numFeatures: number;

  constructor(numFeatures: number, options: InstanceNormOptions = {}) {
    checkCount("InstanceNorm", "numFeatures", numFeatures);
    super(numFeatures, numFeatures, options);
    this.numFeatures = numFeatures;
  }

  protected override settings(): string[] {
    return [String(this.numFeatures)];
  }

  protected shapeOf(x: Tensor): ChannelShape {
    const shape = channelShape("InstanceNorm", x.shape, this.numFeatures);
    if (shape.s > 1) return shape;
    throw new ShapeError(
      `InstanceNorm needs more than 1 place per channel; got ${showShape(x.shape)}. Use LayerNorm or GroupNorm for vectors.`,
    );
  }
}
