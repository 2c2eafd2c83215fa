/** normlab: what batch normalization does, by running it. The public names of the module. */
export type { DType } from "./backend/backends.js";
export {
  type ExerciseCase,
  type ExerciseOptions,
  exercise,
  type Mistake,
  NotSolvedError,
  notSolved,
} from "./check/exercise.js";
export * as check from "./check/index.js";
export * from "./checkpoint/index.js";
export * from "./data/index.js";
export { CheckCard, type CheckRecord } from "./display/check-card.js";
export { Claim, type ClaimOptions, type ClaimRecord, claim } from "./display/claim.js";
export { type DisplayHandle, display } from "./display/display.js";
export { newProgress, type ProgressSink } from "./display/progress.js";
export { Table, type TableOptions, type TableRecord, table } from "./display/table.js";
export {
  type DerivedVerdict,
  type Verdict,
  type VerdictOptions,
  verdictOf,
  verdictOverall,
} from "./display/verdict.js";
export {
  DTypeError,
  OptionError,
  OrderError,
  ShapeError,
  StateError,
  ValueError,
} from "./errors.js";
export * from "./experiments/index.js";
export { BackwardTrace, type TraceNode } from "./explain/backward-trace.js";
export { Figure, type FigureBundle, type FigureOptions } from "./figure/figure.js";
export { FigureError } from "./figure/figure-error.js";
export type { FigureValue, Frame, Layout, Trace } from "./figure/schema.js";
export { escapeText } from "./figure/text.js";
export type { FloatArray } from "./float-array.js";
export { type GradientCheckOptions, gradientCheck } from "./gradient-check.js";
export type { Initializer, RandomSource } from "./initializers.js";
export type { BatchNoiseOptions } from "./layers/batch-noise.js";
export { BatchNorm, type BatchNormOptions } from "./layers/batch-norm.js";
export { Dropout, type DropoutOptions } from "./layers/dropout.js";
export { foldBatchNorm } from "./layers/fold-batch-norm.js";
export { GroupNorm, type GroupNormOptions } from "./layers/group-norm.js";
export { Layer } from "./layers/layer.js";
export { LayerNorm, type LayerNormOptions } from "./layers/layer-norm.js";
export { Linear, type LinearOptions } from "./layers/linear.js";
export { type MLPOptions, mlp } from "./layers/mlp.js";
export { Parameter } from "./layers/parameter.js";
export { type RecalibrateOptions, recalibrate } from "./layers/recalibrate.js";
export { ReLU } from "./layers/relu.js";
export { Sequential } from "./layers/sequential.js";
export { Sigmoid } from "./layers/sigmoid.js";
export { Tanh } from "./layers/tanh.js";
export type { Workspace } from "./layers/workspace.js";
export { crossEntropy, type Loss } from "./losses/cross-entropy.js";
export { meanSquaredError } from "./losses/mean-squared-error.js";
export * as math from "./math/index.js";
export { Adam, type AdamOptions } from "./optimizers/adam.js";
export { Optimizer } from "./optimizers/optimizer.js";
export { SGD, type SGDOptions } from "./optimizers/sgd.js";
export * as plot from "./plot/index.js";
export { Random, type RandomState } from "./random.js";
export * from "./statistics/index.js";
export { type NestedNumbers, Tensor, type TensorValues, tensor, zeros } from "./tensor.js";
export * from "./trainer/index.js";
