import { OrderError } from "../../base/errors.js";
import { BatchNorm } from "./batch-norm.js";
import type { Layer } from "./layer.js";
import { Linear } from "./linear.js";
import { Sequential } from "./sequential.js";

/**
 * The same network for inference with every BatchNorm that follows a Linear folded into it: in eval() both are
 * affine, so
 *
 *     a = gamma / √(runningVariance + eps),   W' = a ⊙ rows of W,   b' = a·(b − runningMean) + beta
 *
 * is one Linear with the same outputs up to rounding. Returns a new Sequential in eval(), and leaves `network` as it
 * was: folded layers have parameters of their own, the others share theirs with `network`, but not their mode. A
 * BatchNorm that follows something else stays a BatchNorm.
 *
 * @throws OrderError when a BatchNorm to fold has no running statistics.
 */
export function foldBatchNorm(network: Sequential): Sequential {
  const folded: Layer[] = [];
  for (const layer of network.layers) {
    const previous = folded[folded.length - 1];
    if (layer instanceof BatchNorm && previous instanceof Linear)
      folded[folded.length - 1] = fold(previous, layer);
    else folded.push(layer instanceof Sequential ? foldBatchNorm(layer) : twinOf(layer));
  }
  return new Sequential(folded).eval();
}

/** The same layer on the same parameters, with a mode and a memory of its last forward() of its own. */
function twinOf(layer: Layer): Layer {
  return Object.assign(Object.create(Object.getPrototypeOf(layer)), layer);
}

function fold(linear: Linear, norm: BatchNorm): Linear {
  if (!norm.trackRunningStats)
    throw new OrderError(
      "foldBatchNorm: a BatchNorm with { trackRunningStats: false } uses each batch's own statistics, so it can't be folded.",
    );
  const { inFeatures, outFeatures, dtype } = linear;
  // A seed of its own: layers made without one draw from a stream that a conversion must leave where it is.
  const folded = new Linear(inFeatures, outFeatures, { init: { std: 0 }, dtype, random: 0 });
  for (let row = 0; row < outFeatures; row++) {
    const factor = norm.gamma.value.data[row] / Math.sqrt(norm.runningVariance.data[row] + norm.eps);
    for (let column = 0; column < inFeatures; column++) {
      const place = row * inFeatures + column;
      folded.weight.value.data[place] = factor * linear.weight.value.data[place];
    }
    folded.bias.value.data[row] =
      factor * (linear.bias.value.data[row] - norm.runningMean.data[row]) + norm.beta.value.data[row];
  }
  return folded;
}
