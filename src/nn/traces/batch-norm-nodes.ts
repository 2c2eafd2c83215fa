/** What a trace of BatchNorm is made of: the step that is traced, and the names and arrays of its nodes. */
import type { GradientPaths } from "../../tensor/kernels/kernels.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { ChannelShape } from "../channels.js";

/** What the last forward() left for backward() and explain(). */
export interface BatchNormForward {
  x: Tensor;
  shape: ChannelShape;
  /** Where mean and variance come from: from this batch, or from the running statistics. */
  statistics: "batch" | "running";
  mean: Tensor;
  variance: Tensor;
  inverseStd: Tensor;
  normalized: Tensor;
  /** As they were at this forward(): an optimizer's step since then has changed the parameters. */
  gamma: Tensor;
  beta: Tensor;
  output: Tensor;
  noise?: { scale: Tensor; shift: Tensor };
}

/** What the trace is computed from: the layer's last forward() and backward(). */
export interface BatchNormStep extends BatchNormForward {
  eps: number;
  paths: GradientPaths;
  gradOutput: Tensor;
  /** What backward() returned: the closed form. */
  gradInput: Tensor;
}

export type BatchNormNodeName =
  | "mean"
  | "centered"
  | "variance"
  | "inverseStd"
  | "normalized"
  | "noisy"
  | "scaled"
  | "output";

/** The nodes' arrays: mean, variance and inverseStd [C], the others of the input's shape. */
export type BatchNormNodes = Record<BatchNormNodeName, Tensor>;

/** The channel that value i of x [n, c, s] belongs to. */
export function channelOf(i: number, { c, s }: ChannelShape): number {
  return Math.floor(i / s) % c;
}
