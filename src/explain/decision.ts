import { checkOptions, ShapeError, ValueError } from "../base/errors.js";
import { Split } from "../data/split.js";
import type { Figure } from "../figure/figure.js";
import type { Layer } from "../nn/layers/layer.js";
import { scatter } from "../plot/scatter.js";
import { showShape, tensor } from "../tensor/tensor.js";
import { predict } from "../train/predict.js";

export interface DecisionOptions {
  /** The question that the figure answers; none by default. */
  title?: string;
  /** Pixels; 640 by default. */
  width?: number;
  /** Pixels; 400 by default. */
  height?: number;
}

/**
 * What a network decides over the plane of two features: the class of its largest output (in eval mode) as colour, and
 * the examples of a split on it, by their own classes.
 *
 *     const { train, test } = moons({ seed: 1 });
 *     const network = mlp({ inputs: 2, hidden: [16], classes: 2, norm: "batch", seed: 1 });
 *     const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });
 *     await new Trainer({ network, optimizer, seed: 1 }).fit(train, { steps: 200, progress: false });
 *     plot.decision(network, test, { title: "What does the network decide?" });
 *
 * The network's modes and state are afterwards as before.
 *
 * @throws ShapeError when the split has not two features; ValueError when the network's outputs are not finite
 */
export function decision(network: Layer, split: Split, options: DecisionOptions = {}): Figure {
  const owner = "plot.decision";
  checkOptions(owner, options, ["title", "width", "height"]);
  if (!(split instanceof Split))
    throw new ValueError(`${owner} takes a network and a split: plot.decision(network, test).`);
  const { inputs, labels, classes, classNames, featureNames } = split;
  if (inputs.shape.length !== 2 || inputs.shape[1] !== 2)
    throw new ShapeError(
      `${owner} draws over two features, inputs [N, 2]; got inputs ${showShape(inputs.shape)}.`,
    );
  const members = Array.from({ length: classes }, (_, label) => split.subset(placesOf(labels, label)));
  return scatter({
    ...options,
    x: { title: featureNames?.[0] ?? "x₁" },
    y: { title: featureNames?.[1] ?? "x₂" },
    groups: members.map((member, label) => ({
      name: classNames?.[label] ?? `class ${label}`,
      x: column(member, 0),
      y: column(member, 1),
    })),
    regions: (points) => {
      const found = predict(network, tensor(points, undefined, inputs.dtype)).labels;
      if (found.includes(-1))
        throw new ValueError(`${owner}: the network's outputs are not finite; has its training diverged?`);
      return found;
    },
  });
}

function placesOf(labels: Int32Array, label: number): number[] {
  const places: number[] = [];
  labels.forEach((each, place) => {
    if (each === label) places.push(place);
  });
  return places;
}

function column({ inputs }: Split, feature: number): Float64Array {
  return Float64Array.from({ length: inputs.shape[0] }, (_, row) => inputs.data[2 * row + feature]);
}
