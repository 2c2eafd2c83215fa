import { checkOptions } from "../base/errors.js";
import { checkSpec } from "./check-spec.js";
import type { ExperimentResult } from "./result.js";
import { runChecked } from "./run-checked.js";
import type { RunOptions } from "./run-options.js";
import type { ExperimentSpec } from "./spec.js";

/**
 * Runs one experiment: builds data, network and optimizer of the spec, trains and evaluates. A training that diverges is a
 * result too, with status "diverged".
 *
 *     const result = await runExperiment({
 *       data: { set: "digits" },
 *       network: { hidden: [50, 50, 50], norm: "batch" },
 *       optimizer: { kind: "sgd", learningRate: 0.3 },
 *       steps: 1000,
 *     });
 *
 * Throws an OptionError that names the path of what is wrong with the spec, a RunStoppedError when the signal stops it.
 */
export async function runExperiment(
  spec: ExperimentSpec,
  options: RunOptions = {},
): Promise<ExperimentResult> {
  checkOptions("runExperiment", options, ["signal", "progress"]);
  return runChecked(checkSpec(spec), options);
}
