/**
 * The float32 kernels against the float64 reference, through the layers, over shapes and seeds that nobody
 * chose.
 */
import { expect } from "chai";
import fc from "fast-check";
import {
  BatchNorm,
  crossEntropy,
  type DType,
  GroupNorm,
  type Layer,
  LayerNorm,
  Linear,
  ReLU,
  Sigmoid,
  Tanh,
  type Tensor,
} from "../../../../src/index.js";
import { relativeError } from "../../../golden/golden.js";
import { randomTensor } from "../../random-tensor.js";

interface Sample {
  n: number;
  c: number;
  places: readonly number[];
  seed: number;
}

/**
 * Batches of at least 8: over fewer values a variance may by chance come near 0, where rounding is magnified.
 */
const samples = fc.record({
  n: fc.integer({ min: 8, max: 40 }),
  c: fc.integer({ min: 1, max: 70 }),
  places: fc.constantFrom([], [1], [5], [2, 3], [7, 7]),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
});
const RUNS = { numRuns: 40, seed: 2015 };
const TOLERANCE = 1e-5;

/** Makes the same layer in both dtypes, runs it forward and backward, and compares all that comes out. */
function expectSame(make: (dtype: DType) => Layer, shape: number[], seed: number): void {
  const outcomes = (["float64", "float32"] as const).map((dtype) => {
    const layer = make(dtype);
    layer.namedParameters().forEach(([, { value }], place) => {
      value.data.set(randomTensor(value.shape, seed + place, { mean: 0.5, dtype: "float32" }).data);
    });
    // Drawn in float32, so that both get the same numbers.
    const x = randomTensor(shape, seed + 10, { mean: 1, std: 2, dtype: "float32" }).clone(dtype);
    const output = layer.forward(x);
    const gradOutput = randomTensor(output.shape, seed + 11, { dtype: "float32" }).clone(dtype);
    const results: Record<string, Tensor> = { output, input: layer.backward(gradOutput) };
    for (const [name, { gradient }] of layer.namedParameters()) results[name] = gradient;
    return { ...results, ...layer.stateDict() };
  });
  const [reference, actual] = outcomes;
  for (const name of Object.keys(reference))
    expect(relativeError(actual[name], reference[name]), name).to.be.at.most(TOLERANCE);
}

describe("float32 against float64", () => {
  const cases: Record<string, (sample: Sample) => [(dtype: DType) => Layer, number[]]> = {
    Linear: ({ n, c, seed }) => [(dtype) => new Linear(c, (seed % 60) + 1, { dtype }), [n, c]],
    BatchNorm: ({ n, c, places }) => [(dtype) => new BatchNorm(c, { dtype }), [n, c, ...places]],
    LayerNorm: ({ n, c }) => [(dtype) => new LayerNorm(c + 8, { dtype }), [n, c + 8]],
    GroupNorm: ({ n, c, places }) => [
      (dtype) => new GroupNorm(2, 2 * c + 16, { dtype }),
      [n, 2 * c + 16, ...places],
    ],
    ReLU: ({ n, c, places }) => [() => new ReLU(), [n, c, ...places]],
    Sigmoid: ({ n, c, places }) => [() => new Sigmoid(), [n, c, ...places]],
    Tanh: ({ n, c, places }) => [() => new Tanh(), [n, c, ...places]],
  };
  for (const [name, of] of Object.entries(cases)) {
    it(`${name} gives the same in forward and backward`, () => {
      fc.assert(
        fc.property(samples, (sample) => {
          const [make, shape] = of(sample);
          expectSame(make, shape, sample.seed);
        }),
        RUNS,
      );
    });
  }

  it("crossEntropy gives the same loss and gradient", () => {
    fc.assert(
      fc.property(samples, ({ n, c, seed }) => {
        const logits = randomTensor([n, c + 1], seed, { std: 3, dtype: "float32" });
        const labels = Int32Array.from({ length: n }, (_, row) => (seed + row) % (c + 1));
        const [actual, reference] = [
          crossEntropy(logits, labels),
          crossEntropy(logits.clone("float64"), labels),
        ];
        expect(Math.abs(actual.loss - reference.loss) / reference.loss).to.be.at.most(TOLERANCE);
        expect(relativeError(actual.gradient, reference.gradient)).to.be.at.most(TOLERANCE);
      }),
      RUNS,
    );
  });

  it("finds the variance of values around 10,000 with a standard deviation of 1", () => {
    const x = randomTensor([4096, 3], 1, { mean: 1e4, dtype: "float32" });
    const [actual, reference] = (["float32", "float64"] as const).map((dtype) => {
      const layer = new BatchNorm(3, { momentum: 1, dtype });
      layer.forward(x.clone(dtype));
      return layer.runningVariance;
    });
    expect(reference.at(0)).to.be.closeTo(1, 0.1);
    expect(relativeError(actual, reference)).to.be.below(1e-3);
  });
});
