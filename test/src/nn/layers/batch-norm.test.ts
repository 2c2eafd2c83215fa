import { expect } from "chai";
import {
  BatchNorm,
  type BatchNormOptions,
  type DType,
  type Tensor,
  tensor,
  zeros,
} from "../../../../src/index.js";
import { expectNear, goldenCases, TOLERANCE } from "../../../golden/golden.js";
import { DTYPES } from "../../dtypes.js";
import { randomTensor } from "../../random-tensor.js";

const float64 = { dtype: "float64" } as const;

for (const dtype of DTYPES) {
  describe(`BatchNorm in ${dtype}`, () => {
    for (const golden of goldenCases("BatchNorm").filter(({ name }) => name.startsWith("train"))) {
      it(`agrees with PyTorch in output and gradients: ${golden.name}`, () => {
        const layer = layerOf(dtype, golden.input("gamma", dtype), golden.input("beta", dtype));
        const output = layer.forward(golden.input("x", dtype));
        const gradInput = layer.backward(golden.input("gradOutput", dtype));
        expectNear(output, golden.output("output"), "output");
        expectNear(gradInput, golden.output("gradInput"), "gradient of the input");
        expectNear(layer.gamma.gradient, golden.output("gammaGradient"), "gradient of gamma");
        expectNear(layer.beta.gradient, golden.output("betaGradient"), "gradient of beta");
        expectNear(layer.runningMean, golden.output("runningMean"), "running mean");
        expectNear(layer.runningVariance, golden.output("runningVariance"), "running variance");

        const trace = layer.explain();
        expectNear(trace.node("mean").value, golden.output("mean"), "mean");
        expectNear(trace.node("variance").value, golden.output("variance"), "variance");
        expectNear(trace.node("mean").gradient, golden.output("meanGradient"), "gradient of the mean");
        expectNear(
          trace.node("variance").gradient,
          golden.output("varianceGradient"),
          "gradient of the variance",
        );
        expect(trace.closedFormError()).to.be.below(TOLERANCE[dtype]);
      });
    }

    for (const golden of goldenCases("BatchNorm").filter(({ name }) => name.startsWith("ghost"))) {
      it(`agrees with PyTorch's layer on one group after the other: ${golden.name}`, () => {
        const gamma = golden.input("gamma", dtype);
        const layer = new BatchNorm(gamma.size, { ...golden.options, dtype });
        layer.gamma.value.data.set(gamma.data);
        layer.beta.value.data.set(golden.input("beta", dtype).data);
        expectNear(layer.forward(golden.input("x", dtype)), golden.output("output"), "output");
        const gradInput = layer.backward(golden.input("gradOutput", dtype));
        expectNear(gradInput, golden.output("gradInput"), "gradient of the input");
        expectNear(layer.gamma.gradient, golden.output("gammaGradient"), "gradient of gamma");
        expectNear(layer.beta.gradient, golden.output("betaGradient"), "gradient of beta");
        expectNear(layer.runningMean, golden.output("runningMean"), "running mean");
        expectNear(layer.runningVariance, golden.output("runningVariance"), "running variance");
      });
    }

    for (const golden of goldenCases("BatchNorm").filter(({ name }) => name.startsWith("eval"))) {
      it(`agrees with PyTorch in eval(): ${golden.name}`, () => {
        const layer = layerOf(
          dtype,
          golden.input("gamma", dtype),
          golden.input("beta", dtype),
          golden.options,
        );
        layer.runningMean.data.set(golden.input("runningMean", dtype).data);
        layer.runningVariance.data.set(golden.input("runningVariance", dtype).data);
        layer.eval();
        expectNear(layer.forward(golden.input("x", dtype)), golden.output("output"), "output");
        expectNear(
          layer.backward(golden.input("gradOutput", dtype)),
          golden.output("gradInput"),
          "gradient of the input",
        );
        expectNear(layer.gamma.gradient, golden.output("gammaGradient"), "gradient of gamma");
        expectNear(layer.beta.gradient, golden.output("betaGradient"), "gradient of beta");
      });
    }

    for (const golden of goldenCases("BatchNorm").filter(({ name }) => name.startsWith("running"))) {
      it(`agrees with PyTorch in ${golden.name}`, () => {
        const layer = new BatchNorm(3, { ...golden.options, dtype });
        layer.forward(golden.input("first", dtype));
        layer.forward(golden.input("second", dtype));
        expect(layer.numBatchesTracked).to.equal(2);
        expectNear(layer.runningMean, golden.output("runningMean"), "running mean");
        expectNear(layer.runningVariance, golden.output("runningVariance"), "running variance");
      });
    }
  });
}

describe("BatchNorm", () => {
  it("has the gradients that finite differences give, at every node", () => {
    const layer = layerOf("float64", randomTensor([3], 1, { mean: 1 }), randomTensor([3], 2));
    layer.forward(randomTensor([6, 3, 2], 3, { mean: 5, std: 2 }));
    layer.backward(randomTensor([6, 3, 2], 4));
    const errors = layer.explain().finiteDifferenceErrors();
    expect(Object.keys(errors)).to.deep.equal([
      "mean",
      "centered",
      "variance",
      "inverseStd",
      "normalized",
      "scaled",
      "output",
    ]);
    for (const [node, error] of Object.entries(errors)) expect(error, node).to.be.below(1e-7);
  });

  it("says what is wrong with a single value per channel", () => {
    const layer = new BatchNorm(64, float64);
    expect(() => layer.forward(zeros([1, 64], "float64"))).to.throw(
      "BatchNorm in training needs more than 1 value per channel; got [1, 64]. Use a bigger batch, or eval().",
    );
    expect(() => layer.eval().forward(zeros([1, 64], "float64"))).not.to.throw();
    const untracked = new BatchNorm(64, { trackRunningStats: false, ...float64 }).eval();
    expect(() => untracked.forward(zeros([1, 64], "float64"))).to.throw(
      "BatchNorm without running statistics needs more than 1 value per channel; got [1, 64]. " +
        "Use a bigger batch, or { trackRunningStats: true }.",
    );
  });

  it("names an unknown option and the nearest known one", () => {
    const misspelt = { momentun: 0.1 } as BatchNormOptions;
    expect(() => new BatchNorm(3, misspelt)).to.throw(
      'BatchNorm has no option "momentun". Did you mean "momentum"?',
    );
  });

  it("computes a variance of 1 around a mean of a million", () => {
    const layer = new BatchNorm(1, float64);
    layer.forward(tensor([[1e6 - 1], [1e6 + 1]], undefined, "float64"));
    layer.backward(zeros([2, 1], "float64"));
    expect(layer.explain().node("variance").value.data[0]).to.equal(1);
    expect(layer.runningVariance.data[0]).to.be.closeTo(0.9 + 0.1 * 2, 1e-15);
  });
});

function layerOf(dtype: DType, gamma: Tensor, beta: Tensor, options: BatchNormOptions = {}): BatchNorm {
  const layer = new BatchNorm(gamma.size, { ...options, dtype });
  layer.gamma.value.data.set(gamma.data);
  layer.beta.value.data.set(beta.data);
  return layer;
}
