import { copyRows } from "../data/rows.js";
import type { Split } from "../data/split.js";
import type { Layer } from "../nn/layers/layer.js";
import type { LossFunction } from "../nn/losses/loss-function.js";
import type { Optimizer } from "../nn/optimizers/optimizer.js";
import { ReusedWorkspace } from "../tensor/workspace.js";
import { planTraining } from "./plan/training-plan.js";

export type { LossFunction };

/** The steps of a training: compiled (plan/) where all of the network is known there, or layer by layer. */
export interface TrainingStep {
  /**
   * Forward, loss and backward on these examples: gives the loss and leaves the gradients in the parameters. A loss that is
   * not finite is the end: there are no gradients then, and the parameters stay, so that its cause can be found.
   */
  gradients(examples: Int32Array): number;
  /** The optimizers' step by these gradients, which clipping may have changed. */
  update(): void;
  /** Before others' code runs, which may look at the network and the data, or change them. */
  giveBack(): void;
  /** After the last step, whatever ended the training: gives back what it holds. */
  end(): void;
}

/** What a training's steps need. */
export interface TrainingStepOptions {
  readonly network: Layer;
  readonly optimizers: readonly Optimizer[];
  readonly loss: LossFunction;
  readonly data: Split;
  /** The sizes of the batches that will come. */
  readonly batchSizes: readonly number[];
}

/** The fastest step that can train this network, to the same bits. Throws a BackendError when the memory has no room for it. */
export function newTrainingStep(options: TrainingStepOptions): TrainingStep {
  return planTraining(options) ?? new LayerwiseStep(options);
}

/** The step as a reader would write it, one layer after the other; works for every network, optimizer and loss. */
export class LayerwiseStep implements TrainingStep {
  private readonly workspace = new ReusedWorkspace();
  private labels = new Int32Array(0);

  constructor(private readonly options: Omit<TrainingStepOptions, "batchSizes">) {}

  gradients(examples: Int32Array): number {
    const { network, loss: lossOf, data } = this.options;
    const { workspace } = this;
    const inputs = workspace.tensor(
      this,
      "inputs",
      [examples.length, ...data.inputs.shape.slice(1)],
      data.inputs.dtype,
    );
    copyRows(data.inputs.data, examples, inputs.data, inputs.size / examples.length);
    if (this.labels.length !== examples.length) this.labels = new Int32Array(examples.length);
    for (let row = 0; row < examples.length; row++) this.labels[row] = data.labels[examples[row]];
    const { loss, gradient } = lossOf(network.forward(inputs, workspace), this.labels, workspace);
    if (!Number.isFinite(loss)) return loss;
    network.backward(gradient, workspace);
    return loss;
  }

  update(): void {
    for (const optimizer of this.options.optimizers) optimizer.step();
  }

  giveBack(): void {}

  end(): void {}
}
