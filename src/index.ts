/** normlab: what batch normalization does, by running it. The public names of the module. */
export type { DType } from "./backend/backends.js";
export { type DisplayHandle, display } from "./display/display.js";
export { newProgress, type ProgressSink } from "./display/progress.js";
export { Table, type TableOptions, type TableRecord, table } from "./display/table.js";
export {
  DTypeError,
  OptionError,
  OrderError,
  ShapeError,
  StateError,
  ValueError,
} from "./errors.js";
export { BackwardTrace, type TraceNode } from "./explain/backward-trace.js";
export type { Initializer, RandomSource } from "./initializers.js";
export type { BatchNoiseOptions } from "./layers/batch-noise.js";
export { BatchNorm, type BatchNormOptions } from "./layers/batch-norm.js";
export { Layer } from "./layers/layer.js";
export { Linear, type LinearOptions } from "./layers/linear.js";
export { Parameter } from "./layers/parameter.js";
export type { Workspace } from "./layers/workspace.js";
export * as math from "./math/index.js";
export { Random, type RandomState } from "./random.js";
export { type NestedNumbers, Tensor, type TensorValues, tensor, zeros } from "./tensor.js";
