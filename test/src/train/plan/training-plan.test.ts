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
  type LossFunction,
  type Optimizer,
  Parameter,
  ReLU,
  RMSNorm,
  Sequential,
  SGD,
  Sigmoid,
  Tanh,
  Tensor,
  tensor,
} from "../../../../src/index.js";
import { squaredErrorOfClasses } from "../../../../src/nn/losses/squared-error-of-classes.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import {
  type LabelledRows,
  planTraining,
  type TrainingPlan,
} from "../../../../src/train/plan/training-plan.js";

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
  "RMSNorm at the input, with beta, without gamma": () => [
    new RMSNorm(FEATURES),
    new Linear(FEATURES, 9, { random: 1 }),
    new RMSNorm(9, { center: true }),
    new Tanh(),
    new Linear(9, 6, { random: 2 }),
    new RMSNorm(6, { scale: false, eps: 0.1 }),
    new Linear(6, CLASSES, { random: 3 }),
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

/** The examples of all steps, one batch behind the other, `zeros` of their values 0. */
function dataOf(rows: number, steps = STEPS, zeros = 0): LabelledRows {
  const inputs: number[] = [];
  const labels: number[] = [];
  for (let step = 0; step < steps; step++) {
    const random = new Random(1).stream(String(step));
    for (let i = 0; i < rows * FEATURES; i++)
      inputs.push(zeros > 0 && random.uniform() < zeros ? 0 : random.normal());
    for (let row = 0; row < rows; row++) labels.push(random.integer(CLASSES));
  }
  return { inputs: tensor(inputs, [steps * rows, FEATURES]), labels: Int32Array.from(labels) };
}

function examplesOf(step: number, rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => step * rows + row);
}

function batchOf({ inputs, labels }: LabelledRows, step: number, rows: number) {
  return {
    x: inputs.slice(step * rows, (step + 1) * rows),
    labels: labels.subarray(step * rows, (step + 1) * rows),
  };
}

function planOf(
  network: Sequential,
  optimizers: Optimizer[],
  data: LabelledRows,
  batchSizes: number[],
  loss: LossFunction = crossEntropy,
): TrainingPlan {
  const plan = planTraining({ network, optimizers, loss, data, batchSizes });
  if (!plan) throw new Error("There is no plan for this network.");
  return plan;
}

interface Trained {
  losses: number[];
  state: Record<string, number[]>;
}

function stateOf(network: Sequential): Record<string, number[]> {
  return Object.fromEntries(Object.entries(network.stateDict()).map(([name, { data }]) => [name, [...data]]));
}

type OptimizersOf = (network: Sequential) => Optimizer[];

/** What is done to the network before some steps: modes, looks, changes from outside. */
type Meanwhile = (network: Sequential, step: number, optimizers: Optimizer[]) => void;

interface TrainOptions {
  loss?: LossFunction;
  meanwhile?: Meanwhile;
  zeros?: number;
}

function train(
  way: "by plan" | "through layers",
  layers: Layer[],
  optimizersOf: OptimizersOf,
  rows: number,
  { loss = crossEntropy, meanwhile = () => {}, zeros = 0 }: TrainOptions = {},
): Trained {
  const network = new Sequential(layers);
  const optimizers = optimizersOf(network);
  const data = dataOf(rows, STEPS, zeros);
  const plan = way === "by plan" ? planOf(network, optimizers, data, [rows], loss) : undefined;
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    meanwhile(network, step, optimizers);
    if (plan) {
      losses.push(plan.gradients(examplesOf(step, rows)));
      plan.update();
      continue;
    }
    const { x, labels } = batchOf(data, step, rows);
    const found = loss(network.forward(x), labels);
    network.backward(found.gradient);
    for (const optimizer of optimizers) optimizer.step();
    losses.push(found.loss);
  }
  plan?.end();
  return { losses, state: stateOf(network) };
}

function expectEqualBits(
  layersOf: () => Layer[],
  optimizersOf: OptimizersOf,
  rows: number,
  options: TrainOptions = {},
): void {
  const expected = train("through layers", layersOf(), optimizersOf, rows, options);
  const actual = train("by plan", layersOf(), optimizersOf, rows, options);
  expect(actual.losses).to.deep.equal(expected.losses);
  expect(actual.state).to.deep.equal(expected.state);
}

describe("a training plan", () => {
  for (const [networkName, layersOf] of Object.entries(networks)) {
    for (const [optimizerName, optimizerOf] of Object.entries(optimizers)) {
      for (const rows of [5, 64, 131]) {
        it(`gives the bits of the layers: ${networkName}; ${optimizerName}; batches of ${rows}`, () => {
          expectEqualBits(layersOf, (network) => [optimizerOf(network)], rows);
        });
      }
    }
  }

  const sgd = (network: Sequential) => [optimizers.SGD(network)];
  const textbook = networks["Linear, BatchNorm, ReLU"];

  for (const rows of [5, 64, 131]) {
    it(`gives the bits of the layers for inputs that are mostly zeros, in batches of ${rows}`, () => {
      const layers = () => [
        new Linear(FEATURES, 150, { random: 1, bias: false }),
        new BatchNorm(150),
        new ReLU(),
        new Linear(150, CLASSES, { random: 2 }),
      ];
      expectEqualBits(layers, sgd, rows, { zeros: 0.8 });
    });
  }

  it("gives the layers' losses where a weight that meets only zeros is no number any more", () => {
    const layers = () => [new Linear(FEATURES, 150, { random: 1 }), new Linear(150, CLASSES, { random: 2 })];
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const meanwhile: Meanwhile = (network, step) => {
        if (step === 1) network.parameters()[0].value.data[3] = wrong;
      };
      const losses = (["through layers", "by plan"] as const).map(
        (way) => train(way, layers(), sgd, 5, { meanwhile, zeros: 0.99 }).losses,
      );
      expect(losses[1].map(Number.isNaN)).to.deep.equal(losses[0].map(Number.isNaN));
      expect(losses[0].some(Number.isNaN)).to.equal(true);
    }
  });

  it("gives these bits on every machine", () => {
    const { losses, state } = train("by plan", textbook(), sgd, 64);
    const hash = createHash("sha256");
    hash.update(Float64Array.from(losses));
    for (const values of Object.values(state)) hash.update(Float32Array.from(values));
    expect(hash.digest("hex")).to.equal("4aa1888202a8fe4c7e367d64be92ce38db7807a0d6f633099ce1da48e4b0403c");
  });

  it("follows freeze(), eval() and their opposites from step to step", () => {
    const meanwhile: Meanwhile = (network, step) => {
      const norm = network.layers[1];
      if (!(norm instanceof BatchNorm)) throw new Error("A BatchNorm is expected here.");
      if (step === 3) norm.freeze();
      if (step === 5) norm.unfreeze();
      if (step === 7) network.layers[4].eval();
      if (step === 9) network.eval();
      if (step === 10) network.train();
    };
    expectEqualBits(textbook, sgd, 64, { meanwhile });
  });

  it("takes several optimizers, each with parameters of its own", () => {
    const both = (network: Sequential) => [
      new SGD(network.layers[0].parameters(), { learningRate: 0.1, momentum: 0.9 }),
      new Adam(
        network.layers.slice(1).flatMap((layer) => layer.parameters()),
        { learningRate: 0.01 },
      ),
    ];
    for (const layersOf of Object.values(networks)) expectEqualBits(layersOf, both, 64);
  });

  it("takes losses of the reader's own, which may look at the network", () => {
    for (const layersOf of Object.values(networks)) {
      expectEqualBits(layersOf, sgd, 64, { loss: squaredErrorOfClasses });
      let weight: Tensor | undefined;
      const loss: LossFunction = (outputs, labels) => {
        if (weight) weight.data[0] *= 0.99;
        return crossEntropy(outputs, labels);
      };
      const meanwhile: Meanwhile = (network) => {
        weight = network.parameters()[0].value;
      };
      expectEqualBits(layersOf, sgd, 64, { loss, meanwhile });
    }
  });

  it("shows everybody the numbers of now, and goes on with what they change", () => {
    const seen: number[][] = [];
    const meanwhile: Meanwhile = (network, step, [optimizer]) => {
      if (step === 0) seen.push([]);
      const parameters = network.parameters();
      const { value, gradient } = parameters[step % parameters.length];
      seen[seen.length - 1].push(value.data[0], gradient.data[0], value.reshape([-1]).data[1]);
      if (step % 3 === 1) value.data[0] += 0.5;
      if (step % 4 === 2) network.loadStateDict(network.stateDict());
      if (step === 6) optimizer.loadStateDict(optimizer.stateDict());
      if (step === 7) optimizer.learningRate *= 0.5;
    };
    for (const layersOf of Object.values(networks)) {
      for (const optimizerOf of Object.values(optimizers)) {
        seen.length = 0;
        expectEqualBits(layersOf, (network) => [optimizerOf(network)], 64, { meanwhile });
        expect(seen[1]).to.deep.equal(seen[0]);
      }
    }
  });

  it("is one of two that train the same network by turns", () => {
    const byTurns = (way: "by plan" | "through layers") => {
      const network = new Sequential(textbook());
      const pair = [optimizers.SGD(network), optimizers.Adam(network)];
      const data = dataOf(8);
      const plans = pair.map((optimizer) => planOf(network, [optimizer], data, [8]));
      for (let step = 0; step < STEPS; step++) {
        if (way === "by plan") {
          plans[step % 2].gradients(examplesOf(step, 8));
          plans[step % 2].update();
          continue;
        }
        const { x, labels } = batchOf(data, step, 8);
        network.backward(crossEntropy(network.forward(x), labels).gradient);
        pair[step % 2].step();
      }
      for (const plan of plans) plan.end();
      return stateOf(network);
    };
    expect(byTurns("by plan")).to.deep.equal(byTurns("through layers"));
  });

  it("sees data that are changed while it trains", () => {
    const network = new Sequential([new Linear(FEATURES, CLASSES, { random: 1 })]);
    const data = dataOf(4, 1);
    const plan = planOf(network, [new SGD(network.parameters(), { learningRate: 0 })], data, [4]);
    const first = plan.gradients(examplesOf(0, 4));
    data.inputs.data.fill(0);
    expect(plan.gradients(examplesOf(0, 4))).to.not.equal(first);
    expect(plan.gradients(examplesOf(0, 4))).to.be.closeTo(Math.log(CLASSES), 1e-6);
    plan.end();
  });

  it("shows a loss of the reader's own the numbers of now, in arrays that it has from before as well", () => {
    const arraysOf = (network: Sequential) => network.parameters().map(({ value }) => value.data);
    for (const layersOf of Object.values(networks)) {
      const seen: number[][] = [];
      let arrays: ReturnType<typeof arraysOf> | undefined;
      const loss: LossFunction = (outputs, labels) => {
        if (arrays) {
          seen[seen.length - 1].push(...arrays.map((array) => array[0]));
          arrays[0][1] += 0.25;
        }
        return crossEntropy(outputs, labels);
      };
      const meanwhile: Meanwhile = (network, step) => {
        if (step > 0) return;
        seen.push([]);
        arrays = arraysOf(network);
      };
      expectEqualBits(layersOf, sgd, 16, { loss, meanwhile });
      expect(seen[1]).to.deep.equal(seen[0]);
    }
  });

  it("is not made for layers and optimizers of the reader's own, nor for float64", () => {
    class Doubled extends ReLU {}
    class OwnSGD extends SGD {}
    const nothingHeld = kernelMemory().held;
    const planFor = (layer: Layer, Kind: typeof SGD) => {
      const network = new Sequential([layer, new Linear(FEATURES, CLASSES)]);
      const own = [new Kind(network.parameters(), { learningRate: 0.1 })];
      return planTraining({
        network,
        optimizers: own,
        loss: crossEntropy,
        data: dataOf(8, 1),
        batchSizes: [8],
      });
    };
    expect(planFor(new Doubled(), SGD)).to.equal(null);
    expect(planFor(new Linear(FEATURES, FEATURES, { dtype: "float64" }), SGD)).to.equal(null);
    expect(planFor(new ReLU(), OwnSGD)).to.equal(null);
    expect(kernelMemory().held).to.equal(nothingHeld);
  });

  it("is not made for parameters that overlap in memory", () => {
    const shared = new Float32Array(FEATURES + 1);
    const network = new Sequential([new Linear(FEATURES, CLASSES, { random: 1 })]);
    const parts = [shared.subarray(0, FEATURES), shared.subarray(1)].map(
      (part) => new Parameter(new Tensor(part, [FEATURES])),
    );
    const own = [new SGD(parts, { learningRate: 0.1 })];
    const options = {
      network,
      optimizers: own,
      loss: crossEntropy,
      data: dataOf(8, 1),
      batchSizes: [8],
    };
    expect(planTraining(options)).to.equal(null);
  });

  it("leaves no earlier step for explain() to show as the last one", () => {
    const norm = new BatchNorm(FEATURES);
    const network = new Sequential([norm, new Linear(FEATURES, CLASSES)]);
    const data = dataOf(8, 1);
    const { x, labels } = batchOf(data, 0, 8);
    network.backward(crossEntropy(network.forward(x), labels).gradient);
    norm.explain();
    planOf(network, [optimizers.SGD(network)], data, [8]).end();
    expect(() => norm.explain()).to.throw("training with Trainer.fit() leaves none. Run network.forward(x)");
  });

  it("gives its memory back, and leaves the parameters' arrays where they are", () => {
    const nothingHeld = kernelMemory().held;
    const network = new Sequential(textbook());
    const before = network.parameters().map(({ value }) => value.data);
    const plan = planOf(network, [optimizers.SGD(network)], dataOf(64), [64]);
    const weight = before[0][0];
    expect(kernelMemory().held).to.be.greaterThan(nothingHeld);
    plan.gradients(examplesOf(0, 64));
    plan.update();
    plan.end();
    network.parameters().forEach(({ value }, at) => {
      expect(value.data).to.equal(before[at]);
    });
    expect(before[0][0]).to.not.equal(weight);
    expect(kernelMemory().held).to.equal(nothingHeld);
  });
});
