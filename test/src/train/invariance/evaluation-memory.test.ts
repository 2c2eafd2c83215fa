// What looks at a network without training it gives the same bits with any memory left, or says that there is no room; it
// holds nothing afterwards, and leaves nobody a view on what it computed in.
import { expect } from "chai";
import { BackendError } from "../../../../src/base/errors.js";
import { dataset } from "../../../../src/data/split.js";
import {
  BatchNorm,
  cnn,
  evaluate,
  Layer,
  Linear,
  mlp,
  predict,
  Random,
  ReLU,
  recalibrate,
  Sequential,
  type Tensor,
  tensor,
} from "../../../../src/index.js";
import { crossEntropy } from "../../../../src/nn/losses/cross-entropy.js";
import { kernelMemory } from "../../../../src/tensor/wasm/memory.js";
import type { Workspace } from "../../../../src/tensor/workspace.js";
import { stateOf } from "./cases.js";

/** Hands its input on, and remembers it. */
class Keeps extends Layer {
  readonly seen: { x: Tensor; values: number[] }[] = [];
  forward(x: Tensor): Tensor {
    this.seen.push({ x, values: Array.from(x.data) });
    return x;
  }
  backward(gradOutput: Tensor): Tensor {
    return gradOutput;
  }
}

function splitOf(shape: readonly number[], classes: number) {
  const random = new Random(3).stream("inputs");
  const size = shape.reduce((product, length) => product * length, 1);
  const inputs = tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  );
  return dataset(
    inputs,
    Array.from({ length: shape[0] }, (_, row) => row % classes),
    { classes },
  );
}

const vectors = splitOf([37, 12], 3);
const images = splitOf([9, 2, 7, 6], 3);
const perceptron = () => mlp({ inputs: 12, hidden: [9, 8], classes: 3, norm: "batch", seed: 4 });
const convolutional = () => cnn({ inputs: [2, 7, 6], channels: [3, 4], classes: 3, norm: "batch", seed: 5 });
const ofTheReaders = () =>
  new Sequential([
    new Linear(12, 5, { random: 1 }),
    new Keeps(),
    new BatchNorm(5),
    new ReLU(),
    new Linear(5, 3, { random: 2 }),
  ]);

const networks = [
  { name: "a perceptron", make: perceptron, data: vectors },
  { name: "a convolutional network", make: convolutional, data: images },
  { name: "a network with a layer of the reader's", make: ofTheReaders, data: vectors },
];

/** Each gives all that it computes. */
const looks = {
  evaluate: (network: Layer, data: typeof vectors) => evaluate(network, data, { batchSize: 5 }),
  "evaluate in training mode": (network: Layer, data: typeof vectors) =>
    evaluate(network, data, { mode: "train" }),
  predict: (network: Layer, data: typeof vectors) =>
    Array.from(predict(network, data, { batchSize: 4 }).outputs.data),
  recalibrate: (network: Layer, data: typeof vectors) => {
    recalibrate(network, data, { batchSize: 4 });
    return Object.values(network.stateDict()).map(({ data: values }) => Array.from(values));
  },
};

describe("a look at a network", () => {
  const memory = kernelMemory();
  afterEach(() => {
    memory.limit = 2 ** 32;
  });

  for (const { name, make, data } of networks)
    for (const [what, look] of Object.entries(looks)) {
      it(`gives these bits or says that there is no room, with any memory left: ${what} of ${name}`, () => {
        const expected = look(make(), data);
        const { held } = memory;
        let refused = 0;
        for (let left = 0; ; left += 64) {
          memory.limit = held + left;
          const network = make();
          const before = stateOf(network);
          try {
            expect(look(network, data)).to.deep.equal(expected);
            break;
          } catch (error) {
            if (!(error instanceof BackendError)) throw error;
            expect(Buffer.compare(stateOf(network), before), `${left} bytes left`).to.equal(0);
            refused++;
          } finally {
            expect(memory.held, `${left} bytes left`).to.equal(held);
          }
        }
        expect(refused).to.be.greaterThan(5);
      });
    }

  it("holds nothing after a thousand others, or one that threw, and takes the place of those before it", () => {
    const network = perceptron();
    const torn = new Sequential([new Linear(12, 5), new ReLU(), new Linear(6, 3)]);
    for (const look of Object.values(looks)) look(network, vectors);
    const { held, layout } = memory;
    for (let round = 0; round < 250; round++) {
      for (const look of Object.values(looks)) look(network, vectors);
      expect(() => evaluate(torn, vectors)).to.throw("Linear(6, 3)");
    }
    expect(memory.held).to.equal(held);
    expect(memory.layout).to.deep.equal(layout);
  });

  it("leaves a layer and a loss of the reader's what they keep", () => {
    const network = ofTheReaders();
    const keeper = network.layers.find((layer): layer is Keeps => layer instanceof Keeps);
    for (const look of Object.values(looks)) look(network, vectors);
    const outputs: { x: Tensor; values: number[] }[] = [];
    const loss = (x: Tensor, labels: Int32Array, workspace?: Workspace) => {
      outputs.push({ x, values: Array.from(x.data) });
      return crossEntropy(x, labels, workspace);
    };
    evaluate(perceptron(), vectors, { loss, batchSize: 100 });
    // Whatever is computed in the kernels' memory now.
    for (const { make, data } of networks) evaluate(make(), data);
    const kept = [...(keeper?.seen ?? []), ...outputs];
    expect(kept.length).to.be.greaterThan(10);
    // The last one of each kind: a workspace gives the others' arrays again.
    for (const { x, values } of kept.slice(-1)) expect(Array.from(x.data)).to.deep.equal(values);
    for (const { x } of kept) expect(memory.holds(x.data as Float32Array)).to.equal(false);
  });

  it("between forward() and backward() changes no gradient", () => {
    for (const make of [
      perceptron,
      () => mlp({ inputs: 12, hidden: [9, 8], classes: 3, norm: "layer", seed: 4 }),
    ]) {
      const gradients = [true, false].map((looked) => {
        const network = make();
        const { gradient } = crossEntropy(network.forward(vectors.inputs), vectors.labels);
        if (looked)
          for (const what of ["evaluate", "predict"] as const) looks[what](network, splitOf([50, 12], 3));
        const gradInput = network.backward(gradient);
        return [gradInput, ...network.parameters().map(({ gradient: own }) => own)].map(({ data }) =>
          Array.from(data),
        );
      });
      expect(gradients[0]).to.deep.equal(gradients[1]);
    }
  });

  it("between forward() and backward() changes no gradient of standardized weights", () => {
    const gradients = [true, false].map((looked) => {
      const network = cnn({
        inputs: [2, 7, 6],
        channels: [3, 4],
        classes: 3,
        norm: "batch",
        weightStandardization: true,
        seed: 5,
      });
      const { gradient } = crossEntropy(network.forward(images.inputs), images.labels);
      if (looked) {
        evaluate(network, images);
        const arena = memory.arena();
        for (let taken = 0; taken < 64; taken++) arena.floats(1000).fill(Number.NaN);
        arena.release();
      }
      network.backward(gradient);
      return network.parameters().map(({ gradient: own }) => Array.from(own.data));
    });
    expect(gradients[0]).to.deep.equal(gradients[1]);
  });
});
