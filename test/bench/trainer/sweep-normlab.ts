/** normlab's side of the sweep: runs of N2 over all cores. The arguments are the numbers of runs and of steps. */
import type * as normlab from "../../../src/index.js";
import type { ExperimentSpec } from "../../../src/index.js";

// What a reader's import "normlab" loads, so that the start is timed as it is.
const packed = new URL("../../../packed/index.js", import.meta.url).href;
const { sweep } = (await import(packed)) as typeof normlab;

const [runs, steps] = process.argv.slice(2).map(Number);
const specs = Array.from(
  { length: runs },
  (_, seed): ExperimentSpec => ({
    seed,
    data: { set: "digits" },
    network: { hidden: [64, 64], norm: "batch" },
    optimizer: { kind: "sgd", learningRate: 0.05, momentum: 0.9 },
    batchSize: 32,
    lastBatch: "drop",
    steps,
    evaluate: [],
  }),
);
const results = await sweep(specs, { progress: false });
if (results.some((result) => result.steps !== steps)) throw new Error("A run did not do all of its steps.");
