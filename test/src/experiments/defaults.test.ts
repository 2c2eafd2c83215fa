import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { checkSpec } from "../../../src/experiments/check-spec.js";
import { withDefaults, withoutDefaults } from "../../../src/experiments/defaults.js";
import {
  type DataSpec,
  type ExperimentSpec,
  type OptimizerSpec,
  readResults,
} from "../../../src/experiments/index.js";
import { keyOf } from "../../../src/experiments/result.js";
import { lineOf } from "../../../src/experiments/results-lines.js";

const RESULTS = fileURLToPath(new URL("../../../../notebooks/results", import.meta.url));

const data: DataSpec[] = [
  { set: "digits" },
  { set: "digits", scale: "unit", standardize: true },
  { set: "moons", size: 60 },
  { set: "spirals" },
  { set: "blobs" },
  { set: "idx", images: "images", labels: "labels" },
  { set: "csv", file: "table.csv" },
];
const optimizers: OptimizerSpec[] = [
  { kind: "sgd", learningRate: 0.1 },
  { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
  { kind: "adam", learningRate: 0.1 },
];
const specs: ExperimentSpec[] = [
  ...data.map((set) => ({ data: set, network: { hidden: [3] }, optimizer: optimizers[0], steps: 1 })),
  ...optimizers.map((optimizer) => ({ data: data[0], network: { hidden: [] }, optimizer, epochs: 1 })),
  {
    seed: 3,
    data: data[0],
    network: { hidden: [3], norm: { groups: 3 }, batchNorm: { momentum: null, noise: { meanRange: 1 } } },
    optimizer: optimizers[0],
    steps: 1,
    batchOrder: { classesPerBatch: 1 },
    evaluate: ["validation"],
    finally: [{ name: "as usual" }, { name: "forgotten", statistics: "batch", batchSize: 8 }],
  },
  {
    data: data[0],
    network: { hidden: [3] },
    optimizer: optimizers[0],
    steps: 1,
    schedule: { kind: "warmup", steps: 5, after: { kind: "cosine", steps: 9 } },
    clipGradients: 1,
  },
];

describe("the defaults of a spec", () => {
  it("are those that the schema fills in", () => {
    for (const spec of specs) expect(withDefaults(spec)).deep.equal(checkSpec(spec));
  });

  it("are left out of a results file, and nothing else is", () => {
    for (const spec of specs) expect(withoutDefaults(checkSpec(spec) as ExperimentSpec)).deep.equal(spec);
  });

  it("leave the same line when a result was read and is written again", () => {
    for (const spec of specs) {
      const written = withoutDefaults(checkSpec(spec) as ExperimentSpec);
      expect(JSON.stringify(withoutDefaults(withDefaults(written)))).equal(JSON.stringify(written));
    }
  });

  it("leave the committed results as they are: every key, every byte of every line", () => {
    const files = readdirSync(RESULTS).filter((file) => file.endsWith(".jsonl"));
    expect(files).not.empty;
    for (const file of files.map((name) => join(RESULTS, name))) {
      const results = readResults(file);
      expect(results.map((result) => `${lineOf(result)}\n`).join("")).equal(readFileSync(file, "utf8"));
      for (const { key, spec } of results) expect(keyOf(spec)).equal(key);
    }
  });

  it("may be asked for in a spec that nothing can change", () => {
    const constant = {
      data: { set: "moons", size: 60 },
      network: { hidden: [3, 3], norm: "batch" },
      optimizer: { kind: "sgd", learningRate: 0.1 },
      steps: 1,
      milestones: [0.5],
      probes: [{ kind: "gammaBeta", percentiles: [50] }],
    } as const;
    const given: ExperimentSpec = constant;
    expect(checkSpec(given).network).to.have.property("hidden").that.deep.equals([3, 3]);
  });
});
