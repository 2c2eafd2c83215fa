import { checkCount, ShapeError } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { showShape, type Tensor } from "../../tensor/tensor.js";
import type { ChannelShape } from "../channels.js";
import { type Normalized, SampleNorm, type SampleNormOptions } from "./sample-norm.js";

export interface RMSNormOptions extends SampleNormOptions {
  /** Whether beta is there and trained, as the others have it; the paper and PyTorch have none. Default false. */
  center?: boolean;
}

/**
 * Root mean square normalization (Zhang & Sennrich 2019): each row of x [N, numFeatures] by its own root mean square, and no
 * mean is taken off,
 *
 *     normalized = x / √(mean(x²) + eps),   output = gamma·normalized + beta
 *
 * with gamma and beta [numFeatures]; beta stays 0 without { center: true }. Of [N, L, numFeatures] each of the N·L rows is one.
 * PyTorch's eps is the smallest step of the dtype unless given; here it is 1e-5, as for the other normalizations.
 *
 * Backward, h = gamma·∂loss/∂output: ∂loss/∂x = (h − normalized·mean(h·normalized)) / √(mean(x²) + eps)
 */
export class RMSNorm extends SampleNorm {
  readonly numFeatures: number;

  constructor(numFeatures: number, options: RMSNormOptions = {}) {
    checkCount("RMSNorm", "numFeatures", numFeatures);
    super(numFeatures, 1, options, { center: false });
    this.numFeatures = numFeatures;
  }

  protected override settings(): string[] {
    return [String(this.numFeatures)];
  }

  protected shapeOf(x: Tensor): ChannelShape {
    const c = x.shape[x.shape.length - 1];
    if (x.shape.length < 2 || c !== this.numFeatures || x.size === 0)
      throw new ShapeError(
        `RMSNorm(${this.numFeatures}) takes [N, …, ${this.numFeatures}]; got ${showShape(x.shape)}.`,
      );
    return { n: x.size / c, c, s: 1 };
  }

  protected override normalize({ x, shape, inverseStd, normalized, output }: Normalized): void {
    kernelsFor(this.dtype).rmsNormForward({
      x: x.data,
      gamma: this.gamma.value.data,
      beta: this.beta.value.data,
      inverseRms: inverseStd.data,
      normalized: normalized.data,
      out: output.data,
      rows: shape.n,
      columns: shape.c,
      eps: this.eps,
    });
  }

  protected override gradients(
    { shape, inverseStd, normalized }: Normalized,
    g: Tensor,
    gradInput: Tensor,
  ): void {
    kernelsFor(this.dtype).rmsNormBackward({
      gradOut: g.data,
      normalized: normalized.data,
      inverseRms: inverseStd.data,
      gamma: this.gamma.value.data,
      gradInput: gradInput.data,
      gradGamma: this.gamma.gradient.data,
      gradBeta: this.beta.gradient.data,
      rows: shape.n,
      columns: shape.c,
    });
  }
}
