/** How much a run computes, counted from its spec alone: by this a sweep is cut into shards of about the same length. */
import type { CheckedSpec } from "./spec.js";

type ImageNetwork = Extract<CheckedSpec["network"], { channels: readonly number[] }>;

interface Size {
  inputs: number;
  classes: number;
  /** Examples of all parts together. */
  examples: number;
}

/** What an element of an activation and a normalization costs, beside a multiply-add of a matrix. */
const OPERATIONS_AN_ELEMENT = 8;

/** Forward once, backward for inputs and weights. */
const PASSES_OF_A_STEP = 3;

/**
 * The multiply-adds of the run, about: the same number wherever it is counted, since nothing is read or timed for it. Files count as
 * 10,000 examples of 784 numbers.
 */
export function arithmeticOf(spec: CheckedSpec): number {
  const { inputs, classes, examples } = sizeOf(spec.data);
  const an = perExample(spec, inputs, classes);
  const trainExamples = Math.min(spec.data.trainSize ?? Number.POSITIVE_INFINITY, 0.6 * examples);
  const perEpoch = Math.max(1, Math.ceil(trainExamples / spec.batchSize));
  const steps = spec.steps ?? Math.max(1, Math.round((spec.epochs ?? 0) * perEpoch));
  const evaluations = 2 + Math.floor(steps / (spec.evaluateEvery ?? perEpoch));
  const evaluated = spec.evaluate.reduce((sum, part) => sum + partOf(part, examples, trainExamples), 0);
  const last = spec.finally.reduce((sum, { on }) => sum + partOf(on, examples, trainExamples), 0);
  const probings = spec.probes.length === 0 ? 0 : 2 + Math.floor(steps / (spec.probeEvery ?? perEpoch));
  const training = steps * Math.min(spec.batchSize, trainExamples) * PASSES_OF_A_STEP;
  const probed = probings * spec.probeSize * PASSES_OF_A_STEP;
  // Drawing, splitting and scaling the examples goes through each number a few times.
  return Math.round(
    an * (training + evaluations * evaluated + last + probed) + OPERATIONS_AN_ELEMENT * examples * inputs,
  );
}

function perExample({ network }: CheckedSpec, inputs: number, classes: number): number {
  const { products, elements } =
    "channels" in network ? ofImages(network, inputs, classes) : ofVectors(network.hidden, inputs, classes);
  const layers = Number(network.activation !== "none") + Number(network.norm !== "none");
  // Twice the bytes, and no vectors.
  const precision = network.dtype === "float64" ? 8 : 1;
  return precision * (products + OPERATIONS_AN_ELEMENT * layers * elements);
}

/** Multiply-adds of the products, and elements that a normalization and an activation go over. */
interface Costs {
  products: number;
  elements: number;
}

function ofVectors(hidden: readonly number[], inputs: number, classes: number): Costs {
  const widths = [inputs, ...hidden, classes];
  return {
    products: widths.slice(1).reduce((sum, width, place) => sum + width * widths[place], 0),
    elements: hidden.reduce((sum, width) => sum + width, 0),
  };
}

/** Of square images in one channel. A residual block has two convolutions; the image's sides are halved as cnn and resnet do. */
function ofImages(network: ImageNetwork, inputs: number, classes: number): Costs {
  let places = inputs;
  let from = 1;
  const costs = { products: 0, elements: 0 };
  const convolve = (to: number) => {
    costs.products += 9 * from * to * places;
    costs.elements += to * places;
    from = to;
  };
  if (network.kind === "resnet") convolve(network.channels[0]);
  for (const [stage, width] of network.channels.entries()) {
    if (network.kind === "cnn") {
      convolve(width);
      places = Math.max(1, Math.floor(places / 4));
      continue;
    }
    if (stage > 0) places = Math.max(1, Math.ceil(places / 4));
    const { blocks } = network;
    const count = typeof blocks === "number" ? blocks / network.channels.length : blocks[stage];
    for (let layer = 0; layer < 2 * count; layer++) convolve(width);
  }
  costs.products += classes * from * (network.kind === "cnn" ? places : 1);
  return costs;
}

function partOf(part: "train" | "validation" | "test", examples: number, trainExamples: number): number {
  return part === "train" ? trainExamples : 0.2 * examples;
}

function sizeOf(data: CheckedSpec["data"]): Size {
  switch (data.set) {
    case "digits":
      return { inputs: 64, classes: 10, examples: 1797 };
    case "fashion":
      return { inputs: 784, classes: 10, examples: data.folder === undefined ? 12_000 : 70_000 };
    case "moons":
      return { inputs: 2, classes: 2, examples: data.size ?? 1500 };
    case "spirals":
      return { inputs: 2, classes: data.classes ?? 3, examples: data.size ?? 1500 };
    case "blobs":
      return { inputs: data.features ?? 2, classes: data.classes ?? 3, examples: data.size ?? 1500 };
    case "idx":
    case "csv":
      return { inputs: 784, classes: 10, examples: 10_000 };
  }
}
