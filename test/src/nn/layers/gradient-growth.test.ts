/**
 * Yang et al. 2019, "A Mean Field Theory of Batch Normalization": at initialization the squared norm
 * of the gradient grows by π/(π − 1) = 1.467 with each layer of a wide ReLU network with BatchNorm, and by
 * about 1 in a linear one. It holds between layers that are alike, so the first hidden layer, which gets raw
 * data, and the last, below the logits, are left out.
 */
import { expect } from "chai";
import {
  BatchNorm,
  crossEntropy,
  type Layer,
  Linear,
  math,
  Random,
  ReLU,
  Sequential,
} from "../../../../src/index.js";
import { randomTensor } from "../../random-tensor.js";

const WIDTH = 200;
const DEPTH = 30;
const BATCH = 128;
const SEEDS = [0, 1, 2, 3, 4];

function squaredNorm(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/**
 * By how much the squared norm of ∂loss/∂(output of Linear) grows with each layer on its way from layer 29 to
 * layer 2.
 */
function growth(seed: number, activation: boolean): number {
  const random = new Random(seed);
  const layers = Array.from({ length: DEPTH }, (_, place): Layer[] => [
    new Linear(WIDTH, WIDTH, { bias: false, random: random.stream(place) }),
    new BatchNorm(WIDTH),
    ...(activation ? [new ReLU()] : []),
  ]).flat();
  const network = new Sequential([...layers, new Linear(WIDTH, 10, { random })]);
  const x = randomTensor([BATCH, WIDTH], seed, { dtype: "float32" });
  const labels = Array.from({ length: BATCH }, () => random.integer(10));

  let gradient = crossEntropy(network.forward(x), labels).gradient;
  const norms: number[] = [];
  for (const layer of [...network.layers].reverse()) {
    if (layer instanceof Linear) norms.unshift(squaredNorm(gradient.data));
    gradient = layer.backward(gradient);
  }
  const [upper, lower] = [DEPTH - 2, 1];
  return math.pow(norms[lower] / norms[upper], 1 / (upper - lower));
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

describe("gradients of deep networks with BatchNorm at initialization", () => {
  it("grow by 1.44 to 1.47 a layer with ReLU", () => {
    expect(median(SEEDS.map((seed) => growth(seed, true)))).to.be.within(1.44, 1.47);
  });

  it("keep their size within 1.00 to 1.03 a layer without activation", () => {
    expect(median(SEEDS.map((seed) => growth(seed, false)))).to.be.within(1.0, 1.03);
  });
});
