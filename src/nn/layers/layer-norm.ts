import { checkCount, ShapeError } from "../../base/errors.js";
import { showShape, type Tensor } from "../../tensor/tensor.js";
import type { ChannelShape } from "../channels.js";
import { SampleNorm, type SampleNormOptions } from "./sample-norm.js";

export type LayerNormOptions = SampleNormOptions;

/**
 * Layer normalization (Ba, Kiros & Hinton 2016): each row of x [N, numFeatures] by its own mean and biased
 * variance,
 *
 *     normalized = (x − mean) / √(variance + eps),   output = gamma·normalized + beta
 *
 * with gamma and beta [numFeatures]. Of [N, L, numFeatures] each of the N·L rows is one.
 */
export class LayerNorm extends SampleNorm {
  readonly numFeatures: number;

  constructor(numFeatures: number, options: LayerNormOptions = {}) {
    checkCount("LayerNorm", "numFeatures", numFeatures);
    super(numFeatures, 1, options);
    this.numFeatures = numFeatures;
  }

  protected override settings(): string[] {
    return [String(this.numFeatures)];
  }

  protected shapeOf(x: Tensor): ChannelShape {
    const c = x.shape[x.shape.length - 1];
    if (x.shape.length < 2 || c !== this.numFeatures)
      throw new ShapeError(
        `LayerNorm(${this.numFeatures}) takes [N, …, ${this.numFeatures}]; got ${showShape(x.shape)}.`,
      );
    return { n: x.size / c, c, s: 1 };
  }
}
