import type { BatchNormStep } from "../nn/layers/batch-norm-step.js";
import { type BatchNormNodeName, type BatchNormNodes, channelOf } from "./batch-norm-nodes.js";
import { centralDifference, relativeError } from "./central-differences.js";

/**
 * So many values of a channel are nudged, spread evenly: enough to see a wrong formula, few enough for images.
 */
const NUDGES_PER_CHANNEL = 32;

/**
 * For each node the relative error between its gradients and central differences of loss = Σ ∂output · output: every
 * value after the node is computed again from the nudged one.
 *
 * The differences know nothing of a stopped gradient: where a lesson stops it, the error shows what is missing.
 */
export function finiteDifferenceErrors(
  step: BatchNormStep,
  values: BatchNormNodes,
  gradients: BatchNormNodes,
  names: readonly BatchNormNodeName[],
  h: number,
): Record<string, number> {
  const channels = Array.from({ length: step.shape.c }, (_, channel) => channelValues(step, values, channel));
  return Object.fromEntries(
    names.map((name) => {
      const [analytic, numeric]: [number[], number[]] = [[], []];
      for (const channel of channels) {
        const perChannel = values[name].size === step.shape.c;
        for (const place of perChannel ? [0] : spread(channel.positions.length)) {
          analytic.push(gradients[name].data[perChannel ? channel.index : channel.positions[place]]);
          numeric.push(centralDifference((nudge) => lossChange(step, channel, name, place, nudge), h));
        }
      }
      return [name, relativeError(analytic, numeric)];
    }),
  );
}

/** The nodes' values of one channel: a channel does not touch the others. */
interface Channel {
  index: number;
  /** Where the channel's values lie in the tensor. */
  positions: number[];
  mean: number;
  variance: number;
  inverseStd: number;
  centered: number[];
  normalized: number[];
}

function channelValues(step: BatchNormStep, values: BatchNormNodes, index: number): Channel {
  const positions: number[] = [];
  for (let i = 0; i < step.x.size; i++) if (channelOf(i, step.shape) === index) positions.push(i);
  return {
    index,
    positions,
    mean: values.mean.data[index],
    variance: values.variance.data[index],
    inverseStd: values.inverseStd.data[index],
    centered: positions.map((i) => values.centered.data[i]),
    normalized: positions.map((i) => values.normalized.data[i]),
  };
}

function spread(length: number): number[] {
  const count = Math.min(length, NUDGES_PER_CHANNEL);
  return Array.from({ length: count }, (_, nudge) => Math.floor((nudge * length) / count));
}

/** Σ ∂output · (output − output as it was) after value `place` of the node `name` has moved by `nudge`. */
function lossChange(
  step: BatchNormStep,
  channel: Channel,
  name: BatchNormNodeName,
  place: number,
  nudge: number,
): number {
  const { positions } = channel;
  const m = positions.length;
  const at = (node: BatchNormNodeName, k: number) => (name === node && place === k ? nudge : 0);

  const mean = channel.mean + at("mean", 0);
  const centered = channel.centered.map((value, k) => value + (channel.mean - mean) + at("centered", k));
  const batchVariance = () => centered.reduce((sum, value) => sum + value * value, 0) / m;
  // Only a node before the variance can move it, and only when it is the batch's own.
  const follows = step.statistics === "batch" && (name === "mean" || name === "centered");
  const variance = (follows ? batchVariance() : channel.variance) + at("variance", 0);
  const inverseStd = 1 / Math.sqrt(variance + step.eps) + at("inverseStd", 0);

  let change = 0;
  for (let k = 0; k < m; k++) {
    const i = positions[k];
    const moved = centered[k] * inverseStd - channel.normalized[k] + at("normalized", k);
    const noisy = moved * (step.noise ? step.noise.scale.data[i] : 1) + at("noisy", k);
    const output = step.gamma.data[channel.index] * noisy + at("scaled", k) + at("output", k);
    change += step.gradOutput.data[i] * output;
  }
  return change;
}
