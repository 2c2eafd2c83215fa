import { checkCount, checkOptions, OptionError, showValue } from "../../base/errors.js";
import { Random } from "../../base/random.js";
import type { DType } from "../../tensor/backends.js";
import type { Initializer } from "../initializers.js";
import { BatchNorm, type BatchNormOptions } from "../layers/batch-norm.js";
import { Dropout } from "../layers/dropout.js";
import type { Layer } from "../layers/layer.js";
import { LayerNorm } from "../layers/layer-norm.js";
import { Linear } from "../layers/linear.js";
import { ReLU } from "../layers/relu.js";
import { Sequential } from "../layers/sequential.js";
import { Sigmoid } from "../layers/sigmoid.js";
import { Tanh } from "../layers/tanh.js";

export interface MLPOptions {
  /** Features of the input. */
  inputs: number;
  /** Width of each hidden layer; [] for a linear classifier. */
  hidden: readonly number[];
  /** Outputs of the last Linear, which has neither normalization nor activation. */
  classes: number;
  /** Default "relu". */
  activation?: "relu" | "sigmoid" | "tanh";
  /** Stands between a hidden Linear and its activation. Default "none". */
  norm?: "batch" | "layer" | "none";
  /** Dropout after each activation. Default 0: none. */
  dropout?: number;
  /** Default 0. */
  seed?: number;
  /** Default "float32". */
  dtype?: DType;
  /**
   * Of the hidden weights. Default "kaiming" for ReLU, "xavier" for sigmoid and tanh; the last Linear takes the
   * same.
   */
  init?: Initializer;
  /** Passed to each BatchNorm. */
  batchNorm?: BatchNormOptions;
}

const ACTIVATIONS = { relu: ReLU, sigmoid: Sigmoid, tanh: Tanh };
const NORMS = ["batch", "layer", "none"];
const OPTIONS = [
  "inputs",
  "hidden",
  "classes",
  "activation",
  "norm",
  "dropout",
  "seed",
  "dtype",
  "init",
  "batchNorm",
];

/**
 * A multilayer perceptron: for each hidden width Linear → norm → activation → dropout, then a Linear to the
 * classes.
 *
 * The Linear before a BatchNorm has no bias: the mean takes it off again, and beta does its work. The weights
 * of layer k depend on the seed and k only, so networks with and without normalization start from the same
 * weights.
 */
export function mlp(options: MLPOptions): Sequential {
  checkOptions("mlp", options, OPTIONS);
  const { inputs, hidden, classes, activation = "relu", norm = "none", dropout = 0 } = options;
  const { seed = 0, dtype = "float32", batchNorm } = options;
  checkCount("mlp", "inputs", inputs);
  checkCount("mlp", "classes", classes);
  if (!Array.isArray(hidden))
    throw new OptionError("mlp: hidden must be an array of widths such as [50, 50].");
  hidden.forEach((width, place) => {
    checkCount("mlp", `hidden[${place}]`, width);
  });
  if (!Object.hasOwn(ACTIVATIONS, activation))
    throw new OptionError(
      `mlp: activation must be "relu", "sigmoid" or "tanh"; got ${showValue(activation)}.`,
    );
  if (!NORMS.includes(norm))
    throw new OptionError(`mlp: norm must be "batch", "layer" or "none"; got ${showValue(norm)}.`);
  const init = options.init ?? (activation === "relu" ? "kaiming" : "xavier");
  const random = new Random(seed);

  const layers: Layer[] = [];
  let features = inputs;
  hidden.forEach((width, place) => {
    const weights = random.stream(`weights ${place}`);
    layers.push(new Linear(features, width, { bias: norm !== "batch", init, dtype, random: weights }));
    if (norm === "batch") {
      const noise = seededNoise(batchNorm?.noise, random.stream(`noise ${place}`));
      layers.push(new BatchNorm(width, { ...batchNorm, noise, dtype }));
    }
    if (norm === "layer") layers.push(new LayerNorm(width, { dtype }));
    layers.push(new ACTIVATIONS[activation]());
    if (dropout !== 0) layers.push(new Dropout(dropout, { random: random.stream(`dropout ${place}`) }));
    features = width;
  });
  layers.push(
    new Linear(features, classes, { init, dtype, random: random.stream(`weights ${hidden.length}`) }),
  );
  return new Sequential(layers);
}

/** The noise with a stream of the network's own, so that the seed decides it too. */
function seededNoise(noise: BatchNormOptions["noise"], random: Random): BatchNormOptions["noise"] {
  if (!noise) return noise;
  return { random, ...(noise === true ? {} : noise) };
}
