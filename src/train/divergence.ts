import type { Layer } from "../nn/layers/layer.js";
import type { Tensor } from "../tensor/tensor.js";
import type { History } from "./history.js";
import { describeLayer } from "./leaf-layers.js";
import { observe } from "./observe.js";
import type { LossFunction } from "./training-step.js";

/** NaN or infinity turned up in training. */
export class DivergenceError extends Error {
  override name = "DivergenceError";

  constructor(
    message: string,
    /** The step, counted from 1, whose loss or update was not finite. */
    readonly step: number,
    /** Where it was found first: the name of a parameter ("2.weight") or of a layer ("2"); "loss" when all layers are finite. */
    readonly layer: string,
    /** What was recorded up to here. */
    readonly history: History,
  ) {
    super(message);
  }
}

/** The first parameter that holds NaN or infinity, with the value found. */
export function nonFiniteParameter(network: Layer): { name: string; value: number } | undefined {
  for (const [name, { value }] of network.namedParameters()) {
    const found = firstNonFinite(value);
    if (found !== undefined) return { name, value: found };
  }
  return undefined;
}

/** Where a loss that is not finite comes from: the first parameter, else the first layer's output, else the loss itself. */
export function locateDivergence(
  network: Layer,
  inputs: Tensor,
  labels: Int32Array,
  loss: LossFunction,
): { layer: string; what: string } {
  const parameter = nonFiniteParameter(network);
  if (parameter)
    return { layer: parameter.name, what: `the parameter ${parameter.name} holds ${parameter.value}` };
  const { layers, layerOutputs } = observe(network, inputs, labels, loss, {
    mode: "train",
    gradients: false,
  });
  for (const [place, named] of layers.entries()) {
    const found = firstNonFinite(layerOutputs[place]);
    if (found !== undefined)
      return { layer: named.name, what: `the output of layer ${describeLayer(named)} holds ${found}` };
  }
  return { layer: "loss", what: "the outputs of all layers are finite, but the loss is not" };
}

function firstNonFinite(tensor: Tensor): number | undefined {
  const { data } = tensor;
  // Nothing but NaN and infinity is no zero when multiplied by it. Every training ends with this, and short ones notice.
  let zero = 0;
  for (let i = 0; i < data.length; i++) zero += 0 * data[i];
  return zero === 0 ? undefined : data.find((value: number) => !Number.isFinite(value));
}
