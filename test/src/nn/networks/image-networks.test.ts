import { fileURLToPath } from "node:url";
import { expect } from "chai";
import {
  type CNNOptions,
  cnn,
  digits,
  evaluate,
  foldBatchNorm,
  loadPyTorch,
  loadTensors,
  predict,
  type ResNetOptions,
  resnet,
  type Sequential,
  SGD,
  type Tensor,
  Trainer,
  zeros,
} from "../../../../src/index.js";
import { leafLayers } from "../../../../src/train/leaf-layers.js";
import { DTYPES } from "../../dtypes.js";

const kinds = (network: Sequential) => network.layers.map((layer) => layer.constructor.name).join(" ");

describe("cnn", () => {
  it("is blocks of convolution, norm, activation and pooling", () => {
    const network = cnn({
      inputs: [1, 28, 28],
      channels: [8, 16, 32],
      classes: 10,
      norm: "batch",
      dropout: 0.5,
    });
    const block = "Conv2d BatchNorm ReLU MaxPool2d";
    expect(kinds(network)).to.equal(`${block} ${block} ${block} Flatten Dropout Linear`);
    expect(network.forward(zeros([2, 1, 28, 28])).shape).to.deep.equal([2, 10]);
  });

  it("starts from the same weights with any normalization", () => {
    const weights = (norm: CNNOptions["norm"]) =>
      cnn({ inputs: [2, 8, 8], channels: [4, 6], classes: 3, norm, seed: 4 })
        .namedParameters()
        .filter(([, { value }]) => value.shape.length > 1)
        .map(([, { value }]) => value.data);
    for (const norm of ["batch", "layer", "instance", { groups: 2 }] as const)
      expect(weights(norm)).to.deep.equal(weights("none"));
  });

  it("says which option is wrong", () => {
    const make = (options: object) => () =>
      cnn({ inputs: [1, 8, 8], channels: [4], classes: 3, ...options } as CNNOptions);
    expect(make({ inputs: 64 })).to.throw("inputs must be an image's [channels, height, width]");
    expect(make({ channels: 8 })).to.throw("channels must be an array such as [8, 16, 32]; got 8");
    expect(make({ channels: [2, 2, 2, 2] })).to.throw("an image of 8 × 8 has no place left after 4 poolings");
    expect(make({ norm: "weight" })).to.throw(
      'norm must be "batch", "layer", "instance", "none" or { groups }',
    );
    expect(make({ norm: { groups: 3 } })).to.throw("4 channels can't be parted into 3 equal groups");
    expect(make({ chanels: [4] })).to.throw('Did you mean "channels"?');
  });
});

describe("resnet", () => {
  it("has a shortcut of stride 2 at the start of each later stage, and x itself elsewhere", () => {
    const network = resnet({
      inputs: [1, 28, 28],
      channels: [8, 16, 32],
      blocks: 8,
      classes: 10,
      norm: "batch",
    });
    const blocks = Array.from({ length: 8 }, () => "Residual").join(" ");
    expect(kinds(network)).to.equal(`Conv2d ${blocks} BatchNorm ReLU GlobalAvgPool2d Linear`);
    const shortcuts = leafLayers(network).filter(({ name }) => name.endsWith("shortcut"));
    expect(shortcuts.map(({ name }) => name)).to.deep.equal(["4.shortcut", "7.shortcut"]);
    expect(network.forward(zeros([2, 1, 28, 28])).shape).to.deep.equal([2, 10]);
  });

  it("starts as its shortcuts with { scale: 0 }, and as zeros with { fixup: true }", () => {
    const options = { inputs: [1, 6, 6], channels: [3], blocks: 2, classes: 2, dtype: "float64" } as const;
    const x = zeros([2, 1, 6, 6], "float64");
    x.data.forEach((_, at) => {
      x.data[at] = ((at * 7) % 11) - 5;
    });
    const skip = resnet({ ...options, scale: 0 });
    const [first, block] = skip.layers;
    const stem = first.forward(x);
    expect(block.forward(stem).data).to.deep.equal(stem.data);
    const outputs = resnet({ ...options, fixup: true }).forward(x);
    expect(new Set(outputs.data)).to.deep.equal(new Set([0]));
  });

  it("stands without shortcuts too", () => {
    const network = resnet({ inputs: [1, 4, 4], channels: [2], blocks: 2, classes: 2, shortcuts: false });
    expect(kinds(network)).to.equal("Conv2d Sequential Sequential ReLU GlobalAvgPool2d Linear");
  });

  it("says which option is wrong", () => {
    const make = (options: object) => () =>
      resnet({ inputs: [1, 8, 8], channels: [4, 8], blocks: 2, classes: 3, ...options } as ResNetOptions);
    expect(make({ blocks: 1 })).to.throw("blocks must be an integer of at least 2; got 1");
    expect(make({ blocks: [1] })).to.throw("one for each of the 2 stages of channels; got [1]");
    expect(make({ blocks: [1, 0] })).to.throw("blocks[1] must be an integer of at least 1; got 0");
  });
});

describe("networks of images", () => {
  it("learn, are evaluated and predict as others do", async function () {
    this.timeout(60_000);
    const { train, validation, test, classes } = digits({ seed: 1, flatten: false });
    const networks: [Sequential, reached: number][] = [
      [cnn({ inputs: [1, 8, 8], channels: [6, 8], classes, norm: "batch", seed: 1 }), 0.8],
      [resnet({ inputs: [1, 8, 8], channels: [4, 8], blocks: 2, classes, norm: "batch", seed: 1 }), 0.5],
    ];
    for (const [network, reached] of networks) {
      const optimizer = new SGD(network.parameters(), { learningRate: 0.1, momentum: 0.9 });
      const probes = ["gammaBeta", "gradientNorms", { kind: "inputPercentiles", layer: -2 }] as const;
      const history = await new Trainer({ network, optimizer, batchSize: 50, seed: 1 }).fit(train.take(400), {
        steps: 100,
        validation: validation.take(100),
        probes: [...probes],
        probeSize: 20,
        progress: false,
      });
      expect(history.evaluations.validation.accuracy.at(-1)).to.be.above(reached);
      expect(evaluate(network, test).accuracy).to.be.above(reached);
      expect(predict(network, test).labels.length).to.equal(400);
    }
  });
});

describe("loadPyTorch", () => {
  const make = () => cnn({ inputs: [1, 4, 4], channels: [2], classes: 3, norm: "batch", seed: 1 });

  /** The state under PyTorch's names. */
  function torchState(network: Sequential, rename = (name: string) => name): Record<string, Tensor> {
    const names: Record<string, string> = {
      gamma: "weight",
      beta: "bias",
      runningMean: "running_mean",
      runningVariance: "running_var",
      numBatchesTracked: "num_batches_tracked",
    };
    return Object.fromEntries(
      Object.entries(network.stateDict()).map(([name, value]) => {
        const [place, what] = name.split(".");
        return [`${rename(place)}.${names[what] ?? what}`, value];
      }),
    );
  }

  it("takes PyTorch's names, or such as the reader says", () => {
    const source = cnn({ inputs: [1, 4, 4], channels: [2], classes: 3, norm: "batch", seed: 9 });
    source.forward(zeros([2, 1, 4, 4]));
    expect(loadPyTorch(torchState(source), make()).stateDict()).to.deep.equal(source.stateDict());
    const theirs: Record<string, string> = { 0: "conv1", 1: "bn1", 5: "fc" };
    const state = torchState(source, (place) => theirs[place]);
    expect(() => loadPyTorch(state, make())).to.throw(
      'the state has "conv1.weight" [2, 1, 3, 3], and the network has no layer "conv1". It has "0" (Conv2d), "1" (BatchNorm), "5" (Linear).',
    );
    const loaded = loadPyTorch(state, make(), { names: { conv1: "0", bn1: "1", fc: "5" } });
    expect(loaded.stateDict()).to.deep.equal(source.stateDict());
  });

  it("says what does not fit, and changes nothing then", () => {
    const state = torchState(make());
    const target = cnn({ inputs: [1, 4, 4], channels: [2], classes: 3, norm: "batch", seed: 2 });
    const before = target.stateDict();
    const load = (changed: Record<string, unknown>) => () =>
      loadPyTorch(changed as Record<string, Tensor>, target);
    const { "1.running_var": _variance, ...missing } = state;
    expect(load(missing)).to.throw('the state has nothing for "1.runningVariance" [2]');
    expect(load({ ...state, "0.bias": zeros([2]) })).to.throw(
      '"0.bias" [2] is for "0" (Conv2d), which has no such tensor',
    );
    expect(load({ ...state, "5.weight": zeros([3, 9]) })).to.throw(
      '"5.weight" is [3, 9], and "5" (Linear) takes [3, 8]',
    );
    expect(load({ tensors: state })).to.throw("takes tensors by name");
    expect(() => loadPyTorch(state, target, { names: { 0: "7" } })).to.throw('names.0 says "7"');
    expect(target.stateDict()).to.deep.equal(before);
  });

  it("of a CNN that PyTorch trained and safetensors wrote gives PyTorch's outputs, folded too", () => {
    const file = (name: string) =>
      fileURLToPath(new URL(`../../../../../test/golden/${name}.safetensors`, import.meta.url));
    const { images, outputs } = loadTensors(file("cnn-8x8-outputs")).tensors;
    for (const dtype of DTYPES) {
      const network = cnn({ inputs: [1, 8, 8], channels: [6, 9], classes: 10, norm: "batch", dtype });
      loadPyTorch(loadTensors(file("cnn-8x8")).tensors, network).eval();
      for (const each of [network, foldBatchNorm(network)]) {
        const ours = each.forward(images.clone(dtype));
        const largest = Math.max(...outputs.data.map(Math.abs));
        let difference = 0;
        for (let at = 0; at < ours.size; at++)
          difference = Math.max(difference, Math.abs(ours.data[at] - outputs.data[at]));
        expect(difference / largest).to.be.below(1e-5);
      }
    }
  });

  it("needs no count of batches", () => {
    const { "1.num_batches_tracked": _count, ...state } = torchState(make());
    expect(() => loadPyTorch(state, make())).not.to.throw();
  });
});
