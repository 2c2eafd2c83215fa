import type { Tensor } from "../../tensor/tensor.js";
import type { GradientPool } from "./gradient-pool.js";

/**
 * A part of a training plan: the calls of a layer, or of neighbours at once, on memory laid out once. Neighbours are a BatchNorm and the
 * activation behind it, or a BatchNorm, its ReLU and the convolution behind them. Memory holds the output of each segment, the gradient
 * of it while it is needed, and what a layer keeps for its backward pass (of a BatchNorm the statistics). So of convolution, BatchNorm,
 * ReLU, convolution the outputs of both convolutions are stored, and nothing between them.
 */
export interface Segment {
  /** What forward() fills from the output of the segment before. */
  readonly output: Tensor;
  readonly forward: () => void;
  /** Whether backward() can take a gradient that it adds to gradInput: that of a shortcut past this part. */
  readonly addsGradient?: boolean;
  /**
   * The backward pass between these tensors; gradInput is null when nobody needs it. What it needs in between comes from the
   * pool. `plus` is given only where it can be added.
   */
  backward(
    gradOutput: Tensor,
    gradInput: Tensor | null,
    pool: GradientPool,
    plus?: Tensor | null,
  ): () => void;
}

/**
 * The backward pass through segments one behind the other, to be called in the order of the list. A gradient in between is over
 * when its segment is through. `plus` is added to gradInput, where the first segment can.
 */
export function backwardOf(
  segments: readonly Segment[],
  gradOutput: Tensor,
  gradInput: Tensor | null,
  pool: GradientPool,
  plus: Tensor | null = null,
): (() => void)[] {
  const calls: (() => void)[] = [];
  let behind = gradOutput;
  for (let i = segments.length - 1; i >= 0; i--) {
    const before = i > 0 ? pool.take(segments[i - 1].output.shape) : gradInput;
    calls.push(segments[i].backward(behind, before, pool, i > 0 ? null : plus));
    if (behind !== gradOutput) pool.release(behind);
    if (before !== null) behind = before;
  }
  return calls;
}
