import { checkNumber, checkOptions, ValueError } from "../base/errors.js";
import { Random } from "../base/random.js";
import { Split } from "../data/split.js";
import type { Layer } from "../nn/layers/layer.js";
import { crossEntropy } from "../nn/losses/cross-entropy.js";
import type { LossFunction } from "../nn/losses/loss-function.js";
import type { Parameter } from "../nn/parameter.js";
import { type AlongGradient, lookAlong } from "../train/gradient-probes.js";
import { undisturbed } from "../train/observe.js";

export interface LandscapeOptions {
  /**
   * "gradient" (default): against the gradient of the loss at the network's weights. 1 or 2: so many random directions,
   * normal from the seed, each filter of a weight as long as the network's own; biases, γ and β stay (Li et al. 2018).
   */
  directions?: "gradient" | 1 | 2;
  /**
   * From where to where, in lengths of a direction. Default [0, 1] along the gradient, where 1 is a step of learning rate 1,
   * and [−1, 1] along random ones.
   */
  range?: readonly [number, number];
  /** Places along each direction. Default 41 for one, 21 for two. */
  points?: number;
  /** Default crossEntropy. */
  loss?: LossFunction;
  /** "train" (default): the batch's own statistics, as a training step has them. "eval": the running ones. */
  mode?: "train" | "eval";
  /** Of the random directions. Default 0. */
  seed?: number;
}

/** Losses over one direction: plot.line draws it as it is. */
export interface LossCurve {
  x: number[];
  y: number[];
}

/** Losses over two directions, a row for each y: plot.heatmap draws it as it is. */
export interface LossSurface {
  x: number[];
  y: number[];
  z: number[][];
}

type Direction = readonly { parameter: Parameter; values: Float64Array }[];

/**
 * The loss of a batch around the network's weights w, at w + t d for each t of the range; with two directions at
 * w + s d₁ + t d₂. By default d is minus the gradient at w, as in section 3.1 of Santurkar et al. 2018.
 *
 *     const { train } = moons({ seed: 1 });
 *     const network = mlp({ inputs: 2, hidden: [16], classes: 2, norm: "batch", seed: 1 });
 *     plot.line(landscape(network, train.subset([0, 1, 2, 3, 4, 5, 6, 7]), { range: [0, 2] }));
 *
 * The network's weights, gradients, modes and state are afterwards as before. A loss that is not finite is in the result as
 * it is.
 *
 * @throws ValueError for a batch that is no split or has no examples, or a range that is empty
 */
export function landscape(
  network: Layer,
  batch: Split,
  options?: LandscapeOptions & { directions?: "gradient" | 1 },
): LossCurve;
export function landscape(
  network: Layer,
  batch: Split,
  options: LandscapeOptions & { directions: 2 },
): LossSurface;
export function landscape(
  network: Layer,
  batch: Split,
  options: LandscapeOptions = {},
): LossCurve | LossSurface {
  const owner = "landscape";
  checkOptions(owner, options, ["directions", "range", "points", "loss", "mode", "seed"]);
  const { directions = "gradient", loss = crossEntropy, mode = "train", seed = 0 } = options;
  if (directions !== "gradient" && directions !== 1 && directions !== 2)
    throw new ValueError(`${owner} takes directions "gradient", 1 or 2; got ${String(directions)}.`);
  const { range: [from, to] = directions === "gradient" ? [0, 1] : [-1, 1] } = options;
  checkBatch(owner, batch);
  checkNumber(owner, "range[0]", from, "a finite number", Number.isFinite);
  checkNumber(
    owner,
    "range[1]",
    to,
    `a finite number above ${from}`,
    (end) => Number.isFinite(end) && end > from,
  );
  const { points = directions === 2 ? 21 : 41 } = options;
  checkNumber(
    owner,
    "points",
    points,
    "a whole number from 2",
    (count) => Number.isInteger(count) && count >= 2,
  );
  const places = Array.from({ length: points }, (_, k) => from + ((to - from) * k) / (points - 1));
  return lookedAt(network, mode, () => {
    const lossHere = () => loss(network.forward(batch.inputs), batch.labels).loss;
    if (directions === 2) {
      const random = new Random(seed).stream("landscape");
      const [across, up] = [randomDirection(network, random), randomDirection(network, random)];
      const row = (t: number) => places.map((s) => at([across, s, up, t], lossHere));
      return { x: places, y: places, z: places.map(row) };
    }
    const direction =
      directions === 1
        ? randomDirection(network, new Random(seed).stream("landscape"))
        : againstGradient(network, batch, loss);
    return { x: places, y: places.map((t) => at([direction, t], lossHere)) };
  });
}

export interface GradientPredictivenessOptions {
  /** How far along the gradient: learning rates. Default [0.05, 0.1, 0.2, 0.4]. */
  rates?: readonly number[];
  /** Default crossEntropy. */
  loss?: LossFunction;
  /** "train" (default) or "eval", as in `landscape`. */
  mode?: "train" | "eval";
}

/**
 * How far the gradient g of a batch's loss at the weights w can be trusted: the gradient g' at w − η g beside it, for each
 * rate η. `change` is ‖g' − g‖ / ‖g‖, `cosine` that of the angle between them, `smoothness` ‖g' − g‖ / ‖η g‖, an effective β
 * of β-smoothness, and `loss` the one there (Santurkar et al. 2018, section 3.1 and figure 4).
 *
 *     const { train } = moons({ seed: 1 });
 *     const network = mlp({ inputs: 2, hidden: [16], classes: 2, norm: "batch", seed: 1 });
 *     table(gradientPredictiveness(network, train, { rates: [0.1, 1] }));
 *
 * The network's weights, gradients, modes and state are afterwards as before.
 *
 * @throws ValueError for a batch that is no split or has no examples, or a rate that is not above 0
 */
export function gradientPredictiveness(
  network: Layer,
  batch: Split,
  options: GradientPredictivenessOptions = {},
): AlongGradient[] {
  const owner = "gradientPredictiveness";
  checkOptions(owner, options, ["rates", "loss", "mode"]);
  const { rates = [0.05, 0.1, 0.2, 0.4], loss = crossEntropy, mode = "train" } = options;
  checkBatch(owner, batch);
  rates.forEach((rate, place) => {
    checkNumber(
      owner,
      `rates[${place}]`,
      rate,
      "a number above 0",
      (each) => each > 0 && Number.isFinite(each),
    );
  });
  return lookedAt(network, mode, () => {
    const look = () => backward(network, batch, loss);
    look();
    return lookAlong(network, rates, look);
  });
}

function checkBatch(owner: string, batch: unknown): void {
  if (!(batch instanceof Split))
    throw new ValueError(`${owner} takes a network and a split, such as train.subset([0, 1, 2]).`);
  if (batch.size === 0) throw new ValueError(`${owner} got a split without examples.`);
}

/** A forward and a backward pass; gives the loss. */
function backward(network: Layer, { inputs, labels }: Split, loss: LossFunction): number {
  const found = loss(network.forward(inputs), labels);
  network.backward(found.gradient);
  return found.loss;
}

/** Runs `look`, which may move weights and gradients, and puts all back. */
function lookedAt<Result>(network: Layer, mode: "train" | "eval", look: () => Result): Result {
  const kept = network
    .parameters()
    .flatMap(({ value, gradient }) =>
      [value, gradient].map((tensor) => ({ tensor, data: tensor.data.slice() })),
    );
  try {
    return undisturbed(network, mode, look);
  } finally {
    for (const { tensor, data } of kept) tensor.data.set(data);
  }
}

function againstGradient(network: Layer, batch: Split, loss: LossFunction): Direction {
  backward(network, batch, loss);
  return network
    .parameters()
    .map((parameter) => ({ parameter, values: Float64Array.from(parameter.gradient.data, (each) => -each) }));
}

/** Filter-normalized (Li et al. 2018, section 4): row k of a weight's direction is as long as the weight's own row k. */
function randomDirection(network: Layer, random: Random): Direction {
  return network.parameters().map((parameter) => {
    const { shape, data } = parameter.value;
    const values = Float64Array.from(data, () => random.normal());
    const filters = shape.length < 2 ? 0 : shape[0];
    if (filters === 0) values.fill(0);
    const each = filters === 0 ? 0 : data.length / filters;
    for (let filter = 0; filter < filters; filter++) {
      const own = { start: filter * each, end: (filter + 1) * each };
      const scale = norm(data.subarray(own.start, own.end)) / norm(values.subarray(own.start, own.end));
      for (let i = own.start; i < own.end; i++) values[i] *= scale;
    }
    return { parameter, values };
  });
}

function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares);
}

/** The loss some way along one or two directions. */
function at(
  [first, s, second, t]: [Direction, number] | [Direction, number, Direction, number],
  lossHere: () => number,
): number {
  const kept = first.map(({ parameter }) => parameter.value.data.slice());
  try {
    first.forEach(({ parameter, values }, place) => {
      const other = second?.[place].values;
      const { data } = parameter.value;
      for (let i = 0; i < values.length; i++)
        data[i] =
          kept[place][i] + s * values[i] + (other === undefined || t === undefined ? 0 : t * other[i]);
    });
    return lossHere();
  } finally {
    first.forEach(({ parameter }, place) => {
      parameter.value.data.set(kept[place]);
    });
  }
}
