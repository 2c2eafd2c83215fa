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

export type { FloatArray };

/**
 * Through which of the batch's two statistics the gradient of BatchNorm flows. Both, except in eval() and in
 * lessons.
 */
export interface GradientPaths {
  mean: boolean;
  variance: boolean;
}

export interface AdamOptions {
  learningRate: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  /** true: AdamW, the decay is applied to the weight itself; false: it is added to the gradient. */
  decoupled: boolean;
  /** 1 − beta1^t and 1 − beta2^t at step t. */
  correction1: number;
  correction2: number;
}

export interface Kernels {
  /**
   * out[m, n] = A·B, with A [m, k] or its transpose stored as [k, m], B [k, n] or its transpose stored as
   * [n, k].
   */
  matmul(
    a: FloatArray,
    b: FloatArray,
    out: FloatArray,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
  ): void;

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
  channelMoments(
    x: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
    n: number,
    c: number,
    s: number,
  ): void;

  /** normalized = (x − mean)·inverseStd, out = gamma·normalized + beta; x [N, C, S], the four others [C]. */
  batchNormForward(
    x: FloatArray,
    mean: FloatArray,
    inverseStd: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    normalized: FloatArray,
    out: FloatArray,
    n: number,
    c: number,
    s: number,
  ): void;

  /**
   * The closed form of BatchNorm's backward pass. With g = ∂loss/∂out:
   * gradBeta = Σ g, gradGamma = Σ g·normalized, and, m = N·S being the values of a channel,
   * gradInput = gamma·inverseStd·(g − gradBeta/m − normalized·gradGamma/m).
   * The second term is the path through the mean, the third the one through the variance; `paths` drops either.
   */
  batchNormBackward(
    gradOut: FloatArray,
    normalized: FloatArray,
    inverseStd: FloatArray,
    gamma: FloatArray,
    gradInput: FloatArray,
    gradGamma: FloatArray,
    gradBeta: FloatArray,
    n: number,
    c: number,
    s: number,
    paths: GradientPaths,
  ): void;

  /**
   * x [N, C, S] with the channels in `groups` equal groups: each group of each sample is normalized by its own
   * mean and biased variance (two passes), then out = gamma[c]·normalized + beta[c]. inverseStd is [N, groups].
   * LayerNorm is the case of one group and S = 1.
   */
  groupNormForward(
    x: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    inverseStd: FloatArray,
    normalized: FloatArray,
    out: FloatArray,
    n: number,
    c: number,
    s: number,
    groups: number,
    eps: number,
  ): void;

  /** The closed form for groupNormForward, with the two sums taken over each group of g·gamma. */
  groupNormBackward(
    gradOut: FloatArray,
    normalized: FloatArray,
    inverseStd: FloatArray,
    gamma: FloatArray,
    gradInput: FloatArray,
    gradGamma: FloatArray,
    gradBeta: FloatArray,
    n: number,
    c: number,
    s: number,
    groups: number,
  ): void;

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
  sgd(
    weight: FloatArray,
    gradient: FloatArray,
    velocity: FloatArray | null,
    length: number,
    learningRate: number,
    momentum: number,
    weightDecay: number,
    nesterov: boolean,
  ): void;

  /**
   * One step of Adam or AdamW: first = beta1·first + (1 − beta1)·g, second = beta2·second + (1 − beta2)·g²,
   * w −= learningRate·(first/correction1) / (√(second/correction2) + eps).
   */
  adam(
    weight: FloatArray,
    gradient: FloatArray,
    first: FloatArray,
    second: FloatArray,
    length: number,
    options: AdamOptions,
  ): void;
}
