/** What moves when the parameters move along their gradient: measurements of Santurkar et al. 2018. They put back what they moved. */
import type { Layer } from "../nn/layers/layer.js";
import type { Parameter } from "../nn/parameter.js";

/** How many learning rates long the steps along the gradient are (Santurkar et al. 2018, figure 4: from ½ to 4). */
const LENGTHS = [0.5, 1, 2, 4];

interface Kept {
  parameter: Parameter;
  value: Float64Array;
  gradient: Float64Array;
}

/** Moves parameters by −rate · gradient, looks, and puts values and gradients back. */
function moved<Result>(
  all: readonly Kept[],
  some: readonly Kept[],
  rate: number,
  look: () => Result,
): Result {
  try {
    for (const { parameter, value, gradient } of some)
      for (let i = 0; i < value.length; i++) parameter.value.data[i] = value[i] - rate * gradient[i];
    return look();
  } finally {
    for (const { parameter, value, gradient } of all) {
      parameter.value.data.set(value);
      parameter.gradient.data.set(gradient);
    }
  }
}

const keptOf = (network: Layer): (Kept & { name: string })[] =>
  network.namedParameters().map(([name, parameter]) => ({
    name,
    parameter,
    value: Float64Array.from(parameter.value.data),
    gradient: Float64Array.from(parameter.gradient.data),
  }));

function distance(kept: readonly Kept[]): number {
  let squares = 0;
  for (const { parameter, gradient } of kept)
    for (let i = 0; i < gradient.length; i++) squares += (parameter.gradient.data[i] - gradient[i]) ** 2;
  return Math.sqrt(squares);
}

function length(kept: readonly Kept[]): number {
  let squares = 0;
  for (const { gradient } of kept) for (const value of gradient) squares += value * value;
  return Math.sqrt(squares);
}

/** What is found at w − rate · g, where g is the gradient at w and g' the one there. */
export type AlongGradient = {
  rate: number;
  loss: number;
  /** ‖g' − g‖ / ‖g‖ */
  change: number;
  /** Of the angle between g' and g. */
  cosine: number;
  /** ‖g' − g‖ / ‖rate · g‖, an effective β of β-smoothness. */
  smoothness: number;
};

/**
 * Looks at some places along the gradient that the parameters have now, and puts values and gradients back.
 *
 * @param look a forward and a backward pass; gives the loss
 */
export function lookAlong(network: Layer, rates: readonly number[], look: () => number): AlongGradient[] {
  const kept = keptOf(network);
  const size = length(kept);
  return rates.map((rate) =>
    moved(kept, kept, rate, () => {
      const loss = look();
      const change = distance(kept);
      const { product, squares } = against(kept);
      return {
        rate,
        loss,
        change: change / size,
        cosine: product / (size * Math.sqrt(squares)),
        smoothness: change / (rate * size),
      };
    }),
  );
}

/** The product of the gradients there and before, and the squares of those there. */
function against(kept: readonly Kept[]): { product: number; squares: number } {
  let product = 0;
  let squares = 0;
  for (const { parameter, gradient } of kept)
    for (let i = 0; i < gradient.length; i++) {
      product += parameter.gradient.data[i] * gradient[i];
      squares += parameter.gradient.data[i] ** 2;
    }
  return { product, squares };
}

/**
 * The landscape along the gradient g of all parameters w (section 3 of the paper), at w − a η g with a from ½ to 4:
 *
 * - "loss range": the largest loss minus the smallest, the one at w included
 * - "gradient change": the largest ‖g' − g‖ / ‖g‖
 * - "smoothness": the largest ‖g' − g‖ / ‖a η g‖, an effective β of β-smoothness
 *
 * @param look a forward and a backward pass; gives the loss
 */
export function alongGradient(
  network: Layer,
  loss: number,
  rate: number,
  look: () => number,
): Record<string, number> {
  const seen = lookAlong(
    network,
    LENGTHS.map((a) => a * rate),
    look,
  );
  const losses = [loss, ...seen.map((each) => each.loss)];
  return {
    "loss range along the gradient": Math.max(...losses) - Math.min(...losses),
    "gradient change along the gradient": Math.max(...seen.map(({ change }) => change)),
    "smoothness along the gradient": Math.max(...seen.map(({ smoothness }) => smoothness)),
  };
}

/**
 * Internal covariate shift as Santurkar et al. define it (2018, definition 2.1): how the gradient of a layer's parameters changes
 * when all layers before it take their step. G before, G' after: "gradient shift" is ‖G' − G‖ / ‖G‖ and "…, cosine" that of the
 * angle between the two.
 *
 * @param name of the layer
 * @param look a forward and a backward pass
 */
export function gradientShift(
  network: Layer,
  name: string,
  rate: number,
  look: () => number,
): Record<string, number> {
  const kept = keptOf(network);
  const isOwn = (of: { name: string }) => of.name.startsWith(`${name}.`);
  const own = kept.filter(isOwn);
  const before = kept.slice(0, kept.findIndex(isOwn));
  return moved(kept, before, rate, () => {
    look();
    const { product, squares } = against(own);
    const size = length(own);
    return {
      [`gradient shift of ${name}`]: distance(own) / size,
      [`gradient shift of ${name}, cosine`]: product / (size * Math.sqrt(squares)),
    };
  });
}
