// The two networks of a state: the same data, the same first weights, one of them with a norm.
import type * as normlab from "normlab";
import type { PlaygroundState } from "./state.js";

export type Module = typeof normlab;
type Split = normlab.Split;
type Layer = normlab.Layer;

export interface Problem {
  readonly train: Split;
  readonly test: Split;
  /** Inputs of a point of the surface, whose coordinates go from 0 to 1 from its left and its top. */
  inputsAt(x: number, y: number): number[];
  /** Where an example is on the surface; undefined where that has no place for it. */
  placeOf(inputs: ArrayLike<number>): { x: number; y: number } | undefined;
}

/** The part of the plane that is shown: its middle, and how far it goes from there. */
const views = {
  moons: { middle: [0.5, 0.25], reach: 1.9 },
  spirals: { middle: [0, 0], reach: 1.25 },
} as const;

export function problemOf({ digits, moons, spirals }: Module, { data, seed }: PlaygroundState): Problem {
  if (data !== "digits") {
    const size = 800;
    const split = { train: 0.5, validation: 0, test: 0.5 };
    const { train, test } = data === "moons" ? moons({ seed, size, split }) : spirals({ seed, size, split });
    const {
      middle: [left, top],
      reach,
    } = views[data];
    return {
      train,
      test,
      inputsAt: (x, y) => [left + (2 * x - 1) * reach, top + (1 - 2 * y) * reach],
      placeOf: (inputs) => ({
        x: ((inputs[0] - left) / reach + 1) / 2,
        y: (1 - (inputs[1] - top) / reach) / 2,
      }),
    };
  }
  const { train, test } = digits({ seed });
  // The plane through one example each of three classes.
  const [a, b, c] = [0, 1, 8].map((label) => exampleOf(test, label));
  return {
    train,
    test,
    inputsAt: (x, y) => a.map((value, at) => value + x * (b[at] - value) + (1 - y) * (c[at] - value)),
    placeOf: () => undefined,
  };
}

function exampleOf({ inputs, labels }: Split, label: number): number[] {
  const at = labels.indexOf(label);
  const [, width] = inputs.shape;
  return Array.from(inputs.data.subarray(at * width, (at + 1) * width));
}

/** What keeps the size of activations, times the state's scale. */
function deviation({ activation, scale }: PlaygroundState, inputs: number, outputs: number): number {
  return scale * Math.sqrt(activation === "relu" ? 2 / inputs : 2 / (inputs + outputs));
}

export function networkOf(
  { Linear, BatchNorm, LayerNorm, Random, ReLU, Sequential, Sigmoid, Tanh }: Module,
  state: PlaygroundState,
  { inputs, classes, isNormalized }: { inputs: number; classes: number; isNormalized: boolean },
): normlab.Sequential {
  const random = new Random(state.seed);
  const Activation = { relu: ReLU, sigmoid: Sigmoid, tanh: Tanh }[state.activation];
  const layers: Layer[] = [];
  let features = inputs;
  const linear = (at: number, outputs: number) => {
    const init = { std: deviation(state, features, outputs) };
    layers.push(new Linear(features, outputs, { init, random: random.stream(`weights ${at}`) }));
    features = outputs;
  };
  for (let at = 0; at < state.depth; at++) {
    linear(at, state.width);
    const norm = () => {
      if (isNormalized)
        layers.push(state.norm === "batch" ? new BatchNorm(state.width) : new LayerNorm(state.width));
    };
    if (state.place === "before") norm();
    layers.push(new Activation());
    if (state.place === "after") norm();
  }
  linear(state.depth, classes);
  return new Sequential(layers);
}
