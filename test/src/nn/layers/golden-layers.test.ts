import { expect } from "chai";
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  type Conv2dOptions,
  crossEntropy,
  type DType,
  type Extent,
  GlobalAvgPool2d,
  GroupNorm,
  InstanceNorm,
  type Layer,
  LayerNorm,
  Linear,
  MaxPool2d,
  type Parameter,
  type PoolingOptions,
  ReLU,
  Residual,
  type ResidualOptions,
  RMSNorm,
  Sequential,
  Sigmoid,
  Tanh,
} from "../../../../src/index.js";
import { expectNear, type GoldenCase, goldenCases, TOLERANCE } from "../../../golden/golden.js";
import { DTYPES } from "../../dtypes.js";

/** How to make each layer for a golden case. */
const LAYERS: Record<string, (golden: GoldenCase, dtype: DType) => Layer> = {
  Linear: (golden, dtype) => {
    const [outFeatures, inFeatures] = golden.input("weight", dtype).shape;
    return new Linear(inFeatures, outFeatures, { dtype });
  },
  LayerNorm: (golden, dtype) => new LayerNorm(golden.input("gamma", dtype).size, { dtype }),
  GroupNorm: (golden, dtype) =>
    new GroupNorm(Number(golden.options.groups), golden.input("gamma", dtype).size, { dtype }),
  InstanceNorm: (golden, dtype) => new InstanceNorm(golden.input("gamma", dtype).size, { dtype }),
  RMSNorm: (golden, dtype) => new RMSNorm(golden.input("gamma", dtype).size, { dtype }),
  Conv2d: (golden, dtype) => {
    const { kernel, ...options } = golden.options as unknown as Conv2dOptions & { kernel: Extent };
    const [outChannels, inChannels] = golden.input("weight", dtype).shape;
    return new Conv2d(inChannels, outChannels, kernel, { ...options, dtype });
  },
  MaxPool2d: (golden) => new MaxPool2d(...poolingOf(golden)),
  AvgPool2d: (golden) => new AvgPool2d(...poolingOf(golden)),
  GlobalAvgPool2d: () => new GlobalAvgPool2d(),
  Residual: (golden, dtype) => {
    const branch = new Sequential([
      new Conv2d(2, 4, 3, { stride: 2, padding: 1, bias: false, dtype }),
      new Tanh(),
    ]);
    const shortcut = new Conv2d(2, 4, 1, { stride: 2, bias: false, dtype });
    return new Residual(branch, shortcut, golden.options as ResidualOptions);
  },
  ReLU: () => new ReLU(),
  Sigmoid: () => new Sigmoid(),
  Tanh: () => new Tanh(),
};

function poolingOf({ options }: GoldenCase): [Extent, PoolingOptions] {
  const { kernel, ...others } = options as unknown as PoolingOptions & { kernel: Extent };
  return [kernel, others];
}

for (const dtype of DTYPES) {
  for (const [name, make] of Object.entries(LAYERS)) {
    describe(`${name} in ${dtype}`, () => {
      for (const golden of goldenCases(name)) {
        it(`agrees with PyTorch: ${golden.name}`, () => {
          const layer = make(golden, dtype);
          for (const [parameterName, parameter] of layer.namedParameters())
            if (golden.inputNames.includes(parameterName))
              parameter.value.data.set(golden.input(parameterName, dtype).data);
          expectNear(layer.forward(golden.input("x", dtype)), golden.output("output"), "output");
          const gradInput = layer.backward(golden.input("gradOutput", dtype));
          expectNear(gradInput, golden.output("gradInput"), "gradient of the input");
          for (const [parameterName, parameter] of layer.namedParameters())
            expectNear(
              parameter.gradient,
              golden.output(
                golden.outputNames.find((each) => each === parameterName) ?? `${parameterName}Gradient`,
              ),
              `gradient of ${parameterName}`,
            );
        });
      }
    });
  }

  describe(`Sequential in ${dtype}`, () => {
    it("agrees with PyTorch in the gradients of a network of every layer", () => {
      const [golden] = goldenCases("Sequential");
      const network = new Sequential([
        new Linear(6, 8, { dtype }),
        new BatchNorm(8, { dtype }),
        new ReLU(),
        new Linear(8, 9, { dtype }),
        new LayerNorm(9, { dtype }),
        new Tanh(),
        new Linear(9, 8, { dtype }),
        new GroupNorm(2, 8, { dtype }),
        new Sigmoid(),
        new Linear(8, 3, { dtype }),
      ]);
      const named = network.namedParameters();
      for (const [name, parameter] of named)
        parameter.value.data.set(golden.input(torchName(name), dtype).data);
      const { loss, gradient } = crossEntropy(
        network.forward(golden.input("x", dtype)),
        golden.input("labels", "float64").data,
      );
      const gradInput = network.backward(gradient);
      expect(loss).to.be.closeTo(golden.output("loss").data[0], TOLERANCE[dtype]);
      expectNear(gradInput, golden.output("gradInput"), "gradient of the input");
      for (const [name, parameter] of named) {
        // The bias before BatchNorm has no gradient but rounding.
        if (name === "0.bias") expect(largest(parameter)).to.be.below(TOLERANCE[dtype]);
        else expectNear(parameter.gradient, golden.output(torchName(name)), `gradient of ${name}`);
      }
    });
  });
}

function torchName(name: string): string {
  return name.replace("gamma", "weight").replace("beta", "bias");
}

function largest({ gradient }: Parameter): number {
  return Math.max(...Array.from(gradient.data, Math.abs));
}
