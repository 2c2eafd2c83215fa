import { inspect } from "node:util";
import { expect } from "chai";
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  cnn,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  GroupNorm,
  gradientCheck,
  InstanceNorm,
  Layer,
  LayerNorm,
  type LayerNormOptions,
  Linear,
  type LinearOptions,
  MaxPool2d,
  type MLPOptions,
  mlp,
  ReLU,
  Residual,
  RMSNorm,
  resnet,
  Sequential,
  Sigmoid,
  Tanh,
  type Tensor,
  tensor,
  zeros,
} from "../../../../src/index.js";
import { ReusedWorkspace } from "../../../../src/tensor/workspace.js";
import { randomTensor } from "../../random-tensor.js";

const float64 = { dtype: "float64" } as const;

describe("gradientCheck", () => {
  const cases: [name: string, layer: Layer, shape: number[]][] = [
    ["Linear", new Linear(5, 3, float64), [7, 5]],
    ["Linear without bias", new Linear(5, 3, { bias: false, ...float64 }), [7, 5]],
    ["BatchNorm", new BatchNorm(3, float64), [7, 3]],
    ["BatchNorm of one channel", new BatchNorm(1, float64), [7, 1]],
    ["BatchNorm of images", new BatchNorm(3, float64), [3, 3, 2, 3]],
    ["LayerNorm", new LayerNorm(5, float64), [4, 5]],
    ["GroupNorm", new GroupNorm(2, 6, float64), [4, 6, 3]],
    ["InstanceNorm", new InstanceNorm(3, float64), [2, 3, 3, 2]],
    ["RMSNorm", new RMSNorm(5, float64), [4, 5]],
    ["RMSNorm with beta", new RMSNorm(5, { center: true, ...float64 }), [4, 5]],
    ["BatchNorm in ghost batches", new BatchNorm(3, { ghostBatchSize: 4, ...float64 }), [10, 3]],
    ["Conv2d", new Conv2d(2, 3, 3, { padding: 1, ...float64 }), [2, 2, 4, 5]],
    ["Conv2d, stride 3", new Conv2d(2, 3, 3, { stride: 3, padding: 1, ...float64 }), [1, 2, 7, 8]],
    ["Conv2d, same", new Conv2d(1, 2, [2, 4], { padding: "same", bias: false, ...float64 }), [2, 1, 3, 5]],
    [
      "Conv2d, weights standardized",
      new Conv2d(2, 3, 3, { padding: 1, weightStandardization: true, ...float64 }),
      [2, 2, 4, 4],
    ],
    ["MaxPool2d", new MaxPool2d(2), [2, 3, 4, 5]],
    ["MaxPool2d, overlapping", new MaxPool2d(3, { stride: 2, padding: 1 }), [2, 2, 5, 5]],
    ["AvgPool2d", new AvgPool2d([2, 3], { stride: 2, padding: 1 }), [2, 2, 5, 5]],
    ["GlobalAvgPool2d", new GlobalAvgPool2d(), [2, 3, 2, 3]],
    ["Flatten", new Flatten(), [2, 3, 2, 2]],
    ["Residual", new Residual(new Linear(4, 4, float64), { scale: 0.5 }), [5, 4]],
    [
      "cnn with BatchNorm",
      cnn({ inputs: [2, 6, 5], channels: [3, 2], classes: 3, norm: "batch", activation: "tanh", ...float64 }),
      [4, 2, 6, 5],
    ],
    [
      "resnet with BatchNorm",
      resnet({
        inputs: [1, 6, 6],
        channels: [2, 3],
        blocks: 3,
        classes: 2,
        norm: "batch",
        activation: "tanh",
        scale: 0.4,
        ...float64,
      }),
      [4, 1, 6, 6],
    ],
    ["Dropout", new Dropout(0.4), [5, 6]],
    ["ReLU", new ReLU(), [5, 6]],
    ["Sigmoid", new Sigmoid(), [5, 6]],
    ["Tanh", new Tanh(), [5, 6]],
    ["mlp with BatchNorm", mlp({ inputs: 4, hidden: [6, 5], classes: 3, norm: "batch", ...float64 }), [8, 4]],
    [
      "mlp with LayerNorm and dropout",
      mlp({
        inputs: 4,
        hidden: [6],
        classes: 3,
        norm: "layer",
        activation: "sigmoid",
        dropout: 0.3,
        ...float64,
      }),
      [8, 4],
    ],
    [
      "a bias before BatchNorm",
      new Sequential([new Linear(4, 3, float64), new BatchNorm(3, float64), new Tanh()]),
      [8, 4],
    ],
  ];
  for (const [name, layer, shape] of cases) {
    it(`finds every gradient right: ${name}`, () => {
      for (const [, parameter] of layer.namedParameters())
        parameter.value.data.forEach((value: number, place: number) => {
          parameter.value.data[place] = value + 0.1 * place;
        });
      const before = layer.stateDict();
      const errors = gradientCheck(layer, randomTensor(shape, 3, { mean: 0.5 }));
      for (const [gradient, error] of Object.entries(errors)) expect(error, gradient).to.be.at.most(1e-7);
      const wanted = layer.namedParameters().map(([parameter]) => parameter);
      expect(errors).to.include.all.keys("input", ...wanted);
      expect(layer.stateDict()).to.deep.equal(before);
    });
  }

  it("names BatchNorm's statistics, in a Sequential with the place", () => {
    const network = new Sequential([new Tanh(), new BatchNorm(2, float64)]);
    expect(gradientCheck(network, randomTensor([4, 2], 1))).to.have.all.keys(
      "input",
      "1.gamma",
      "1.beta",
      "1.mean",
      "1.variance",
    );
  });

  it("finds a wrong gradient", () => {
    class Wrong extends Sigmoid {
      override backward(gradOutput: Tensor): Tensor {
        const right = super.backward(gradOutput);
        right.data[2] *= 1.001;
        return right;
      }
    }
    expect(gradientCheck(new Wrong(), randomTensor([2, 3], 1)).input).to.be.above(1e-5);
  });

  it("refuses float32, and says why", () => {
    expect(() => gradientCheck(new Linear(2, 2), zeros([2, 2], "float64"))).to.throw(
      "gradientCheck needs float64",
    );
  });
});

describe("Dropout", () => {
  it("drops a share p in training and scales the rest; eval() changes nothing", () => {
    const layer = new Dropout(0.25, { random: 1 });
    const ones = zeros([100, 100], "float64");
    ones.data.fill(1);
    const output = layer.forward(ones);
    const dropped = output.data.filter((value: number) => value === 0).length;
    expect(dropped / 10_000).to.be.closeTo(0.25, 0.02);
    expect(new Set(output.data)).to.deep.equal(new Set([0, 1 / 0.75]));
    expect(layer.eval().forward(ones).data).to.deep.equal(ones.data);
  });

  it("draws the same masks from the same seed, after a resume too; two layers draw different ones", () => {
    const x = randomTensor([8, 8], 1);
    const make = () => new Dropout(0.5, { random: 7 });
    const [one, two] = [make(), make()];
    expect(one.forward(x).data).to.deep.equal(two.forward(x).data);
    const resumed = make().loadStateDict(one.stateDict());
    expect(resumed.forward(x).data).to.deep.equal(one.forward(x).data);
    expect(new Dropout(0.5).forward(x).data).not.to.deep.equal(new Dropout(0.5).forward(x).data);
  });

  it("refuses a p of 1", () => {
    expect(() => new Dropout(1)).to.throw("p must be a number from 0 to below 1; got 1");
  });
});

describe("Sequential", () => {
  const network = () => mlp({ inputs: 3, hidden: [4], classes: 2, norm: "batch", seed: 1, ...float64 });

  it("names its state by place, and loads it again", () => {
    const trained = network();
    trained.forward(randomTensor([5, 3], 1));
    const state = trained.stateDict();
    expect(Object.keys(state)).to.deep.equal([
      "0.weight",
      "1.gamma",
      "1.beta",
      "3.weight",
      "3.bias",
      "1.runningMean",
      "1.runningVariance",
      "1.numBatchesTracked",
    ]);
    const loaded = network().loadStateDict(state);
    expect(loaded.stateDict()).to.deep.equal(state);
    const x = randomTensor([5, 3], 2);
    expect(loaded.eval().forward(x).data).to.deep.equal(trained.eval().forward(x).data);
  });

  it("refuses a state that does not fit, and changes nothing", () => {
    const target = network();
    const before = target.stateDict();
    const state = network().stateDict();
    const load = (changed: Record<string, Tensor>) => () => target.loadStateDict(changed);
    const { "1.gamma": _gamma, ...missing } = state;
    expect(load(missing)).to.throw('"1.gamma" [4] is missing from the state');
    expect(load({ ...state, "1.gama": state["1.gamma"] })).to.throw('no "1.gama". The nearest is "1.gamma"');
    expect(load({ ...state, "0.weight": zeros([4, 5], "float64") })).to.throw(
      '"0.weight" has shape [4, 3] in this Sequential and [4, 5] in the state',
    );
    expect(target.stateDict()).to.deep.equal(before);
  });

  it("refuses one layer at two places, and what is no layer", () => {
    const relu = new ReLU();
    expect(() => new Sequential([relu, new Tanh(), relu])).to.throw("the same ReLU stands at places 0 and 2");
    const inner = new Sequential([new Tanh(), new Sequential([relu])]);
    expect(() => new Sequential([relu, inner])).to.throw("the same ReLU stands at places 0 and 1.1.0");
    expect(() => new Sequential(["ReLU" as unknown as Layer])).to.throw("at place 0 is not a Layer");
  });

  it("gives fresh tensors to a reader, and none from the second step on to a training loop", () => {
    const layers = network();
    const x = randomTensor([5, 3], 1);
    const first = layers.forward(x);
    const kept = first.clone();
    expect(layers.forward(randomTensor([5, 3], 2))).not.to.equal(first);
    expect(first.data).to.deep.equal(kept.data);

    const workspace = new ReusedWorkspace();
    const output = layers.forward(x, workspace);
    const gradient = layers.backward(output, workspace);
    expect(layers.forward(x, workspace)).to.equal(output);
    expect(layers.backward(output, workspace)).to.equal(gradient);
    expect(output.data).to.deep.equal(kept.data);
  });
});

describe("mlp", () => {
  it("starts with the same weights with and without normalization", () => {
    const make = (norm: "batch" | "layer" | "none") =>
      mlp({
        inputs: 3,
        hidden: [4, 5],
        classes: 2,
        norm,
        dropout: norm === "layer" ? 0.5 : 0,
        seed: 3,
        ...float64,
      });
    const weights = (network: Sequential) =>
      network.layers.flatMap((layer) => (layer instanceof Linear ? [layer.weight.value.data] : []));
    expect(weights(make("batch"))).to.deep.equal(weights(make("none")));
    expect(weights(make("layer"))).to.deep.equal(weights(make("none")));
  });

  it("says which option is wrong", () => {
    const make = (options: object) => () =>
      mlp({ inputs: 3, hidden: [4], classes: 2, ...options } as MLPOptions);
    expect(make({ hiden: [3] })).to.throw('mlp has no option "hiden". Did you mean "hidden"?');
    expect(make({ hidden: [4, 0] })).to.throw("hidden[1] must be an integer of at least 1; got 0");
    expect(make({ activation: "gelu" })).to.throw(
      'activation must be "relu", "sigmoid" or "tanh"; got "gelu"',
    );
    expect(make({ norm: "group" })).to.throw('norm must be "batch", "layer" or "none"; got "group"');
  });
});

describe("layers", () => {
  it("print their class and what is special about them", () => {
    const network = new Sequential([
      new Linear(3, 4, { bias: false }),
      new BatchNorm(4, { momentum: null, affine: false }).freeze(),
      new Sequential([new GroupNorm(2, 4), new Dropout(0.3)]),
      new ReLU(),
    ]);
    expect(inspect(network)).to.equal(
      [
        "Sequential of 4 layers, 20 numbers to train",
        "0  Linear(3, 4, bias: false)",
        "1  BatchNorm(4, momentum: null, scale: false, center: false, frozen)",
        "2  Sequential of 2 layers, 8 numbers to train",
        "   0  GroupNorm(2, 4)",
        "   1  Dropout(0.3)",
        "3  ReLU()",
      ].join("\n"),
    );
  });

  it("keep open for layers of a reader's own", () => {
    class Double extends Layer {
      forward(x: Tensor): Tensor {
        return tensor(
          Array.from(x.data, (value) => 2 * value),
          x.shape,
          x.dtype,
        );
      }
      backward(gradOutput: Tensor): Tensor {
        return this.forward(gradOutput);
      }
    }
    const network = new Sequential([new Double(), new Linear(3, 2, float64), new Double()]);
    for (const error of Object.values(gradientCheck(network, randomTensor([4, 3], 1))))
      expect(error).to.be.below(1e-7);
  });

  it("say what is wrong with shapes, dtypes and order", () => {
    const linear = new Linear(3, 2, float64);
    expect(() => linear.forward(zeros([4, 5], "float64"))).to.throw("Linear(3, 2) takes [N, 3]; got [4, 5].");
    expect(() => linear.forward(zeros([4, 3], "float32"))).to.throw(
      "Linear is float64 and its input is float32.",
    );
    expect(() => linear.backward(zeros([4, 2], "float64"))).to.throw(
      "Linear.backward() needs a forward() before it.",
    );
    linear.forward(zeros([4, 3], "float64"));
    expect(() => linear.backward(zeros([4, 3], "float64"))).to.throw("the last output, [4, 2]; got [4, 3]");
    const norm = new BatchNorm(3, float64);
    expect(() => norm.forward(zeros([4, 2], "float64"))).to.throw(
      "This BatchNorm has 3 channels and its input 2",
    );
    expect(() => norm.forward(zeros([3], "float64"))).to.throw(
      "takes [N, C], [N, C, L] or [N, C, H, W]; got [3]",
    );
    expect(() => norm.forward(zeros([0, 3], "float64"))).to.throw("an empty batch, [0, 3]");
    expect(() => norm.explain()).to.throw("needs a forward() and then a backward() before it");
    expect(() => new GroupNorm(3, 4)).to.throw("4 channels can't be parted into 3 equal groups");
    expect(() => new LayerNorm(3, float64).forward(zeros([2, 4], "float64"))).to.throw(
      "takes [N, …, 3]; got [2, 4]",
    );
  });

  it("name an unknown option and the nearest known one", () => {
    expect(() => new Linear(2, 2, { biass: true } as LinearOptions)).to.throw('Did you mean "bias"?');
    expect(() => new LayerNorm(2, { epsilon: 1 } as LayerNormOptions)).to.throw(
      'LayerNorm has no option "epsilon".',
    );
    expect(() => new Linear(2, 2, { init: "he" } as unknown as LinearOptions)).to.throw(
      'init must be "kaiming", "xavier" or { std: number }; got "he"',
    );
  });

  it("start with the spread that their initializer names", () => {
    const spread = (init: LinearOptions["init"]) => {
      const { data, size } = new Linear(200, 100, { init, random: 1, ...float64 }).weight.value;
      return Math.sqrt(data.reduce((sum: number, value: number) => sum + value * value, 0) / size);
    };
    expect(spread("kaiming")).to.be.closeTo(Math.sqrt(2 / 200), 0.002);
    expect(spread("xavier")).to.be.closeTo(Math.sqrt(2 / 300), 0.002);
    expect(spread({ std: 0.5 })).to.be.closeTo(0.5, 0.01);
  });
});
