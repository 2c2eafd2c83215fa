import type { BatchNorm } from "../nn/layers/batch-norm.js";
import type { LayerNorm } from "../nn/layers/layer-norm.js";
import { tensor } from "../tensor/tensor.js";
import { type Batch, copyRows, perFeature } from "./batches.js";
import type { ExerciseCase } from "./exercise.js";

/** What a normalization with a gamma and a beta for each feature is given. */
export type AffineInput = [x: number[][], gamma: number[], beta: number[], eps: number];

const eps = 1e-3;

/** The batches as cases, each with what a layer of float64 makes of it. */
export function affineCases(
  batches: readonly Batch[],
  Layer: typeof BatchNorm | typeof LayerNorm,
): ExerciseCase<AffineInput>[] {
  return batches.map(({ name, x }) => {
    const features = x[0].length;
    const gamma = perFeature(features, 0.5, 0.75);
    const beta = perFeature(features, -1, 2);
    const layer = new Layer(features, { eps, dtype: "float64" });
    layer.gamma.value.data.set(gamma);
    layer.beta.value.data.set(beta);
    return {
      name,
      input: () => [copyRows(x), [...gamma], [...beta], eps],
      expected: layer.forward(tensor(x, undefined, "float64")),
    };
  });
}
