import { Random } from "../base/random.js";
import { csv } from "../data/csv.js";
import { digits } from "../data/digits.js";
import { fashion } from "../data/fashion.js";
import { idx } from "../data/idx.js";
import { standardize } from "../data/scaling.js";
import type { Partition } from "../data/split.js";
import { blobs, moons, spirals } from "../data/synthetic.js";
import type { Initializer } from "../nn/initializers.js";
import { BatchNorm } from "../nn/layers/batch-norm.js";
import { Dropout } from "../nn/layers/dropout.js";
import { GroupNorm } from "../nn/layers/group-norm.js";
import type { Layer } from "../nn/layers/layer.js";
import { LayerNorm } from "../nn/layers/layer-norm.js";
import { Linear } from "../nn/layers/linear.js";
import { ReLU } from "../nn/layers/relu.js";
import { Sequential } from "../nn/layers/sequential.js";
import { Sigmoid } from "../nn/layers/sigmoid.js";
import { Tanh } from "../nn/layers/tanh.js";
import { cnn } from "../nn/networks/cnn.js";
import { resnet } from "../nn/networks/resnet.js";
import { Adam } from "../nn/optimizers/adam.js";
import type { Optimizer } from "../nn/optimizers/optimizer.js";
import { SGD } from "../nn/optimizers/sgd.js";
import type { Parameter } from "../nn/parameter.js";
import { sizeOf } from "../tensor/tensor.js";
import { pathOf } from "./data-files.js";
import type { CheckedSpec } from "./spec.js";

type CheckedNetwork = CheckedSpec["network"];
type ImageNetworkSpec = Extract<CheckedNetwork, { channels: readonly number[] }>;
type PerceptronSpec = Exclude<CheckedNetwork, ImageNetworkSpec>;

function isOfImages(network: CheckedNetwork): network is ImageNetworkSpec {
  return "channels" in network;
}

/** The three parts of the spec's data, in the network's dtype. */
export function buildData(spec: CheckedSpec): Partition {
  const { trainSize, standardize: perFeature } = spec.data;
  const loaded = loadData(spec);
  const data = perFeature ? standardize(loaded) : loaded;
  return trainSize === undefined ? data : { ...data, train: data.train.take(trainSize) };
}

function loadData({ data, seed: specSeed, network }: CheckedSpec): Partition {
  const { dtype } = network;
  const seed = data.seed ?? specSeed;
  const flatten = !isOfImages(network);
  const { trainSize: _trainSize, standardize: _standardize, ...options } = data;
  switch (options.set) {
    case "digits":
      return digits({ ...withoutSet(options), seed, flatten, dtype });
    case "fashion":
      return fashion({ ...withoutSet(options), seed, flatten, dtype });
    case "moons":
      return moons({ ...withoutSet(options), seed, dtype });
    case "spirals":
      return spirals({ ...withoutSet(options), seed, dtype });
    case "blobs":
      return blobs({ ...withoutSet(options), seed, dtype });
    case "idx": {
      const { images, labels, scale, classes, split } = options;
      return idx(pathOf(images), pathOf(labels), { scale, classes, flatten, dtype }).split({
        ...(split ?? SIX_TWO_TWO),
        seed,
      });
    }
    case "csv": {
      const { file, label, delimiter, split } = options;
      return csv(pathOf(file), { label, delimiter, dtype }).split({ ...(split ?? SIX_TWO_TWO), seed });
    }
  }
}

const SIX_TWO_TWO = { train: 0.6, validation: 0.2, test: 0.2 };

/** The options that were given, without the name of the set. */
function withoutSet<Options extends { set: string }>(options: Options): Omit<Options, "set"> {
  const { set: _set, ...others } = options;
  return Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)) as Omit<
    Options,
    "set"
  >;
}

const ACTIVATIONS = { relu: ReLU, sigmoid: Sigmoid, tanh: Tanh };

/**
 * The spec's network.
 *
 * @param inputs the shape of one example
 * @param tracking false: BatchNorm normalizes by the statistics of whatever batch it gets, in eval() too
 */
export function buildNetwork(
  spec: CheckedSpec,
  inputs: readonly number[],
  classes: number,
  tracking = true,
): Sequential {
  const { network } = spec;
  if (isOfImages(network)) return buildImageNetwork(network, spec.seed, inputs, classes, tracking);
  return buildPerceptron(network, spec.seed, sizeOf(inputs), classes, tracking);
}

function buildImageNetwork(
  network: ImageNetworkSpec,
  specSeed: number,
  inputs: readonly number[],
  classes: number,
  tracking: boolean,
): Sequential {
  const [channels, height, width] = inputs;
  const { kind, batchNorm, seed = specSeed, ...options } = network;
  const common = {
    ...options,
    inputs: [channels, height, width] as const,
    classes,
    seed,
    batchNorm: { ...batchNorm, trackRunningStats: tracking },
  };
  if (kind === "cnn") return cnn(common);
  const { blocks, shortcuts, scale, fixup } = network;
  return resnet({ ...common, blocks, shortcuts, scale, fixup });
}

/**
 * Its random streams have the names that mlp() gives them: with the options both know, the two make the same network.
 */
function buildPerceptron(
  network: PerceptronSpec,
  specSeed: number,
  inputs: number,
  classes: number,
  tracking: boolean,
): Sequential {
  const { hidden, activation, norm, normPlace, dropout, dtype } = network;
  const random = new Random(network.seed ?? specSeed);
  const init: Initializer = network.init ?? (activation === "relu" ? "kaiming" : "xavier");
  // The mean takes a bias right before BatchNorm off again, and beta does its work.
  const hasBias = (normalized: boolean) => network.biasBeforeNorm || !(normalized && norm === "batch");
  const layers: Layer[] = [];
  let features = inputs;
  for (const [place, width] of hidden.entries()) {
    const weights = random.stream(`weights ${place}`);
    const bias = hasBias(normPlace === "before");
    const linear = new Linear(features, width, { bias, init, dtype, random: weights });
    scaleValues(linear.weight, network.hiddenScale);
    layers.push(linear);
    const normalization = buildNorm(network, width, random.stream(`noise ${place}`), tracking);
    if (normPlace === "before") layers.push(...normalization);
    if (activation !== "none") layers.push(new ACTIVATIONS[activation]());
    if (normPlace === "after") layers.push(...normalization);
    if (dropout > 0) layers.push(new Dropout(dropout, { random: random.stream(`dropout ${place}`) }));
    features = width;
  }
  const weights = random.stream(`weights ${hidden.length}`);
  const outputInit = network.outputInit ?? init;
  layers.push(
    new Linear(features, classes, {
      bias: hasBias(network.normOutput),
      init: outputInit,
      dtype,
      random: weights,
    }),
  );
  if (network.normOutput)
    layers.push(...buildNorm(network, classes, random.stream(`noise ${hidden.length}`), tracking));
  return new Sequential(layers);
}

function scaleValues({ value }: Parameter, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < value.size; i++) value.data[i] *= factor;
}

function buildNorm(
  { norm, batchNorm, dtype }: PerceptronSpec,
  width: number,
  noiseStream: Random,
  tracking: boolean,
): Layer[] {
  const { eps, scale, center, momentum, stopGradient, ghostBatchSize } = batchNorm;
  if (norm === "none") return [];
  if (norm === "layer") return [new LayerNorm(width, { eps, scale, center, dtype })];
  if (norm !== "batch") return [new GroupNorm(norm.groups, width, { eps, scale, center, dtype })];
  const given = batchNorm.noise === true ? {} : batchNorm.noise;
  const noise = given && { ...given, random: noiseStream };
  return [
    new BatchNorm(width, {
      eps,
      scale,
      center,
      momentum,
      stopGradient,
      noise,
      ghostBatchSize,
      trackRunningStats: tracking,
      dtype,
    }),
  ];
}

/** What a parameter is, for `trainable` and for weight decay. */
type Role = "hiddenWeights" | "hiddenBiases" | "gamma" | "beta" | "scales" | "outputWeights" | "outputBiases";

/** The optimizer of the parameters that are to be trained, in two groups when only the weights decay. */
export function buildOptimizer(spec: CheckedSpec, network: Sequential): Optimizer {
  const lastLinear = network.layers.findLastIndex((layer) => layer instanceof Linear);
  const roleOf = (name: string): Role => {
    const [place, ...inside] = name.split(".");
    const what = inside.at(-1);
    if (what === "gamma" || what === "beta") return what;
    if (what === "scale") return "scales";
    const isOutput = Number(place) === lastLinear;
    if (what === "weight") return isOutput ? "outputWeights" : "hiddenWeights";
    return isOutput ? "outputBiases" : "hiddenBiases";
  };
  const { trainable, optimizer } = spec;
  const isTrained = (role: Role) =>
    trainable === "all" ||
    trainable.includes(role === "outputWeights" || role === "outputBiases" ? "output" : role);
  const trained = network
    .namedParameters()
    .map(([name, parameter]) => ({ role: roleOf(name), parameter }))
    .filter(({ role }) => isTrained(role));
  const decays = (role: Role) => role === "hiddenWeights" || role === "outputWeights";
  const decaysAll = optimizer.weightDecay === 0 || optimizer.decays === "all";
  const factor = optimizer.kind === "sgd" ? (optimizer.hiddenFactor ?? 1) : 1;
  const optionsOf = (role: Role) => ({
    ...(!decaysAll && !decays(role) && { weightDecay: 0 }),
    ...(factor !== 1 && role === "hiddenWeights" && { learningRate: factor * optimizer.learningRate }),
  });
  const groups = new Map<string, { options: object; parameters: Parameter[] }>();
  for (const { role, parameter } of trained) {
    const options = optionsOf(role);
    const name = JSON.stringify(options);
    const group = groups.get(name) ?? { options, parameters: [] };
    group.parameters.push(parameter);
    groups.set(name, group);
  }
  const given = [...groups.values()].map(({ options, parameters }) => ({ ...options, parameters }));
  const { decays: _decays, ...options } = optimizer;
  if (options.kind === "sgd") {
    const { kind: _kind, hiddenFactor: _factor, ...others } = options;
    return new SGD(given, others);
  }
  const { kind: _kind, ...others } = options;
  return new Adam(given, others);
}
