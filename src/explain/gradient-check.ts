import { checkNumber, checkOptions, DTypeError } from "../base/errors.js";
import { Random } from "../base/random.js";
import { withLayersKept } from "../nn/layers/all-layers.js";
import { BatchNorm } from "../nn/layers/batch-norm.js";
import type { Layer } from "../nn/layers/layer.js";
import { type Tensor, zeros } from "../tensor/tensor.js";
import { centralDifference, relativeError } from "./central-differences.js";
import { explain } from "./explain.js";

export interface GradientCheckOptions {
  /** Step of the central differences. Default 1e-6. */
  h?: number;
  /** Seed of the weights w in the loss Σ w ⊙ output. Default 0. */
  seed?: number;
}

/**
 * Compares each gradient g that backward() computes with central differences
 *
 *     d = (loss(value + h) − loss(value − h)) / 2h   for   loss = Σ w ⊙ layer.forward(x),  w normal from the seed,
 *
 * and returns the relative error ‖g − d‖ / max(‖g‖, ‖d‖) by name: "input", each parameter as in stateDict(),
 * and BatchNorm's "mean" and "variance" (inside a Sequential "1.mean"). A gradient that is 0 in exact
 * arithmetic, as that of a bias before BatchNorm, is all rounding; so the divisor is at least ‖w‖/100.
 *
 * A right gradient gives 1e-8 or less. A ReLU whose input lies within h of 0, or a stopped gradient, does not.
 * The layer is afterwards what it was: parameters and their gradients, running statistics, masks still to come, and what it
 * keeps for backward().
 *
 * @throws DTypeError for float32: its rounding hides what the differences have to show.
 */
export function gradientCheck(
  layer: Layer,
  x: Tensor,
  options: GradientCheckOptions = {},
): Record<string, number> {
  checkOptions("gradientCheck", options, ["h", "seed"]);
  const { h = 1e-6, seed = 0 } = options;
  checkNumber("gradientCheck", "h", h, "a number above 0", (step) => step > 0);
  const named = layer.namedParameters();
  if ([x, ...named.map(([, parameter]) => parameter.value)].some(({ dtype }) => dtype === "float32"))
    throw new DTypeError(
      "gradientCheck needs float64, for rounding in float32 is as large as what it looks for. " +
        'Make layer and input with dtype "float64".',
    );

  const gradients = named.map(([, { gradient }]) => ({ gradient, values: gradient.data.slice() }));
  const buffers = layer.namedBuffers().map(([, buffer]) => ({ buffer, values: buffer.data.slice() }));
  // Each forward() starts from the same running statistics and draws the same masks.
  const restoreBuffers = () => {
    for (const { buffer, values } of buffers) buffer.data.set(values);
  };
  try {
    return withLayersKept(layer, () => errorsOf(layer, x, h, seed, restoreBuffers));
  } finally {
    restoreBuffers();
    for (const { gradient, values } of gradients) gradient.data.set(values);
  }
}

function errorsOf(
  layer: Layer,
  x: Tensor,
  h: number,
  seed: number,
  restoreBuffers: () => void,
): Record<string, number> {
  const output = layer.forward(x).clone();
  const weights = zeros(output.shape, "float64");
  const random = new Random(seed).stream("gradient check");
  for (let i = 0; i < weights.size; i++) weights.data[i] = random.normal();
  const least = Math.sqrt(weights.data.reduce((sum, weight) => sum + weight * weight, 0)) / 100;

  const gradInput = layer.backward(weights);
  const checked: [name: string, value: Tensor, gradient: Tensor][] = [["input", x, gradInput.clone()]];
  for (const [name, { value, gradient }] of layer.namedParameters())
    checked.push([name, value, gradient.clone()]);
  const traceErrors = batchNormErrors(layer, "", h);

  // Changes of outputs before the sum: what cancels in the loss does not cost digits.
  const lossChange = (value: Tensor, place: number, nudge: number): number => {
    const kept = value.data[place];
    value.data[place] = kept + nudge;
    restoreBuffers();
    const { data } = layer.forward(x);
    value.data[place] = kept;
    let change = 0;
    for (let i = 0; i < weights.size; i++) change += weights.data[i] * (data[i] - output.data[i]);
    return change;
  };
  const errors = checked.map(([name, value, gradient]): [string, number] => {
    const differences = Float64Array.from({ length: value.size }, (_, place) =>
      centralDifference((nudge) => lossChange(value, place, nudge), h),
    );
    return [name, relativeError(gradient.data, differences, least)];
  });
  return Object.fromEntries([...errors, ...traceErrors]);
}

/** The errors of the two statistics of every BatchNorm in the layer, from its own computation graph. */
function batchNormErrors(layer: Layer, prefix: string, h: number): [name: string, error: number][] {
  if (layer instanceof BatchNorm) {
    // Of ghost batches there is no one graph; their gradients are checked as those of every layer.
    if (layer.lastStep()?.groups.length !== 1) return [];
    const { mean, variance } = explain(layer).finiteDifferenceErrors(h);
    return [
      [`${prefix}mean`, mean],
      [`${prefix}variance`, variance],
    ];
  }
  return layer.namedChildren().flatMap(([name, child]) => batchNormErrors(child, `${prefix}${name}.`, h));
}
