import { checkCount, checkNumber, checkOptions } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import type { Workspace } from "../../tensor/workspace.js";
import type { ChannelShape } from "../channels.js";
import { ownStreamOf, type RandomSource } from "../initializers.js";

/** The noise of Santurkar et al. 2018, with its names and defaults. */
export interface BatchNoiseOptions {
  /** n_μ: each step draws the shift of a channel from U(−meanRange, meanRange). Default 0.5. */
  meanRange?: number;
  /** n_σ: each step draws the scale of a channel from U(1, stdRange). Default 1.25. */
  stdRange?: number;
  /** r_μ: each value's shift is drawn from U(channel's ± meanSpread). Default 0.1. */
  meanSpread?: number;
  /** r_σ: each value's scale is drawn from N(channel's, stdSpread). Default 0.1. */
  stdSpread?: number;
  /**
   * For how many steps a channel keeps its shift and scale; default 1. Noise that is drawn anew at every step is jitter: the
   * distribution is the same on average. Noise that stays for a while moves it.
   */
  every?: number;
  /** A seed or a stream. */
  random?: RandomSource;
}

/** The noise of one forward(): noisy = scale ⊙ normalized + shift, both of the input's shape. */
export interface DrawnNoise {
  scale: Tensor;
  shift: Tensor;
}

/**
 * Noise that moves the distribution of every channel at every step, so that a BatchNorm layer brings no
 * stability of distributions at all: if training still gains, stability was not the reason.
 */
export class BatchNoise {
  /** How many draws were made; part of the layer's state, so that a resumed run draws on. */
  readonly step = zeros([], "float64");
  private readonly ranges: { meanRange: number; stdRange: number; meanSpread: number; stdSpread: number };
  private readonly every: number;
  private readonly random: Random;

  constructor(options: BatchNoiseOptions) {
    checkOptions("BatchNorm's noise", options, [
      "meanRange",
      "stdRange",
      "meanSpread",
      "stdSpread",
      "every",
      "random",
    ]);
    const {
      meanRange = 0.5,
      stdRange = 1.25,
      meanSpread = 0.1,
      stdSpread = 0.1,
      every = 1,
      random,
    } = options;
    this.ranges = { meanRange, stdRange, meanSpread, stdSpread };
    for (const [name, value] of Object.entries(this.ranges))
      checkNumber("BatchNorm's noise", name, value, "a number of at least 0", (number) => number >= 0);
    checkCount("BatchNorm's noise", "every", every);
    this.every = every;
    this.random = ownStreamOf(random);
  }

  draw(owner: object, like: Tensor, { n, c, s }: ChannelShape, workspace: Workspace): DrawnNoise {
    const { meanRange, stdRange, meanSpread, stdSpread } = this.ranges;
    const random = this.random.stream(this.step.data[0]);
    const kept =
      this.every === 1 ? random : this.random.stream(`kept ${Math.floor(this.step.data[0] / this.every)}`);
    this.step.data[0]++;
    const scale = workspace.tensor(owner, "noiseScale", like.shape, like.dtype);
    const shift = workspace.tensor(owner, "noiseShift", like.shape, like.dtype);
    // A tensor's data is asked for once: each look sees to it that nobody works on a copy of it.
    const [scales, shifts] = [scale.data, shift.data];
    for (let channel = 0; channel < c; channel++) {
      const mean = kept.uniform(-meanRange, meanRange);
      const std = kept.uniform(1, stdRange);
      for (let sample = 0; sample < n; sample++) {
        const start = (sample * c + channel) * s;
        for (let i = start; i < start + s; i++) {
          shifts[i] = random.uniform(mean - meanSpread, mean + meanSpread);
          scales[i] = random.normal(std, stdSpread);
        }
      }
    }
    return { scale, shift };
  }
}
