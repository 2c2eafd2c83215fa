/** The functions of the WebAssembly module (assembly/index.ts), written from them by `npm run build`: pointers are byte offsets. */
import { type At, Layout } from "./descriptor.js";

/** x [N, C, S], and what becomes of it. */
export const Moments = new Layout({
  x: "input",
  mean: "output",
  variance: "output",
  n: "i32",
  c: "i32",
  s: "i32",
});

export const BatchNormForward = new Layout({
  x: "input",
  mean: "input",
  inverseStd: "input",
  gamma: "input",
  beta: "input",
  normalized: "output",
  out: "output",
  n: "i32",
  c: "i32",
  s: "i32",
});

export const BatchNormBackward = new Layout({
  gradOut: "input",
  normalized: "input",
  inverseStd: "input",
  gamma: "input",
  gradInput: "output",
  gradGamma: "output",
  gradBeta: "output",
  n: "i32",
  c: "i32",
  s: "i32",
  throughMean: "flag",
  throughVariance: "flag",
});

export const Convolve = new Layout({
  x: "input",
  weight: "input",
  /** 0: adds nothing. */
  bias: "input",
  /** 0, or values that are added to the outputs: those of a shortcut past this layer. */
  plus: "input",
  /** 0, or a Normalization (frames.ts): what it makes of x is convolved. */
  normalization: "input",
  out: "output",
  n: "i32",
  inChannels: "i32",
  outChannels: "i32",
  height: "i32",
  width: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideY: "i32",
  strideX: "i32",
  top: "i32",
  left: "i32",
  outHeight: "i32",
  outWidth: "i32",
  /** convolveFloats() */
  room: "scratch",
});

export const ConvolveBackwardInput = new Layout({
  gradOut: "input",
  weight: "input",
  gradInput: "output",
  n: "i32",
  inChannels: "i32",
  outChannels: "i32",
  height: "i32",
  width: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideY: "i32",
  strideX: "i32",
  top: "i32",
  left: "i32",
  outHeight: "i32",
  outWidth: "i32",
  /** convolveBackwardInputFloats() */
  room: "scratch",
});

/** What a BatchNorm and the activation behind it make of the values of a channel, with the statistics that it has computed. */
export const Normalization = new Layout({
  mean: "input",
  inverseStd: "input",
  gamma: "input",
  beta: "input",
  /** Whether the activation is ReLU; else there is none. */
  relu: "flag",
});

export const BatchNormActivationForward = new Layout({
  /** activations.ts has the numbers. */
  activation: "i32",
  x: "input",
  gamma: "input",
  beta: "input",
  /** 0 without running statistics. */
  runningMean: "inPlace",
  runningVariance: "inPlace",
  mean: "output",
  variance: "output",
  inverseStd: "output",
  /** 0 for s > 1: the statistics alone, for a convolution that normalizes its input (frames.ts). */
  out: "output",
  /** batchNormScratchFloats(n, c) */
  scratch: "scratch",
  n: "i32",
  c: "i32",
  s: "i32",
  eps: "f64",
});

export const BatchNormActivationBackward = new Layout({
  activation: "i32",
  gradOut: "input",
  /** 0 where nobody reads it: for s > 1 without an activation, or with ReLU. */
  out: "input",
  x: "input",
  mean: "input",
  inverseStd: "input",
  gamma: "input",
  beta: "input",
  /** 0, or for s > 1 what is added to gradInput: the gradient of a shortcut past this layer. */
  plus: "input",
  gradInput: "output",
  gradGamma: "output",
  gradBeta: "output",
  scratch: "scratch",
  n: "i32",
  c: "i32",
  s: "i32",
});

export const GroupNormForward = new Layout({
  x: "input",
  gamma: "input",
  beta: "input",
  /** [N, groups] */
  inverseStd: "output",
  normalized: "output",
  out: "output",
  n: "i32",
  c: "i32",
  s: "i32",
  groups: "i32",
  eps: "f64",
});

export const GroupNormBackward = new Layout({
  gradOut: "input",
  normalized: "input",
  /** [N, groups] */
  inverseStd: "input",
  gamma: "input",
  gradInput: "output",
  gradGamma: "output",
  gradBeta: "output",
  n: "i32",
  c: "i32",
  s: "i32",
  groups: "i32",
});

/** A product C [m, n] = A·B. */
export const Product = new Layout({
  /** A, stored [m, k], or [k, m] if transposeA. */
  a: "input",
  /** B, stored [k, n], or [n, k] if transposeB. */
  b: "input",
  /** C */
  out: "output",
  m: "i32",
  n: "i32",
  k: "i32",
  transposeA: "flag",
  transposeB: "flag",
  /** 0, or numbers: row r of A as it is stored is then row placesA[r] of a larger matrix of rows as long. */
  placesA: "input",
  placesB: "input",
  /** firstScratchBytes(m, k) */
  scratchA: "scratch",
  /** secondScratchBytes() */
  scratchB: "scratch",
});

/** X [m, k] and the other factor, B. */
export const NonzerosProduct = new Layout({
  /** X, rows of k values. */
  x: "input",
  /** 0, or numbers: row r of X is then row places[r] of a larger matrix of rows as long. */
  places: "input",
  /** B [n, k], or [m, n] if overRows. */
  b: "input",
  /** X·Bᵀ [m, n], or Bᵀ·X [n, k] if overRows. */
  out: "output",
  /** At most 256. */
  m: "i32",
  n: "i32",
  k: "i32",
  overRows: "flag",
  /** nonzerosFloats(m, k): the lists, where they end, and nonzerosScratchBytes(). */
  room: "scratch",
});

/** Weights that SGD moves. */
export const SGDUpdate = new Layout({
  weight: "inPlace",
  gradient: "input",
  /** 0 without momentum. */
  velocity: "inPlace",
  length: "i32",
});

export const SGDRates = new Layout({
  learningRate: "f32",
  momentum: "f32",
  weightDecay: "f32",
  nesterov: "flag",
});

/** Weights that Adam moves. */
export const AdamUpdate = new Layout({
  weight: "inPlace",
  gradient: "input",
  first: "inPlace",
  second: "inPlace",
  length: "i32",
});

export const AdamRates = new Layout({
  learningRate: "f64",
  beta1: "f64",
  beta2: "f64",
  weightDecay: "f64",
  correction1: "f64",
  correction2: "f64",
  eps: "f32",
  decoupled: "flag",
});

export const Pool = new Layout({
  x: "input",
  out: "output",
  planes: "i32",
  height: "i32",
  width: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideY: "i32",
  strideX: "i32",
  top: "i32",
  left: "i32",
  outHeight: "i32",
  outWidth: "i32",
});

export const MaxPoolBackward = new Layout({
  gradOut: "input",
  x: "input",
  gradInput: "output",
  planes: "i32",
  height: "i32",
  width: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideY: "i32",
  strideX: "i32",
  top: "i32",
  left: "i32",
  outHeight: "i32",
  outWidth: "i32",
});

export const AveragePoolBackward = new Layout({
  gradOut: "input",
  gradInput: "output",
  planes: "i32",
  height: "i32",
  width: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideY: "i32",
  strideX: "i32",
  top: "i32",
  left: "i32",
  outHeight: "i32",
  outWidth: "i32",
});

export const RMSNormForward = new Layout({
  x: "input",
  gamma: "input",
  beta: "input",
  /** [rows] */
  inverseRms: "output",
  normalized: "output",
  out: "output",
  rows: "i32",
  columns: "i32",
  eps: "f64",
});

export const RMSNormBackward = new Layout({
  gradOut: "input",
  normalized: "input",
  inverseRms: "input",
  gamma: "input",
  gradInput: "output",
  gradGamma: "output",
  gradBeta: "output",
  rows: "i32",
  columns: "i32",
});

export const ConvolveBackwardWeight = new Layout({
  x: "input",
  /** 0, or a Normalization (frames.ts): what it makes of x was convolved. */
  normalization: "input",
  gradOut: "input",
  gradWeight: "output",
  /** 0: not asked for. */
  gradBias: "output",
  n: "i32",
  inChannels: "i32",
  outChannels: "i32",
  height: "i32",
  width: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideY: "i32",
  strideX: "i32",
  top: "i32",
  left: "i32",
  outHeight: "i32",
  outWidth: "i32",
  /** convolveBackwardWeightFloats() */
  room: "scratch",
});

export interface KernelExports {
  /** out = a ⊙ b. */
  multiply(a: number, b: number, out: number, length: number): void;
  relu(x: number, out: number, length: number): void;
  /** a is the gradient of the output, b the output. */
  reluBackward(a: number, b: number, out: number, length: number): void;
  sigmoid(x: number, out: number, length: number): void;
  sigmoidBackward(a: number, b: number, out: number, length: number): void;
  tanh(x: number, out: number, length: number): void;
  tanhBackward(a: number, b: number, out: number, length: number): void;
  /** x[r, c] += row[c]. */
  addRow(x: number, row: number, rows: number, columns: number): void;
  /**
   * gradBeta = Σ g, gradGamma = Σ g·normalized,
   * gradInput = gamma·inverseStd·(g − gradBeta/m − normalized·gradGamma/m), without the path of a switch that is off.
   */
  batchNormBackward(step: At<typeof BatchNormBackward>): void;
  /** normalized = (x − mean)·inverseStd, out = gamma·normalized + beta. */
  batchNormForward(step: At<typeof BatchNormForward>): void;
  /**
   * Mean and biased variance of each channel. The second pass takes the mean of d = x − mean off again,
   * variance = Σd²/m − (Σd/m)², so that the rounding of the mean does not get into the variance (Chan, Golub and LeVeque 1983).
   */
  channelMoments(moments: At<typeof Moments>): void;
  /** out[c] = Σ_r x[r, c]. */
  sumRows(x: number, out: number, rows: number, columns: number): void;
  /** x *= factor. */
  scale(x: number, factor: number, length: number): void;
  /** Σ x², each square and sum in float64: four sums of every fourth value, then one of these. */
  sumOfSquares(x: number, length: number): number;
  /** The first byte behind what the module has for itself. */
  heapBase(): number;
  /**
   * The gradients of batchNormActivationForward from its x, mean, inverseStd and out. gradInput holds the gradient in front of the
   * activation in between, so it must not be gradOut.
   */
  batchNormActivationBackward(step: At<typeof BatchNormActivationBackward>): void;
  /**
   * Batch statistics, running statistics (unless runningMean is 0) and the activation's output.
   * running = keep·running + take·mean, and with takeVariance for the variance: momentum·m/(m − 1), m values a channel.
   */
  batchNormActivationForward(
    step: At<typeof BatchNormActivationForward>,
    keep: number,
    take: number,
    takeVariance: number,
  ): void;
  /** Floats of scratch that the fused kernels need: three panels, or nothing for short rows. */
  batchNormScratchFloats(n: number, c: number): number;
  /**
   * gradBeta = Σ g, gradGamma = Σ g·normalized; with h = g·gamma and sums over a group,
   * gradInput = inverseStd·(h − Σh/m − normalized·Σ(h·normalized)/m).
   */
  groupNormBackward(step: At<typeof GroupNormBackward>): void;
  groupNormForward(step: At<typeof GroupNormForward>): void;
  convolve(step: At<typeof Convolve>): void;
  /**
   * gradInput at row r·strideY + a − top is the sum over t of weights at row a + t·strideY times g at row r − t: within one phase a
   * convolution with stride 1, as columns are.
   */
  convolveBackwardInput(step: At<typeof ConvolveBackwardInput>): void;
  convolveBackwardInputFloats(step: At<typeof ConvolveBackwardInput>): number;
  /** Floats of the room that convolve() needs. */
  convolveFloats(step: At<typeof Convolve>): number;
  /**
   * Softmax and cross-entropy: the mean over rows of log Σ_j e^z_j − z_label, and gradient = (softmax(z) − onehot(label))/rows.
   * The largest logit is taken off first, so that no e^z overflows.
   */
  crossEntropy(logits: number, labels: number, gradient: number, rows: number, classes: number): number;
  /** The mean of (prediction − target)², and gradient = 2·(prediction − target)/length. */
  meanSquaredError(prediction: number, target: number, gradient: number, length: number): number;
  /** Bytes of scratch for all of A, packed. */
  firstScratchBytes(m: number, k: number): number;
  /** C = A·B. */
  matmul(product: At<typeof Product>): void;
  /** Bytes of scratch for a panel of B, packed, and a tile at the edge: any product's. */
  secondScratchBytes(): number;
  /** The product by what is not +0 in X. False: not done, and `out` is undefined. */
  multiplyNonzeros(product: At<typeof NonzerosProduct>): boolean;
  /** Columns of B from which on lists pay, where X is mostly zeros: two panels. */
  nonzerosColumns(): number;
  /** Floats of NonzerosProduct's room. */
  nonzerosFloats(m: number, k: number): number;
  /**
   * One step of Adam or, decoupled, AdamW: first = beta1·first + (1 − beta1)·g, second = beta2·second + (1 − beta2)·g²,
   * w −= learningRate·(first/correction1) / (√(second/correction2) + eps). The decay is added to g, or, decoupled, w shrinks.
   */
  adam(update: At<typeof AdamUpdate>, rates: At<typeof AdamRates>): void;
  /**
   * One step of SGD over `length` weights: g' = g + weightDecay·w; velocity = momentum·velocity + g';
   * w −= learningRate·(nesterov ? g' + momentum·velocity : velocity). Without a velocity, w −= learningRate·g'.
   */
  sgd(update: At<typeof SGDUpdate>, rates: At<typeof SGDRates>): void;
  /** out[r] = source[rows[r]] for each of `count` rows of `width` floats. */
  gatherRows(source: number, rows: number, out: number, count: number, width: number): void;
  /** Lets nobody claim a chunk until the next job is given out. */
  closeTeam(team: number): void;
  hasTeamFailed(team: number): boolean;
  /** Looks a while whether every chunk of the job is done. */
  isTeamDone(team: number): boolean;
  /** Whether no helper is at work: after closeTeam(), for good. */
  isTeamIdle(team: number): boolean;
  /**
   * A thread's part in this job and in those that follow at once. Returns the ticket it saw last when there was nothing new
   * for a while: the caller sleeps until the ticket is another one, and counts itself as a sleeper meanwhile.
   *
   * Sleeping is JavaScript's: Liftoff, V8's quick compiler of Node 20, loses a local variable across memory.atomic.wait32.
   */
  serveTeam(team: number, scratch: number): number;
  /** Bytes of a Team. */
  teamBytes(): number;
  /** convolve (convolution.ts) by `threads` threads, each with images of its own; done when isTeamDone(). */
  teamConvolve(team: number, threads: number, step: At<typeof Convolve>): void;
  /** convolveBackwardInput (convolution.ts) in the same way. */
  teamConvolveBackwardInput(team: number, threads: number, step: At<typeof ConvolveBackwardInput>): void;
  /**
   * convolveBackwardWeight (weight-gradient.ts) by `threads` threads, each with channels of the inputs of its own: so every sum is one
   * thread's, over all images in their order. All of the outputs' gradient goes into frames once for each chunk, of which there are no
   * more than threads.
   */
  teamConvolveBackwardWeight(team: number, threads: number, step: At<typeof ConvolveBackwardWeight>): void;
  /** matmul (matmul.ts) by `threads` threads; done when isTeamDone(). */
  teamMatmul(team: number, threads: number, product: At<typeof Product>): void;
  /** How many rooms `threads` threads need for a convolution, each as large as its kernel says. */
  teamRooms(threads: number): number;
  /** multiplyNonzeros (nonzeros.ts) by `threads` threads; done when isTeamDone(), if hasTeamFailed() doesn't say otherwise. */
  teamNonzeros(team: number, threads: number, product: At<typeof NonzerosProduct>): void;
  /** Bytes of the scratch of each thread but the leader's. */
  teamScratchBytes(): number;
  /** sgd (optimizers.ts) by `threads` threads; done when isTeamDone(). */
  teamSGD(team: number, threads: number, update: At<typeof SGDUpdate>, rates: At<typeof SGDRates>): void;
  /** Where a Team counts its sleepers. */
  teamSleepers(team: number): number;
  averagePool(step: At<typeof Pool>): void;
  averagePoolBackward(step: At<typeof AveragePoolBackward>): void;
  maxPool(step: At<typeof Pool>): void;
  maxPoolBackward(step: At<typeof MaxPoolBackward>): void;
  rmsNormBackward(step: At<typeof RMSNormBackward>): void;
  rmsNormForward(step: At<typeof RMSNormForward>): void;
  /** out = a + factor·b. */
  addScaled(a: number, b: number, factor: number, out: number, length: number): void;
  /** Σ a·b, each product and sum in float64: four sums of every fourth value, then one of these. */
  dot(a: number, b: number, length: number): number;
  convolveBackwardWeight(step: At<typeof ConvolveBackwardWeight>): void;
  convolveBackwardWeightFloats(step: At<typeof ConvolveBackwardWeight>): number;
}
