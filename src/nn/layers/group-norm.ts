import { checkCount, OptionError } from "../../base/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type ChannelShape, channelShape } from "../channels.js";
import { SampleNorm, type SampleNormOptions } from "./sample-norm.js";

export type GroupNormOptions = SampleNormOptions;

/**
 * Group normalization (Wu & He 2018): the channels of x [N, C], [N, C, L] or [N, C, H, W] fall into `groups`
 * equal groups, and each group of each sample is normalized by its own mean and biased variance; gamma and beta
 * are [C]. One group is LayerNorm over a whole sample, C groups are instance normalization.
 */
export class GroupNorm extends SampleNorm {
  readonly groups: number;
  readonly numFeatures: number;

  constructor(groups: number, numFeatures: number, options: GroupNormOptions = {}) {
    checkCount("GroupNorm", "groups", groups);
    checkCount("GroupNorm", "numFeatures", numFeatures);
    if (numFeatures % groups !== 0)
      throw new OptionError(
        `GroupNorm: ${numFeatures} channels can't be parted into ${groups} equal groups. Choose a divisor of ${numFeatures}.`,
      );
    super(numFeatures, groups, options);
    this.groups = groups;
    this.numFeatures = numFeatures;
  }

  protected override settings(): string[] {
    return [String(this.groups), String(this.numFeatures)];
  }

  protected shapeOf(x: Tensor): ChannelShape {
    return channelShape("GroupNorm", x.shape, this.numFeatures);
  }
}
