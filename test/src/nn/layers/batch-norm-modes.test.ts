import { execFileSync } from "node:child_process";
import { expect } from "chai";
import {
  BatchNorm,
  type BatchNormOptions,
  Dropout,
  foldBatchNorm,
  gradientCheck,
  type Layer,
  Linear,
  ReLU,
  recalibrate,
  Sequential,
  type Tensor,
  tensor,
} from "../../../../src/index.js";
import { relativeError } from "../../../golden/golden.js";
import { randomTensor } from "../../random-tensor.js";

const MODULE = new URL("../../../../src/index.js", import.meta.url).href;
const float64 = { dtype: "float64" } as const;
const x = randomTensor([16, 3], 1, { mean: 4, std: 2 });

function trained(options: BatchNormOptions = {}): BatchNorm {
  const layer = new BatchNorm(3, { ...options, ...float64 });
  layer.forward(randomTensor([16, 3], 2, { mean: 3, std: 5 }));
  return layer;
}

describe("BatchNorm's running statistics", () => {
  it("normalize in eval() and stay as they are", () => {
    const layer = trained().eval();
    const before = layer.runningMean.clone();
    const output = layer.forward(x);
    expect(layer.runningMean.data).to.deep.equal(before.data);
    const expected = (x.at(5, 1) - before.at(1)) / Math.sqrt(layer.runningVariance.at(1) + 1e-5);
    expect(output.at(5, 1)).to.be.closeTo(expected, 1e-14);
  });

  it("are not there without trackRunningStats: eval() then uses the batch's", () => {
    const layer = new BatchNorm(3, { trackRunningStats: false, ...float64 });
    const training = layer.forward(x);
    expect(layer.numBatchesTracked).to.equal(0);
    expect(layer.eval().forward(x).data).to.deep.equal(training.data);
    expect(Object.keys(layer.stateDict())).to.deep.equal(["gamma", "beta"]);
    expect(() => layer.freeze()).to.throw("{ trackRunningStats: false }");
  });

  it("stay frozen through train(), until unfreeze()", () => {
    const layer = trained().freeze();
    const before = layer.stateDict();
    const frozen = layer.train().forward(x);
    expect(layer.stateDict()).to.deep.equal(before);
    expect(frozen.data).to.deep.equal(layer.eval().forward(x).data);
    layer.train().unfreeze().forward(x);
    expect(layer.numBatchesTracked).to.equal(2);
  });

  it("are constants to the gradient when frozen", () => {
    const errors = gradientCheck(trained().freeze(), x);
    for (const [name, error] of Object.entries(errors)) expect(error, name).to.be.below(1e-7);
  });
});

describe("BatchNorm's options", () => {
  it("part scale and center", () => {
    const names = (options: BatchNormOptions) =>
      new BatchNorm(3, options).namedParameters().map(([name]) => name);
    expect(names({})).to.deep.equal(["gamma", "beta"]);
    expect(names({ affine: false })).to.deep.equal([]);
    expect(names({ scale: false })).to.deep.equal(["beta"]);
    expect(names({ affine: false, scale: true })).to.deep.equal(["gamma"]);
  });

  it("recover the input with gamma = √(variance + eps) and beta = mean (Ioffe & Szegedy 2015, section 3)", () => {
    const layer = new BatchNorm(3, float64);
    layer.forward(x);
    layer.backward(x);
    const trace = layer.explain();
    layer.gamma.value.data.set(
      Array.from(trace.node("variance").value.data, (value) => Math.sqrt(value + layer.eps)),
    );
    layer.beta.value.data.set(trace.node("mean").value.data);
    expect(relativeError(layer.forward(x), x)).to.be.below(1e-14);
  });

  it("stop the gradient at the mean, the variance, or both", () => {
    const g = randomTensor([16, 3], 3);
    const gradient = (options: BatchNormOptions): Tensor => {
      const layer = new BatchNorm(3, { ...options, ...float64 });
      layer.forward(x);
      const result = layer.backward(g);
      expect(layer.explain().closedFormError()).to.be.below(1e-13);
      return result;
    };
    const sum = (values: Tensor) => values.data.reduce((total: number, value: number) => total + value, 0);
    expect(Math.abs(sum(gradient({})))).to.be.below(1e-13);
    expect(Math.abs(sum(gradient({ stopGradient: "variance" })))).to.be.below(1e-13);
    expect(Math.abs(sum(gradient({ stopGradient: "mean" })))).to.be.above(0.1);
    const both = gradient({ stopGradient: "both" });
    const layer = new BatchNorm(3, float64);
    layer.forward(x);
    layer.backward(g);
    expect(both.at(2, 1)).to.be.closeTo(g.at(2, 1) * layer.explain().node("inverseStd").value.at(1), 1e-15);
    const misspelt = { stopGradient: "median" } as unknown as BatchNormOptions;
    expect(() => new BatchNorm(3, misspelt)).to.throw('"mean", "variance" or "both"; got "median"');
  });

  it("show in finite differences where a stopped gradient is missing", () => {
    const { input, gamma } = gradientCheck(new BatchNorm(3, { stopGradient: "mean", ...float64 }), x);
    expect(input).to.be.above(0.01);
    expect(gamma).to.be.below(1e-7);
  });

  it("add noise in training whose gradients are those of finite differences", () => {
    const layer = new BatchNorm(3, { noise: { random: 5 }, ...float64 });
    const quiet = new BatchNorm(3, float64).forward(x);
    expect(relativeError(layer.forward(x), quiet)).to.be.above(0.05);
    const errors = gradientCheck(layer, x);
    for (const [name, error] of Object.entries(errors)) expect(error, name).to.be.below(1e-7);
    layer.forward(x);
    layer.backward(randomTensor([16, 3], 3));
    expect(layer.explain().closedFormError()).to.be.below(1e-13);
    for (const [node, error] of Object.entries(layer.explain().finiteDifferenceErrors()))
      expect(error, node).to.be.below(1e-7);
  });

  it("are checked without a trace: gradients, noise and what backward() needs stay", () => {
    const layer = new BatchNorm(3, { noise: { random: 5 }, ...float64 });
    const undisturbed = new BatchNorm(3, { noise: { random: 5 }, ...float64 });
    for (const each of [layer, undisturbed]) each.forward(x);
    gradientCheck(layer, randomTensor([4, 3], 9));
    expect(layer.gamma.gradient.data).to.deep.equal(undisturbed.gamma.gradient.data);
    const gradient = randomTensor([16, 3], 3);
    expect(layer.backward(gradient).data).to.deep.equal(undisturbed.backward(gradient).data);
    expect(layer.forward(x).data).to.deep.equal(undisturbed.forward(x).data);
  });

  it("draw no noise when they are frozen, and count none as drawn", () => {
    const layer = new BatchNorm(3, { noise: { random: 5 }, ...float64 });
    layer.forward(x);
    const { noiseStep } = layer.stateDict();
    const quiet = new BatchNorm(3, float64);
    quiet.forward(x);
    expect(layer.freeze().forward(x).data).to.deep.equal(quiet.freeze().forward(x).data);
    expect(layer.stateDict().noiseStep.data).to.deep.equal(noiseStep.data);
  });

  it("draw the same noise from the same seed, other noise at each step", () => {
    const make = () => new BatchNorm(3, { noise: { random: 5 }, ...float64 });
    const [one, two] = [make(), make()];
    const first = one.forward(x);
    expect(two.forward(x).data).to.deep.equal(first.data);
    expect(one.forward(x).data).not.to.deep.equal(first.data);
    expect(make().loadStateDict(two.stateDict()).forward(x).data).to.deep.equal(two.forward(x).data);
  });
});

describe("recalibrate", () => {
  const network = new Sequential([
    new Linear(3, 4, { random: 1, ...float64 }),
    new BatchNorm(4, { momentum: 0.001, ...float64 }),
    new ReLU(),
    new Dropout(0.5),
    new Linear(4, 2, { random: 2, ...float64 }),
    new BatchNorm(2, float64),
  ]);

  it("gives every BatchNorm the statistics of the whole data", () => {
    network.eval();
    recalibrate(network, { inputs: x });
    const [linear, first, relu, , second, last] = network.layers;
    const hidden = linear.forward(x);
    expectStatistics(first, hidden);
    // The second BatchNorm saw what the first gives in training.
    expectStatistics(last, second.forward(relu.forward(new BatchNorm(4, float64).forward(hidden))));
    expect(network.layers.map((layer) => layer.training)).to.deep.equal(network.layers.map(() => false));
  });

  function expectStatistics(layer: Layer, values: Tensor): void {
    const { runningMean, runningVariance } = layer.stateDict();
    const fresh = new BatchNorm(values.shape[1], { momentum: 1, ...float64 });
    fresh.forward(values);
    expect(relativeError(runningMean, fresh.runningMean)).to.be.below(1e-14);
    expect(relativeError(runningVariance, fresh.runningVariance)).to.be.below(1e-14);
  }

  it("weighs batches by their size and drops no row, whatever the batch size", () => {
    const all = randomTensor([9, 3], 4, { mean: 1 });
    for (const [batchSize, ends] of [
      [4, [4, 9]],
      [7, [7, 9]],
      [8, [9]],
      [2, [2, 4, 6, 9]],
      [100, [9]],
    ] as const) {
      const norm = new BatchNorm(3, float64);
      recalibrate(norm, all, { batchSize });
      expect(norm.numBatchesTracked).to.equal(ends.length);
      for (let channel = 0; channel < 3; channel++) {
        let [mean, variance, start] = [0, 0, 0];
        for (const end of ends) {
          const values = Array.from({ length: end - start }, (_, row) => all.at(start + row, channel));
          const own = values.reduce((sum, value) => sum + value, 0) / values.length;
          const squares = values.reduce((sum, value) => sum + (value - own) * (value - own), 0);
          mean += (values.length * own) / 9;
          variance += (values.length * squares) / (values.length - 1) / 9;
          start = end;
        }
        expect(norm.runningMean.at(channel)).to.be.closeTo(mean, 1e-14);
        expect(norm.runningVariance.at(channel)).to.be.closeTo(variance, 1e-14);
      }
    }
  });

  it("puts momentum and modes back, and what backward() needs", () => {
    const norm = new BatchNorm(3, float64);
    const [input, gradient] = [randomTensor([5, 3], 6), randomTensor([5, 3], 7)];
    norm.forward(input);
    recalibrate(norm, randomTensor([9, 3], 4));
    const undisturbed = new BatchNorm(3, float64);
    undisturbed.forward(input);
    expect(norm.backward(gradient).data).to.deep.equal(undisturbed.backward(gradient).data);
    const mean = norm.runningMean.at(0);
    norm.forward(
      tensor(
        [
          [10, 0, 0],
          [10, 0, 0],
        ],
        undefined,
        "float64",
      ),
    );
    expect(norm.runningMean.at(0)).to.be.closeTo(0.9 * mean + 1, 1e-14);
  });

  it("says when there is nothing to recalibrate", () => {
    expect(() => recalibrate(new ReLU(), x)).to.throw("no BatchNorm here has running statistics");
  });
});

describe("foldBatchNorm", () => {
  it("draws from no stream that other layers draw from", () => {
    // Streams give each number once: the same draws can only be made again in a fresh process.
    const draws = (folds: boolean) =>
      execFileSync(
        process.execPath,
        [
          "--input-type=module",
          "--eval",
          `import { BatchNorm, foldBatchNorm, Linear, Sequential } from ${JSON.stringify(MODULE)};
           const network = new Sequential([new Linear(3, 4, { random: 1 }), new BatchNorm(4)]);
           if (${folds}) foldBatchNorm(network);
           console.log(String(new Linear(2, 2).weight.value.data));`,
        ],
        { encoding: "utf8" },
      );
    expect(draws(true)).to.equal(draws(false));
  });

  it("leaves the modes of the layers that it shares, and what they keep for backward()", () => {
    const network = new Sequential([
      new Linear(3, 4, { random: 1, ...float64 }),
      new BatchNorm(4, float64),
      new ReLU(),
      new Dropout(0.5, { random: 1 }),
    ]);
    network.forward(x);
    const gradient = randomTensor([x.shape[0], 4], 5);
    const expected = network.backward(gradient).data.slice();
    const folded = foldBatchNorm(network);
    folded.forward(randomTensor([2, 3], 9));
    expect(network.layers.map(({ training }) => training)).to.deep.equal([true, true, true, true]);
    expect(folded.layers.map(({ training }) => training)).to.deep.equal([false, false, false]);
    expect(network.backward(gradient).data).to.deep.equal(expected);
  });

  it("gives the same outputs with the BatchNorms gone, and leaves the network alone", () => {
    const inner = new Sequential([new Linear(4, 4, { bias: false, ...float64 }), new BatchNorm(4, float64)]);
    const network = new Sequential([
      new Linear(3, 4, float64),
      new BatchNorm(4, float64),
      new ReLU(),
      inner,
      new ReLU(),
      new BatchNorm(4, float64),
    ]);
    for (let step = 0; step < 5; step++) network.forward(randomTensor([8, 3], 10 + step, { mean: 2 }));
    const folded = foldBatchNorm(network);
    expect(folded.layers.map((layer) => layer.constructor.name)).to.deep.equal([
      "Linear",
      "ReLU",
      "Sequential",
      "ReLU",
      "BatchNorm",
    ]);
    const output = folded.forward(x);
    expect(relativeError(output, network.eval().forward(x))).to.be.below(1e-13);
  });

  it("refuses a BatchNorm without running statistics", () => {
    const network = new Sequential([
      new Linear(3, 4, float64),
      new BatchNorm(4, { trackRunningStats: false, ...float64 }),
    ]);
    expect(() => foldBatchNorm(network)).to.throw("so it can't be folded");
  });
});
