// A file of its own: the declarations of what is public lead to no type of the schema library, whose own declarations
// older versions of TypeScript cannot read.
import type { ProgressSink } from "../report/progress.js";

export interface RunOptions {
  /** Stops the run. */
  signal?: AbortSignal;
  /** Default false: a sweep shows its own. */
  progress?: boolean | ProgressSink;
}

/** A run was stopped by its AbortSignal before it had a result. */
export class RunStoppedError extends Error {
  override name = "RunStoppedError";
}
