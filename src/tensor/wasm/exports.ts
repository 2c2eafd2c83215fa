/** The functions of the WebAssembly module (assembly/index.ts), written from them by `npm run build`: pointers are byte offsets. */
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
  batchNormBackward(
    g: number,
    normalized: number,
    inverseStd: number,
    gamma: number,
    gradInput: number,
    gradGamma: number,
    gradBeta: number,
    n: number,
    c: number,
    s: number,
    throughMean: boolean,
    throughVariance: boolean,
  ): void;
  /** normalized = (x − mean)·inverseStd, out = gamma·normalized + beta. */
  batchNormForward(
    x: number,
    mean: number,
    inverseStd: number,
    gamma: number,
    beta: number,
    normalized: number,
    out: number,
    n: number,
    c: number,
    s: number,
  ): void;
  /**
   * Mean and biased variance of each channel. The second pass takes the mean of d = x − mean off again,
   * variance = Σd²/m − (Σd/m)², so that the rounding of the mean does not get into the variance (Chan, Golub and LeVeque 1983).
   */
  channelMoments(x: number, mean: number, variance: number, n: number, c: number, s: number): void;
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
  batchNormActivationBackward(
    activation: number,
    gradOut: number,
    out: number,
    x: number,
    mean: number,
    inverseStd: number,
    gamma: number,
    gradInput: number,
    gradGamma: number,
    gradBeta: number,
    scratch: number,
    n: number,
    c: number,
  ): void;
  /**
   * Batch statistics, running statistics (unless runningMean is 0) and the activation's output.
   * running = keep·running + take·mean, and with takeVariance for the variance: momentum·m/(m − 1), m values a channel.
   */
  batchNormActivationForward(
    activation: number,
    x: number,
    gamma: number,
    beta: number,
    runningMean: number,
    runningVariance: number,
    mean: number,
    variance: number,
    inverseStd: number,
    out: number,
    scratch: number,
    n: number,
    c: number,
    eps: number,
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
  groupNormBackward(
    g: number,
    normalized: number,
    inverseStd: number,
    gamma: number,
    gradInput: number,
    gradGamma: number,
    gradBeta: number,
    n: number,
    c: number,
    s: number,
    groups: number,
  ): void;
  groupNormForward(
    x: number,
    gamma: number,
    beta: number,
    inverseStd: number,
    normalized: number,
    out: number,
    n: number,
    c: number,
    s: number,
    groups: number,
    eps: number,
  ): void;
  /**
   * Softmax and cross-entropy: the mean over rows of log Σ_j e^z_j − z_label, and gradient = (softmax(z) − onehot(label))/rows.
   * The largest logit is taken off first, so that no e^z overflows.
   */
  crossEntropy(logits: number, labels: number, gradient: number, rows: number, classes: number): number;
  /** The mean of (prediction − target)², and gradient = 2·(prediction − target)/length. */
  meanSquaredError(prediction: number, target: number, gradient: number, length: number): number;
  /** Bytes of scratch for all of A, packed. */
  firstScratchBytes(m: number, k: number): number;
  /**
   * C [m, n] = A·B. A is stored [m, k], or [k, m] if transposeA; B [k, n], or [n, k] if transposeB. placesA and placesB are 0, or
   * say which stored rows the factor has. The scratches have firstScratchBytes(m, k) and secondScratchBytes().
   */
  matmul(
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    scratchA: number,
    scratchB: number,
  ): void;
  /** Bytes of scratch for a panel of B, packed, and a tile at the edge: any product's. */
  secondScratchBytes(): number;
  /**
   * One step of Adam or, decoupled, AdamW: first = beta1·first + (1 − beta1)·g, second = beta2·second + (1 − beta2)·g²,
   * w −= learningRate·(first/correction1) / (√(second/correction2) + eps). The decay is added to g, or, decoupled, w shrinks.
   */
  adam(
    weight: number,
    gradient: number,
    first: number,
    second: number,
    length: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    eps: number,
    weightDecay: number,
    decoupled: boolean,
    correction1: number,
    correction2: number,
  ): void;
  /**
   * One step of SGD over `length` weights: g' = g + weightDecay·w; velocity = momentum·velocity + g';
   * w −= learningRate·(nesterov ? g' + momentum·velocity : velocity). Without a velocity (0), w −= learningRate·g'.
   */
  sgd(
    weight: number,
    gradient: number,
    velocity: number,
    length: number,
    learningRate: number,
    momentum: number,
    weightDecay: number,
    nesterov: boolean,
  ): void;
  /** out[r] = source[rows[r]] for each of `count` rows of `width` floats. */
  gatherRows(source: number, rows: number, out: number, count: number, width: number): void;
  /** Lets nobody claim a chunk until the next job is given out. */
  closeTeam(team: number): void;
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
  /** matmul (matmul.ts) by `threads` threads; done when isTeamDone(). */
  teamMatmul(
    team: number,
    threads: number,
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    packedA: number,
    packedB: number,
  ): void;
  /** sgd (optimizers.ts) by `threads` threads; done when isTeamDone(). */
  teamSGD(
    team: number,
    threads: number,
    weight: number,
    gradient: number,
    velocity: number,
    length: number,
    learningRate: number,
    momentum: number,
    weightDecay: number,
    nesterov: boolean,
  ): void;
  /** Where a Team counts its sleepers. */
  teamSleepers(team: number): number;
}
