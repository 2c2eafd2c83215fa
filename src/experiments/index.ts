export { DifferentBitsError, RunFailedError, SweepStoppedError } from "./errors.js";
export { grid } from "./grid.js";
export type { ExperimentResult, ResultNumber } from "./result.js";
export { readResults } from "./results-file.js";
export { runExperiment } from "./run-experiment.js";
export { type RunOptions, RunStoppedError } from "./run-options.js";
export { type BestRate, type BestRateOptions, bestRate, Runs, recorded, type Selection } from "./runs.js";
export type {
  BatchNormSpec,
  DataSpec,
  ExperimentSpec,
  FinalEvaluationSpec,
  NetworkSpec,
  OptimizerSpec,
  Part,
  ProbeSpec,
  ScheduleSpec,
  TrainablePart,
} from "./spec.js";
export { readSpecs, runSpecFile } from "./spec-file.js";
export { type SweepOptions, sweep } from "./sweep.js";
