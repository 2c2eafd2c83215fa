/**
 * normlab's side of the sweep: runs of N2 over all cores. For each line "RUNS STEPS SEED" on its standard input it does so many runs
 * of so many steps, the first of them with this seed, and answers a line.
 */
import { createInterface } from "node:readline";
import type * as normlab from "../../../src/index.js";
import type { ExperimentSpec } from "../../../src/index.js";

// What a reader's import "normlab" loads, so that the start is timed as it is.
const packed = new URL("../../../packed/index.js", import.meta.url).href;
const { sweep } = (await import(packed)) as typeof normlab;

for await (const line of createInterface({ input: process.stdin })) {
  const [runs, steps, seed] = line.split(" ").map(Number);
  const specs = Array.from(
    { length: runs },
    (_, run): ExperimentSpec => ({
      seed: seed + run,
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
  if (results.length !== runs || results.some((result) => result.steps !== steps))
    throw new Error("A run did not do all of its steps.");
  process.stdout.write(`${JSON.stringify({ runs: results.length })}\n`);
}
