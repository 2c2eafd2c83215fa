/** `check.…`: the checkers of the course's exercises; each takes the reader's function and returns a card. */
export { batchNormBackward } from "./batch-norm-backward.js";
export { batchNormForward } from "./batch-norm-forward.js";
export { batchStatistics } from "./batch-statistics.js";
export { driftPath } from "./drift-path.js";
export { effectiveRate } from "./effective-rate.js";
export { fastestRate } from "./fastest-rate.js";
export { multiplyAdds } from "./multiply-adds.js";
export { noisyBatchNorm } from "./noisy-batch-norm.js";
export { normAfterStep } from "./norm-after-step.js";
export { runningStatistics } from "./running-statistics.js";
export { stepsTo } from "./steps-to.js";
export { tangentGradient } from "./tangent-gradient.js";
export { wasserstein } from "./wasserstein.js";
