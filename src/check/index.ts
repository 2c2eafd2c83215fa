/** `check.…`: the checkers of the course's exercises; each takes the reader's function and returns a card. */
export { batchNormBackward } from "./batch-norm-backward.js";
export { batchNormForward } from "./batch-norm-forward.js";
export { batchStatistics } from "./batch-statistics.js";
export { runningStatistics } from "./running-statistics.js";
