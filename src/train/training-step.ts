import { copyRows } from "../data/rows.js";
import type { Split } from "../data/split.js";
import type { Layer } from "../nn/layers/layer.js";
import { Sequential } from "../nn/layers/sequential.js";
import { crossEntropy, type Loss } from "../nn/losses/cross-entropy.js";
import { meanSquaredError } from "../nn/losses/mean-squared-error.js";
import type { Optimizer } from "../nn/optimizers/optimizer.js";
import { type Tensor, zeros } from "../tensor/tensor.js";
import { ReusedWorkspace, type Workspace } from "../tensor/workspace.js";
import { planTraining, type TrainingPlan } from "./plan/training-plan.js";

/** The loss of a batch: crossEntropy, or a function of your own with the same signature. */
export type LossFunction = (outputs: Tensor, labels: Int32Array, workspace?: Workspace) => Loss;

/** meanSquaredError between the outputs and 1 for the label's class, 0 for the others. */
export function squaredErrorOfClasses(outputs: Tensor, labels: Int32Array, workspace?: Workspace): Loss {
  const classes = outputs.size / labels.length;
  const target = zeros(outputs.shape, outputs.dtype);
  labels.forEach((label, row) => {
    target.data[row * classes + label] = 1;
  });
  return meanSquaredError(outputs, target, workspace);
}

/** One step of training. Two implementations: layer by layer, and one call into WebAssembly where the network allows. */
export interface TrainingStep {
  /**
   * Forward, loss and backward on these examples: gives the loss and leaves the gradients in the parameters. A loss that is
   * not finite is the end: there are no gradients then, and the parameters stay, so that its cause can be found.
   */
  gradients(examples: Int32Array): number;

  /** The optimizers' step by these gradients, which clipping may have changed. */
  update(): void;
}

/** A batch as a step reads it: written over by the next one of the same size. */
interface Batch {
  inputs: Tensor;
  labels: Int32Array;
}

/** Copies the examples of the batch out of the data. */
function gather(data: Split, examples: Int32Array, { inputs, labels }: Batch): void {
  copyRows(data.inputs.data, examples, inputs.data, inputs.size / examples.length);
  for (let row = 0; row < examples.length; row++) labels[row] = data.labels[examples[row]];
}

/** Makes what a batch of some size needs once: an epoch has two sizes when its last batch is small. */
class BySize<Value> {
  private readonly made = new Map<number, Value>();

  constructor(private readonly make: (size: number) => Value) {}

  get(size: number): Value {
    let value = this.made.get(size);
    if (value === undefined) {
      value = this.make(size);
      this.made.set(size, value);
    }
    return value;
  }
}

/** The step as a reader would write it, one layer after the other; works for every network, optimizer and loss. */
export class LayerwiseStep implements TrainingStep {
  private readonly batches: BySize<Batch & { workspace: Workspace }>;

  constructor(
    private readonly network: Layer,
    private readonly optimizers: readonly Optimizer[],
    private readonly loss: LossFunction,
    private readonly data: Split,
  ) {
    this.batches = new BySize((size) => ({
      inputs: zeros([size, ...data.inputs.shape.slice(1)], data.inputs.dtype),
      labels: new Int32Array(size),
      workspace: new ReusedWorkspace(),
    }));
  }

  gradients(examples: Int32Array): number {
    const batch = this.batches.get(examples.length);
    gather(this.data, examples, batch);
    const outputs = this.network.forward(batch.inputs, batch.workspace);
    const { loss, gradient } = this.loss(outputs, batch.labels, batch.workspace);
    if (!Number.isFinite(loss)) return loss;
    this.network.backward(gradient, batch.workspace);
    return loss;
  }

  update(): void {
    for (const optimizer of this.optimizers) optimizer.step();
  }
}

/** The step as a flat list of calls into WebAssembly; to the same bits. */
class PlannedStep implements TrainingStep {
  /** That of the last gradients(). */
  private plan: TrainingPlan | null = null;

  constructor(
    private readonly plans: BySize<TrainingPlan | null>,
    private readonly data: Split,
    private readonly otherwise: LayerwiseStep,
  ) {}

  gradients(examples: Int32Array): number {
    this.plan = this.plans.get(examples.length);
    if (!this.plan) return this.otherwise.gradients(examples);
    this.plan.take(this.data, examples);
    return this.plan.gradients();
  }

  update(): void {
    (this.plan ?? this.otherwise).update();
  }
}

/** The fastest step that can train this network: planned for crossEntropy in float32, else layer by layer. */
export function newTrainingStep(
  network: Layer,
  optimizers: readonly Optimizer[],
  loss: LossFunction,
  data: Split,
): TrainingStep {
  const layerwise = new LayerwiseStep(network, optimizers, loss, data);
  const [, features, ...places] = data.inputs.shape;
  const [optimizer, ...others] = optimizers;
  const plannable =
    loss === crossEntropy && data.inputs.dtype === "float32" && places.length === 0 && others.length === 0;
  if (!plannable || !(network instanceof Sequential)) return layerwise;
  const plans = new BySize((batchSize) => planTraining({ network, optimizer, batchSize, features }));
  return new PlannedStep(plans, data, layerwise);
}
