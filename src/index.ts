/** normlab: what batch normalization does, by running it. The public names of the module. */

import * as functions from "./base/math/index.js";
import { named } from "./base/named.js";
import { predict as questions } from "./course/index.js";
import * as plots from "./explain/plots.js";
import * as schedules from "./nn/schedules/index.js";
import { predict as predictOutputs } from "./train/predict.js";

/**
 * The elementary functions that give the same bits on every machine.
 *
 * @namespace
 */
export const math: typeof functions = named("math", functions);
/**
 * One function a kind of figure; data in, `Figure` out.
 *
 * @namespace
 */
export const plot: typeof plots = named("plot", plots);
/**
 * How learning rates change over the steps.
 *
 * @namespace
 */
export const schedule: typeof schedules = named("schedule", schedules);

/**
 * `predict(network, inputs)` gives a network's outputs; `predict.number` and `predict.choice` ask the reader of a lesson before
 * a result shows.
 */
export const predict: typeof predictOutputs & typeof questions = Object.assign(predictOutputs, questions);

export {
  DTypeError,
  OptionError,
  OrderError,
  QueueError,
  ShapeError,
  StateError,
  ValueError,
} from "./base/errors.js";
export { Random, type RandomState } from "./base/random.js";
export * from "./claims/index.js";
export * from "./course/index.js";
export * from "./data/index.js";
export * from "./experiments/index.js";
export { BackwardTrace, type TraceNode } from "./explain/backward-trace.js";
export { explain } from "./explain/explain.js";
export { type GradientCheckOptions, gradientCheck } from "./explain/gradient-check.js";
export {
  type GradientPredictivenessOptions,
  gradientPredictiveness,
  type LandscapeOptions,
  type LossCurve,
  type LossSurface,
  landscape,
} from "./explain/landscape.js";
export type {
  BandSeries,
  BandsOptions,
  CellAxis,
  ConfusionOptions,
  DecisionOptions,
  DistributionGroup,
  DistributionsOptions,
  ForestOptions,
  ForestRow,
  GradientFlowOptions,
  GradientFlowSeries,
  HeatmapOptions,
  HistogramOptions,
  HistogramSeries,
  ImageGridOptions,
  LineOptions,
  LineSeries,
  Panel,
  ScatterGroup,
  ScatterOptions,
  SmallMultiplesOptions,
  StepFrame,
  StepsOptions,
} from "./explain/plots.js";
export { Figure, type FigureBundle, type FigureOptions } from "./figure/figure.js";
export { FigureError } from "./figure/figure-error.js";
export type { FigureValue, Frame, Layout, Trace } from "./figure/schema.js";
export { escapeText } from "./figure/text.js";
export type { Initializer, RandomSource } from "./nn/initializers.js";
export { Augmentation, type AugmentationOptions } from "./nn/layers/augmentation.js";
export type { BatchNoiseOptions } from "./nn/layers/batch-noise.js";
export { BatchNorm, type BatchNormOptions } from "./nn/layers/batch-norm.js";
export { Conv2d, type Conv2dOptions } from "./nn/layers/conv2d.js";
export { Dropout, type DropoutOptions } from "./nn/layers/dropout.js";
export { Flatten } from "./nn/layers/flatten.js";
export { foldBatchNorm } from "./nn/layers/fold-batch-norm.js";
export { GlobalAvgPool2d } from "./nn/layers/global-avg-pool2d.js";
export { GroupNorm, type GroupNormOptions } from "./nn/layers/group-norm.js";
export { InstanceNorm, type InstanceNormOptions } from "./nn/layers/instance-norm.js";
export { Layer } from "./nn/layers/layer.js";
export { LayerNorm, type LayerNormOptions } from "./nn/layers/layer-norm.js";
export { Linear, type LinearOptions } from "./nn/layers/linear.js";
export { AvgPool2d, MaxPool2d, type PoolingOptions } from "./nn/layers/pooling.js";
export { type RecalibrateOptions, recalibrate } from "./nn/layers/recalibrate.js";
export { ReLU } from "./nn/layers/relu.js";
export { Residual, type ResidualOptions } from "./nn/layers/residual.js";
export { RMSNorm, type RMSNormOptions } from "./nn/layers/rms-norm.js";
export { Sequential } from "./nn/layers/sequential.js";
export { Sigmoid } from "./nn/layers/sigmoid.js";
export { Tanh } from "./nn/layers/tanh.js";
export { crossEntropy, type Loss } from "./nn/losses/cross-entropy.js";
export { meanSquaredError } from "./nn/losses/mean-squared-error.js";
export { type CNNOptions, cnn } from "./nn/networks/cnn.js";
export type { ImageNetworkOptions, ImageNorm } from "./nn/networks/image-network.js";
export { type MLPOptions, mlp } from "./nn/networks/mlp.js";
export { type ResNetOptions, resnet } from "./nn/networks/resnet.js";
export { Adam, type AdamGroup, type AdamOptions } from "./nn/optimizers/adam.js";
export { clipGradients } from "./nn/optimizers/clip-gradients.js";
export { Optimizer, type ParameterGroup } from "./nn/optimizers/optimizer.js";
export { SGD, type SGDGroup, type SGDOptions } from "./nn/optimizers/sgd.js";
export { Parameter } from "./nn/parameter.js";
export type { Schedule } from "./nn/schedules/schedule.js";
export type { Extent } from "./nn/windows.js";
export { type DisplayHandle, display } from "./report/display.js";
export { newProgress, type ProgressSink } from "./report/progress.js";
export { Table, type TableOptions, type TableRecord, table } from "./report/table.js";
export * from "./statistics/index.js";
export type { DType } from "./tensor/backends.js";
export type { FloatArray } from "./tensor/kernels/float-array.js";
export {
  type NestedNumbers,
  type NestedOf,
  type RankOf,
  Tensor,
  type TensorValues,
  tensor,
  zeros,
} from "./tensor/tensor.js";
export type { Workspace } from "./tensor/workspace.js";
export * from "./train/checkpoint/index.js";
export * from "./train/index.js";
