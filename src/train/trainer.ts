import {
  checkCount,
  checkNumber,
  checkOptions,
  OptionError,
  ShapeError,
  showValue,
  ValueError,
} from "../base/errors.js";
import { Random } from "../base/random.js";
import type { Split } from "../data/split.js";
import { checkEachOnce } from "../nn/layers/all-layers.js";
import { BatchNorm } from "../nn/layers/batch-norm.js";
import { Layer } from "../nn/layers/layer.js";
import { crossEntropy } from "../nn/losses/cross-entropy.js";
import { squaredErrorOfClasses } from "../nn/losses/squared-error-of-classes.js";
import { clipGradients } from "../nn/optimizers/clip-gradients.js";
import { Optimizer } from "../nn/optimizers/optimizer.js";
import type { Parameter } from "../nn/parameter.js";
import { newProgress, type ProgressSink, silentProgress } from "../report/progress.js";
import { ReusedWorkspace } from "../tensor/workspace.js";
import { Batches, type BatchOrder, type LastBatch } from "./batches.js";
import type { CarryOver } from "./carry-over.js";
import { DivergenceError, locateDivergence, nonFiniteParameter } from "./divergence.js";
import { type EarlyStop, EarlyStopping } from "./early-stopping.js";
import { type Evaluation, evaluateIn } from "./evaluate.js";
import { type History, Recorder, type Stopped } from "./history.js";
import { leafLayers } from "./leaf-layers.js";
import { type LearningRateSchedule, LearningRates } from "./learning-rates.js";
import { Pauses } from "./pauses.js";
import { type Probe, Probes } from "./probes.js";
import { type LossFunction, newTrainingStep, type TrainingStep } from "./training-step.js";

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
  /**
   * How the optimizers' learning rates change: by the number of steps that the trainer has done in all, so that a second
   * fit() goes on in it. `schedule.cosine(1000)` and its kin, or a function from that number to a factor. Default: they stay.
   */
  schedule?: LearningRateSchedule;
  /**
   * Scales the gradients before each update so that their norm over all trained parameters is at most this: see
   * `clipGradients`. Default: not at all.
   */
  clipGradients?: number;
  /**
   * Called after each step, with the steps done in all. What it throws ends the training, after whose last step everything
   * stands as it is; a promise is waited for. It may evaluate, save a checkpoint or change an optimizer's learning rate.
   */
  onStep?: (step: number, done: StepDone) => void | Promise<void>;
  /** Ends the training after the running step; the running cell's stop button does so without it. */
  signal?: AbortSignal;
  /** true (default) shows progress where the code runs, false shows nothing. */
  progress?: boolean | ProgressSink;
}

/** What a step was like. */
export interface StepDone {
  /** Of its batch, before the update. */
  loss: number;
  /** With clipGradients: the gradients' norm over all trained parameters, before they were clipped. */
  gradientNorm?: number;
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
  "schedule",
  "clipGradients",
  "onStep",
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
 *
 * A float32 network of normlab's own layers and optimizers is trained by a plan that is compiled once, whatever the options of
 * fit(): a schedule changes its rates, clipping its gradients. In float64, and with a layer or an optimizer of your own, the
 * layers run one after the other, slower and to the same bits.
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
  /** What the next fit() and a checkpoint need besides network, optimizers and steps. */
  readonly carryOver: CarryOver = { drifts: new Map() };
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
    checkEachOnce("Trainer", network.children());
    checkTrained(network, optimizers);
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
    const { earlyStop, validation, schedule, clipGradients: most, onStep } = options;
    const { network, optimizers, carryOver } = this;
    const stopping = new EarlyStopping(
      earlyStop,
      evaluateEvery,
      validation !== undefined,
      network,
      carryOver,
    );
    const rates = schedule === undefined ? undefined : new LearningRates(optimizers, schedule);
    const trained = optimizers.flatMap(({ parameters }) => parameters);
    const asked = options.probes ?? [];
    const sample = asked.length > 0 ? train.take(probeSize) : train;
    const probes = new Probes(
      network,
      sample,
      this.loss,
      asked,
      carryOver,
      () => optimizers[0].groups[0].learningRate * (rates?.factorAt(this.stepsDone) ?? 1),
    );
    const recorder = new Recorder(firstStep);
    const progress = progressOf(options.progress);
    const isDue = (every: number, step: number) =>
      step === firstStep || step % every === 0 || step === lastStep;

    stopping.begin();
    network.train();
    const batchSizes = batches.sizes(this.lastBatch);
    let begun: TrainingStep | undefined;
    const pauses = new Pauses(options.signal, () => begun?.end());
    let stopped: Stopped | undefined;
    try {
      const step = newTrainingStep({ network, optimizers, loss: this.loss, data: train, batchSizes });
      begun = step;
      const update = () => step.update();
      const giveBack = () => step.giveBack();
      // A reader's own sink may look at the network, as probes and onStep may.
      const isWatched = typeof options.progress === "object";
      progress.start(lastStep - firstStep, "Training");
      while (!stopped) {
        if (isDue(evaluateEvery, this.stepsDone) && this.evaluateAll(splits, recorder, stopping))
          stopped = "early";
        if (isDue(probeEvery, this.stepsDone) && !probes.none) {
          giveBack();
          recorder.probe(this.stepsDone, probes.measure(this.stepsDone, this.stepsDone % probeEvery === 0));
        }
        if (pauses.due()) await pauses.take(giveBack);
        if (this.stepsDone === lastStep) stopped ??= "finished";
        else if (pauses.aborted()) stopped ??= "aborted";
        if (stopped) break;

        const isProbed = isDue(probeEvery, this.stepsDone + 1);
        if (isProbed) probes.beforeStep();
        const examples = batches.at(this.stepsDone);
        const loss = step.gradients(examples);
        if (!Number.isFinite(loss)) this.throwDiverged(train, examples, recorder);
        const gradientNorm = most === undefined ? undefined : clipGradients(trained, most);
        if (rates) rates.during(this.stepsDone, update);
        else update();
        this.stepsDone++;
        if (isProbed) probes.afterStep(this.stepsDone);
        recorder.step(loss);
        if (isWatched || onStep) giveBack();
        progress.report(this.stepsDone - firstStep, { loss });
        if (onStep)
          await pauses.during(
            onStep(this.stepsDone, gradientNorm === undefined ? { loss } : { loss, gradientNorm }),
          );
      }
      this.checkParameters(recorder);
      stopping.restoreBest(this.stepsDone);
    } finally {
      pauses.end();
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
    return stopping.shouldStop(this.stepsDone, byName.validation);
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
  if (options.clipGradients !== undefined)
    checkNumber(
      "Trainer.fit",
      "clipGradients",
      options.clipGradients,
      "a number above 0",
      (value) => value > 0,
    );
  if (options.onStep !== undefined && typeof options.onStep !== "function")
    throw new OptionError(`Trainer.fit: onStep must be a function; got ${showValue(options.onStep)}.`);
  return { evaluateEvery, probeEvery, probeSize, splits };
}

/** Throws an OptionError when a parameter would move twice a step, or when an optimizer trains another network. */
function checkTrained(network: Layer, optimizers: readonly Optimizer[]): void {
  const own = new Map(network.namedParameters().map(([name, parameter]) => [parameter, name]));
  const seen = new Set<Parameter>();
  for (const { parameters } of optimizers) {
    for (const parameter of parameters) {
      if (seen.has(parameter))
        throw new OptionError(
          `Trainer: two of its optimizers have the parameter ${own.get(parameter) ?? "of another network"}. Give each parameter to one.`,
        );
      seen.add(parameter);
    }
    if (!parameters.some((parameter) => own.has(parameter)))
      throw new OptionError(
        "Trainer: the optimizer has no parameter of this network, which would stay as it is. " +
          "Make the optimizer from this network's parameters().",
      );
  }
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
