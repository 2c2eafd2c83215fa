/**
 * A float32 training step as a flat list of calls into WebAssembly on memory that is laid out once: forward pass, loss,
 * backward pass and update. It computes what the layers, the loss and the optimizer compute, to the same bits, and leaves
 * out what nobody asks for: the gradient of the network's input, checks that were made once, and copies.
 */
import { copyRows } from "../../data/rows.js";
import type { Layer } from "../../nn/layers/layer.js";
import type { Sequential } from "../../nn/layers/sequential.js";
import { crossEntropy } from "../../nn/losses/cross-entropy.js";
import type { Optimizer } from "../../nn/optimizers/optimizer.js";
import { SGD } from "../../nn/optimizers/sgd.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import { kernelMemory } from "../../tensor/wasm/memory.js";
import { updateWeights } from "../../tensor/wasm/team.js";
import { ReusedWorkspace, type Workspace } from "../../tensor/workspace.js";
import { Place, type Segment, segmentsOf } from "./plan-segments.js";

export interface TrainingPlanOptions {
  network: Sequential;
  optimizer: Optimizer;
  /** Rows of every batch. */
  batchSize: number;
  /** Values of one row. */
  features: number;
}

/** Examples with their class numbers. */
export interface LabelledRows {
  readonly inputs: Tensor;
  readonly labels: Int32Array;
}

/**
 * The plan for a network that ends in logits for crossEntropy(), or null when it has a layer that the plan does not know
 * (a class of the reader's own, or float64) or when the WebAssembly memory has no room: then train through the layers.
 */
export function planTraining(options: TrainingPlanOptions): TrainingPlan | null {
  const { network, batchSize, features } = options;
  const place = new Place(kernelMemory(), new ReusedWorkspace());
  const inputs = zeros([batchSize, features]);
  const segments = segmentsOf(network.layers, inputs, place);
  return segments && place.holdsAll ? new TrainingPlan(options, inputs, segments, place) : null;
}

export class TrainingPlan {
  /** [batchSize, features]: the caller writes each batch here before gradients(). */
  readonly inputs: Tensor;
  /** [batchSize], likewise. */
  readonly labels: Int32Array;
  private readonly network: Sequential;
  private readonly optimizer: Optimizer;
  private readonly layers: readonly Layer[];
  private readonly logits: Tensor;
  private readonly logitsGradient: Tensor;
  private readonly forward: readonly (() => void)[];
  private readonly backward: readonly (() => void)[];
  private readonly updates: readonly (() => void)[] | null;
  private readonly place: Place;
  private readonly lossWorkspace: Workspace;
  /** Which examples of the data the batch takes. */
  private readonly examples: Int32Array;

  constructor(
    { network, optimizer, batchSize }: TrainingPlanOptions,
    inputs: Tensor,
    segments: readonly Segment[],
    place: Place,
  ) {
    place.pointer(inputs);
    this.network = network;
    this.optimizer = optimizer;
    this.layers = network.layers;
    this.place = place;
    this.inputs = inputs;
    this.labels = integersIn(place, batchSize);
    this.examples = integersIn(place, batchSize);
    this.logits = segments.length > 0 ? segments[segments.length - 1].output : inputs;
    this.logitsGradient = zeros(this.logits.shape);
    this.lossWorkspace = { tensor: () => this.logitsGradient };
    this.forward = segments.map((segment) => segment.forward);

    const backward: (() => void)[] = [];
    let gradOutput = this.logitsGradient;
    for (let i = segments.length - 1; i >= 0; i--) {
      // The first segment's input is the data: nobody asks for its gradient.
      const gradInput = i > 0 ? zeros(segments[i - 1].output.shape) : null;
      backward.push(segments[i].backward(gradOutput, gradInput));
      if (gradInput) gradOutput = gradInput;
    }
    this.backward = backward;
    this.updates = optimizer instanceof SGD ? sgdUpdates(optimizer, place) : null;
  }

  /** Copies these examples, [batchSize] rows of the data, into `inputs` and `labels`. */
  take(data: LabelledRows, examples: Int32Array): void {
    const source = data.inputs.data;
    const { memory } = this.place;
    const [rows, width] = this.inputs.shape;
    if (source instanceof Float32Array && memory.holds(source)) {
      this.examples.set(examples);
      const { kernels } = memory;
      const out = this.inputs.data.byteOffset;
      kernels.gatherRows(source.byteOffset, this.examples.byteOffset, out, rows, width);
    } else {
      copyRows(source, examples, this.inputs.data, width);
    }
    for (let row = 0; row < rows; row++) this.labels[row] = data.labels[examples[row]];
  }

  /** Forward and backward pass of the batch in `inputs` and `labels`: returns the mean cross-entropy and writes the parameters' gradients. */
  gradients(): number {
    if (!this.layers.every(isTraining)) return this.gradientsThroughLayers();
    for (const call of this.forward) call();
    const { loss } = crossEntropy(this.logits, this.labels, this.lossWorkspace);
    for (const call of this.backward) call();
    return loss;
  }

  /** The optimizer's step. */
  update(): void {
    if (this.updates) for (const call of this.updates) call();
    else this.optimizer.step();
  }

  /** After eval() or freeze() of a layer the calls of the plan no longer say what the layers do. */
  private gradientsThroughLayers(): number {
    const { workspace } = this.place;
    const logits = this.network.forward(this.inputs, workspace);
    const { loss, gradient } = crossEntropy(logits, this.labels, workspace);
    this.network.backward(gradient, workspace);
    return loss;
  }
}

/** Whole numbers where the kernels can read them. */
function integersIn(place: Place, length: number): Int32Array {
  return place.memory.integers(place.pointer(zeros([length])), length);
}

function isTraining(layer: Layer): boolean {
  return layer.training && !("frozen" in layer && layer.frozen === true);
}

/** SGD's step for each of its parameters, or null when some lie outside the WebAssembly memory. */
function sgdUpdates(optimizer: SGD, place: Place): (() => void)[] | null {
  const { memory } = place;
  let at = 0;
  const updates = optimizer.groups.flatMap((group) =>
    group.parameters.map(({ value, gradient }) => {
      const weight = place.pointer(value);
      const weightGradient = place.pointer(gradient);
      const velocity = optimizer.velocities[at++];
      const velocityPointer = velocity ? place.pointer(velocity) : 0;
      // The rate is read at each step: a schedule changes it.
      return () =>
        updateWeights(
          memory,
          weight,
          weightGradient,
          velocityPointer,
          value.size,
          group.learningRate,
          group.momentum,
          group.weightDecay,
          group.nesterov,
        );
    }),
  );
  return place.holdsAll ? updates : null;
}
