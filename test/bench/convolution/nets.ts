/** The networks of images that are compared, and the files that every peer reads its data and first weights from. */
import { Random } from "../../../src/base/random.js";
import { cnn, resnet, type Sequential } from "../../../src/index.js";
import { BATCHES, drawExamples, writeNets } from "../trainer/nets.js";

/** A network of images [1, 28, 28] in ten classes, with BatchNorm and ReLU. */
export interface ImageNet {
  name: string;
  /** Values of an image. */
  sizes: [number];
  channels: number[];
  /** Residual blocks of each stage, as resnet() has them; null: cnn(). */
  blocks: number[] | null;
  batchSize: number;
  learningRate: number;
  momentum: number;
}

const common = {
  sizes: [784] as [number],
  channels: [8, 16, 32],
  batchSize: 64,
  learningRate: 0.05,
  momentum: 0.9,
};

export const NETS: readonly ImageNet[] = [
  { ...common, name: "C1", blocks: null },
  { ...common, name: "C2", blocks: [3, 3, 2] },
];

export function netNamed(name: string): ImageNet {
  const found = NETS.find((net) => net.name === name);
  if (!found) throw new Error(`There is no net named ${name}.`);
  return found;
}

export function networkOf({ channels, blocks }: ImageNet): Sequential {
  const options = { inputs: [1, 28, 28] as const, channels, classes: 10, norm: "batch" as const };
  return blocks === null ? cnn(options) : resnet({ ...options, blocks });
}

/** The weights of all convolutions and of the Linear, in the order of namedParameters(): a branch before its shortcut. */
export function weightsOf(network: Sequential) {
  return network
    .parameters()
    .map(({ value }) => value)
    .filter(({ shape }) => shape.length > 1);
}

export function writeData(folder: string): void {
  writeNets(folder, NETS, (net) => {
    const random = new Random(1);
    const { inputs, labels } = drawExamples(random, BATCHES * net.batchSize, 784, 10);
    const weights = weightsOf(networkOf(net)).flatMap(({ size, shape }) => {
      const deviation = Math.sqrt(2 / (size / shape[0]));
      return Array.from({ length: size }, () => random.normal(0, deviation));
    });
    return { inputs, labels, weights: Float32Array.from(weights) };
  });
}

/**
 * Multiply-adds of a training step: of each convolution the outputs' product, and as much for the gradient of the weights and,
 * but for the first, of the inputs.
 */
export function multiplyAddsOf({ channels, blocks, batchSize }: ImageNet): number {
  let side = 28;
  let width = 1;
  let sum = 0;
  const convolve = (to: number, stride = 1, kernel = 3, from = width) => {
    const out = Math.floor((side - 1) / stride) + 1;
    sum += (width === 1 ? 2 : 3) * kernel * kernel * from * to * out * out;
    return out;
  };
  if (blocks !== null) {
    convolve(channels[0]);
    width = channels[0];
  }
  channels.forEach((to, stage) => {
    if (blocks === null) {
      convolve(to);
      [width, side] = [to, Math.floor(side / 2)];
      return;
    }
    for (let block = 0; block < blocks[stage]; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      if (stride === 2) convolve(to, 2, 1);
      side = convolve(to, stride);
      width = to;
      convolve(to);
    }
  });
  return batchSize * sum;
}
