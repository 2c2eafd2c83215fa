import {
  checkCount,
  checkNumber,
  checkOptions,
  OptionError,
  OrderError,
  ShapeError,
  showValue,
} from "../../base/errors.js";
import { checkDType, type DType, kernelsFor } from "../../tensor/backends.js";
import type { FloatArray, GradientPaths } from "../../tensor/kernels/kernels.js";
import { showShape, type Tensor, zeros } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import { type ChannelShape, channelShape } from "../channels.js";
import { Parameter } from "../parameter.js";
import { BatchNoise, type BatchNoiseOptions, type DrawnNoise } from "./batch-noise.js";
import type { BatchNormForward, BatchNormStep } from "./batch-norm-step.js";
import { checkBackward, checkInputDType, Layer } from "./layer.js";

export interface BatchNormOptions {
  /** Added to the variance under the root. Default 1e-5. */
  eps?: number;
  /**
   * Weight of the new value in the running statistics, PyTorch's convention. null: the average of all batches.
   * Default 0.1.
   */
  momentum?: number | null;
  /** Whether gamma and beta are trained. Default true. */
  affine?: boolean;
  /** Whether gamma is trained; without it gamma stays 1. Default: `affine`. */
  scale?: boolean;
  /** Whether beta is trained; without it beta stays 0. Default: `affine`. */
  center?: boolean;
  /** false: no running statistics, eval() uses the batch's as well. Default true. */
  trackRunningStats?: boolean;
  /** Default "float32". */
  dtype?: DType;
  /** For lessons: backward() takes the batch's mean, its variance or both for constants. Default: neither. */
  stopGradient?: "mean" | "variance" | "both";
  /**
   * For lessons: noise on the normalized values while training
   * (Santurkar et al. 2018); a frozen layer draws none. Default: none.
   */
  noise?: boolean | BatchNoiseOptions;
  /**
   * Ghost batches (Hoffer et al. 2017): in training the batch falls into consecutive groups of so many samples, each of which is
   * normalized by its own statistics; the last one has what is left. The running statistics take each group for a batch.
   * Default: the whole batch is one.
   */
  ghostBatchSize?: number;
}

const OPTIONS = [
  "eps",
  "momentum",
  "affine",
  "scale",
  "center",
  "trackRunningStats",
  "dtype",
  "stopGradient",
  "noise",
  "ghostBatchSize",
];

/**
 * Batch normalization (Ioffe & Szegedy 2015, algorithm 1): each channel by the mean and variance of the batch,
 *
 *     normalized = (x − mean) / √(variance + eps),   output = gamma·normalized + beta
 *
 * for x [N, C], [N, C, L] or [N, C, H, W]; mean and variance are taken over all axes but the channels', gamma
 * and beta are [C]. The variance that normalizes is the biased one (Σ(x − mean)²/m), computed in two passes;
 * runningVariance takes the unbiased one (m − 1), as in PyTorch. In training the running statistics follow
 * new = (1 − momentum)·old + momentum·batch; eval() and freeze() normalize by them.
 *
 * Backward, m = N·L or N·H·W values a channel, g = ∂loss/∂output:
 *
 *     ∂loss/∂beta = Σ g,   ∂loss/∂gamma = Σ g·normalized,
 *     ∂loss/∂x = gamma/√(variance + eps) · (g − mean(g) − normalized·mean(g·normalized))
 *
 * @throws ShapeError when training on a single value per channel, whose variance says nothing.
 */
export class BatchNorm extends Layer {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly scale: boolean;
  readonly center: boolean;
  readonly trackRunningStats: boolean;
  readonly dtype: DType;
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  readonly stopGradient: "mean" | "variance" | "both" | null;
  /** Samples of a ghost batch; null: the whole batch is one. */
  readonly ghostBatchSize: number | null;
  private readonly batchesTracked = zeros([], "float64");
  private readonly noise: BatchNoise | null;
  private frozenStatistics = false;
  private averaging = false;
  /** Values of each channel that the average has seen. */
  private averagedValues = 0;
  private kept?: BatchNormForward;
  private keptGradients?: { output: Tensor; input: Tensor };

  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super();
    checkOptions("BatchNorm", options, OPTIONS);
    checkCount("BatchNorm", "numFeatures", numFeatures);
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = true,
      trackRunningStats = true,
      dtype = "float32",
    } = options;
    checkNumber("BatchNorm", "eps", eps, "a number of at least 0", (value) => value >= 0);
    if (momentum !== null)
      checkNumber(
        "BatchNorm",
        "momentum",
        momentum,
        "null or a number from 0 to 1",
        (value) => value >= 0 && value <= 1,
      );
    if (options.ghostBatchSize !== undefined)
      checkCount("BatchNorm", "ghostBatchSize", options.ghostBatchSize);
    checkDType("BatchNorm", dtype);
    this.ghostBatchSize = options.ghostBatchSize ?? null;
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.scale = options.scale ?? affine;
    this.center = options.center ?? affine;
    this.trackRunningStats = trackRunningStats;
    this.dtype = dtype;
    this.gamma = new Parameter(zeros([numFeatures], dtype));
    this.beta = new Parameter(zeros([numFeatures], dtype));
    this.gamma.value.data.fill(1);
    this.runningMean = zeros([numFeatures], dtype);
    this.runningVariance = zeros([numFeatures], dtype);
    this.runningVariance.data.fill(1);
    this.stopGradient = checkStopGradient(options.stopGradient);
    this.noise = options.noise ? new BatchNoise(options.noise === true ? {} : options.noise) : null;
  }

  /** How many batches the running statistics have seen. */
  get numBatchesTracked(): number {
    return this.batchesTracked.data[0];
  }

  /** true between freeze() and unfreeze(). */
  get frozen(): boolean {
    return this.frozenStatistics;
  }

  /** Whether training computes the textbook's formulas: neither frozen nor with a lesson's changes. */
  get isTextbook(): boolean {
    return (
      !this.frozenStatistics &&
      this.stopGradient === null &&
      this.noise === null &&
      this.ghostBatchSize === null
    );
  }

  /**
   * Normalizes by the running statistics from now on and leaves them as they are, in training as well: train()
   * does not undo it, unfreeze() does. gamma and beta are still trained, if the optimizer was given them.
   */
  freeze(): this {
    if (!this.trackRunningStats)
      throw new OrderError(
        "BatchNorm.freeze() needs running statistics; this layer has { trackRunningStats: false }.",
      );
    this.frozenStatistics = true;
    return this;
  }

  unfreeze(): this {
    this.frozenStatistics = false;
    return this;
  }

  /** Forgets the running statistics: mean 0, variance 1, no batch seen. */
  resetRunningStats(): this {
    this.runningMean.data.fill(0);
    this.runningVariance.data.fill(1);
    this.batchesTracked.data[0] = 0;
    return this;
  }

  /**
   * For recalibrate(), which puts the layer's fields back afterwards: from here on forward() takes the running
   * statistics as the average of the batches, each with the weight of its size, whatever the momentum, and has neither
   * noise nor ghost batches.
   */
  averageBatches(): void {
    this.resetRunningStats().train();
    this.averaging = true;
    this.averagedValues = 0;
  }

  forward(x: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    checkInputDType("BatchNorm", x, this.dtype);
    const shape = channelShape("BatchNorm", x.shape, this.numFeatures);
    const { n, c, s } = shape;
    const kernels = kernelsFor(this.dtype);
    const tensorFor = (slot: string, ofShape: readonly number[]) =>
      workspace.tensor(this, slot, ofShape, this.dtype);
    const statistics = this.usesBatchStatistics() ? "batch" : "running";
    const groups = statistics === "batch" ? this.groupsOf(n) : [n];
    const perGroup = groups.length === 1 ? [c] : [groups.length, c];
    const mean = tensorFor("mean", perGroup);
    const variance = tensorFor("variance", perGroup);
    const inverseStd = tensorFor("inverseStd", perGroup);
    const gamma = tensorFor("gamma", [c]);
    const beta = tensorFor("beta", [c]);
    const normalized = tensorFor("normalized", x.shape);
    const output = tensorFor("output", x.shape);

    gamma.data.set(this.gamma.value.data);
    beta.data.set(this.beta.value.data);
    let first = 0;
    for (const [group, samples] of groups.entries()) {
      const [start, size] = [first * c * s, samples * c * s];
      const values = (tensor: Tensor) => partOf(tensor.data, start, size);
      const ofGroup = (tensor: Tensor) => partOf(tensor.data, group * c, c);
      const [groupMean, groupVariance, groupInverseStd] = [mean, variance, inverseStd].map(ofGroup);
      if (statistics === "batch") {
        this.checkEnough(samples * s, x.shape, groups);
        kernels.channelMoments({ x: values(x), mean: groupMean, variance: groupVariance, n: samples, c, s });
        if (this.training && this.trackRunningStats) this.track(groupMean, groupVariance, samples * s);
      } else {
        groupMean.set(this.runningMean.data);
        groupVariance.set(this.runningVariance.data);
      }
      for (let j = 0; j < c; j++) groupInverseStd[j] = 1 / Math.sqrt(groupVariance[j] + this.eps);
      kernels.batchNormForward({
        x: values(x),
        mean: groupMean,
        inverseStd: groupInverseStd,
        gamma: gamma.data,
        beta: beta.data,
        normalized: values(normalized),
        out: values(output),
        n: samples,
        c,
        s,
      });
      first += samples;
    }
    const isNoisy = this.training && !this.averaging && !this.frozenStatistics;
    const noise = isNoisy ? this.noise?.draw(this, x, shape, workspace) : undefined;
    this.kept = {
      x,
      shape,
      statistics,
      groups,
      mean,
      variance,
      inverseStd,
      normalized,
      gamma,
      beta,
      output,
      noise,
    };
    this.keptGradients = undefined;
    if (noise) this.addNoise(noise, this.kept);
    return output;
  }

  backward(gradOutput: Tensor, workspace: Workspace = freshWorkspace): Tensor {
    const kept = checkBackward("BatchNorm", this.kept, gradOutput);
    const { x, shape, noise, statistics } = kept;
    const kernels = kernelsFor(this.dtype);
    const gradInput = workspace.tensor(this, "gradInput", x.shape, this.dtype);
    let gradNormalized = gradOutput;
    if (noise) {
      // noisy = scale ⊙ normalized + shift, so the gradient reaches normalized times scale.
      gradNormalized = workspace.tensor(this, "gradNoisy", x.shape, this.dtype);
      kernels.multiply(gradOutput.data, noise.scale.data, gradNormalized.data, gradOutput.size);
    }
    const { groups, normalized, inverseStd, gamma } = kept;
    const paths = this.gradientPaths(statistics);
    const { c, s } = shape;
    const [gammaGradient, betaGradient] = [this.gamma.gradient.data, this.beta.gradient.data];
    let first = 0;
    for (const [group, samples] of groups.entries()) {
      const [start, size] = [first * c * s, samples * c * s];
      const values = (tensor: Tensor) => partOf(tensor.data, start, size);
      const own = (slot: string) => (group === 0 ? null : workspace.tensor(this, slot, [c], this.dtype).data);
      const [ownGamma, ownBeta] = [own("groupGammaGradient"), own("groupBetaGradient")];
      kernels.batchNormBackward({
        gradOut: values(gradNormalized),
        normalized: values(normalized),
        inverseStd: partOf(inverseStd.data, group * c, c),
        gamma: gamma.data,
        gradInput: values(gradInput),
        gradGamma: ownGamma ?? gammaGradient,
        gradBeta: ownBeta ?? betaGradient,
        n: samples,
        c,
        s,
        throughMean: paths.mean,
        throughVariance: paths.variance,
      });
      if (ownGamma) kernels.addScaled(gammaGradient, ownGamma, 1, gammaGradient, c);
      if (ownBeta) kernels.addScaled(betaGradient, ownBeta, 1, betaGradient, c);
      first += samples;
    }
    if (noise) this.noisyParameterGradients(noise, gradOutput, shape);
    this.keptGradients = { output: gradOutput, input: gradInput };
    return gradInput;
  }

  /** The last forward() and the backward() after it, which explain() shows; undefined before. */
  lastStep(): BatchNormStep | undefined {
    if (!this.kept || !this.keptGradients) return undefined;
    return {
      ...this.kept,
      eps: this.eps,
      paths: this.gradientPaths(this.kept.statistics),
      gradOutput: this.keptGradients.output,
      gradInput: this.keptGradients.input,
    };
  }

  /** Forgets what forward() and backward() kept: what trains next does not go through them. */
  forgetStep(): void {
    this.kept = undefined;
    this.keptGradients = undefined;
  }

  override namedParameters(): [name: string, parameter: Parameter][] {
    const named: [string, Parameter][] = [];
    if (this.scale) named.push(["gamma", this.gamma]);
    if (this.center) named.push(["beta", this.beta]);
    return named;
  }

  override namedBuffers(): [name: string, buffer: Tensor][] {
    const named: [string, Tensor][] = [];
    if (this.trackRunningStats)
      named.push(
        ["runningMean", this.runningMean],
        ["runningVariance", this.runningVariance],
        ["numBatchesTracked", this.batchesTracked],
      );
    if (this.noise) named.push(["noiseStep", this.noise.step]);
    return named;
  }

  protected override settings(): string[] {
    const { eps, momentum, scale, center, trackRunningStats, stopGradient } = this;
    return [
      String(this.numFeatures),
      ...(eps === 1e-5 ? [] : [`eps: ${eps}`]),
      ...(momentum === 0.1 ? [] : [`momentum: ${momentum}`]),
      ...(scale ? [] : ["scale: false"]),
      ...(center ? [] : ["center: false"]),
      ...(trackRunningStats ? [] : ["trackRunningStats: false"]),
      ...(stopGradient === null ? [] : [`stopGradient: ${stopGradient}`]),
      ...(this.noise ? ["noise"] : []),
      ...(this.ghostBatchSize === null ? [] : [`ghostBatchSize: ${this.ghostBatchSize}`]),
      ...(this.frozen ? ["frozen"] : []),
    ];
  }

  private usesBatchStatistics(): boolean {
    if (this.frozenStatistics) return false;
    return this.training || !this.trackRunningStats;
  }

  /** Samples of each part of a batch of n that has statistics of its own. */
  private groupsOf(n: number): number[] {
    const size = this.ghostBatchSize;
    if (size === null || !this.training || this.averaging || size >= n) return [n];
    const left = n % size;
    return [...Array.from({ length: Math.floor(n / size) }, () => size), ...(left > 0 ? [left] : [])];
  }

  private checkEnough(valuesPerChannel: number, shape: readonly number[], groups: readonly number[]): void {
    if (valuesPerChannel > 1) return;
    const [when, instead] = this.trackRunningStats
      ? ["in training", "eval()"]
      : ["without running statistics", "{ trackRunningStats: true }"];
    const where = groups.length === 1 ? "" : ` in ghost batches of ${groups.join(" + ")} samples`;
    throw new ShapeError(
      `BatchNorm ${when} needs more than 1 value per channel; got ${showShape(shape)}${where}. ` +
        `Use a bigger ${where === "" ? "batch" : "ghostBatchSize, or one that divides the batch"}, or ${instead}.`,
    );
  }

  /** Running statistics are constants to the gradient; the batch's are not, unless a lesson stops them. */
  private gradientPaths(statistics: "batch" | "running"): GradientPaths {
    if (statistics === "running") return { mean: false, variance: false };
    const stopped = this.stopGradient;
    return {
      mean: stopped !== "mean" && stopped !== "both",
      variance: stopped !== "variance" && stopped !== "both",
    };
  }

  /** Counts a batch of so many values a channel for the running statistics, and returns its weight in them. */
  countBatch(valuesPerChannel: number): number {
    this.batchesTracked.data[0]++;
    if (this.averaging) {
      this.averagedValues += valuesPerChannel;
      return valuesPerChannel / this.averagedValues;
    }
    return this.momentum ?? 1 / this.numBatchesTracked;
  }

  /**
   * running = (1 − momentum)·running + momentum·batch, with the batch's unbiased variance; momentum null
   * averages.
   */
  private track(mean: FloatArray, variance: FloatArray, valuesPerChannel: number): void {
    const momentum = this.countBatch(valuesPerChannel);
    const unbiased = valuesPerChannel / (valuesPerChannel - 1);
    const runningMean = this.runningMean.data;
    const runningVariance = this.runningVariance.data;
    for (let j = 0; j < this.numFeatures; j++) {
      runningMean[j] = (1 - momentum) * runningMean[j] + momentum * mean[j];
      runningVariance[j] = (1 - momentum) * runningVariance[j] + momentum * unbiased * variance[j];
    }
  }

  /** output = gamma·(scale ⊙ normalized + shift) + beta. */
  private addNoise({ scale, shift }: DrawnNoise, kept: BatchNormForward): void {
    const { shape } = kept;
    const [normalized, output] = [kept.normalized.data, kept.output.data];
    const [gamma, beta] = [kept.gamma.data, kept.beta.data];
    const [scales, shifts] = [scale.data, shift.data];
    for (let i = 0; i < output.length; i++) {
      const channel = Math.floor(i / shape.s) % shape.c;
      output[i] = gamma[channel] * (scales[i] * normalized[i] + shifts[i]) + beta[channel];
    }
  }

  /**
   * With z = scale ⊙ normalized + shift: gradGamma = Σ g·z, of which the kernel has left out Σ g·shift;
   * gradBeta = Σ g.
   */
  private noisyParameterGradients({ shift }: DrawnNoise, gradOutput: Tensor, shape: ChannelShape): void {
    const [gammaGradient, betaGradient] = [this.gamma.gradient.data, this.beta.gradient.data];
    const [gradients, shifts] = [gradOutput.data, shift.data];
    betaGradient.fill(0);
    for (let i = 0; i < gradients.length; i++) {
      const channel = Math.floor(i / shape.s) % shape.c;
      betaGradient[channel] += gradients[i];
      gammaGradient[channel] += gradients[i] * shifts[i];
    }
  }
}

/** A view on `length` values from `start` on; the array itself where these are all. */
function partOf(array: FloatArray, start: number, length: number): FloatArray {
  return start === 0 && length === array.length ? array : array.subarray(start, start + length);
}

function checkStopGradient(value: unknown): "mean" | "variance" | "both" | null {
  if (value === undefined || value === null) return null;
  if (value === "mean" || value === "variance" || value === "both") return value;
  throw new OptionError(
    `BatchNorm: stopGradient must be "mean", "variance" or "both"; got ${showValue(value)}.`,
  );
}
