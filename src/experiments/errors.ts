import type { ExperimentResult } from "./result.js";

/** A run failed for another reason than its training: its data can't be read, for instance. `cause` is the run's error. */
export class RunFailedError extends Error {
  override name = "RunFailedError";
}

/** The sweep was stopped; what was done until then is in `results` and in the result file. */
export class SweepStoppedError extends Error {
  override name = "SweepStoppedError";

  constructor(
    message: string,
    readonly results: ExperimentResult[],
  ) {
    super(message);
  }
}

/** The same spec gave different bits on two machines, or twice on one. */
export class DifferentBitsError extends Error {
  override name = "DifferentBitsError";
}
