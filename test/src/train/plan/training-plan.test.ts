import { createHash } from "node:crypto";
import { expect } from "chai";
import { Random } from "../../../../src/base/random.js";
import {
  Adam,
  BatchNorm,
  crossEntropy,
  Dropout,
  type Layer,
  LayerNorm,
  Linear,
  type Optimizer,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  Tanh,
  Tensor,
  tensor,
} from "../../../../src/index.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import { planTraining } from "../../../../src/train/plan/training-plan.js";

const FEATURES = 7;
const CLASSES = 3;
const STEPS = 12;

/** Layers that the plan fuses, others that it runs as they are, and sizes that fill no vector. */
const networks: Record<string, () => Layer[]> = {
  "Linear, BatchNorm, ReLU": () => [
    new Linear(FEATURES, 13, { bias: false, random: 1 }),
    new BatchNorm(13),
    new ReLU(),
    new Linear(13, 8, { random: 2 }),
    new BatchNorm(8, { momentum: null }),
    new ReLU(),
    new Linear(8, CLASSES, { random: 3 }),
  ],
  "BatchNorm at the input, Sigmoid and Tanh, running statistics off": () => [
    new BatchNorm(FEATURES, { trackRunningStats: false }),
    new Tanh(),
    new Linear(FEATURES, 16, { random: 1 }),
    new BatchNorm(16, { affine: false }),
    new Sigmoid(),
    new Linear(16, 4, { random: 2 }),
    new BatchNorm(4),
    new Linear(4, CLASSES, { random: 3 }),
  ],
  "LayerNorm, Dropout, a bare ReLU, a lesson's BatchNorm": () => [
    new Linear(FEATURES, 12, { random: 1 }),
    new LayerNorm(12),
    new ReLU(),
    new Dropout(0.3, { random: 4 }),
    new Linear(12, 6, { random: 2 }),
    new BatchNorm(6, { stopGradient: "variance" }),
    new Linear(6, CLASSES, { random: 3 }),
  ],
};

const optimizers: Record<string, (network: Sequential) => Optimizer> = {
  SGD: (network) => new SGD(network.parameters(), { learningRate: 0.1 }),
  "SGD with momentum, Nesterov and weight decay": (network) =>
    new SGD(network.parameters(), { learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  Adam: (network) => new Adam(network.parameters(), { learningRate: 0.01 }),
};

function batchOf(step: number, rows: number): { inputs: number[]; labels: number[] } {
  const random = new Random(1).stream(String(step));
  const inputs = Array.from({ length: rows * FEATURES }, () => random.normal());
  const labels = Array.from({ length: rows }, () => random.integer(CLASSES));
  return { inputs, labels };
}

interface Trained {
  losses: number[];
  state: Record<string, number[]>;
}

function stateOf(network: Sequential): Record<string, number[]> {
  return Object.fromEntries(Object.entries(network.stateDict()).map(([name, { data }]) => [name, [...data]]));
}

function trainThroughLayers(
  layers: Layer[],
  optimizerOf: (network: Sequential) => Optimizer,
  rows: number,
): Trained {
  const network = new Sequential(layers);
  const optimizer = optimizerOf(network);
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const { inputs, labels } = batchOf(step, rows);
    const { loss, gradient } = crossEntropy(network.forward(tensor(inputs, [rows, FEATURES])), labels);
    network.backward(gradient);
    optimizer.step();
    losses.push(loss);
  }
  return { losses, state: stateOf(network) };
}

function trainByPlan(
  layers: Layer[],
  optimizerOf: (network: Sequential) => Optimizer,
  rows: number,
): Trained {
  const network = new Sequential(layers);
  const optimizer = optimizerOf(network);
  const plan = planTraining({ network, optimizer, batchSize: rows, features: FEATURES });
  if (!plan) throw new Error("There is no plan for this network.");
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const { inputs, labels } = batchOf(step, rows);
    plan.inputs.data.set(inputs);
    plan.labels.set(labels);
    losses.push(plan.gradients());
    plan.update();
  }
  return { losses, state: stateOf(network) };
}

describe("a training plan", () => {
  for (const [networkName, layersOf] of Object.entries(networks)) {
    for (const [optimizerName, optimizerOf] of Object.entries(optimizers)) {
      for (const rows of [5, 64, 131]) {
        it(`gives the bits of the layers: ${networkName}; ${optimizerName}; batches of ${rows}`, () => {
          const expected = trainThroughLayers(layersOf(), optimizerOf, rows);
          const actual = trainByPlan(layersOf(), optimizerOf, rows);
          expect(actual.losses).to.deep.equal(expected.losses);
          expect(actual.state).to.deep.equal(expected.state);
        });
      }
    }
  }

  it("gives these bits on every machine", () => {
    const { losses, state } = trainByPlan(networks["Linear, BatchNorm, ReLU"](), optimizers.SGD, 64);
    const hash = createHash("sha256");
    hash.update(Float64Array.from(losses));
    for (const values of Object.values(state)) hash.update(Float32Array.from(values));
    expect(hash.digest("hex")).to.equal("4aa1888202a8fe4c7e367d64be92ce38db7807a0d6f633099ce1da48e4b0403c");
  });

  it("follows freeze() and eval() made after it", () => {
    const layers = networks["Linear, BatchNorm, ReLU"]();
    const network = new Sequential(layers);
    const plan = planTraining({
      network,
      optimizer: optimizers.SGD(network),
      batchSize: 64,
      features: FEATURES,
    });
    const norm = layers[1];
    if (!plan || !(norm instanceof BatchNorm)) throw new Error("There is no plan for this network.");
    const { inputs, labels } = batchOf(0, 64);
    plan.inputs.data.set(inputs);
    plan.labels.set(labels);
    plan.gradients();
    norm.freeze();
    const before = [...norm.runningMean.data];
    const { loss } = crossEntropy(network.forward(tensor(inputs, [64, FEATURES])), labels);
    expect(plan.gradients()).to.equal(loss);
    expect([...norm.runningMean.data]).to.deep.equal(before);
  });

  it("is not made for layers of the reader's own, nor for float64", () => {
    class Doubled extends ReLU {}
    for (const layer of [new Doubled(), new Linear(FEATURES, 4, { dtype: "float64" })]) {
      const network = new Sequential([layer, new Linear(FEATURES, CLASSES)]);
      const optimizer = new SGD(network.parameters(), { learningRate: 0.1 });
      expect(planTraining({ network, optimizer, batchSize: 8, features: FEATURES })).to.equal(null);
    }
  });

  it("leaves no earlier step for explain() to show as the last one", () => {
    const norm = new BatchNorm(FEATURES);
    const network = new Sequential([norm, new Linear(FEATURES, CLASSES)]);
    const { inputs, labels } = batchOf(0, 8);
    const logits = network.forward(tensor(inputs, [8, FEATURES]));
    network.backward(crossEntropy(logits, labels).gradient);
    norm.explain();
    planTraining({ network, optimizer: optimizers.SGD(network), batchSize: 8, features: FEATURES });
    expect(() => norm.explain()).to.throw("training with Trainer.fit() leaves none. Run network.forward(x)");
  });

  it("takes examples out of data that lies in the kernels' memory or elsewhere", () => {
    const network = new Sequential([new Linear(FEATURES, CLASSES)]);
    const plan = planTraining({
      network,
      optimizer: optimizers.SGD(network),
      batchSize: 3,
      features: FEATURES,
    });
    if (!plan) throw new Error("There is no plan for this network.");
    const values = Float32Array.from({ length: 5 * FEATURES }, (_, i) => i);
    const labels = Int32Array.of(0, 1, 2, 1, 0);
    const inside = tensor(values, [5, FEATURES]);
    const outside = new Tensor(values, [5, FEATURES]);
    expect([inside, outside].map(({ data }) => kernelMemory().holds(data as Float32Array))).to.deep.equal([
      true,
      false,
    ]);
    for (const inputs of [inside, outside]) {
      plan.inputs.data.fill(-1);
      plan.take({ inputs, labels }, Int32Array.of(4, 1, 4));
      const rows = [4, 1, 4].flatMap((row) => [...values.subarray(row * FEATURES, (row + 1) * FEATURES)]);
      expect([...plan.inputs.data]).to.deep.equal(rows);
      expect([...plan.labels]).to.deep.equal([0, 1, 0]);
    }
  });

  it("leaves the parameters' arrays where they are", () => {
    const layers = networks["Linear, BatchNorm, ReLU"]();
    const network = new Sequential(layers);
    const before = network.parameters().map(({ value }) => value.data);
    const plan = planTraining({
      network,
      optimizer: optimizers.SGD(network),
      batchSize: 64,
      features: FEATURES,
    });
    if (!plan) throw new Error("There is no plan for this network.");
    const { inputs, labels } = batchOf(0, 64);
    plan.inputs.data.set(inputs);
    plan.labels.set(labels);
    plan.gradients();
    const weight = before[0][0];
    plan.update();
    network.parameters().forEach(({ value }, at) => {
      expect(value.data).to.equal(before[at]);
      expect(value.data instanceof Float32Array && kernelMemory().holds(value.data)).to.equal(true);
    });
    expect(before[0][0]).to.not.equal(weight);
  });
});
