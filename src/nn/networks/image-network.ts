/** What networks of images share: their options, and the layers between two convolutions. */
import { checkCount, OptionError, showValue } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import type { DType } from "../../tensor/backends.js";
import type { Initializer } from "../initializers.js";
import { Augmentation, type AugmentationOptions } from "../layers/augmentation.js";
import { BatchNorm, type BatchNormOptions } from "../layers/batch-norm.js";
import { GroupNorm } from "../layers/group-norm.js";
import { InstanceNorm } from "../layers/instance-norm.js";
import type { Layer } from "../layers/layer.js";
import { ReLU } from "../layers/relu.js";
import { Sigmoid } from "../layers/sigmoid.js";
import { Tanh } from "../layers/tanh.js";

/**
 * "layer" takes each image as a whole (GroupNorm of one group), "instance" each channel of each image, { groups } so many groups
 * of channels.
 */
export type ImageNorm = "batch" | "layer" | "instance" | "none" | { groups: number };

export interface ImageNetworkOptions {
  /** An image: [channels, height, width]. */
  inputs: readonly [channels: number, height: number, width: number];
  /** Outputs of the last Linear, which has neither normalization nor activation. */
  classes: number;
  /** Default "none". */
  norm?: ImageNorm;
  /** Default "relu". */
  activation?: "relu" | "sigmoid" | "tanh";
  /** In training, the images moved and mirrored at random: Augmentation's options. Default: as they are. */
  augmentation?: Pick<AugmentationOptions, "shift" | "flip">;
  /** Dropout before the last Linear. Default 0: none. */
  dropout?: number;
  /** Whether convolutions take standardized weights. Default false. */
  weightStandardization?: boolean;
  /** Default 0. */
  seed?: number;
  /** Default "float32". */
  dtype?: DType;
  /** Of all weights. Default "kaiming" for ReLU, "xavier" for sigmoid and tanh. */
  init?: Initializer;
  /** Passed to each BatchNorm; eps, scale and center to the other normalizations too. */
  batchNorm?: BatchNormOptions;
}

export const IMAGE_NETWORK_OPTIONS = [
  "inputs",
  "classes",
  "norm",
  "activation",
  "augmentation",
  "dropout",
  "weightStandardization",
  "seed",
  "dtype",
  "init",
  "batchNorm",
];

const ACTIVATIONS = { relu: ReLU, sigmoid: Sigmoid, tanh: Tanh };
const NORMS: readonly unknown[] = ["batch", "layer", "instance", "none"];

/** Throws an OptionError for what no network of images can be made of. */
export function checkImageNetwork(owner: string, options: ImageNetworkOptions, channels: unknown): void {
  const { inputs, classes, norm = "none", activation = "relu" } = options;
  if (!Array.isArray(inputs) || inputs.length !== 3)
    throw new OptionError(
      `${owner}: inputs must be an image's [channels, height, width], such as [1, 28, 28]; got ${showValue(inputs)}.`,
    );
  inputs.forEach((length, axis) => {
    checkCount(owner, `inputs[${axis}]`, length);
  });
  if (!Array.isArray(channels) || channels.length === 0)
    throw new OptionError(
      `${owner}: channels must be an array such as [8, 16, 32]; got ${showValue(channels)}.`,
    );
  channels.forEach((width, place) => {
    checkCount(owner, `channels[${place}]`, width);
  });
  checkCount(owner, "classes", classes);
  if (!Object.hasOwn(ACTIVATIONS, activation))
    throw new OptionError(
      `${owner}: activation must be "relu", "sigmoid" or "tanh"; got ${showValue(activation)}.`,
    );
  if (typeof norm === "object" && norm !== null) checkCount(owner, "norm.groups", norm.groups);
  else if (!NORMS.includes(norm))
    throw new OptionError(
      `${owner}: norm must be "batch", "layer", "instance", "none" or { groups }; got ${showValue(norm)}.`,
    );
}

/** The layer that changes the images: one, or none. */
export function augmentationOf({ augmentation }: ImageNetworkOptions, random: Random): Layer[] {
  return augmentation === undefined
    ? []
    : [new Augmentation({ ...augmentation, random: random.stream("augmentation") })];
}

export function activationOf({ activation = "relu" }: ImageNetworkOptions): Layer {
  return new ACTIVATIONS[activation]();
}

export function initOf({ activation = "relu", init }: ImageNetworkOptions): Initializer {
  return init ?? (activation === "relu" ? "kaiming" : "xavier");
}

/** The normalization of so many channels: one layer, or none. */
export function normOf(options: ImageNetworkOptions, channels: number, noiseStream: Random): Layer[] {
  const { norm = "none", batchNorm, dtype } = options;
  const { eps, scale, center } = batchNorm ?? {};
  const common = { eps, scale, center, dtype };
  if (norm === "none") return [];
  if (norm === "layer") return [new GroupNorm(1, channels, common)];
  if (norm === "instance") return [new InstanceNorm(channels, common)];
  if (norm !== "batch") return [new GroupNorm(norm.groups, channels, common)];
  const given = batchNorm?.noise;
  const noise = given && { random: noiseStream, ...(given === true ? {} : given) };
  return [new BatchNorm(channels, { ...batchNorm, noise, dtype })];
}
