import { checkNumber, OptionError, showValue } from "../base/errors.js";
import { Random } from "../base/random.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * How the weights of a layer start: normal with mean 0 and standard deviation
 * - "kaiming": √(2 / fanIn), which keeps the size of activations through ReLU (He et al. 2015, section 2.2);
 * - "xavier": √(2 / (fanIn + fanOut)), for sigmoid and tanh (Glorot & Bengio 2010, section 4.2.1);
 * - { std }: the number given.
 */
export type Initializer = "kaiming" | "xavier" | { std: number };

/** Where a layer takes its random numbers from: a seed, or a stream that it draws from. */
export type RandomSource = number | Random;

const layersWithoutSeed = new Random(0).stream("layers without a seed");

/**
 * The stream of a layer. Layers made without a seed draw one after the other from one stream that starts with
 * the program: two of them get different weights, and the same program always gets the same ones.
 */
export function randomOf(source: RandomSource | undefined): Random {
  if (source === undefined) return layersWithoutSeed;
  return typeof source === "number" ? new Random(source) : source;
}

/**
 * A stream that no other layer has, even when several are given the same one: for layers that draw at every
 * step and name their draws by the step, so that a resumed run draws the same.
 */
export function ownStreamOf(source: RandomSource | undefined): Random {
  const random = randomOf(source);
  return random.stream(random.integer(4294967296));
}

/** Fills `weight` from `random` as `init` says. Throws an OptionError for an unknown initializer. */
export function initialize(
  weight: Tensor,
  init: Initializer,
  fanIn: number,
  fanOut: number,
  random: Random,
): void {
  const std = standardDeviation(init, fanIn, fanOut);
  for (let i = 0; i < weight.size; i++) weight.data[i] = random.normal(0, std);
}

function standardDeviation(init: Initializer, fanIn: number, fanOut: number): number {
  if (init === "kaiming") return Math.sqrt(2 / fanIn);
  if (init === "xavier") return Math.sqrt(2 / (fanIn + fanOut));
  if (init === null || typeof init !== "object" || !("std" in init))
    throw new OptionError(`init must be "kaiming", "xavier" or { std: number }; got ${showValue(init)}.`);
  checkNumber("init", "std", init.std, "a number of at least 0", (std) => std >= 0);
  return init.std;
}
