import { OrderError } from "../../base/errors.js";
import { BatchNorm } from "./batch-norm.js";
import { Conv2d } from "./conv2d.js";
import type { Layer } from "./layer.js";
import { Linear } from "./linear.js";
import { Residual } from "./residual.js";
import { Sequential } from "./sequential.js";

/**
 * The same network for inference with every BatchNorm that follows a Linear or a Conv2d folded into it: in eval() both are
 * affine, so
 *
 *     a = gamma / √(runningVariance + eps),   W' = a ⊙ outputs of W,   b' = a·(b − runningMean) + beta
 *
 * is one layer with the same outputs up to rounding. Returns a new Sequential in eval(), and leaves `network` as it
 * was: folded layers have parameters of their own, the others share theirs with `network`, but not their mode. A
 * BatchNorm that follows something else stays a BatchNorm. What is inside a Residual is folded there.
 *
 * @throws OrderError when a BatchNorm to fold has no running statistics.
 */
export function foldBatchNorm(network: Sequential): Sequential {
  const folded: Layer[] = [];
  for (const layer of network.layers) {
    const previous = folded[folded.length - 1];
    if (layer instanceof BatchNorm && (previous instanceof Linear || previous instanceof Conv2d))
      folded[folded.length - 1] = fold(previous, layer);
    else folded.push(foldedInside(layer));
  }
  return new Sequential(folded).eval();
}

function foldedInside(layer: Layer): Layer {
  if (layer instanceof Sequential) return foldBatchNorm(layer);
  const twin = twinOf(layer);
  if (!(layer instanceof Residual)) return twin;
  const { branch, shortcut } = layer;
  return Object.assign(twin, { branch: foldedInside(branch), shortcut: shortcut && foldedInside(shortcut) });
}

/** The same layer on the same parameters, with a mode and a memory of its last forward() of its own. */
function twinOf(layer: Layer): Layer {
  return Object.assign(Object.create(Object.getPrototypeOf(layer)), layer);
}

function fold(layer: Linear | Conv2d, norm: BatchNorm): Linear | Conv2d {
  if (!norm.trackRunningStats)
    throw new OrderError(
      "foldBatchNorm: a BatchNorm with { trackRunningStats: false } uses each batch's own statistics, so it can't be folded.",
    );
  const folded = emptyTwinOf(layer);
  const weight = layer instanceof Conv2d ? layer.effectiveWeight() : layer.weight.value;
  const [outputs] = weight.shape;
  const inputs = weight.size / outputs;
  for (let output = 0; output < outputs; output++) {
    const factor = norm.gamma.value.data[output] / Math.sqrt(norm.runningVariance.data[output] + norm.eps);
    for (let place = output * inputs; place < (output + 1) * inputs; place++)
      folded.weight.value.data[place] = factor * weight.data[place];
    folded.bias.value.data[output] =
      factor * (layer.bias.value.data[output] - norm.runningMean.data[output]) + norm.beta.value.data[output];
  }
  return folded;
}

/** A layer of the same sizes with zeros and a bias. Its seed keeps it from the stream of layers that are made without one. */
function emptyTwinOf(layer: Linear | Conv2d): Linear | Conv2d {
  const { dtype } = layer;
  const options = { init: { std: 0 }, dtype, random: 0 };
  if (layer instanceof Linear) return new Linear(layer.inFeatures, layer.outFeatures, options);
  const { inChannels, outChannels, kernelSize, stride, padding } = layer;
  return new Conv2d(inChannels, outChannels, kernelSize, { ...options, stride, padding });
}
