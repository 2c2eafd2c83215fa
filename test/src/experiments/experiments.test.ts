import { expect } from "chai";
import { OptionError } from "../../../src/base/errors.js";
import { digits } from "../../../src/data/index.js";
import { buildData, buildNetwork, buildOptimizer } from "../../../src/experiments/build.js";
import { checkSpec } from "../../../src/experiments/check-spec.js";
import {
  type ExperimentSpec,
  grid,
  type NetworkSpec,
  runExperiment,
} from "../../../src/experiments/index.js";
import { keyOf } from "../../../src/experiments/result.js";
import type { Sequential } from "../../../src/nn/layers/sequential.js";
import { cnn } from "../../../src/nn/networks/cnn.js";
import { mlp } from "../../../src/nn/networks/mlp.js";
import { resnet } from "../../../src/nn/networks/resnet.js";

const base: ExperimentSpec = {
  data: { set: "digits" },
  network: { hidden: [8, 8], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 12,
};

/** The base with values at paths. */
const spec = (values: Record<string, unknown>): ExperimentSpec =>
  grid(base, Object.fromEntries(Object.entries(values).map(([path, value]) => [path, [value]])))[0];

describe("checkSpec", () => {
  it("names the path of what is wrong, and the nearest key", () => {
    const cases: [unknown, string][] = [
      [
        spec({ "optimizer.learningRate": -1 }),
        "spec.optimizer.learningRate: Too small: expected number to be >=0 (got -1)",
      ],
      [
        spec({ "optimizer.learningrate": 1 }),
        'spec.optimizer.learningrate: unknown key. Did you mean "learningRate"?',
      ],
      [
        spec({ "network.batchNorm": { momentun: 1 } }),
        'spec.network.batchNorm.momentun: unknown key. Did you mean "momentum"?',
      ],
      [spec({ seeed: 1 }), 'spec.seeed: unknown key. Did you mean "seed"?'],
      [spec({ probes: [{ kind: "drift", layr: 1 }] }), "spec.probes[0]"],
      [spec({ "data.set": "digit" }), "spec.data.set: Invalid discriminator value. Expected 'digits'"],
      [spec({ "data.noise": 1 }), "spec.data.noise: unknown key"],
      [spec({ "network.hidden": [0] }), "spec.network.hidden[0]: Too small"],
      [
        spec({ "network.norm": "bacth" }),
        'spec.network.norm: Invalid option: expected one of "none"|"batch"|"layer"; or',
      ],
      [spec({ steps: 1.5 }), "spec.steps: Invalid input: expected int"],
      [spec({ epochs: 1 }), "give either steps or epochs"],
      [{ ...base, network: undefined }, "spec.network: missing"],
      [spec({ evaluate: ["test"], earlyStop: { accuracy: 0.9 } }), 'add "validation" to evaluate'],
      [spec({ finally: [{ name: "a" }, { name: "a" }] }), "needs its own name"],
      [
        spec({ finally: [{ name: "a", statistics: "batch", batchSize: 1 }] }),
        'spec.finally, "a": a batch of 1 has no variance',
      ],
      [7, "spec: Invalid input: expected object"],
      [undefined, "spec: missing. Invalid input: expected object"],
      [
        spec({ schedule: { kind: "cosin", steps: 3 } }),
        "spec.schedule.kind: Invalid discriminator value. Expected 'constant' | 'step'",
      ],
      [
        spec({ schedule: { kind: "cosine", stepz: 3 } }),
        'spec.schedule.stepz: unknown key. Did you mean "steps"?',
      ],
      [
        spec({ schedule: { kind: "warmup", steps: 3, after: { kind: "cosine", steps: 0 } } }),
        "spec.schedule.after.steps: Too small",
      ],
      [
        spec({ schedule: { kind: "step", factor: 0.5 } }),
        "spec.schedule: schedule.step takes either `every` or `at`.",
      ],
      [
        spec({ schedule: { kind: "step", at: [5, 3] } }),
        "spec.schedule: schedule.step takes a number of steps, or a list of steps that rise",
      ],
      [spec({ clipGradients: 0 }), "spec.clipGradients: Too small: expected number to be >0 (got 0)"],
    ];
    for (const [value, message] of cases) expect(() => checkSpec(value)).throw(OptionError, message);
    const both = { ...spec({ seed: 0.5 }), batchSize: 0 };
    expect(() => checkSpec(both)).throw(/spec\.seed.*\n.*spec\.batchSize/);
  });

  it("fills in defaults; the key depends on the content, not on the order of keys", () => {
    const filled = checkSpec(base);
    expect(filled.batchSize).equal(64);
    expect(filled.network.batchNorm.momentum).equal(0.1);
    const { steps, ...others } = base;
    expect(keyOf(checkSpec({ steps, ...others }))).equal(keyOf(filled));
    expect(keyOf(checkSpec(spec({ seed: 0 })))).equal(keyOf(filled));
    expect(keyOf(checkSpec(spec({ seed: 1 })))).not.equal(keyOf(filled));
    expect(checkSpec(filled)).deep.equal(filled);
  });
});

describe("grid", () => {
  it("combines all values, the last path fastest, and leaves the spec alone", () => {
    const specs = grid(base, { "network.norm": ["none", "batch"], seed: [1, 2] });
    expect(specs.map(({ network, seed }) => [network.norm, seed])).deep.equal([
      ["none", 1],
      ["none", 2],
      ["batch", 1],
      ["batch", 2],
    ]);
    expect(base.seed).equal(undefined);
    expect(() => grid(base, { seed: [] })).throw(OptionError, '"seed" needs an array');
    expect(() => grid(base, { "steps.x": [1] })).throw(OptionError, 'leads through "steps", which is 12');
  });
});

describe("the spec's network", () => {
  it("is mlp()'s when both know the options", () => {
    for (const options of [
      { norm: "batch" },
      { norm: "none", activation: "sigmoid" },
      { norm: "layer", activation: "tanh", dropout: 0.2, init: { std: 0.1 } },
    ] as const) {
      const ours = buildNetwork(
        checkSpec({ ...spec({ seed: 5 }), network: { hidden: [8, 8], ...options } }),
        [64],
        10,
      );
      const theirs = mlp({ inputs: 64, hidden: [8, 8], classes: 10, seed: 5, ...options });
      expect(ours.layers.map((layer) => layer.constructor.name)).deep.equal(
        theirs.layers.map((layer) => layer.constructor.name),
      );
      const weights = (network: typeof ours) =>
        network.namedParameters().map(([name, { value }]) => [name, ...value.data]);
      expect(weights(ours)).deep.equal(weights(theirs));
    }
  });

  it("is cnn()'s or resnet()'s by its kind", () => {
    const images = { inputs: [1, 8, 8], classes: 10, seed: 5, norm: "batch", dropout: 0.1 } as const;
    const pairs: [NetworkSpec, Sequential][] = [
      [{ kind: "cnn", channels: [3, 4], norm: "batch", dropout: 0.1 }, cnn({ ...images, channels: [3, 4] })],
      [
        { kind: "resnet", channels: [3, 4], blocks: 3, norm: "batch", dropout: 0.1, scale: 0 },
        resnet({ ...images, channels: [3, 4], blocks: [2, 1], scale: 0 }),
      ],
    ];
    for (const [network, theirs] of pairs) {
      const checked = checkSpec({ ...spec({ seed: 5 }), network });
      const { train } = buildData(checked);
      expect(train.inputs.shape.slice(1)).deep.equal([1, 8, 8]);
      const ours = buildNetwork(checked, [1, 8, 8], 10);
      expect(ours.toString()).equal(theirs.toString());
      expect(ours.stateDict()).deep.equal(theirs.stateDict());
    }
  });

  it("of images refuses data that are none, and says which are", () => {
    const network = { kind: "cnn", channels: [3] };
    expect(() => checkSpec({ ...base, data: { set: "moons" }, network })).throw(
      OptionError,
      'spec.network: a cnn takes images, and spec.data.set "moons" has none. Sets of images: digits',
    );
    expect(() => checkSpec({ ...base, network: { ...network, chanels: [3] } })).throw("spec.network");
  });

  it("scales hidden weights only, and starts from the same weights with any normalization", () => {
    const weight = (values: Record<string, unknown>, name: string) =>
      Array.from(
        buildNetwork(checkSpec(spec({ "network.dtype": "float64", ...values })), [64], 10).stateDict()[name]
          .data,
      );
    expect(weight({ "network.hiddenScale": 10 }, "0.weight")).deep.equal(
      weight({}, "0.weight").map((value) => value * 10),
    );
    expect(weight({ "network.hiddenScale": 10 }, "6.weight")).deep.equal(weight({}, "6.weight"));
    expect(weight({ "network.norm": "none" }, "0.weight")).deep.equal(weight({}, "0.weight"));
  });

  it("stands as the spec says", () => {
    const layers = (network: ExperimentSpec["network"]) =>
      buildNetwork(checkSpec({ ...base, network }), [64], 10)
        .layers.map((layer) => layer.constructor.name)
        .join(" ");
    expect(layers({ hidden: [8], norm: { groups: 2 }, activation: "none" })).equal("Linear GroupNorm Linear");
    expect(layers({ hidden: [8], norm: "batch", normPlace: "after" })).equal("Linear ReLU BatchNorm Linear");
    expect(layers({ hidden: [8], norm: "layer", normOutput: true, dropout: 0.5 })).equal(
      "Linear LayerNorm ReLU Dropout Linear LayerNorm",
    );
  });

  it("trains the parts that the spec names, and lets weights alone decay when asked", () => {
    const trained = (values: Record<string, unknown>) => {
      const checked = checkSpec(spec(values));
      const network = buildNetwork(checked, [64], 10);
      const names = new Map(network.namedParameters().map(([name, parameter]) => [parameter, name]));
      return buildOptimizer(checked, network).groups.map(({ parameters }) =>
        parameters.map((parameter) => names.get(parameter)).join(" "),
      );
    };
    expect(trained({})).deep.equal(["0.weight 1.gamma 1.beta 3.weight 4.gamma 4.beta 6.weight 6.bias"]);
    expect(trained({ trainable: ["gamma", "beta"] })).deep.equal(["1.gamma 1.beta 4.gamma 4.beta"]);
    expect(trained({ trainable: ["hiddenBiases"], "network.norm": "none" })).deep.equal(["0.bias 2.bias"]);
    expect(trained({ trainable: ["output"] })).deep.equal(["6.weight 6.bias"]);
    expect(trained({ "optimizer.weightDecay": 0.1, "optimizer.decays": "weights" })).deep.equal([
      "0.weight 3.weight 6.weight",
      "1.gamma 1.beta 4.gamma 4.beta 6.bias",
    ]);
  });
});

describe("the spec's data", () => {
  it("are the digits of the seed, in the network's dtype, and as few as asked", () => {
    const data = buildData(checkSpec(spec({ seed: 4, "data.trainSize": 100, "network.dtype": "float64" })));
    const all = digits({ seed: 4, dtype: "float64" });
    expect([...data.train.labels]).deep.equal([...all.train.labels.slice(0, 100)]);
    expect([...data.test.inputs.data]).deep.equal([...all.test.inputs.data]);
    const binary = buildData(checkSpec(spec({ "data.scale": "binary" }))).train.inputs.data;
    expect(new Set(binary)).deep.equal(new Set([0, 1]));
  });
});

describe("runExperiment", () => {
  it("gives the same result twice, as plain JSON", async () => {
    const watched = spec({
      probes: ["gradientNorms", { kind: "drift", layer: -2 }],
      "network.dropout": 0.1,
      evaluateEvery: 5,
    });
    const first = await runExperiment(watched);
    expect(await runExperiment(watched)).deep.equal(first);
    expect(JSON.parse(JSON.stringify(first))).deep.equal(first);
    expect(first.evaluatedAt).deep.equal([0, 5, 10, 12]);
    expect(first.trainingLoss[0]).equal(null);
    expect(first.status).equal("finished");
    expect((await runExperiment(spec({ seed: 1 }))).hash).not.equal((await runExperiment(base)).hash);
  });

  it("keeps, with milestones, the first and last evaluation, and when each accuracy was reached", async () => {
    const asked = { steps: 60, evaluateEvery: 5, "network.hidden": [32], "optimizer.learningRate": 0.3 };
    const all = await runExperiment(spec(asked));
    const short = await runExperiment(spec({ ...asked, milestones: [0, 0.8, 1] }));
    const { accuracy } = all.evaluations.test;
    const reached = all.evaluatedAt[accuracy.findIndex((value) => value !== null && value >= 0.8)];
    expect(reached).within(5, 55);
    expect(all.milestones).equal(undefined);
    expect(short.milestones?.test).deep.equal([0, reached, null]);
    expect(short.evaluatedAt).deep.equal([0, 60]);
    expect(short.evaluations.test.accuracy).deep.equal([accuracy[0], accuracy[12]]);
    const losses = all.trainingLoss.flatMap((loss) => loss ?? []);
    expect(short.trainingLoss[1]).closeTo(losses.reduce((sum, loss) => sum + loss, 0) / 12, 1e-8);
    expect(short.hash).equal(all.hash);
  });

  it("reports a divergence as a result", async () => {
    const result = await runExperiment(
      spec({ "optimizer.learningRate": 1e30, "network.norm": "none", steps: 50 }),
    );
    expect(result.status).equal("diverged");
    expect(result.diverged?.step).within(1, 10);
    expect(result.evaluations.test.accuracy).lengthOf(1);
    expect(result.finally).deep.equal({});
  });

  it("evaluates by the running, the batch's, or recalibrated statistics, sorted by class or not", async () => {
    const { finally: results } = await runExperiment(
      spec({
        steps: 150,
        "network.hidden": [32],
        "network.batchNorm": { momentum: 0.001 },
        "optimizer.learningRate": 0.3,
        finally: [
          { name: "stale" },
          { name: "recalibrated", statistics: "recalibrated" },
          { name: "in pairs", statistics: "batch", batchSize: 2 },
          { name: "together", statistics: "batch", batchSize: 400 },
          { name: "sorted", statistics: "batch", batchSize: 40, sorted: true },
        ],
      }),
    );
    const accuracy = (name: string) => results[name].accuracy ?? 0;
    expect(accuracy("recalibrated")).above(0.9);
    expect(accuracy("together")).above(0.9);
    expect(results.stale.loss).above(results.recalibrated.loss ?? 0);
    expect(accuracy("in pairs")).below(0.7);
    expect(accuracy("sorted")).below(0.5);
  });

  it("stops when told to", async () => {
    try {
      await runExperiment(spec({ steps: 1e6 }), { signal: AbortSignal.abort() });
      expect.fail("it ran on");
    } catch (error) {
      expect(error).property("name", "RunStoppedError");
    }
  });

  // One spec for each set-up of the course's experiments; small ones here, the notebooks have the real sizes.
  const setups: Record<string, Record<string, unknown>> = {
    "learning rates and steps to an accuracy": {
      "network.activation": "sigmoid",
      "optimizer.learningRate": 5.6,
      earlyStop: { accuracy: 0.95 },
      evaluateEvery: 5,
    },
    "scale of the initial weights": { "network.hiddenScale": 1e-3 },
    "gradient norms at the start, by depth": {
      steps: 0,
      probes: ["gradientNorms"],
      probeSize: 128,
      "network.activation": "sigmoid",
    },
    "drift with and without noise": {
      "network.batchNorm": { noise: true },
      probes: [{ kind: "drift", layer: -2 }],
      probeEvery: 4,
    },
    "fewer training images, dropout, small batches": {
      "data.trainSize": 400,
      "network.dropout": 0.2,
      batchSize: 4,
    },
    "layer and group normalization at batch 1": { "network.norm": { groups: 4 }, batchSize: 1 },
    "batches of one class": { batchOrder: { classesPerBatch: 1 }, batchSize: 32 },
    "scale and shift on moons": {
      data: { set: "moons", size: 300 },
      "network.batchNorm": { scale: false },
      "network.hidden": [8],
    },
    "gradients stopped": { "network.batchNorm": { stopGradient: "both", scale: false, center: false } },
    "weight decay on the weights": {
      "optimizer.weightDecay": 0.01,
      "optimizer.decays": "weights",
      probes: ["weightNorms"],
    },
    "only gamma and beta": { trainable: ["gamma", "beta"] },
    "Ioffe and Szegedy's figure 1": {
      "data.scale": "binary",
      batchSize: 60,
      "network.activation": "sigmoid",
      "network.init": { std: 0.01 },
      probes: [{ kind: "inputPercentiles", layer: -2, unit: 3 }],
    },
    Adam: { optimizer: { kind: "adam", learningRate: 0.01 } },
  };
  for (const [title, values] of Object.entries(setups))
    it(`can express: ${title}`, async () => {
      expect((await runExperiment(spec(values))).status).oneOf(["finished", "early"]);
    });
});
