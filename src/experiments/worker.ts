/** What runs in each worker thread of a sweep: one experiment at a time. */
import type { CheckedSpec } from "./check-spec.js";
import type { ExperimentResult } from "./result.js";
import { runChecked } from "./run-checked.js";

export default (spec: CheckedSpec): Promise<ExperimentResult> => runChecked(spec);
