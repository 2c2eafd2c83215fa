import { checkCount, checkOptions, ShapeError, ValueError } from "../base/errors.js";
import { exp } from "../base/math/index.js";
import type { Split } from "../data/split.js";
import { withForwardMemory } from "../nn/layers/forward-memory.js";
import type { Layer } from "../nn/layers/layer.js";
import { showShape, Tensor, zeros } from "../tensor/tensor.js";
import { ReusedWorkspace, type Workspace } from "../tensor/workspace.js";
import { undisturbed } from "./observe.js";

export interface PredictOptions {
  /** How many examples at a time; says nothing about the result. Default 512. */
  batchSize?: number;
}

/** What a network says of examples. */
export class Prediction {
  constructor(
    /** The network's outputs, [N, classes]: logits, for a network trained on crossEntropy. */
    readonly outputs: Tensor,
    /** The class of each example's largest output, [N]: the first of equal ones, −1 when one of them is NaN. */
    readonly labels: Int32Array,
  ) {}

  /** Softmax of the outputs, [N, classes], of their dtype: e^z_k / Σ_j e^z_j. */
  probabilities(): Tensor {
    const { data, shape, dtype } = this.outputs;
    const [rows, classes] = shape;
    const result = zeros(shape, dtype);
    const terms = new Float64Array(classes);
    for (let start = 0; start < rows * classes; start += classes) {
      // Less the largest one, so that none overflows; the quotients are the same.
      let largest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classes; k++) largest = Math.max(largest, data[start + k]);
      let sum = 0;
      for (let k = 0; k < classes; k++) {
        terms[k] = exp(data[start + k] - largest);
        sum += terms[k];
      }
      for (let k = 0; k < classes; k++) result.data[start + k] = terms[k] / sum;
    }
    return result;
  }
}

/**
 * Outputs, classes and probabilities that a network gives examples in eval mode. The network's modes and state, and what
 * its layers keep for backward(), are afterwards as before.
 *
 *     const { labels } = predict(network, test);
 *     predict(network, test).probabilities().at(0, 3);   // of the first example, to be a 3
 *
 * @param data a split, or inputs [N, …]
 * @throws ValueError without examples, ShapeError when the outputs are not [N, classes].
 */
export function predict(network: Layer, data: Split | Tensor, options: PredictOptions = {}): Prediction {
  checkOptions("predict", options, ["batchSize"]);
  const { batchSize = 512 } = options;
  checkCount("predict", "batchSize", batchSize);
  const inputs = data instanceof Tensor ? data : data?.inputs;
  if (!(inputs instanceof Tensor))
    throw new ValueError(
      "predict takes a network, and a split or a tensor of inputs: predict(network, test).",
    );
  const [rows = 0] = inputs.shape;
  if (rows === 0) throw new ValueError("predict got no examples.");
  const look = (workspace: Workspace): Prediction => {
    let outputs: Tensor | undefined;
    for (let start = 0; start < rows; start += batchSize) {
      const end = Math.min(start + batchSize, rows);
      const batch = network.forward(batchSize >= rows ? inputs : inputs.slice(start, end), workspace);
      if (batch.shape.length !== 2 || batch.shape[0] !== end - start)
        throw new ShapeError(
          `predict needs outputs [N, classes]; of ${end - start} examples the network made ${showShape(batch.shape)}.`,
        );
      outputs ??= zeros([rows, batch.shape[1]], batch.dtype);
      outputs.data.set(batch.data, start * batch.shape[1]);
    }
    if (!outputs) throw new ValueError("predict got no examples.");
    return new Prediction(outputs, outputs.argmax(1));
  };
  return withForwardMemory(network, inputs.dtype, new ReusedWorkspace(), (workspace) =>
    undisturbed(network, "eval", () => look(workspace)),
  );
}
