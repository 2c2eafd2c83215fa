import {
  checkCount,
  checkNumber,
  checkOptions,
  OptionError,
  ShapeError,
  ValueError,
} from "../base/errors.js";
import { Random } from "../base/random.js";
import type { Split } from "../data/split.js";
import { BatchNorm } from "../nn/layers/batch-norm.js";
import { Layer } from "../nn/layers/layer.js";
import { crossEntropy } from "../nn/losses/cross-entropy.js";
import { Optimizer } from "../nn/optimizers/optimizer.js";
import { newProgress, type ProgressSink, silentProgress } from "../report/progress.js";
import { ReusedWorkspace } from "../tensor/workspace.js";
import { Batches, type BatchOrder, type LastBatch } from "./batches.js";
import { DivergenceError, locateDivergence, nonFiniteParameter } from "./divergence.js";
import { type EarlyStop, EarlyStopping } from "./early-stopping.js";
import { type Evaluation, evaluateIn } from "./evaluate.js";
import { type History, Recorder, type Stopped } from "./history.js";
import { leafLayers } from "./leaf-layers.js";
import { Pauses } from "./pauses.js";
import { type Probe, Probes } from "./probes.js";
import { type LossFunction, newTrainingStep, squaredErrorOfClasses } from "./training-step.js";

export interface TrainerOptions {
  network: Layer;
  /** Several when parameters are to be trained differently. */
  optimizer: Optimizer | readonly Optimizer[];
  /** Examples of a batch; default 32. */
  batchSize?: number;
  /** Decides which examples come in which batch; default 0. */
  seed?: number;
  /**
   * Default "crossEntropy"; "meanSquaredError" compares the outputs with 1 for the label's class and 0 for the others; or a
   * function of your own.
   */
  loss?: "crossEntropy" | "meanSquaredError" | LossFunction;
  /** The small batch at the end of an epoch: "keep" (default) or "drop". */
  lastBatch?: LastBatch;
  /** Default "shuffled". */
  batchOrder?: BatchOrder;
}

export interface FitOptions {
  /** How many steps (batches) to train; give this or `epochs`. */
  steps?: number;
  epochs?: number;
  /** Loss and accuracy on it are recorded as "validation". */
  validation?: Split;
  /** More splits to evaluate at the same steps, by name. */
  evaluate?: Record<string, Split>;
  /** Evaluate before the training, every so many steps, and at the end. Default: the steps of an epoch. */
  evaluateEvery?: number;
  /** Probe as well before the training, every so many steps, and at the end. Default: evaluateEvery. */
  probeEvery?: number;
  probes?: readonly Probe[];
  /** How many of the first training examples the probes look at; default 256. */
  probeSize?: number;
  earlyStop?: EarlyStop;
  /** Ends the training after the running step; the running cell's stop button does so without it. */
  signal?: AbortSignal;
  /** true (default) shows progress where the code runs, false shows nothing. */
  progress?: boolean | ProgressSink;
}

const LOSSES = { crossEntropy, meanSquaredError: squaredErrorOfClasses };
const TRAINER_OPTIONS = ["network", "optimizer", "batchSize", "seed", "loss", "lastBatch", "batchOrder"];
const FIT_OPTIONS = [
  "steps",
  "epochs",
  "validation",
  "evaluate",
  "evaluateEvery",
  "probeEvery",
  "probes",
  "probeSize",
  "earlyStop",
  "signal",
  "progress",
];

/**
 * Trains a network by mini-batches.
 *
 *     const trainer = new Trainer({ network, optimizer: new SGD(network.parameters(), { learningRate: 0.1 }), batchSize: 64 });
 *     const history = await trainer.fit(train, { steps: 1000, validation });
 *
 * Same seed, same bits: when the loop pauses for interrupts depends on the clock, but nothing that is computed does.
 */
export class Trainer {
  readonly network: Layer;
  readonly optimizers: readonly Optimizer[];
  readonly batchSize: number;
  readonly seed: number;
  readonly loss: LossFunction;
  readonly lastBatch: LastBatch;
  readonly batchOrder: BatchOrder;
  /** How many steps were done in all; a checkpoint sets it, and the next fit() goes on from there. */
  stepsDone = 0;
  /** Decides the batches: the batch of a step depends on this and the step alone. */
  readonly random: Random;
  private readonly evaluationWorkspace = new ReusedWorkspace();

  constructor(options: TrainerOptions) {
    checkOptions("Trainer", options, TRAINER_OPTIONS);
    const { network, optimizer, batchSize = 32, seed = 0, loss = "crossEntropy" } = options;
    const { lastBatch = "keep", batchOrder = "shuffled" } = options;
    if (!(network instanceof Layer))
      throw new OptionError("Trainer needs a network: { network, optimizer }.");
    const optimizers = optimizer instanceof Optimizer ? [optimizer] : [...(optimizer ?? [])];
    if (optimizers.length === 0 || !optimizers.every((entry) => entry instanceof Optimizer))
      throw new OptionError(
        "Trainer needs an optimizer, such as new SGD(network.parameters(), { learningRate: 0.1 }).",
      );
    checkCount("Trainer", "batchSize", batchSize);
    if (lastBatch !== "keep" && lastBatch !== "drop")
      throw new OptionError(`Trainer: lastBatch must be "keep" or "drop"; got ${JSON.stringify(lastBatch)}.`);
    if (batchOrder !== "shuffled")
      checkCount("Trainer", "batchOrder.classesPerBatch", batchOrder.classesPerBatch);
    this.network = network;
    this.optimizers = optimizers;
    this.batchSize = batchSize;
    this.seed = seed;
    this.loss = typeof loss === "string" ? LOSSES[loss] : loss;
    if (typeof this.loss !== "function")
      throw new OptionError(
        `Trainer: loss must be "crossEntropy", "meanSquaredError" or a function; got ${JSON.stringify(loss)}.`,
      );
    this.lastBatch = lastBatch;
    this.batchOrder = batchOrder;
    this.random = new Random(seed).stream("batches");
  }

  /**
   * Trains on the split; called again, it goes on. Throws a DivergenceError, which names step and layer and carries the history,
   * when the loss or a parameter is no longer finite; a ShapeError when a BatchNorm would get a batch of 1.
   */
  async fit(train: Split, options: FitOptions): Promise<History> {
    checkOptions("Trainer.fit", options, FIT_OPTIONS);
    const batches = this.batchesOf(train);
    const { evaluateEvery, probeEvery, probeSize, splits } = checkedFit(options, batches.perEpoch);
    const firstStep = this.stepsDone;
    const lastStep = firstStep + stepsOf(options, batches.perEpoch);
    const stopping = new EarlyStopping(options.earlyStop, options.validation !== undefined, this.network);
    const asked = options.probes ?? [];
    const sample = asked.length > 0 ? train.take(probeSize) : train;
    const probes = new Probes(this.network, sample, this.loss, asked);
    const recorder = new Recorder(firstStep);
    const pauses = new Pauses(options.signal);
    const progress = progressOf(options.progress);
    const isDue = (every: number, step: number) =>
      step === firstStep || step % every === 0 || step === lastStep;

    this.network.train();
    const step = newTrainingStep(this.network, this.optimizers, this.loss, train);
    let stopped: Stopped | undefined;
    progress.start(lastStep - firstStep, "Training");
    try {
      while (!stopped) {
        if (isDue(evaluateEvery, this.stepsDone) && this.evaluateAll(splits, recorder, stopping))
          stopped = "early";
        if (isDue(probeEvery, this.stepsDone) && !probes.none)
          recorder.probe(this.stepsDone, probes.measure());
        if (pauses.due()) await pauses.take();
        if (this.stepsDone === lastStep) stopped = "finished";
        else if (pauses.aborted()) stopped ??= "aborted";
        if (stopped) break;

        if (isDue(probeEvery, this.stepsDone + 1)) probes.beforeStep();
        const examples = batches.at(this.stepsDone);
        const loss = step.run(examples);
        if (!Number.isFinite(loss)) this.throwDiverged(train, examples, recorder);
        this.stepsDone++;
        recorder.step(loss);
        progress.report(this.stepsDone - firstStep, { loss });
      }
      this.checkParameters(recorder);
      stopping.restoreBest();
    } finally {
      progress.finish();
    }
    return recorder.history(stopped);
  }

  private batchesOf(train: Split): Batches {
    if (train.size === 0) throw new ValueError("Trainer.fit got a training split without examples.");
    const { labels, classes, size } = train;
    const batches = new Batches(
      labels,
      classes,
      this.batchSize,
      this.lastBatch,
      this.batchOrder,
      this.random,
    );
    const normalizes = leafLayers(this.network).some(
      ({ layer }) => layer instanceof BatchNorm && !layer.frozen,
    );
    const vector = train.inputs.shape.length === 2;
    if (normalizes && vector && batches.sizes(this.lastBatch).includes(1))
      throw new ShapeError(
        `BatchNorm in training needs more than 1 value per channel, but batches of ${this.batchSize} from ${size} examples ` +
          `leave one of 1. Use lastBatch: "drop" or another batchSize.`,
      );
    return batches;
  }

  /** Evaluates all splits; true when early stopping says that it is enough. */
  private evaluateAll(splits: Record<string, Split>, recorder: Recorder, stopping: EarlyStopping): boolean {
    if (Object.keys(splits).length === 0) return false;
    this.checkParameters(recorder);
    const results = Object.entries(splits).map(([name, split]): [string, Evaluation] => [
      name,
      evaluateIn(this.evaluationWorkspace, this.network, split, { loss: this.loss }),
    ]);
    const byName = Object.fromEntries(results);
    recorder.evaluation(this.stepsDone, byName);
    return stopping.shouldStop(byName.validation);
  }

  private checkParameters(recorder: Recorder): void {
    const found = nonFiniteParameter(this.network);
    if (!found) return;
    throw new DivergenceError(
      `Training diverged: after step ${this.stepsDone} the parameter ${found.name} holds ${found.value}. ${ADVICE}`,
      this.stepsDone,
      found.name,
      recorder.history("early"),
    );
  }

  private throwDiverged(train: Split, examples: Int32Array, recorder: Recorder): never {
    const batch = train.subset(examples);
    const { layer, what } = locateDivergence(this.network, batch.inputs, batch.labels, this.loss);
    const step = this.stepsDone + 1;
    throw new DivergenceError(
      `Training diverged: the loss of step ${step} is not finite, because ${what}. ${ADVICE}`,
      step,
      layer,
      recorder.history("early"),
    );
  }
}

const ADVICE = "Try a smaller learning rate.";

function checkedFit(options: FitOptions, perEpoch: number) {
  const {
    evaluateEvery = perEpoch,
    probeEvery = evaluateEvery,
    probeSize = 256,
    validation,
    evaluate,
  } = options;
  checkCount("Trainer.fit", "evaluateEvery", evaluateEvery);
  checkCount("Trainer.fit", "probeEvery", probeEvery);
  checkCount("Trainer.fit", "probeSize", probeSize);
  const splits: Record<string, Split> = { ...(validation && { validation }), ...evaluate };
  for (const [name, split] of Object.entries(splits))
    if (split.size === 0) throw new ValueError(`Trainer.fit: the split "${name}" has no examples.`);
  return { evaluateEvery, probeEvery, probeSize, splits };
}

function stepsOf({ steps, epochs }: FitOptions, perEpoch: number): number {
  if ((steps === undefined) === (epochs === undefined))
    throw new OptionError("Trainer.fit needs either steps or epochs, such as { steps: 1000 }.");
  if (steps !== undefined) {
    checkCount("Trainer.fit", "steps", steps, 0);
    return steps;
  }
  checkNumber("Trainer.fit", "epochs", epochs, "a number above 0", (value) => value > 0);
  return Math.max(1, Math.round(epochs * perEpoch));
}

function progressOf(progress: boolean | ProgressSink = true): ProgressSink {
  if (typeof progress !== "boolean") return progress;
  return progress ? newProgress() : silentProgress;
}
