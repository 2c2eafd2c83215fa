import { withLayersKept } from "../nn/layers/all-layers.js";
import type { Layer } from "../nn/layers/layer.js";
import type { Tensor } from "../tensor/tensor.js";
import { leafLayers, type NamedLayer } from "./leaf-layers.js";
import type { LossFunction } from "./training-step.js";

/** The inputs of each layer, the outputs, and the loss of one look at a network. */
export interface Observation {
  layers: readonly NamedLayer[];
  /** The input of each layer, in their order. */
  inputs: readonly Tensor[];
  /** The output of each layer, in their order. */
  layerOutputs: readonly Tensor[];
  outputs: Tensor;
  loss: number;
}

/**
 * A forward pass in the given mode, and with `gradients` a backward pass that leaves the gradients in the parameters.
 * Modes, running statistics and the draws of dropout are afterwards as before: looking does not disturb the training.
 */
export function observe(
  network: Layer,
  inputs: Tensor,
  labels: Int32Array,
  loss: LossFunction,
  options: { mode: "train" | "eval"; gradients: boolean },
): Observation {
  return undisturbed(network, options.mode, () => {
    const layers = leafLayers(network);
    const seen: Tensor[] = [];
    const layerOutputs: Tensor[] = [];
    for (const { layer } of layers) {
      const { forward } = layer;
      // Goes again with the other fields that the layer has not had before.
      layer.forward = (x, workspace) => {
        const output = forward.call(layer, x, workspace);
        seen.push(x);
        layerOutputs.push(output);
        return output;
      };
    }
    const outputs = network.forward(inputs);
    const { loss: lossValue, gradient } = loss(outputs, labels);
    if (options.gradients) network.backward(gradient);
    return { layers, inputs: seen, layerOutputs, outputs, loss: lossValue };
  });
}

/** Runs `look` with all layers in the mode, and puts modes, buffers and what backward() needs back afterwards. */
export function undisturbed<Result>(network: Layer, mode: "train" | "eval", look: () => Result): Result {
  const buffers = network.namedBuffers().map(([, buffer]) => ({ buffer, values: buffer.data.slice() }));
  try {
    return withLayersKept(network, () => {
      if (mode === "train") network.train();
      else network.eval();
      return look();
    });
  } finally {
    for (const { buffer, values } of buffers) buffer.data.set(values);
  }
}
