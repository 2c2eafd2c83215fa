/**
 * A float32 training step as a flat list of calls into WebAssembly on memory that is laid out once: forward pass, loss,
 * backward pass and update. It computes what the layers, the loss and the optimizers compute, to the same bits, and leaves
 * out what nobody asks for: the gradient of the network's input, checks that were made once, and copies.
 */
import { OrderError } from "../../base/errors.js";
import { allLayers } from "../../nn/layers/all-layers.js";
import { BatchNorm } from "../../nn/layers/batch-norm.js";
import type { Layer } from "../../nn/layers/layer.js";
import { crossEntropy } from "../../nn/losses/cross-entropy.js";
import type { LossFunction } from "../../nn/losses/loss-function.js";
import { squaredErrorOfClasses } from "../../nn/losses/squared-error-of-classes.js";
import type { Optimizer } from "../../nn/optimizers/optimizer.js";
import type { Parameter } from "../../nn/parameter.js";
import { type Tensor, zeros } from "../../tensor/tensor.js";
import { begins, ended } from "../../tensor/wasm/interrupted.js";
import type { Workspace } from "../../tensor/workspace.js";
import { type BatchRows, DataCopy } from "./data-copy.js";
import { GradientPool } from "./gradient-pool.js";
import { Place } from "./place.js";
import { layersOf, segmentsOf } from "./plan-segments.js";
import { backwardOf, type Segment } from "./segment.js";
import { updatesOf } from "./updates.js";

/** Examples with their class numbers. */
export interface LabelledRows {
  readonly inputs: Tensor;
  readonly labels: Int32Array;
}

export interface TrainingPlanOptions {
  readonly network: Layer;
  readonly optimizers: readonly Optimizer[];
  readonly loss: LossFunction;
  readonly data: LabelledRows;
  /** The sizes of the batches that will come: all are laid out before the first step. */
  readonly batchSizes: readonly number[];
}

/**
 * The plan for a network, or null when it has a layer or an optimizer that the plan does not know (a class of the reader's
 * own, or float64): then train through the layers. Throws a BackendError when the memory has no room for all of it; nothing
 * has been trained then.
 */
export function planTraining(options: TrainingPlanOptions): TrainingPlan | null {
  const layers = layersOf(options.network);
  if (layers === null || options.data.inputs.dtype !== "float32") return null;
  const plan = new TrainingPlan(layers, options);
  return plan.compile() ? plan : null;
}

/** What is laid out for the layers' modes at some time: whole, or not at all. */
interface Compiled {
  readonly place: Place;
  readonly data: DataCopy;
  readonly modes: readonly number[];
  readonly batches: ReadonlyMap<number, Batch>;
  readonly updates: readonly (() => void)[];
}

export class TrainingPlan {
  private compiled: Compiled | null = null;
  private readonly sizes: Set<number>;
  /** All layers, also those inside others: each has a mode. */
  private readonly all: readonly Layer[];

  constructor(
    private readonly layers: readonly Layer[],
    private readonly options: TrainingPlanOptions,
  ) {
    this.sizes = new Set(options.batchSizes);
    this.all = allOf(layers);
  }

  /** Lays out what the layers do in their modes of now; false when some of it is not known here. */
  compile(): boolean {
    this.end();
    const place = new Place();
    const giveUp = () => place.release();
    begins(giveUp);
    try {
      this.compiled = compiledIn(place, this.layers, this.options, this.sizes);
    } finally {
      if (this.compiled === null) giveUp();
      ended(giveUp);
    }
    return this.compiled !== null;
  }

  /** Forward, loss and backward on these examples of the data: returns the loss. One that is not finite leaves no gradients. */
  gradients(examples: Int32Array): number {
    const { place, data, batches } = this.ready(examples.length);
    const batch = batches.get(examples.length);
    if (batch === undefined) throw new OrderError(`No batch of ${examples.length} was laid out.`);
    place.borrow();
    batch.examples.set(examples);
    data.gather(batch.examples, batch.inputs, batch.rows);
    const { labels } = this.options.data;
    for (let row = 0; row < examples.length; row++) batch.labels[row] = labels[examples[row]];
    for (const call of batch.forward) call();
    const loss = batch.loss();
    if (!Number.isFinite(loss)) return loss;
    for (const call of batch.backward) call();
    return loss;
  }

  /** The optimizers' step by the gradients of now. */
  update(): void {
    if (this.compiled === null && !this.compile()) throw exchanged();
    if (this.compiled === null) return;
    const { place, updates } = this.compiled;
    place.borrow();
    for (const update of updates) update();
  }

  /** Gives everything back that is borrowed, until the next step: before others may look, or change something. */
  giveBack(): void {
    this.compiled?.data.giveBack();
    this.compiled?.place.giveBack();
  }

  /** Gives the parameters their values and the memory free. A second time does nothing. */
  end(): void {
    this.compiled?.data.giveBack();
    this.compiled?.place.release();
    this.compiled = null;
  }

  /** What is laid out, anew when a layer's mode is another one: after eval(), freeze() or their opposites. */
  private ready(size: number): Compiled {
    const { compiled, all } = this;
    if (compiled?.batches.has(size)) {
      let at = 0;
      while (at < all.length && modeOf(all[at]) === compiled.modes[at]) at++;
      if (at === all.length) return compiled;
    }
    this.sizes.add(size);
    if (this.compile() && this.compiled !== null) return this.compiled;
    throw exchanged();
  }
}

function exchanged(): OrderError {
  return new OrderError(
    "A layer or an optimizer of the network was exchanged in the middle of its training.",
  );
}

/** A batch of one size: its arrays, and the calls that compute on them. */
interface Batch {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  /** Which examples of the data it takes. */
  readonly examples: Int32Array;
  /** null where the data have no copy. */
  readonly rows: BatchRows | null;
  readonly forward: readonly (() => void)[];
  /** The mean loss; leaves the gradient of the outputs. */
  readonly loss: () => number;
  readonly backward: readonly (() => void)[];
}

function compiledIn(
  place: Place,
  layers: readonly Layer[],
  { optimizers, loss, data }: TrainingPlanOptions,
  sizes: ReadonlySet<number>,
): Compiled | null {
  // Parameters of layers that run by their own forward() and backward() stay where these look for them.
  const outside = new Set<Parameter>();
  const runsItself = (layer: Layer) => {
    for (const parameter of layer.parameters()) outside.add(parameter);
  };
  const batches = new Map<number, Batch>();
  const copy = new DataCopy(data.inputs, place);
  for (const size of sizes) {
    const inputs = place.zeros([size, ...data.inputs.shape.slice(1)]);
    const examples = place.integers(size);
    const rows = copy.rowsAt(examples);
    const segments = segmentsOf(layers, inputs, place, runsItself, rows);
    if (segments === null) return null;
    batches.set(size, { ...batchOf(size, inputs, segments, place, loss), examples, rows });
  }
  const updates: (() => void)[] = [];
  for (const optimizer of optimizers) {
    const update = updatesOf(optimizer, place, (parameter) => outside.has(parameter));
    if (update === null) return null;
    updates.push(update);
  }
  if (place.hasOverlaps) return null;
  place.shareRoom();
  return {
    place,
    data: copy,
    modes: allOf(layers).map(modeOf),
    batches,
    updates,
  };
}

function batchOf(
  size: number,
  inputs: Tensor,
  segments: readonly Segment[],
  place: Place,
  loss: LossFunction,
): Omit<Batch, "examples" | "rows"> {
  const logits = segments.length > 0 ? segments[segments.length - 1].output : inputs;
  const logitsGradient = place.zeros(logits.shape);
  const labels = new Int32Array(size);
  // The first segment's input is the data: nobody asks for its gradient.
  const backward = backwardOf(segments, logitsGradient, null, new GradientPool(place));
  return {
    inputs: place.memory.floats(place.pointer(inputs), inputs.size),
    labels,
    forward: segments.map((segment) => segment.forward),
    loss:
      loss === crossEntropy
        ? crossEntropyOf(logits, labels, logitsGradient)
        : lossOf(loss, logits, labels, logitsGradient, place),
    backward,
  };
}

function crossEntropyOf(logits: Tensor, labels: Int32Array, gradient: Tensor): () => number {
  const workspace: Workspace = { tensor: () => gradient };
  return () => crossEntropy(logits, labels, workspace).loss;
}

/** A loss of the reader's own works on ordinary arrays, and may keep them. */
function lossOf(
  loss: LossFunction,
  logits: Tensor,
  labels: Int32Array,
  logitsGradient: Tensor,
  place: Place,
): () => number {
  const outputs = zeros(logits.shape);
  return () => {
    outputs.data.set(logits.data);
    if (loss !== squaredErrorOfClasses) place.giveBack();
    const { loss: value, gradient } = loss(outputs, labels, place.workspace);
    logitsGradient.data.set(gradient.data);
    place.borrow();
    return value;
  };
}

const allOf = (layers: readonly Layer[]) => layers.flatMap(allLayers);

/** A layer in training mode computes something else than in eval mode, or frozen. */
function modeOf(layer: Layer): number {
  const isFrozen = layer instanceof BatchNorm && layer.frozen;
  return (layer.training ? 1 : 0) + (isFrozen ? 2 : 0);
}
