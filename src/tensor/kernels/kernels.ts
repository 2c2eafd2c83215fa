/**
 * The numeric kernels that layers, losses and optimizers are written on: the whole interface between the
 * network and the machine. tensor/reference/ implements it in float64 TypeScript, to be read next to the
 * formulas; tensor/wasm/ in float32 WebAssembly SIMD.
 *
 * Every kernel takes plain typed arrays, row-major and without gaps, and overwrites its outputs completely
 * (they may hold old values). An output may be the same array as an input only where the comment says "in
 * place". Shapes are written [rows, columns]; N is the batch, C the channels, S the places of one channel of
 * one sample (1 for [N, C], L for [N, C, L], H·W for [N, C, H, W]).
 */
import type { FloatArray } from "./float-array.js";
import type {
  AveragePoolGradientArguments,
  ConvolutionArguments,
  InputGradientArguments,
  MaxPoolGradientArguments,
  PoolingArguments,
  WeightGradientArguments,
} from "./windows.js";

export type { FloatArray };

/**
 * Through which of the batch's two statistics the gradient of BatchNorm flows. Both, except in eval() and in
 * lessons.
 */
export interface GradientPaths {
  mean: boolean;
  variance: boolean;
}

/** out [m, n] = A·B, with A [m, k] or its transpose stored as [k, m], B [k, n] or its transpose stored as [n, k]. */
export interface ProductArguments {
  readonly a: FloatArray;
  readonly b: FloatArray;
  readonly out: FloatArray;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** x [N, C, S]. */
interface ChannelArguments {
  readonly n: number;
  readonly c: number;
  readonly s: number;
}

export interface MomentsArguments extends ChannelArguments {
  readonly x: FloatArray;
  readonly mean: FloatArray;
  readonly variance: FloatArray;
}

interface NormForwardArguments extends ChannelArguments {
  readonly x: FloatArray;
  readonly inverseStd: FloatArray;
  readonly gamma: FloatArray;
  readonly beta: FloatArray;
  readonly normalized: FloatArray;
  readonly out: FloatArray;
}

interface NormBackwardArguments extends ChannelArguments {
  readonly gradOut: FloatArray;
  readonly normalized: FloatArray;
  readonly inverseStd: FloatArray;
  readonly gamma: FloatArray;
  readonly gradInput: FloatArray;
  readonly gradGamma: FloatArray;
  readonly gradBeta: FloatArray;
}

export interface BatchNormForwardArguments extends NormForwardArguments {
  readonly mean: FloatArray;
}

export interface BatchNormBackwardArguments extends NormBackwardArguments {
  readonly throughMean: boolean;
  readonly throughVariance: boolean;
}

export interface GroupNormForwardArguments extends NormForwardArguments {
  readonly groups: number;
  readonly eps: number;
}

export interface GroupNormBackwardArguments extends NormBackwardArguments {
  readonly groups: number;
}

/** Rows of so many columns. */
interface RowArguments {
  readonly rows: number;
  readonly columns: number;
}

export interface RMSNormForwardArguments extends RowArguments {
  readonly x: FloatArray;
  readonly gamma: FloatArray;
  readonly beta: FloatArray;
  readonly inverseRms: FloatArray;
  readonly normalized: FloatArray;
  readonly out: FloatArray;
  readonly eps: number;
}

export interface RMSNormBackwardArguments extends RowArguments {
  readonly gradOut: FloatArray;
  readonly normalized: FloatArray;
  readonly inverseRms: FloatArray;
  readonly gamma: FloatArray;
  readonly gradInput: FloatArray;
  readonly gradGamma: FloatArray;
  readonly gradBeta: FloatArray;
}

export interface SGDArguments {
  readonly weight: FloatArray;
  readonly gradient: FloatArray;
  readonly velocity: FloatArray | null;
  readonly length: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

export interface AdamArguments {
  readonly weight: FloatArray;
  readonly gradient: FloatArray;
  readonly first: FloatArray;
  readonly second: FloatArray;
  readonly length: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** true: AdamW, the decay is applied to the weight itself; false: it is added to the gradient. */
  readonly decoupled: boolean;
  /** 1 − beta1^t and 1 − beta2^t at step t. */
  readonly correction1: number;
  readonly correction2: number;
}

export interface Kernels {
  /** out = A·B. */
  matmul(product: ProductArguments): void;

  /** x[r, c] += row[c] for every row. In place. */
  addRow(x: FloatArray, row: FloatArray, rows: number, columns: number): void;

  /** out[c] = Σ_r x[r, c]. */
  sumRows(x: FloatArray, out: FloatArray, rows: number, columns: number): void;

  /** out = a ⊙ b. In place on a or b. */
  multiply(a: FloatArray, b: FloatArray, out: FloatArray, length: number): void;

  /**
   * Mean and biased variance of each channel of x [N, C, S] over N and S, in two passes: the variance is the
   * mean of (x − mean)², which loses nothing to cancellation when the mean is large.
   */
  channelMoments(moments: MomentsArguments): void;

  /** normalized = (x − mean)·inverseStd, out = gamma·normalized + beta; x [N, C, S], the four others [C]. */
  batchNormForward(step: BatchNormForwardArguments): void;

  /**
   * The closed form of BatchNorm's backward pass. With g = ∂loss/∂out:
   * gradBeta = Σ g, gradGamma = Σ g·normalized, and, m = N·S being the values of a channel,
   * gradInput = gamma·inverseStd·(g − gradBeta/m − normalized·gradGamma/m).
   * The second term is the path through the mean, the third the one through the variance; a switch that is off drops it.
   */
  batchNormBackward(step: BatchNormBackwardArguments): void;

  /**
   * x [N, C, S] with the channels in `groups` equal groups: each group of each sample is normalized by its own
   * mean and biased variance (two passes), then out = gamma[c]·normalized + beta[c]. inverseStd is [N, groups].
   * LayerNorm is the case of one group and S = 1.
   */
  groupNormForward(step: GroupNormForwardArguments): void;

  /** The closed form for groupNormForward, with the two sums taken over each group of g·gamma. */
  groupNormBackward(step: GroupNormBackwardArguments): void;

  /**
   * Each row of x [rows, columns]: normalized = x / √(mean of x² + eps), out = gamma·normalized + beta; inverseRms is [rows].
   */
  rmsNormForward(step: RMSNormForwardArguments): void;

  /** With h = g·gamma: gradInput = inverseRms·(h − normalized·Σ(h·normalized)/columns). */
  rmsNormBackward(step: RMSNormBackwardArguments): void;

  /**
   * out[n, o, y, x] = bias[o] + Σ_{c, ky, kx} weight[o, c, ky, kx]·x[n, c, y·strideY + ky − top, x·strideX + kx − left]; the sum
   * runs over c, ky and kx in this order, and what lies outside the image is 0.
   */
  convolve(step: ConvolutionArguments): void;

  /** gradWeight and gradBias: the sums over all images and places of g times what the weight was multiplied by. */
  convolveBackwardWeight(step: WeightGradientArguments): void;

  /** gradInput: of each value of x, the sum of g times the weights that it met. */
  convolveBackwardInput(step: InputGradientArguments): void;

  /** out = the largest value of each window; NaN where one of them is NaN. */
  maxPool(step: PoolingArguments): void;
  /** The gradient of a window goes to its largest value, the first of equal ones. */
  maxPoolBackward(step: MaxPoolGradientArguments): void;

  /** out = Σ over the window / (kernelHeight·kernelWidth): places outside the image count as 0. */
  averagePool(step: PoolingArguments): void;
  averagePoolBackward(step: AveragePoolGradientArguments): void;

  /** out = a + factor·b. In place on a or b. */
  addScaled(a: FloatArray, b: FloatArray, factor: number, out: FloatArray, length: number): void;
  /** Returns Σ a·b, summed in float64. */
  dot(a: FloatArray, b: FloatArray, length: number): number;

  /** out = max(x, 0); NaN stays NaN. */
  relu(x: FloatArray, out: FloatArray, length: number): void;
  /** gradInput = gradOut where out > 0, else 0. */
  reluBackward(gradOut: FloatArray, out: FloatArray, gradInput: FloatArray, length: number): void;

  /** out = 1 / (1 + exp(−x)). */
  sigmoid(x: FloatArray, out: FloatArray, length: number): void;
  /** gradInput = gradOut·out·(1 − out). */
  sigmoidBackward(gradOut: FloatArray, out: FloatArray, gradInput: FloatArray, length: number): void;

  /** out = tanh(x). */
  tanh(x: FloatArray, out: FloatArray, length: number): void;
  /** gradInput = gradOut·(1 − out²). */
  tanhBackward(gradOut: FloatArray, out: FloatArray, gradInput: FloatArray, length: number): void;

  /**
   * Softmax and cross-entropy in one: returns the mean over rows of log Σ_j exp(z_j) − z_label, and writes
   * gradient = (softmax(z) − onehot(label)) / rows. The caller has checked the labels.
   */
  crossEntropy(
    logits: FloatArray,
    labels: Int32Array,
    gradient: FloatArray,
    rows: number,
    classes: number,
  ): number;

  /** Returns the mean of (prediction − target)², and writes gradient = 2·(prediction − target)/length. */
  meanSquaredError(prediction: FloatArray, target: FloatArray, gradient: FloatArray, length: number): number;

  /** Returns Σ x², summed in float64. */
  sumOfSquares(x: FloatArray, length: number): number;

  /** x *= factor. */
  scale(x: FloatArray, factor: number, length: number): void;

  /**
   * One step of SGD. g' = g + weightDecay·w; without a velocity w −= learningRate·g'. With one,
   * velocity = momentum·velocity + g', and w −= learningRate·(nesterov ? g' + momentum·velocity : velocity).
   */
  sgd(step: SGDArguments): void;

  /**
   * One step of Adam or AdamW: first = beta1·first + (1 − beta1)·g, second = beta2·second + (1 − beta2)·g²,
   * w −= learningRate·(first/correction1) / (√(second/correction2) + eps).
   */
  adam(step: AdamArguments): void;
}
