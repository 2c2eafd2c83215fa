import { inspect } from "node:util";
import { expect } from "chai";
import {
  BatchNorm,
  Conv2d,
  type Conv2dOptions,
  Flatten,
  foldBatchNorm,
  GlobalAvgPool2d,
  InstanceNorm,
  Linear,
  MaxPool2d,
  ReLU,
  Residual,
  RMSNorm,
  Sequential,
  type Tensor,
  tensor,
  zeros,
} from "../../../../src/index.js";
import { expectNear } from "../../../golden/golden.js";
import { DTYPES } from "../../dtypes.js";
import { randomTensor } from "../../random-tensor.js";

const float64 = { dtype: "float64" } as const;

describe("Conv2d", () => {
  it("says what shape it takes, and how what came can be made one", () => {
    const layer = new Conv2d(3, 4, 3);
    const forward =
      (shape: number[], of = layer) =>
      () =>
        of.forward(zeros(shape));
    expect(forward([32, 28, 28])).to.throw(
      "Conv2d takes [N, 3, H, W]; got [32, 28, 28]. Reshape to [32, 1, 28, 28], and make the layer with inChannels 1.",
    );
    expect(forward([32, 28, 28], new Conv2d(1, 4, 3))).to.throw("Reshape to [32, 1, 28, 28].");
    expect(forward([32, 784], new Conv2d(1, 4, 3))).to.throw("Reshape to [32, 1, 28, 28];");
    expect(forward([32, 1, 28, 28])).to.throw(
      "Conv2d takes [N, 3, H, W]; got [32, 1, 28, 28]. Channels are axis 1: make it with inChannels 1.",
    );
    expect(forward([0, 3, 8, 8])).to.throw("got no values, [0, 3, 8, 8]");
  });

  it("refuses a kernel larger than the image with its padding", () => {
    expect(() => new Conv2d(1, 1, 5).forward(zeros([1, 1, 4, 8]))).to.throw(
      "a window of 5 × 5 does not fit an image of 4 × 8. Use a smaller kernel",
    );
    expect(() => new Conv2d(1, 1, 7, { padding: 1 }).forward(zeros([1, 1, 4, 4]))).to.throw(
      "an image of 4 × 4, 6 × 6 with its padding",
    );
    expect(() => new MaxPool2d(2).forward(zeros([1, 1, 1, 4]))).to.throw("a window of 2 × 2 does not fit");
  });

  it("refuses options that can't be", () => {
    const make = (options: object) => () => new Conv2d(1, 1, 3, options as Conv2dOptions);
    expect(make({ padding: "same", stride: 2 })).to.throw('padding "same" keeps the image\'s size');
    expect(make({ padding: "valid" })).to.throw('padding must be a number, [rows, columns] or "same"');
    expect(make({ stride: 0 })).to.throw("stride must be an integer of at least 1; got 0");
    expect(make({ stride: [1, 2, 3] })).to.throw("stride must be a number or [rows, columns]; got [1, 2, 3]");
    expect(make({ groups: 2 })).to.throw('Conv2d has no option "groups"');
    expect(() => new MaxPool2d(2, { padding: 2 })).to.throw("padding must be at most half the kernel");
  });

  it("refuses float32 images in float64, and backward() before forward()", () => {
    expect(() => new Conv2d(1, 1, 1, float64).forward(zeros([1, 1, 2, 2]))).to.throw(
      "Conv2d is float64 and its input is float32",
    );
    expect(() => new Conv2d(1, 1, 1).backward(zeros([1, 1, 2, 2]))).to.throw("needs a forward() before it");
  });

  it("of 1 × 1 is a Linear at each place", () => {
    for (const dtype of DTYPES) {
      const [convolution, linear] = [
        new Conv2d(3, 4, 1, { random: 1, dtype }),
        new Linear(3, 4, { random: 1, dtype }),
      ];
      const x = randomTensor([1, 3, 2, 2], 1).clone(dtype);
      const rows = zeros([4, 3], dtype);
      for (let place = 0; place < 4; place++)
        for (let c = 0; c < 3; c++) rows.data[place * 3 + c] = x.data[c * 4 + place];
      const [output, expected] = [convolution.forward(x), linear.forward(rows)];
      for (let place = 0; place < 4; place++)
        for (let c = 0; c < 4; c++)
          expect(output.at(0, c, place >> 1, place & 1)).to.be.closeTo(expected.at(place, c), 1e-6);
    }
  });

  it("with standardized weights depends neither on their scale nor on their mean", () => {
    const layer = new Conv2d(3, 2, 3, { weightStandardization: true, random: 1, ...float64 });
    const x = randomTensor([2, 3, 5, 5], 1);
    const before = layer.forward(x);
    layer.weight.value.data.forEach((weight, at) => {
      layer.weight.value.data[at] = 1000 * weight + 7;
    });
    const after = layer.forward(x);
    // The eps beside a variance of 0.07 is what is left of the scale.
    for (let at = 0; at < after.size; at++) expect(after.data[at]).to.be.closeTo(before.data[at], 0.01);
  });

  it("prints what is special about it", () => {
    expect(inspect(new Conv2d(1, 8, 3))).to.equal("Conv2d(1, 8, 3)");
    expect(
      inspect(
        new Conv2d(1, 8, [3, 1], { stride: 2, padding: [1, 0], bias: false, weightStandardization: true }),
      ),
    ).to.equal("Conv2d(1, 8, [3, 1], stride: 2, padding: [1, 0], bias: false, weightStandardization)");
    expect(inspect(new MaxPool2d(3, { stride: 2, padding: 1 }))).to.equal(
      "MaxPool2d(3, stride: 2, padding: 1)",
    );
  });
});

describe("MaxPool2d", () => {
  it("gives NaN for a window with NaN, and its gradient to the NaN", () => {
    for (const dtype of DTYPES) {
      const layer = new MaxPool2d(2);
      const x = tensor([1, 2, Number.NaN, 3, 4, 9, 8, 7], [1, 1, 2, 4], dtype);
      expect(Array.from(layer.forward(x).data)).to.deep.equal([9, Number.NaN]);
      const gradient = layer.backward(tensor([1, 2], [1, 1, 1, 2], dtype));
      expect(Array.from(gradient.data)).to.deep.equal([0, 0, 2, 0, 0, 1, 0, 0]);
    }
  });

  it("gives the gradient to the first of equal values", () => {
    const layer = new MaxPool2d(2);
    layer.forward(tensor([5, 5, 5, 5], [1, 1, 2, 2]));
    expect(Array.from(layer.backward(tensor([3], [1, 1, 1, 1])).data)).to.deep.equal([3, 0, 0, 0]);
  });
});

describe("Residual", () => {
  it("with { scale: 0 } is its shortcut, and only the scale moves at first", () => {
    const layer = new Residual(new Linear(3, 3, { random: 1, ...float64 }), { scale: 0 });
    const x = randomTensor([4, 3], 1);
    expect(layer.forward(x).data).to.deep.equal(x.data);
    layer.backward(randomTensor([4, 3], 2));
    const [weight, bias, scale] = layer
      .parameters()
      .map(({ gradient }) => Math.max(...gradient.data.map(Math.abs)));
    expect([weight, bias]).to.deep.equal([0, 0]);
    expect(scale).to.be.above(0);
  });

  it("names its state, loads it, and passes its mode on", () => {
    const make = () =>
      new Residual(
        new Sequential([new Linear(2, 3, float64), new BatchNorm(3, float64)]),
        new Linear(2, 3, float64),
        { scale: 1 },
      );
    const one = make();
    one.forward(randomTensor([4, 2], 1));
    expect(Object.keys(one.stateDict())).to.deep.equal([
      "branch.0.weight",
      "branch.0.bias",
      "branch.1.gamma",
      "branch.1.beta",
      "shortcut.weight",
      "shortcut.bias",
      "scale",
      "branch.1.runningMean",
      "branch.1.runningVariance",
      "branch.1.numBatchesTracked",
    ]);
    const other = make().loadStateDict(one.stateDict()).eval();
    expect(other.branch.training).to.equal(false);
    const x = randomTensor([1, 2], 2);
    expect(other.forward(x).data).to.deep.equal(one.eval().forward(x).data);
  });

  it("refuses what can't be added, one layer twice, and what is no layer", () => {
    const branch = new Conv2d(2, 3, 3, { padding: 1 });
    expect(() => new Residual(branch).forward(zeros([1, 2, 4, 4]))).to.throw(
      "of [1, 2, 4, 4] the branch makes [1, 3, 4, 4] and the shortcut [1, 2, 4, 4], which can't be added",
    );
    expect(() => new Residual(branch, branch)).to.throw("the same Conv2d stands at places 0 and 1");
    expect(() => new Sequential([branch, new Residual(new Sequential([branch]))])).to.throw(
      "the same Conv2d stands at places 0 and 1.branch.0",
    );
    expect(() => new Residual("branch" as unknown as Conv2d)).to.throw("takes the branch, a Layer");
    expect(() => new Residual(branch, { scal: 0 } as object)).to.throw('Did you mean "scale"?');
  });
});

describe("InstanceNorm and RMSNorm", () => {
  it("refuse what they can't normalize", () => {
    expect(() => new InstanceNorm(3).forward(zeros([2, 3]))).to.throw(
      "more than 1 place per channel; got [2, 3]",
    );
    expect(() => new RMSNorm(3).forward(zeros([2, 4]))).to.throw("RMSNorm(3) takes [N, …, 3]; got [2, 4]");
  });

  it("of RMSNorm trains gamma alone unless asked", () => {
    expect(new RMSNorm(3).namedParameters().map(([name]) => name)).to.deep.equal(["gamma"]);
    expect(new RMSNorm(3, { center: true }).namedParameters().map(([name]) => name)).to.deep.equal([
      "gamma",
      "beta",
    ]);
  });
});

describe("ghost batches", () => {
  it("of the whole batch give the whole batch's bits", () => {
    for (const dtype of DTYPES) {
      const [whole, ghosts] = [{}, { ghostBatchSize: 6 }].map(
        (options) => new BatchNorm(3, { ...options, dtype }),
      );
      const x = randomTensor([6, 3, 2, 2], 1).clone(dtype);
      const g = randomTensor([6, 3, 2, 2], 2).clone(dtype);
      expect(ghosts.forward(x).data).to.deep.equal(whole.forward(x).data);
      expect(ghosts.backward(g).data).to.deep.equal(whole.backward(g).data);
      expect(ghosts.stateDict()).to.deep.equal(whole.stateDict());
    }
  });

  it("count each for a batch, say when one is too small, and are none in eval()", () => {
    const layer = new BatchNorm(3, { ghostBatchSize: 4 });
    layer.forward(randomTensor([10, 3], 1).clone("float32"));
    expect(layer.numBatchesTracked).to.equal(3);
    const five = randomTensor([5, 3], 1).clone("float32");
    expect(() => layer.forward(five)).to.throw(
      "got [5, 3] in ghost batches of 4 + 1 samples. Use a bigger ghostBatchSize",
    );
    expect(() => layer.eval().forward(five)).not.to.throw();
    expect(() => new BatchNorm(3, { ghostBatchSize: 0 })).to.throw(
      "ghostBatchSize must be an integer of at least 1",
    );
  });

  it("are explained one at a time", () => {
    const layer = new BatchNorm(2, { ghostBatchSize: 3, ...float64 });
    layer.backward(layer.forward(randomTensor([6, 2], 1)));
    expect(() => layer.explain()).to.throw("2 ghost batches. Run forward() and backward() on one");
    layer.backward(layer.forward(randomTensor([3, 2], 1)));
    expect(layer.explain().node("mean").value.shape).to.deep.equal([2]);
  });
});

describe("foldBatchNorm of images", () => {
  /** Running statistics and parameters that are not those of the start. */
  function trained<Kind extends Sequential>(network: Kind, x: Tensor): Kind {
    for (const { value } of network.parameters())
      value.data.forEach((number, at) => {
        value.data[at] = number + 0.1 * ((at % 7) - 2);
      });
    for (let step = 0; step < 3; step++) network.forward(x);
    return network.eval();
  }

  it("gives one Conv2d with the same outputs, standardized weights and Residuals too", () => {
    for (const dtype of DTYPES) {
      const convolution = (from: number, to: number, options: Conv2dOptions = {}) =>
        new Conv2d(from, to, 3, { padding: 1, random: from + to, dtype, ...options });
      const branch = new Sequential([
        convolution(4, 4, { bias: false }),
        new BatchNorm(4, { dtype }),
        new ReLU(),
        convolution(4, 4, { weightStandardization: true }),
        new BatchNorm(4, { dtype }),
      ]);
      const x = randomTensor([5, 2, 6, 6], 3, { mean: 0.5 }).clone(dtype);
      const network = trained(
        new Sequential([
          convolution(2, 4, { stride: 2 }),
          new BatchNorm(4, { dtype }),
          new ReLU(),
          new Residual(branch, { scale: 0.5 }),
          new GlobalAvgPool2d(),
          new Linear(4, 3, { random: 1, dtype }),
        ]),
        x,
      );
      const folded = foldBatchNorm(network);
      expect(folded.toString()).not.to.include("BatchNorm");
      expectNear(folded.forward(x), network.forward(x), "output");
      expect(network.toString()).to.include("BatchNorm");
    }
  });

  it("leaves a BatchNorm behind Flatten or a pooling", () => {
    const network = new Sequential([new Conv2d(1, 2, 3), new MaxPool2d(2), new BatchNorm(2), new Flatten()]);
    expect(foldBatchNorm(network).layers[2]).to.be.instanceOf(BatchNorm);
  });
});
