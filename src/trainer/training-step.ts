import type { Split } from "../data/split.js";
import type { Layer } from "../layers/layer.js";
import { ReusedWorkspace, type Workspace } from "../layers/workspace.js";
import type { Loss } from "../losses/cross-entropy.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type Tensor, zeros } from "../tensor.js";

/** The loss of a batch: crossEntropy, or a function of your own with the same signature. */
export type LossFunction = (outputs: Tensor, labels: Int32Array, workspace?: Workspace) => Loss;

/** One step of training. Two implementations: layer by layer, and one call into WebAssembly where the network allows. */
export interface TrainingStep {
  /**
   * Forward, loss, backward and update on these examples; gives the loss before the update. A loss that is not finite
   * leaves the parameters as they were, so that its cause can be found.
   */
  run(examples: Int32Array): number;
}

/** The step as a reader would write it, one layer after the other; works for every network, optimizer and loss. */
export class LayerwiseStep implements TrainingStep {
  /** One for each batch size, so that the small last batch of an epoch doesn't make every tensor anew. */
  private readonly buffers = new Map<number, { inputs: Tensor; labels: Int32Array; workspace: Workspace }>();

  constructor(
    private readonly network: Layer,
    private readonly optimizers: readonly Optimizer[],
    private readonly loss: LossFunction,
    private readonly data: Split,
  ) {}

  run(examples: Int32Array): number {
    const { inputs, labels, workspace } = this.gather(examples);
    const outputs = this.network.forward(inputs, workspace);
    const { loss, gradient } = this.loss(outputs, labels, workspace);
    if (!Number.isFinite(loss)) return loss;
    this.network.backward(gradient, workspace);
    for (const optimizer of this.optimizers) optimizer.step();
    return loss;
  }

  private gather(examples: Int32Array) {
    const count = examples.length;
    let buffer = this.buffers.get(count);
    if (!buffer) {
      const shape = [count, ...this.data.inputs.shape.slice(1)];
      buffer = {
        inputs: zeros(shape, this.data.inputs.dtype),
        labels: new Int32Array(count),
        workspace: new ReusedWorkspace(),
      };
      this.buffers.set(count, buffer);
    }
    const source = this.data.inputs.data;
    const target = buffer.inputs.data;
    const width = buffer.inputs.size / count;
    for (let row = 0; row < count; row++) {
      const start = examples[row] * width;
      for (let column = 0; column < width; column++) target[row * width + column] = source[start + column];
      buffer.labels[row] = this.data.labels[examples[row]];
    }
    return buffer;
  }
}

/** The fastest step that can train this network. */
export function newTrainingStep(
  network: Layer,
  optimizers: readonly Optimizer[],
  loss: LossFunction,
  data: Split,
): TrainingStep {
  return new LayerwiseStep(network, optimizers, loss, data);
}
