import { checkOptions, OptionError } from "../../base/errors.js";
import { Random } from "../../base/random.js";
import { Conv2d } from "../layers/conv2d.js";
import { Dropout } from "../layers/dropout.js";
import { Flatten } from "../layers/flatten.js";
import type { Layer } from "../layers/layer.js";
import { Linear } from "../layers/linear.js";
import { MaxPool2d } from "../layers/pooling.js";
import { Sequential } from "../layers/sequential.js";
import {
  activationOf,
  augmentationOf,
  checkImageNetwork,
  IMAGE_NETWORK_OPTIONS,
  type ImageNetworkOptions,
  initOf,
  normOf,
} from "./image-network.js";

export interface CNNOptions extends ImageNetworkOptions {
  /** Output channels of each convolution. */
  channels: readonly number[];
}

/**
 * A convolutional network: for each number of channels Conv2d 3×3 ("same") → norm → activation → MaxPool2d(2), then Flatten,
 * dropout and a Linear to the classes.
 *
 *     cnn({ inputs: [1, 28, 28], channels: [8, 16, 32], classes: 10, norm: "batch", seed: 1 });
 *
 * The Conv2d before a BatchNorm has no bias: the mean takes it off again, and beta does its work. The weights of layer k depend
 * on the seed and k only, so networks with and without normalization start from the same weights.
 *
 * @throws OptionError for an option that can't be, and where the image has no place left after so many poolings.
 */
export function cnn(options: CNNOptions): Sequential {
  checkOptions("cnn", options, ["channels", ...IMAGE_NETWORK_OPTIONS]);
  const { channels, classes, norm = "none", dropout = 0, weightStandardization, seed = 0, dtype } = options;
  checkImageNetwork("cnn", options, channels);
  const init = initOf(options);
  const random = new Random(seed);
  let [inChannels, height, width] = options.inputs;
  const layers: Layer[] = augmentationOf(options, random);
  channels.forEach((outChannels, place) => {
    const weights = random.stream(`weights ${place}`);
    const bias = norm !== "batch";
    layers.push(
      new Conv2d(inChannels, outChannels, 3, {
        padding: "same",
        bias,
        weightStandardization,
        init,
        dtype,
        random: weights,
      }),
      ...normOf(options, outChannels, random.stream(`noise ${place}`)),
      activationOf(options),
      new MaxPool2d(2),
    );
    [inChannels, height, width] = [outChannels, Math.floor(height / 2), Math.floor(width / 2)];
  });
  if (height === 0 || width === 0)
    throw new OptionError(
      `cnn: an image of ${options.inputs[1]} × ${options.inputs[2]} has no place left after ${channels.length} poolings by 2. ` +
        "Give fewer channels, or larger images.",
    );
  layers.push(new Flatten());
  if (dropout !== 0) layers.push(new Dropout(dropout, { random: random.stream("dropout") }));
  const weights = random.stream(`weights ${channels.length}`);
  layers.push(new Linear(inChannels * height * width, classes, { init, dtype, random: weights }));
  return new Sequential(layers);
}
