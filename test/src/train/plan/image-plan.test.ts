import { expect } from "chai";
import fc from "fast-check";
import { Random } from "../../../../src/base/random.js";
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  cnn,
  crossEntropy,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  GroupNorm,
  InstanceNorm,
  Linear,
  MaxPool2d,
  ReLU,
  Residual,
  RMSNorm,
  resnet,
  Sequential,
  SGD,
  Sigmoid,
  Tanh,
  tensor,
} from "../../../../src/index.js";
import { planTraining } from "../../../../src/train/plan/training-plan.js";
import { LayerwiseStep } from "../../../../src/train/training-step.js";

const SHAPE = [2, 7, 6] as const;
const CLASSES = 3;
const BATCH = 5;
const STEPS = 8;

const convolution = (from: number, to: number, options = {}) =>
  new Conv2d(from, to, 3, { padding: 1, random: from + 10 * to, ...options });

/** What the plan knows of images, at sizes that fill no vector. */
const networks: Record<string, () => Sequential> = {
  "cnn with BatchNorm": () =>
    cnn({ inputs: SHAPE, channels: [4, 6], classes: CLASSES, norm: "batch", seed: 1 }),
  "cnn without normalization, dropout and augmentation": () =>
    cnn({
      ...{ inputs: SHAPE, channels: [5], classes: CLASSES, dropout: 0.2, seed: 1 },
      augmentation: { shift: 1, flip: true },
    }),
  "cnn with tanh, weights standardized, groups": () =>
    cnn({
      ...{ inputs: SHAPE, channels: [4], classes: CLASSES, activation: "tanh", norm: { groups: 2 } },
      weightStandardization: true,
    }),
  "resnet with BatchNorm and a scale": () =>
    resnet({
      inputs: SHAPE,
      channels: [4, 6],
      blocks: 3,
      classes: CLASSES,
      norm: "batch",
      scale: 0.5,
      seed: 1,
    }),
  "resnet with BatchNorm": () =>
    resnet({ inputs: SHAPE, channels: [4, 9], blocks: 2, classes: CLASSES, norm: "batch", seed: 1 }),
  "shortcuts past BatchNorm with and without an activation, past convolutions with a bias, in each other":
    () =>
      new Sequential([
        convolution(2, 5),
        new Residual(
          new Sequential([
            new BatchNorm(5),
            new Residual(new Sequential([new BatchNorm(5), new Tanh(), convolution(5, 5)])),
            new ReLU(),
            convolution(5, 5, { bias: false }),
          ]),
        ),
        new Residual(
          new Sequential([new BatchNorm(5), new ReLU(), new Conv2d(5, 5, 1, { random: 4 })]),
          new Sequential([new BatchNorm(5), new Dropout(0.3, { random: 5 })]),
        ),
        new Residual(new BatchNorm(5)),
        new Residual(new Sequential([new BatchNorm(5), new ReLU()]), { scale: 0.7 }),
        new GlobalAvgPool2d(),
        new Residual(new Sequential([new BatchNorm(5), new ReLU(), new Linear(5, 5, { random: 2 })])),
        new Linear(5, CLASSES, { random: 3 }),
      ]),
  "resnet without normalization": () =>
    resnet({ inputs: SHAPE, channels: [3], blocks: 2, classes: CLASSES, seed: 1 }),
  "strides, kernels of any size, poolings that overlap, instance norm, RMSNorm": () =>
    new Sequential([
      new Conv2d(2, 3, [3, 2], { stride: [1, 2], padding: 1, random: 1 }),
      new InstanceNorm(3),
      new Sigmoid(),
      new RMSNorm(4),
      new MaxPool2d(3, { stride: 2, padding: 1 }),
      new BatchNorm(3),
      new AvgPool2d(2, { stride: 1 }),
      new Flatten(),
      new Linear(9, CLASSES, { random: 2 }),
    ]),
  "BatchNorm at the input, ghost batches, Sequentials and Residuals in each other": () =>
    new Sequential([
      new BatchNorm(2),
      convolution(2, 4),
      new BatchNorm(4, { ghostBatchSize: 3 }),
      new Sequential([
        new Residual(
          new Sequential([
            new ReLU(),
            new Residual(convolution(4, 4, { bias: false }), { scale: 0.3 }),
            new Sequential([new BatchNorm(4), new Tanh()]),
          ]),
          new Sequential([new GroupNorm(2, 4), new Dropout(0.2, { random: 3 })]),
        ),
      ]),
      new GlobalAvgPool2d(),
      new Linear(4, CLASSES, { random: 3 }),
    ]),
  "Residual at the input": () =>
    new Sequential([
      new Residual(convolution(2, 2), convolution(2, 2, { padding: "same" })),
      new GlobalAvgPool2d(),
      new Linear(2, CLASSES, { random: 3 }),
    ]),
};

function dataOf(shape: readonly number[]) {
  const random = new Random(1);
  const size = STEPS * BATCH * shape.reduce((product, length) => product * length, 1);
  return {
    inputs: tensor(
      Array.from({ length: size }, () => random.normal()),
      [STEPS * BATCH, ...shape],
    ),
    labels: Int32Array.from({ length: STEPS * BATCH }, () => random.integer(CLASSES)),
  };
}

const data = dataOf(SHAPE);

/** A BatchNorm, perhaps with an activation, in front of a convolution of any kind, which may be a residual branch. */
const normalizedConvolutions = fc
  .record({
    size: fc.tuple(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 21 })),
    kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.integer({ min: 0, max: 2 }),
    channels: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 7 })),
    activation: fc.constantFrom("none", "relu", "tanh"),
    isResidual: fc.boolean(),
    weightStandardization: fc.boolean(),
  })
  .filter(({ size, kernel, padding }) => kernel.every((length, axis) => length <= size[axis] + 2 * padding));

type NormalizedConvolution = typeof normalizedConvolutions extends fc.Arbitrary<infer Of> ? Of : never;

function networkOf(of: NormalizedConvolution): Sequential {
  const { kernel, stride, padding, channels, activation, weightStandardization } = of;
  const [before, behind] = channels;
  const layers = [
    new BatchNorm(before),
    ...(activation === "none" ? [] : [activation === "relu" ? new ReLU() : new Tanh()]),
    ...(of.isResidual
      ? [new Conv2d(before, before, 3, { padding: "same", random: 1 })]
      : [new Conv2d(before, behind, kernel, { stride, padding, weightStandardization, random: 1 })]),
  ];
  const last = of.isResidual ? before : behind;
  return new Sequential([
    new Conv2d(2, before, 1, { random: 2 }),
    ...(of.isResidual ? [new Residual(new Sequential(layers))] : layers),
    new GlobalAvgPool2d(),
    new Linear(last, CLASSES, { random: 3 }),
  ]);
}

function train(network: Sequential, way: "by plan" | "through layers", data: ReturnType<typeof dataOf>) {
  const optimizers = [new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 })];
  const options = { network, optimizers, loss: crossEntropy, data, batchSizes: [BATCH, BATCH - 1] };
  const step =
    way === "by plan" ? planTraining(options) : new LayerwiseStep({ ...options, data: splitOf(data) });
  if (step === null) throw new Error("There is no plan for this network.");
  const losses: number[] = [];
  for (let at = 0; at < STEPS; at++) {
    const rows = at % 3 === 2 ? BATCH - 1 : BATCH;
    losses.push(step.gradients(Int32Array.from({ length: rows }, (_, row) => at * BATCH + row)));
    step.update();
  }
  step.end();
  return { losses, state: network.stateDict() };
}

function splitOf(examples: ReturnType<typeof dataOf>) {
  return Object.assign(Object.create(null), examples);
}

function expectEqualBits(make: () => Sequential, examples: ReturnType<typeof dataOf>): void {
  const [planned, layerwise] = (["by plan", "through layers"] as const).map((way) =>
    train(make(), way, examples),
  );
  expect(planned.losses).to.deep.equal(layerwise.losses);
  expect(planned.losses.every(Number.isFinite)).to.equal(true);
  for (const [tensorName, { data: values }] of Object.entries(layerwise.state))
    expect(planned.state[tensorName].data, tensorName).to.deep.equal(values);
}

describe("the plan of networks of images", () => {
  for (const [name, make] of Object.entries(networks))
    it(`gives the layers' bits: ${name}`, () => expectEqualBits(make, data));

  it("gives the layers' bits at generated shapes, where a convolution normalizes what it reads", () => {
    fc.assert(
      fc.property(normalizedConvolutions, (of) => {
        expectEqualBits(() => networkOf(of), dataOf([2, ...of.size]));
      }),
      { numRuns: 80, seed: 1 },
    );
  });

  it("is none for a layer of the reader's own inside a Residual", () => {
    class Own extends ReLU {}
    const network = new Sequential([
      new Residual(new Sequential([new Own()])),
      new Flatten(),
      new Linear(84, 3),
    ]);
    const optimizers = [new SGD(network.parameters(), { learningRate: 0.1 })];
    expect(planTraining({ network, optimizers, loss: crossEntropy, data, batchSizes: [BATCH] })).to.equal(
      null,
    );
  });

  it("follows modes that change inside a Residual", () => {
    const make = () => {
      const norm = new BatchNorm(2);
      const network = new Sequential([
        new Residual(new Sequential([convolution(2, 2), norm])),
        new GlobalAvgPool2d(),
        new Linear(2, CLASSES, { random: 3 }),
      ]);
      return { norm, network };
    };
    const losses = ["by plan", "through layers"].map((way) => {
      const { norm, network } = make();
      const optimizers = [new SGD(network.parameters(), { learningRate: 0.1 })];
      const options = { network, optimizers, loss: crossEntropy, data, batchSizes: [BATCH] };
      const step =
        way === "by plan" ? planTraining(options) : new LayerwiseStep({ ...options, data: splitOf(data) });
      if (step === null) throw new Error("There is no plan for this network.");
      const found = Array.from({ length: 6 }, (_, at) => {
        if (at === 3) norm.freeze();
        const loss = step.gradients(Int32Array.from({ length: BATCH }, (__, row) => at * BATCH + row));
        step.update();
        return loss;
      });
      step.end();
      return found;
    });
    expect(losses[0]).to.deep.equal(losses[1]);
  });
});
