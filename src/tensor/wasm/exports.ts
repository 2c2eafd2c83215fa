/** The functions of the WebAssembly module (assembly/index.ts): pointers are byte offsets, booleans are 0 or 1. */
export interface KernelExports {
  heapBase(): number;
  matmul(
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
  /** Bytes of matmul's packedA for these sizes, and of its packedB for any. */
  firstScratchBytes(m: number, k: number): number;
  secondScratchBytes(): number;
  gatherRows(source: number, rows: number, out: number, count: number, width: number): void;
  addRow(x: number, row: number, rows: number, columns: number): void;
  sumRows(x: number, out: number, rows: number, columns: number): void;
  multiply(a: number, b: number, out: number, length: number): void;
  channelMoments(x: number, mean: number, variance: number, n: number, c: number, s: number): void;
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
  batchNormBackward(
    gradOut: number,
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
  groupNormBackward(
    gradOut: number,
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
  relu(x: number, out: number, length: number): void;
  reluBackward(gradOut: number, out: number, gradInput: number, length: number): void;
  sigmoid(x: number, out: number, length: number): void;
  sigmoidBackward(gradOut: number, out: number, gradInput: number, length: number): void;
  tanh(x: number, out: number, length: number): void;
  tanhBackward(gradOut: number, out: number, gradInput: number, length: number): void;
  crossEntropy(logits: number, labels: number, gradient: number, rows: number, classes: number): number;
  meanSquaredError(prediction: number, target: number, gradient: number, length: number): number;
  sumOfSquares(x: number, length: number): number;
  scale(x: number, factor: number, length: number): void;
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
  /** Floats of the scratch of batchNormActivationForward and Backward. */
  batchNormScratchFloats(n: number, c: number): number;
  serveTeam(team: number, scratch: number): number;
  isTeamDone(team: number): number;
  closeTeam(team: number): void;
  isTeamIdle(team: number): number;
  teamSleepers(team: number): number;
  teamBytes(): number;
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
}
