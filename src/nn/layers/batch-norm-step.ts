import type { GradientPaths } from "../../tensor/kernels/kernels.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { ChannelShape } from "../channels.js";
import type { DrawnNoise } from "./batch-noise.js";

/** What the last forward() left for backward() and explain(). */
export interface BatchNormForward {
  x: Tensor;
  shape: ChannelShape;
  /** Where mean and variance come from: from this batch, or from the running statistics. */
  statistics: "batch" | "running";
  /** Samples of each part of the batch that has statistics of its own: one part, unless there are ghost batches. */
  groups: readonly number[];
  /** [C], or [groups, C] of several, as the two that follow. */
  mean: Tensor;
  variance: Tensor;
  inverseStd: Tensor;
  normalized: Tensor;
  /** As they were at this forward(): an optimizer's step since then has changed the parameters. */
  gamma: Tensor;
  beta: Tensor;
  output: Tensor;
  noise?: DrawnNoise;
}

/** The layer's last forward() and backward(): what explain() shows. */
export interface BatchNormStep extends BatchNormForward {
  eps: number;
  paths: GradientPaths;
  gradOutput: Tensor;
  /** What backward() returned: the closed form. */
  gradInput: Tensor;
}
