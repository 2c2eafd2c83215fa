/** normlab's training step of a net, for Node (normlab-peer.ts) and for a page (../browser/). */
import {
  BatchNorm,
  crossEntropy,
  Linear,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  tensor,
} from "../../../src/index.js";
import { planTraining } from "../../../src/train/plan/training-plan.js";
import type { Net, NetData } from "./nets.js";

/** Gives a step, which returns the loss of the batch with that number, modulo their count. */
export function normlabStep(
  { name, sizes, batchSize, activation, learningRate, momentum }: Net,
  { inputs, labels, weights }: NetData,
): (batch: number) => number {
  const last = sizes.length - 2;
  let taken = 0;
  const network = new Sequential(
    sizes.slice(1).flatMap((out, layer) => {
      const linear = new Linear(sizes[layer], out, { bias: layer === last });
      const { data, size } = linear.weight.value;
      data.set(weights.subarray(taken, taken + size));
      taken += size;
      if (layer === last) return [linear];
      return [linear, new BatchNorm(out), activation === "relu" ? new ReLU() : new Sigmoid()];
    }),
  );
  const optimizer = new SGD(network.parameters(), { learningRate, momentum });
  const data = { inputs: tensor(inputs, [labels.length, sizes[0]]), labels };
  const plan = planTraining({
    network,
    optimizers: [optimizer],
    loss: crossEntropy,
    data,
    batchSizes: [batchSize],
  });
  if (!plan) throw new Error(`There is no training plan for ${name}.`);
  const batches = Array.from({ length: labels.length / batchSize }, (_, batch) =>
    Int32Array.from({ length: batchSize }, (_, row) => batch * batchSize + row),
  );
  return (step) => {
    const loss = plan.gradients(batches[step % batches.length]);
    plan.update();
    return loss;
  };
}
