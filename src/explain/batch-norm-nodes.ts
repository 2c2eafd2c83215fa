/** What a trace of BatchNorm is made of: the names and arrays of its nodes. */
import type { ChannelShape } from "../nn/channels.js";
import type { Tensor } from "../tensor/tensor.js";

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
