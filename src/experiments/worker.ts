/** What runs in each worker thread of a sweep: one experiment at a time. */
import { host } from "#host";
import { kernelMemory } from "../tensor/wasm/memory.js";
import { neverPauseInThisThread } from "../train/pauses.js";
import type { ExperimentResult } from "./result.js";
import { runChecked } from "./run-checked.js";
import type { CheckedSpec } from "./spec.js";

neverPauseInThisThread();
// While the main thread still checks the specs.
kernelMemory();

export default host.serve((spec: CheckedSpec): Promise<ExperimentResult> => runChecked(spec));
