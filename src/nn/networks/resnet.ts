import { checkCount, checkOptions, OptionError, showValue } from "../../base/errors.js";
import { Random } from "../../base/random.js";
import { Conv2d } from "../layers/conv2d.js";
import { Dropout } from "../layers/dropout.js";
import { GlobalAvgPool2d } from "../layers/global-avg-pool2d.js";
import type { Layer } from "../layers/layer.js";
import { Linear } from "../layers/linear.js";
import { Residual } from "../layers/residual.js";
import { Sequential } from "../layers/sequential.js";
import type { Parameter } from "../parameter.js";
import {
  activationOf,
  augmentationOf,
  checkImageNetwork,
  IMAGE_NETWORK_OPTIONS,
  type ImageNetworkOptions,
  initOf,
  normOf,
} from "./image-network.js";

export interface ResNetOptions extends ImageNetworkOptions {
  /** Channels of each stage; from the second stage on the image's sides are halved. */
  channels: readonly number[];
  /** Residual blocks: of each stage, or in all, which then go to the stages as evenly as may be, the earlier ones first. */
  blocks: number | readonly number[];
  /** false: the branches stand one behind the other, without shortcuts. Default true. */
  shortcuts?: boolean;
  /** The start of a trained number on each branch; 0 is SkipInit and ReZero. Default: none. */
  scale?: number;
  /**
   * The start of Fixup (Zhang et al. 2019), without its scalar biases and multipliers: of L blocks, the first convolution of each
   * branch is scaled by 1/√L, the second one and the last Linear start at 0. Default false.
   */
  fixup?: boolean;
}

/**
 * A residual network with the normalization in front (He et al. 2016, "Identity mappings"): Conv2d 3×3, then blocks
 *
 *     y = shortcut(x) + branch(x),   branch: norm → activation → Conv2d 3×3 → norm → activation → Conv2d 3×3
 *
 * then norm, activation, GlobalAvgPool2d, dropout and a Linear to the classes. The first block of a later stage has stride 2,
 * and a Conv2d 1×1 of that stride as its shortcut; the others' is x itself.
 *
 *     resnet({ inputs: [1, 28, 28], channels: [8, 16, 32], blocks: 8, classes: 10, norm: "batch", seed: 1 });
 *
 * Convolutions have no bias with norm "batch". The weights of a layer depend on the seed and the layer's place only, so networks
 * with and without normalization start from the same weights.
 *
 * @throws OptionError for an option that can't be.
 */
export function resnet(options: ResNetOptions): Sequential {
  checkOptions("resnet", options, [
    "channels",
    "blocks",
    "shortcuts",
    "scale",
    "fixup",
    ...IMAGE_NETWORK_OPTIONS,
  ]);
  const { channels, classes, norm = "none", dropout = 0, seed = 0, dtype, fixup = false } = options;
  const { shortcuts = true, scale, weightStandardization } = options;
  checkImageNetwork("resnet", options, channels);
  const perStage = blocksOf(options);
  const count = perStage.reduce((sum, blocks) => sum + blocks, 0);
  const init = initOf(options);
  const random = new Random(seed);
  const bias = norm !== "batch";
  const convolution = (from: number, to: number, kernel: number, stride: number, stream: string) => {
    const padding = kernel === 3 ? 1 : 0;
    const weights = random.stream(stream);
    return new Conv2d(from, to, kernel, {
      stride,
      padding,
      bias,
      weightStandardization,
      init,
      dtype,
      random: weights,
    });
  };
  const before = (width: number, place: string) => [
    ...normOf(options, width, random.stream(`noise ${place}`)),
    activationOf(options),
  ];

  let width = channels[0];
  const layers: Layer[] = [
    ...augmentationOf(options, random),
    convolution(options.inputs[0], width, 3, 1, "weights first"),
  ];
  let block = 0;
  for (const [stage, blocks] of perStage.entries()) {
    for (let at = 0; at < blocks; at++, block++) {
      const to = channels[stage];
      const stride = stage > 0 && at === 0 ? 2 : 1;
      const first = convolution(width, to, 3, stride, `weights ${block}.0`);
      const second = convolution(to, to, 3, 1, `weights ${block}.1`);
      if (fixup) {
        multiply(first.weight, 1 / Math.sqrt(count));
        multiply(second.weight, 0);
      }
      const branch = new Sequential([
        ...before(width, `${block}.0`),
        first,
        ...before(to, `${block}.1`),
        second,
      ]);
      const changes = stride !== 1 || width !== to;
      const shortcut = changes ? convolution(width, to, 1, stride, `weights ${block}.shortcut`) : null;
      layers.push(shortcuts ? new Residual(branch, shortcut, scale === undefined ? {} : { scale }) : branch);
      width = to;
    }
  }
  layers.push(...before(width, "last"), new GlobalAvgPool2d());
  if (dropout !== 0) layers.push(new Dropout(dropout, { random: random.stream("dropout") }));
  const output = new Linear(width, classes, { init, dtype, random: random.stream("weights last") });
  if (fixup) multiply(output.weight, 0);
  return new Sequential([...layers, output]);
}

/** The blocks of each stage. */
function blocksOf({ blocks, channels }: ResNetOptions): readonly number[] {
  const stages = channels.length;
  if (typeof blocks === "number") {
    checkCount("resnet", "blocks", blocks, stages);
    return channels.map((_, stage) => Math.floor((blocks + stages - 1 - stage) / stages));
  }
  if (!Array.isArray(blocks) || blocks.length !== stages)
    throw new OptionError(
      `resnet: blocks must be a number, or one for each of the ${stages} stages of channels; got ${showValue(blocks)}.`,
    );
  blocks.forEach((count, stage) => {
    checkCount("resnet", `blocks[${stage}]`, count);
  });
  return blocks;
}

function multiply({ value }: Parameter, factor: number): void {
  for (let i = 0; i < value.size; i++) value.data[i] *= factor;
}
