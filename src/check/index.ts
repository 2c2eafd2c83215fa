/** `check.…`: the checkers of the course's exercises; each takes the reader's function and returns a card. */
export { batchNormBackward } from "./batch-norm-backward.js";
export { batchNormForward } from "./batch-norm-forward.js";
export { batchStatistics } from "./batch-statistics.js";
export { companyNoise } from "./company-noise.js";
export { driftPath } from "./drift-path.js";
export { dropoutForward } from "./dropout-forward.js";
export { effectiveRate } from "./effective-rate.js";
export { fastestRate } from "./fastest-rate.js";
<<<<<<< HEAD
export { groupNormForward } from "./group-norm-forward.js";
export { layerNormForward } from "./layer-norm-forward.js";
=======
export { foldIntoLinear } from "./fold-into-linear.js";
>>>>>>> 25abdef (Lesson 2: what scale and shift give back)
export { multiplyAdds } from "./multiply-adds.js";
export { noisyBatchNorm } from "./noisy-batch-norm.js";
export { normAfterStep } from "./norm-after-step.js";
export { pairedInterval } from "./paired-interval.js";
export { recalibratedStatistics } from "./recalibrated-statistics.js";
export { runningStatistics } from "./running-statistics.js";
export { scaledStatistics } from "./scaled-statistics.js";
export { stepsTo } from "./steps-to.js";
export { tangentGradient } from "./tangent-gradient.js";
export { undoNormalization } from "./undo-normalization.js";
export { wasserstein } from "./wasserstein.js";
